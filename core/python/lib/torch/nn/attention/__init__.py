"""torch.nn.attention: which way scaled dot-product attention is computed."""

import contextlib
from enum import Enum

from ..._missing import names_missing as _names_missing
from ...backends import cuda as _switches

__all__ = ["SDPBackend", "sdpa_kernel"]


class SDPBackend(Enum):
    """The ways there are; on the CPU only MATH and FLASH_ATTENTION compute."""

    ERROR = -1
    MATH = 0
    FLASH_ATTENTION = 1
    EFFICIENT_ATTENTION = 2
    CUDNN_ATTENTION = 3
    OVERRIDEABLE = 4

    def __repr__(self):
        return f"<SDPBackend.{self.name}: {self.value}>"


_NAMES = {"math": SDPBackend.MATH, "flash": SDPBackend.FLASH_ATTENTION, "mem_efficient": SDPBackend.EFFICIENT_ATTENTION, "cudnn": SDPBackend.CUDNN_ATTENTION}


@contextlib.contextmanager
def sdpa_kernel(backends, set_priority=False):
    """Only these ways within the block."""
    assert isinstance(backends, (list, SDPBackend)), (
        f"Backend must be an instance of SDPBackend or a list of SDPBackend instances, got {type(backends).__name__}"
    )
    chosen = set(backends) if isinstance(backends, list) else {backends}
    before = dict(_switches._ways)
    _switches._ways.update({name: way in chosen for name, way in _NAMES.items()})
    try:
        yield {}
    finally:
        _switches._ways.update(before)


__getattr__ = _names_missing("torch.nn.attention", frozenset(("flex_attention", "bias", "varlen", "WARN_FOR_UNFUSED_KERNELS")))
