"""torch.accelerator: the GPU where one was chosen."""

import _nabla

from . import _missing
from ._dtype import device as _device


def is_available():
    return _nabla.has_gpu() == 1


def current_accelerator(check_available=False):
    return _device("cuda") if is_available() else None


def device_count():
    return 1 if is_available() else 0


def current_device_index():
    return 0


def synchronize(device=None):
    pass


__getattr__ = _missing.names_missing("torch.accelerator", _missing.ALL)
