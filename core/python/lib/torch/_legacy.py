"""torch.FloatTensor and its kin: constructors of one dtype."""

from . import _dtype
from ._tensor import Tensor, _legacy_new


class _TypedMeta(type):
    def __instancecheck__(cls, value):
        return isinstance(value, Tensor) and value.dtype is cls._dtype and not value.is_cuda

    def __call__(cls, *args, device=None):
        return _legacy_new(args, cls._dtype, device)


def _typed(name, d):
    return _TypedMeta(name, (), {"__module__": "torch", "_dtype": d, "dtype": d})


FloatTensor = _typed("FloatTensor", _dtype.float32)
DoubleTensor = _typed("DoubleTensor", _dtype.float64)
LongTensor = _typed("LongTensor", _dtype.int64)
IntTensor = _typed("IntTensor", _dtype.int32)
ByteTensor = _typed("ByteTensor", _dtype.uint8)
BoolTensor = _typed("BoolTensor", _dtype.bool_)
HalfTensor = _typed("HalfTensor", _dtype.float16)
BFloat16Tensor = _typed("BFloat16Tensor", _dtype.bfloat16)
CharTensor = _typed("CharTensor", _dtype.int8)
ShortTensor = _typed("ShortTensor", _dtype.int16)
