"""torch.Tensor's operators: those of two tensors, or of a tensor and a Python number, are the engine's own."""

import _nabla

from . import _engine
from ._engine import dispatch, fail

_BINARY = {
    "__add__": "add", "__radd__": "add", "__sub__": "sub", "__mul__": "mul", "__rmul__": "mul", "__truediv__": "div", "__floordiv__": "floor_divide",
    "__pow__": "pow", "__mod__": "remainder", "__and__": "bitwise_and", "__rand__": "bitwise_and", "__or__": "bitwise_or", "__ror__": "bitwise_or", "__xor__": "bitwise_xor",
    "__rxor__": "bitwise_xor", "__lshift__": "bitwise_left_shift", "__rshift__": "bitwise_right_shift", "__eq__": "eq", "__ne__": "ne", "__lt__": "lt", "__le__": "le", "__gt__": "gt", "__ge__": "ge",
}  # fmt: skip


class Operators:
    """The operators that are no plain two-tensor op."""

    __slots__ = ()

    def __pos__(self):
        return self

    def __abs__(self):
        return dispatch("abs", (self,))

    def __invert__(self):
        return dispatch("bitwise_not", (self,))

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


_IN_PLACE = {
    "__iadd__": "add_", "__isub__": "sub_", "__imul__": "mul_", "__itruediv__": "div_", "__ipow__": "pow_", "__ifloordiv__": "floor_divide_",
    "__imod__": "remainder_", "__iand__": "bitwise_and_", "__ior__": "bitwise_or_", "__ilshift__": "bitwise_left_shift_",
    "__irshift__": "bitwise_right_shift_", "__ixor__": "bitwise_xor_",
}  # fmt: skip


def _operand(value):
    """The operand that a value is which is neither tensor nor number; NotImplemented where it is none."""
    if not hasattr(value, "__array__") or isinstance(value, (list, tuple)):
        return NotImplemented
    from ._numpy import as_operand

    return as_operand(value)


def add_binary(Tensor):
    """Give `Tensor` the operators of one or two tensors."""

    def put(method, op, takes, slow):
        setattr(Tensor, method, _nabla.op_method(op, method, "", slow, fail, Tensor, takes))

    def binary(op):
        def operate(self, value):
            operand = _operand(value)
            return operand if operand is NotImplemented else dispatch(op, (self, operand))

        return operate

    def in_place(op):
        def operate(self, value):
            operand = value if isinstance(value, (int, float)) else _operand(value)
            if operand is NotImplemented:
                return operand
            dispatch(op, (self, operand))
            return self

        return operate

    for method, op in _BINARY.items():
        put(method, op, "numbers", binary(op))
    for method, op in _IN_PLACE.items():
        put(method, op, "numbers", in_place(op))
    put("__matmul__", "matmul", "tensors", lambda self, value: NotImplemented)
    put("__neg__", "neg", "any", lambda self: dispatch("neg", (self,)))
