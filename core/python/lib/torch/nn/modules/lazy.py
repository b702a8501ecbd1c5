"""Modules that find out their input size at the first call."""

import warnings

from ..parameter import UninitializedParameter, is_lazy
from .batchnorm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from .conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from .linear import Linear


def _without_draws(make):
    """What `make` gives, with the random generator left where it stood."""
    from ...random import get_rng_state, set_rng_state

    state = get_rng_state()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return make()
    finally:
        set_rng_state(state)


class _LazyModuleMixin:
    """Starts with parameters without a size; at the first call becomes `cls_to_become`."""

    cls_to_become = None
    _dim = 1

    def __init__(self, *args, **kwargs):
        whole = self.cls_to_become
        _without_draws(lambda: whole.__init__(self, 0, *args, **kwargs))
        self.__dict__["_lazy_arguments"] = (args, kwargs)
        for name, param in self._parameters.items():
            if param is not None:
                self._parameters[name] = UninitializedParameter(device=kwargs.get("device"), dtype=kwargs.get("dtype"))
        self.__dict__["_lazy_handles"] = [
            self.register_forward_pre_hook(type(self)._infer_parameters, with_kwargs=True),
            self._register_load_state_dict_pre_hook(self._lazy_load_hook),
        ]

    def has_uninitialized_params(self):
        return any(is_lazy(param) for param in self._parameters.values())

    def _lazy_load_hook(self, state_dict, prefix, *rest):
        for name, param in self._parameters.items():
            value = state_dict.get(prefix + name)
            if is_lazy(param) and value is not None and not is_lazy(value):
                param.materialize(value.shape)

    def _infer_parameters(self, args, kwargs):
        """Take the sizes, and the class, of a whole module made for this input."""
        input = args[0] if args else next(iter(kwargs.values()))
        given, options = self._lazy_arguments
        whole = self.cls_to_become
        make = lambda: whole(input.shape[self._dim], *given, **options)
        made = make() if self.has_uninitialized_params() else _without_draws(make)
        for name, param in self._parameters.items():
            if is_lazy(param):
                param.materialize(made._parameters[name].shape)
                param.data = made._parameters[name].data
        for name, buffer in made._buffers.items():
            if buffer is not None and self._buffers[name].shape != buffer.shape:
                self._buffers[name] = buffer
        kept = ("training", "_parameters", "_buffers", "_modules", "_hooked", "_key")
        self.__dict__.update({key: value for key, value in made.__dict__.items() if key not in kept and not key.endswith("hooks")})
        for handle in self.__dict__.pop("_lazy_handles"):
            handle.remove()
        del self.__dict__["_lazy_arguments"]
        self.__class__ = whole


def _lazy(whole, dim):
    name = "Lazy" + whole.__name__
    members = {"cls_to_become": whole, "_dim": dim, "__module__": whole.__module__, "__doc__": f"{whole.__name__} that finds out its input size."}
    return type(name, (_LazyModuleMixin, whole), members)


LazyLinear = _lazy(Linear, -1)
LazyBatchNorm1d, LazyBatchNorm2d, LazyBatchNorm3d = _lazy(BatchNorm1d, 1), _lazy(BatchNorm2d, 1), _lazy(BatchNorm3d, 1)
LazyConv1d, LazyConv2d, LazyConv3d = _lazy(Conv1d, -2), _lazy(Conv2d, -3), _lazy(Conv3d, -4)
LazyConvTranspose1d, LazyConvTranspose2d, LazyConvTranspose3d = _lazy(ConvTranspose1d, -2), _lazy(ConvTranspose2d, -3), _lazy(ConvTranspose3d, -4)
