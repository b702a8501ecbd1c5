"""torch.Tensor's operators: two tensors, or a tensor and a Python number, go to the engine in one crossing."""

import _nabla

from . import _engine
from ._engine import dispatch, other, plan

_call = _nabla.call
_NEG = plan("neg", "t")
_MATMUL = plan("matmul", "t", "t")

_BINARY = {
    "__add__": "add", "__radd__": "add", "__sub__": "sub", "__mul__": "mul", "__rmul__": "mul", "__truediv__": "div", "__floordiv__": "floor_divide",
    "__pow__": "pow", "__mod__": "remainder", "__and__": "bitwise_and", "__rand__": "bitwise_and", "__or__": "bitwise_or", "__ror__": "bitwise_or", "__xor__": "bitwise_xor",
    "__rxor__": "bitwise_xor", "__lshift__": "bitwise_left_shift", "__rshift__": "bitwise_right_shift", "__eq__": "eq", "__ne__": "ne", "__lt__": "lt", "__le__": "le", "__gt__": "gt", "__ge__": "ge",
}  # fmt: skip


class Operators:
    """The operators that are no plain two-tensor op."""

    __slots__ = ()

    def __neg__(self):
        handle = _call(_NEG, self._h)
        return _engine.wrap(handle) if handle > 0 else other(handle)

    def __pos__(self):
        return self

    def __abs__(self):
        return dispatch("abs", (self,))

    def __invert__(self):
        return dispatch("bitwise_not", (self,))

    def __matmul__(self, value):
        if not isinstance(value, _engine.tensor_types):
            return NotImplemented
        handle = _call(_MATMUL, self._h, value._h)
        return _engine.wrap(handle) if handle > 0 else other(handle)

    def __rmatmul__(self, value):
        return dispatch("matmul", (value, self)) if isinstance(value, _engine.tensor_types) else NotImplemented

    def __rpow__(self, value):
        if isinstance(value, (int, float, _engine.tensor_types)):
            return dispatch("pow", (value, self))
        return NotImplemented

    def __rsub__(self, value):
        return dispatch("rsub", (self, value))

    def __rtruediv__(self, value):
        return dispatch("mul", (dispatch("reciprocal", (self,)), value))

    __rdiv__ = __rtruediv__

    def __rfloordiv__(self, value):
        from ._factories import full

        return dispatch("floor_divide", (value if isinstance(value, _engine.tensor_types) else full((), value, device=self.device, dtype=None), self))

    def __rmod__(self, value):
        return dispatch("remainder", (value, self))

    def __divmod__(self, value):
        return self // value, self % value

    def __iadd__(self, value):
        return _inplace("add_", self, value)

    def __isub__(self, value):
        return _inplace("sub_", self, value)

    def __imul__(self, value):
        return _inplace("mul_", self, value)

    def __itruediv__(self, value):
        return _inplace("div_", self, value)

    def __ipow__(self, value):
        return _inplace("pow_", self, value)

    def __ifloordiv__(self, value):
        return _inplace("floor_divide_", self, value)

    def __imod__(self, value):
        return _inplace("remainder_", self, value)

    def __iand__(self, value):
        return _inplace("bitwise_and_", self, value)

    def __ior__(self, value):
        return _inplace("bitwise_or_", self, value)

    def __ilshift__(self, value):
        return _inplace("bitwise_left_shift_", self, value)

    def __irshift__(self, value):
        return _inplace("bitwise_right_shift_", self, value)

    def __ixor__(self, value):
        return _inplace("bitwise_xor_", self, value)


def add_binary(Tensor, wrap):
    """Give `Tensor` the operators of two-tensor ops. `wrap` makes one of a handle."""

    def binary(op, method):
        """The operator method of a two-tensor op, with a fast path for tensors and Python numbers."""
        tensors, floats, ints = None, None, None

        def operate(self, value):
            nonlocal tensors, floats, ints
            kind = value.__class__
            if kind is Tensor:
                if tensors is None:
                    tensors = plan(op, "t", "t")
                handle = _call(tensors, self._h, value._h)
            elif kind is float:
                if floats is None:
                    floats = plan(op, "t", "f")
                handle = _call(floats, self._h, value)
            elif kind is int:
                if ints is None:
                    ints = plan(op, "t", "i")
                handle = _call(ints, self._h, value)
            elif isinstance(value, Tensor):
                if tensors is None:
                    tensors = plan(op, "t", "t")
                handle = _call(tensors, self._h, value._h)
            elif kind is bool:
                return dispatch(op, (self, value))
            elif hasattr(value, "__array__") and not isinstance(value, (list, tuple)):
                from ._numpy import as_operand

                return dispatch(op, (self, as_operand(value)))
            else:
                return NotImplemented
            return wrap(handle) if handle > 0 else other(handle)

        operate.__name__ = operate.__qualname__ = method
        return operate

    for method, op in _BINARY.items():
        setattr(Tensor, method, binary(op, method))


def _inplace(op, tensor, value):
    if not isinstance(value, (_engine.tensor_types, int, float)):
        if not hasattr(value, "__array__"):
            return NotImplemented
        from ._numpy import as_operand

        value = as_operand(value)
    dispatch(op, (tensor, value))
    return tensor
