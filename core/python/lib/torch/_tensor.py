"""torch.Tensor: a handle on an engine tensor, with torch's operators, properties and methods.

Methods of the op table that need nothing of their own are added by `_ops`."""

import math
import warnings
from array import array
from weakref import ref

import _nabla

from . import _dtype, _engine
from ._dtype import Size, by_index, device_name
from ._engine import CELL_OUT, ask, cell, dead, dispatch, fail, other, plan
from ._missing import NotInNabla, type_name

_call = _nabla.call
_meta = _nabla.meta
_DEAD_LIMIT = len(dead) - 1

# What `_nabla.meta` is asked for.
DTYPE, DEVICE, REQUIRES_GRAD, IS_LEAF, DIM, NUMEL, CONTIGUOUS, LENGTH, VERSION, OFFSET, DATA_PTR, GRAD_FN, OUTPUT_NR, SHAPE, STRIDES, RETAINS_GRAD, NBYTES, IS_VIEW = range(18)

_known = {}


class _TensorMeta(type):
    """Lets `torch.Tensor` stay the one visible class of all tensors that are not parameters."""

    def __instancecheck__(cls, value):
        return type.__instancecheck__(cls, value)


class Tensor:
    """An n-dimensional array that knows how it was computed."""

    __slots__ = ("_h", "__weakref__", "__dict__")
    __module__ = "torch"
    __array_priority__ = 1000

    def __new__(cls, *args, dtype=None, device=None, requires_grad=False):
        made = _legacy_new(args, _dtype.float32 if dtype is None else dtype, device)
        if cls is not Tensor:
            made.__class__ = cls
        return made

    def __init__(self, *args, **kwargs):
        pass

    def __del__(self, dead=dead):
        try:
            handle = self._h
        except AttributeError:
            return
        n = dead[0] + 1
        dead[n] = handle
        dead[0] = n
        if n == _DEAD_LIMIT:
            _nabla.drain()

    # -- operators -------------------------------------------------------------------------------------------------

    def __neg__(self):
        handle = _call(_NEG, self._h)
        return wrap(handle) if handle > 0 else other(handle)

    def __pos__(self):
        return self

    def __abs__(self):
        return dispatch("abs", (self,))

    def __invert__(self):
        return dispatch("bitwise_not", (self,))

    def __matmul__(self, value):
        if not isinstance(value, Tensor):
            return NotImplemented
        handle = _call(_MATMUL, self._h, value._h)
        return wrap(handle) if handle > 0 else other(handle)

    def __rmatmul__(self, value):
        return NotImplemented

    def __pow__(self, value):
        return _POW(self, value)

    def __rpow__(self, value):
        if isinstance(value, (int, float)):
            return dispatch("pow", (value, self))
        return NotImplemented

    def __rsub__(self, value):
        return dispatch("rsub", (self, value))

    def __rtruediv__(self, value):
        return dispatch("mul", (dispatch("reciprocal", (self,)), value))

    def __rfloordiv__(self, value):
        return dispatch("floor_divide", (_as_tensor_like(value, self), self))

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

    def __ixor__(self, value):
        return _inplace("bitwise_xor_", self, value)

    def __hash__(self):
        return id(self)

    # -- Python's protocols ------------------------------------------------------------------------------------------

    def __len__(self):
        n = _meta(self._h, LENGTH)
        if n < 0:
            raise TypeError("len() of a 0-d tensor")
        return n

    def __bool__(self):
        n = _meta(self._h, NUMEL)
        if n != 1:
            raise RuntimeError("Boolean value of Tensor with no values is ambiguous" if n == 0 else "Boolean value of Tensor with more than one value is ambiguous")
        return bool(self.item())

    def __float__(self):
        return float(self._scalar("Scalar"))

    def __int__(self):
        return int(self._scalar("Scalar"))

    def __complex__(self):
        return complex(self._scalar("Scalar"))

    def __index__(self):
        if self.dtype.is_floating_point or _meta(self._h, NUMEL) != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def _scalar(self, what):
        if _meta(self._h, NUMEL) != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        return self.item()

    def __iter__(self):
        if _meta(self._h, DIM) == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(dispatch("unbind", (self, 0)))

    def __reversed__(self):
        return self if _meta(self._h, DIM) == 0 else dispatch("flip", (self, (0,)))

    def __contains__(self, value):
        if isinstance(value, (Tensor, int, float, bool)):
            return bool((self == value).any())
        raise RuntimeError(f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(value)}.")

    def __getitem__(self, index):
        return _index.get(self, index)

    def __setitem__(self, index, value):
        _index.set(self, index, value)

    def __delitem__(self, index):
        raise TypeError("Tensor does not support deleting items")

    def __repr__(self, *, tensor_contents=None):
        return _printing.tensor_text(self)

    def __format__(self, spec):
        if _meta(self._h, DIM) == 0 and _is_plain(self):
            return self.item().__format__(spec)
        return object.__format__(self, spec)

    def __deepcopy__(self, memo):
        if id(self) in memo:
            return memo[id(self)]
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  "
                "If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001"
            )
        made = self.detach().clone()
        made.requires_grad_(self.requires_grad)
        if self.__class__ is not Tensor:
            made.__class__ = self.__class__
        made.__dict__.update(self.__dict__)
        memo[id(self)] = made
        grad = self._grad_or_none()
        if grad is not None:
            made.grad = grad.__deepcopy__(memo)
        return made

    def __reduce_ex__(self, protocol):
        return (_rebuild, (self.__class__, self.detach().cpu().tolist(), self.dtype._name, tuple(self.shape), self.requires_grad))

    def __array__(self, dtype=None, copy=None):
        made = self.numpy()
        return made if dtype is None else made.astype(dtype)

    def __dir__(self):
        return sorted(set(object.__dir__(self)))

    def __getattr__(self, name):
        from ._names import TENSOR

        if name in TENSOR:
            raise NotInNabla(f"torch.Tensor.{name} is not in Nabla yet")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    # -- what it is --------------------------------------------------------------------------------------------------

    @property
    def shape(self):
        n = _meta(self._h, SHAPE)
        return Size(cell[CELL_OUT : CELL_OUT + n])

    def size(self, dim=None):
        n = _meta(self._h, SHAPE)
        if dim is None:
            return Size(cell[CELL_OUT : CELL_OUT + n])
        if not -n <= dim < n:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})" if n else f"Dimension specified as {dim} but tensor has no dimensions"
            )
        return cell[CELL_OUT + dim % n]

    def stride(self, dim=None):
        n = _meta(self._h, STRIDES)
        found = tuple(cell[CELL_OUT : CELL_OUT + n])
        return found if dim is None else found[dim]

    @property
    def dtype(self):
        return by_index[_meta(self._h, DTYPE)]

    @property
    def device(self):
        return _dtype.cuda if _meta(self._h, DEVICE) else _dtype.cpu

    @property
    def layout(self):
        return _dtype.strided

    @property
    def ndim(self):
        return _meta(self._h, DIM)

    def dim(self):
        return _meta(self._h, DIM)

    ndimension = dim

    def numel(self):
        return _meta(self._h, NUMEL)

    nelement = numel

    def element_size(self):
        return self.dtype.itemsize

    @property
    def itemsize(self):
        return self.dtype.itemsize

    @property
    def nbytes(self):
        return _meta(self._h, NBYTES)

    def is_contiguous(self, memory_format=None):
        return _meta(self._h, CONTIGUOUS) == 1

    def storage_offset(self):
        return _meta(self._h, OFFSET)

    def data_ptr(self):
        return _meta(self._h, DATA_PTR)

    @property
    def _version(self):
        return _meta(self._h, VERSION)

    def is_floating_point(self):
        return self.dtype.is_floating_point

    def is_complex(self):
        return False

    def is_signed(self):
        return self.dtype.is_signed

    def is_inference(self):
        return _nabla.is_inference(self._h) == 1

    def get_device(self):
        return 0 if _meta(self._h, DEVICE) else -1

    is_cpu = property(lambda self: _meta(self._h, DEVICE) == 0)
    is_cuda = property(lambda self: _meta(self._h, DEVICE) == 1)
    is_sparse = property(lambda self: False)
    is_quantized = property(lambda self: False)
    is_mps = property(lambda self: False)
    is_meta = property(lambda self: False)
    is_nested = False
    names = property(lambda self: (None,) * self.dim())

    def is_same_size(self, value):
        return self.shape == value.shape

    @property
    def T(self):
        n = _meta(self._h, DIM)
        if n == 2:
            return dispatch("t", (self,))
        if n < 2:
            return self
        warnings.warn(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will throw an error in a future release. "
            "Consider `x.mT` to transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor.",
            UserWarning,
            skip_file_prefixes=OURS,
        )
        return dispatch("permute", (self, tuple(range(n - 1, -1, -1))))

    @property
    def mT(self):
        if _meta(self._h, DIM) < 2:
            raise RuntimeError(f"tensor.mT is only supported on matrices or batches of matrices. Got {self.dim()}-D tensor.")
        return dispatch("transpose", (self, -2, -1))

    H = property(lambda self: self.T)
    mH = property(lambda self: self.mT)
    real = property(lambda self: self)

    # -- autograd ----------------------------------------------------------------------------------------------------

    @property
    def requires_grad(self):
        return _meta(self._h, REQUIRES_GRAD) == 1

    @requires_grad.setter
    def requires_grad(self, value):
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad=True):
        if _nabla.requires_grad(self._h, bool(requires_grad)) < 0:
            fail()
        if requires_grad:
            remember(self)
        return self

    @property
    def is_leaf(self):
        return _meta(self._h, IS_LEAF) == 1

    @property
    def grad(self):
        handle = _nabla.grad(self._h)
        if handle == 0:
            if _meta(self._h, IS_LEAF) != 1 and _meta(self._h, RETAINS_GRAD) != 1:
                warnings.warn(_NON_LEAF_GRAD, UserWarning, skip_file_prefixes=OURS)
            return None
        return known(handle)

    def _grad_or_none(self):
        handle = _nabla.grad(self._h)
        return known(handle) if handle else None

    @grad.setter
    def grad(self, value):
        if value is not None and not isinstance(value, Tensor):
            raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type {type(value).__name__}")
        if value is self:
            raise RuntimeError("can't assign Variable as its own grad")
        if _nabla.set_grad(self._h, 0 if value is None else value._h) < 0:
            fail()
        if value is not None:
            remember(value)

    @grad.deleter
    def grad(self):
        self.grad = None

    @property
    def grad_fn(self):
        number = _meta(self._h, GRAD_FN)
        return _nodes.node(number) if number else None

    @property
    def output_nr(self):
        return _meta(self._h, OUTPUT_NR)

    @property
    def retains_grad(self):
        return _meta(self._h, RETAINS_GRAD) == 1

    def retain_grad(self):
        if _nabla.retain_grad(self._h) < 0:
            fail()

    def backward(self, gradient=None, retain_graph=None, create_graph=False, inputs=None):
        if gradient is None and not create_graph and inputs is None and not retain_graph:
            if _nabla.backward(self._h) < 0:
                fail()
            return
        from .autograd import backward

        backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def detach(self):
        handle = _nabla.detach(self._h)
        return wrap(handle) if handle > 0 else other(handle)

    def detach_(self):
        if _nabla.detach_(self._h) < 0:
            fail()
        return self

    @property
    def data(self):
        return self.detach()

    @data.setter
    def data(self, value):
        if not isinstance(value, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type_name(value)}")
        if _nabla.set_data(self._h, value._h) < 0:
            fail()

    def register_hook(self, hook):
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        return _hooks.on_tensor(self, hook)

    def register_post_accumulate_grad_hook(self, hook):
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if not self.is_leaf:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        return _hooks.after_accumulate(self, hook)

    # -- values ------------------------------------------------------------------------------------------------------

    def item(self):
        value = _nabla.item(self._h)
        kind = value.__class__
        if kind is float or kind is bool:
            return value
        if kind is int:
            # JavaScript's 2.0 crosses as 2.
            return float(value)
        if kind is str:
            return float(value) if "." in value else int(value)
        fail()

    def tolist(self):
        n = _meta(self._h, NUMEL)
        kind = self.dtype
        room = array("d" if kind.is_floating_point else "q", bytes(8 * n))
        if n and _nabla.read(self._h, room.buffer_info()[0]) < 0:
            fail()
        flat = room.tolist()
        if kind is _dtype.bool_:
            flat = [value != 0 for value in flat]
        shape = self.shape
        if not shape:
            return flat[0]
        for size in reversed(shape[1:]):
            flat = [flat[i * size : (i + 1) * size] for i in range(len(flat) // size)] if size else [[] for _ in range(math.prod(shape[: -1]))]
        return flat

    def numpy(self, *, force=False):
        if force:
            return self.detach().cpu().numpy()
        if _meta(self._h, REQUIRES_GRAD) == 1:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        if _meta(self._h, DEVICE):
            raise TypeError("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.")
        from ._numpy import to_numpy

        return to_numpy(self)

    # -- conversions -------------------------------------------------------------------------------------------------

    def to(self, *args, **kwargs):
        if len(args) == 1 and not kwargs:
            one = args[0]
            kind = one.__class__
            if kind is str or kind is _dtype.device:
                return _to_device(self, device_name(one))
            if kind is _dtype.dtype:
                return _to(self, None, one, False)
        device, dtype, copy = to_arguments(args, kwargs)
        return _to(self, device, dtype, copy)

    def type(self, dtype=None, non_blocking=False):
        if dtype is None:
            name = _dtype.tensor_type_names[self.dtype._name]
            return ("torch.cuda." if self.is_cuda else "torch.") + name
        if isinstance(dtype, _dtype.dtype):
            return _to(self, None, dtype, False)
        name = dtype if isinstance(dtype, str) else f"torch.{dtype.__name__}"
        for key, value in _dtype.tensor_type_names.items():
            if name in ("torch." + value, "torch.cuda." + value):
                return _to(self, "cuda" if ".cuda." in name else "cpu", _dtype.by_name[key], False)
        raise ValueError(f"invalid type: {name!r}")

    def type_as(self, value):
        return _to(self, "cuda" if value.is_cuda else "cpu", value.dtype, False)

    def cpu(self):
        return _to_device(self, "cpu")

    def cuda(self, device=None, non_blocking=False, memory_format=None):
        return _to_device(self, device_name("cuda" if device is None else device))

    def float(self):
        return _to(self, None, _dtype.float32, False)

    def double(self):
        return _to(self, None, _dtype.float64, False)

    def long(self):
        return _to(self, None, _dtype.int64, False)

    def int(self):
        return _to(self, None, _dtype.int32, False)

    def byte(self):
        return _to(self, None, _dtype.uint8, False)

    def bool(self):
        return _to(self, None, _dtype.bool_, False)

    def half(self):
        return _to(self, None, _dtype.later["float16"], False)

    def bfloat16(self):
        return _to(self, None, _dtype.later["bfloat16"], False)

    def short(self):
        return _to(self, None, _dtype.later["int16"], False)

    def pin_memory(self, device=None):
        return self

    def is_pinned(self):
        return False

    def share_memory_(self):
        return self

    def is_shared(self):
        return False

    def storage(self):
        from ._missing import raise_missing

        raise_missing("torch.Tensor.storage")

    def new_tensor(self, data, *, dtype=None, device=None, requires_grad=False):
        from ._factories import tensor

        return tensor(data, dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)

    def new_zeros(self, *size, dtype=None, device=None, requires_grad=False, **kw):
        from ._factories import zeros

        return zeros(*_one_size(size, kw), dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)

    def new_ones(self, *size, dtype=None, device=None, requires_grad=False, **kw):
        from ._factories import ones

        return ones(*_one_size(size, kw), dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)

    def new_empty(self, *size, dtype=None, device=None, requires_grad=False, **kw):
        from ._factories import empty

        return empty(*_one_size(size, kw), dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)

    def new_full(self, size, fill_value, *, dtype=None, device=None, requires_grad=False):
        from ._factories import full

        return full(size, fill_value, dtype=dtype or self.dtype, device=device or self.device, requires_grad=requires_grad)

    def apply_(self, function):
        flat = self.reshape(-1).tolist()
        from ._factories import tensor

        self.copy_(tensor([function(value) for value in flat], dtype=self.dtype).reshape(self.shape))
        return self

    def as_subclass(self, cls):
        made = self.alias() if hasattr(Tensor, "alias") else self.view_as(self)
        made.__class__ = cls
        return made

    def __cuda_array_interface__(self):
        raise AttributeError("__cuda_array_interface__")


_NON_LEAF_GRAD = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). "
    "If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. "
    "If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information."
)
# Warnings point past these folders, to the script's line.
OURS = (__file__.rpartition("/torch/")[0] + "/", "<frozen ")

_new = object.__new__


def wrap(handle, _cls=Tensor, _new=_new):
    """A new Tensor that owns `handle`."""
    made = _new(_cls)
    made._h = handle
    return made


_engine.wrap = wrap
_engine.tensor_types = Tensor


def remember(tensor):
    """Make `tensor` the one Python object of its engine tensor."""
    handle = tensor._h
    if _nabla.remember(handle) == handle:
        _known[handle] = ref(tensor)


def known(handle):
    """The Python object of a known handle; a new one if Python let go of it."""
    found = _known.get(handle)
    if found is not None:
        found = found()
        if found is not None:
            return found
    made = wrap(handle)
    _known[handle] = ref(made)
    return made


def same_object(handle):
    """A handle that may be a known one: the object it has, or a new one."""
    return known(handle)


def _is_plain(tensor):
    return True


def _legacy_new(args, dtype, device):
    """`torch.Tensor(2, 3)`, `torch.FloatTensor([1, 2])`."""
    from ._factories import empty, tensor

    if not args:
        return empty(0, dtype=dtype, device=device)
    if all(isinstance(a, int) and not isinstance(a, bool) for a in args):
        return empty(*args, dtype=dtype, device=device)
    if len(args) == 1:
        one = args[0]
        if isinstance(one, Tensor):
            return one.detach()
        if isinstance(one, Size):
            return empty(one, dtype=dtype, device=device)
        if hasattr(one, "__len__") or hasattr(one, "__array__"):
            return tensor(one, dtype=dtype, device=device)
    raise TypeError(f"new(): data must be a sequence (got {type_name(args[0])})")


def _rebuild(cls, data, dtype, shape, requires_grad):
    from ._factories import tensor

    made = tensor(data, dtype=_dtype.by_name[dtype]).reshape(shape)
    if cls is not Tensor:
        made.__class__ = cls
    return made.requires_grad_(requires_grad)


def _one_size(size, kw):
    return size or (kw["size"],)


def to_arguments(args, kwargs):
    """(device name or None, dtype or None, copy) of `.to(…)`."""
    device, dtype, copy = kwargs.get("device"), kwargs.get("dtype"), kwargs.get("copy", False)
    for name in kwargs:
        if name not in ("device", "dtype", "copy", "non_blocking", "memory_format", "other"):
            raise TypeError(f"to() got an unexpected keyword argument '{name}'")
    args = list(args)
    if "other" in kwargs:
        args.insert(0, kwargs["other"])
    first = args[0] if args else None
    if isinstance(first, Tensor):
        device, dtype = first.device, first.dtype
        rest = args[1:]
    elif isinstance(first, _dtype.dtype):
        dtype, rest = first, args[1:]
    elif first is not None or args:
        device, rest = first, args[1:]
        if rest and (rest[0] is None or isinstance(rest[0], _dtype.dtype)):
            dtype = rest[0] or dtype
            rest = rest[1:]
    else:
        rest = []
    if len(rest) > 1:
        copy = rest[1]
    if dtype is not None and not isinstance(dtype, _dtype.dtype):
        if dtype is float or dtype is int or dtype is bool:
            dtype = {float: _dtype.float64, int: _dtype.int64, bool: _dtype.bool_}[dtype]
        else:
            raise TypeError(f"to() received an invalid combination of arguments - got ({', '.join(type_name(a) for a in args)})")
    return (None if device is None else device_name(device)), dtype, bool(copy)


def _to_device(tensor, name):
    if name == "cpu" and not _nabla_has_gpu:
        return tensor
    if (_meta(tensor._h, DEVICE) == 1) == (name == "cuda"):
        return tensor
    return _to(tensor, name, None, False)


def _to(tensor, device, dtype, copy):
    index = -1
    if dtype is not None:
        index = _dtype.checked(dtype)._index
    handle = _nabla.to(tensor._h, -1 if device is None else int(device == "cuda"), index, copy)
    if handle == 0:
        return tensor
    return wrap(handle) if handle > 0 else other(handle)


def _as_tensor_like(value, like):
    from ._factories import full

    return full((), value, device=like.device, dtype=None)


# -- binary operators ----------------------------------------------------------------------------------------------

_scalars = {float: "f", int: "i"}


def _binary(op, method):
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


def _inplace(op, tensor, value):
    if not isinstance(value, (Tensor, int, float)):
        if not hasattr(value, "__array__"):
            return NotImplemented
        from ._numpy import as_operand

        value = as_operand(value)
    dispatch(op, (tensor, value))
    return tensor


for _method, _op in {
    "__add__": "add", "__radd__": "add", "__sub__": "sub", "__mul__": "mul", "__rmul__": "mul", "__truediv__": "div", "__floordiv__": "floor_divide",
    "__mod__": "remainder", "__and__": "bitwise_and", "__rand__": "bitwise_and", "__or__": "bitwise_or", "__ror__": "bitwise_or", "__xor__": "bitwise_xor",
    "__rxor__": "bitwise_xor", "__eq__": "eq", "__ne__": "ne", "__lt__": "lt", "__le__": "le", "__gt__": "gt", "__ge__": "ge",
}.items():  # fmt: skip
    setattr(Tensor, _method, _binary(_op, _method))
_POW = _binary("pow", "__pow__")
_NEG = plan("neg", "t")
_MATMUL = plan("matmul", "t", "t")
_nabla_has_gpu = bool(_nabla.has_gpu())

from . import _hooks, _index, _nodes, _printing  # noqa: E402 (they need Tensor)
