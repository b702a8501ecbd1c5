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


class UninitializedParameter(Parameter):
    """A parameter whose size is not known yet."""

    __slots__ = ()
    __module__ = "torch.nn.parameter"

    def __new__(cls, requires_grad=True, device=None, dtype=None):
        from .._factories import empty

        made = Parameter(empty(0, device=device, dtype=dtype), requires_grad)
        made.__class__ = cls
        return made

    @property
    def shape(self):
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in `load_state_dict` when trying to load an "
            "uninitialized parameter into an initialized one. Call `forward` to initialize the parameters before accessing their attributes."
        )

    def numel(self):
        raise ValueError(
            "Attempted to use an uninitialized parameter in <method 'numel' of 'torch._C.TensorBase' objects>. This error happens when you are using a "
            "`LazyModule` or explicitly manipulating `torch.nn.parameter.UninitializedParameter` objects. When using LazyModules Call `forward` with a dummy "
            "batch to initialize the parameters before calling torch functions"
        )

    def materialize(self, shape, device=None, dtype=None):
        """Become a plain parameter of this shape, its values not set."""
        from .._factories import empty

        made = empty(tuple(shape), device=device or self.device, dtype=dtype or self.dtype)
        self.__class__ = Parameter
        self.data = made

    def detach(self):
        return self

    def __repr__(self):
        return "<UninitializedParameter>"

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            memo[id(self)] = UninitializedParameter(self.requires_grad, self.device, self.dtype)
        return memo[id(self)]


def is_lazy(param):
    """Whether a parameter has no size yet."""
    return type(param) is UninitializedParameter
