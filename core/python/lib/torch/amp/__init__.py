"""torch.amp: gradient scaling. Autocast would change numbers to a precision that is not there yet, so it works only where torch turns it off."""

import functools
import warnings

from .. import _missing
from .._tensor_facts import OURS
from .grad_scaler import GradScaler

__all__ = ["GradScaler", "autocast", "custom_bwd", "custom_fwd", "is_autocast_available"]


def _no_cuda():
    from .. import cuda

    return not cuda.is_available()


class autocast:
    """Mixed precision; only where it is off."""

    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        self.device, self.fast_dtype = device_type, dtype
        if enabled and device_type == "cuda" and _no_cuda():
            warnings.warn("User provided device_type of 'cuda', but CUDA is not available. Disabling", UserWarning, skip_file_prefixes=OURS)
            enabled = False
        if enabled:
            raise _missing.NotInNabla("torch.amp.autocast is not in Nabla yet")
        self._enabled = False

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False

    def __call__(self, function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            return function(*args, **kwargs)

        return call


def is_autocast_available(device_type):
    return False


def custom_fwd(fwd=None, *, device_type, cast_inputs=None):
    return fwd if fwd is not None else functools.partial(custom_fwd, device_type=device_type, cast_inputs=cast_inputs)


def custom_bwd(bwd=None, *, device_type):
    return bwd if bwd is not None else functools.partial(custom_bwd, device_type=device_type)
