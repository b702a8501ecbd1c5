"""nn.Parameter: a tensor that modules register."""

from .._tensor import Tensor, remember


class _ParameterMeta(type):
    def __instancecheck__(cls, value):
        return type.__instancecheck__(cls, value) or isinstance(value, Tensor) and getattr(value, "_is_param", False)


class Parameter(Tensor, metaclass=_ParameterMeta):
    """A tensor that is a module's parameter."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"

    def __new__(cls, data=None, requires_grad=True):
        from .._factories import empty

        if data is None:
            data = empty(0)
        made = data.detach()
        made.__class__ = cls
        if requires_grad:
            if not made.dtype.is_floating_point:
                raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
            made.requires_grad_()
        else:
            remember(made)
        return made

    def __deepcopy__(self, memo):
        if id(self) in memo:
            return memo[id(self)]
        made = type(self)(self.detach().clone(), self.requires_grad)
        memo[id(self)] = made
        return made

    def __reduce_ex__(self, protocol):
        from .._tensor import _rebuild

        return (_rebuild, (type(self), self.detach().cpu().tolist(), self.dtype._name, tuple(self.shape), self.requires_grad))


class _BufferMeta(type):
    def __instancecheck__(cls, value):
        return isinstance(value, Tensor) and getattr(value, "_is_buffer", False)


class Buffer(Tensor, metaclass=_BufferMeta):
    """A tensor that is a module's buffer: a plain one that remembers it."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"

    def __new__(cls, data=None, *, persistent=True):
        from .._factories import empty

        made = (empty(0) if data is None else data).detach()
        made._is_buffer = True
        made.persistent = persistent
        return made
