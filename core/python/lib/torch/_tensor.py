"""torch.Tensor: a handle on an engine tensor, with torch's operators, properties and methods.

Methods of the op table that need nothing of their own are added by `_ops`."""

import math
import warnings
from array import array
from weakref import ref

import _nabla

from . import _dtype, _engine
from ._dtype import Size
from ._engine import dispatch, fail, other
from ._missing import NotInNabla, type_name
from ._tensor_conversions import Conversions
from ._tensor_facts import DEVICE, DIM, GRAD_FN, IS_LEAF, LENGTH, NUMEL, OURS, OUTPUT_NR, REQUIRES_GRAD, RETAINS_GRAD, Facts
from ._tensor_operators import Operators, add_binary

_meta = _nabla.meta

_known = {}


class Tensor(Facts, Operators, Conversions):
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
        if _meta(self._h, DIM) == 0:
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

    def __array__(self, dtype=None):
        made = self.numpy()
        return made if dtype is None else made.astype(dtype)

    def __dir__(self):
        return sorted(set(object.__dir__(self)))

    def __getattr__(self, name):
        from ._names import TENSOR

        if name in TENSOR:
            raise NotInNabla(f"torch.Tensor.{name} is not in Nabla yet")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

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


_NON_LEAF_GRAD = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). "
    "If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. "
    "If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information."
)

_new = object.__new__


def wrap(handle, _cls=Tensor, _new=_new):
    """A new Tensor that owns `handle`."""
    made = _new(_cls)
    made._h = handle
    return made


def _learn(marker):
    """Show the engine where a tensor keeps its handle."""
    probe = wrap(marker)
    _nabla.tensor_class(Tensor, probe, marker)
    del probe._h


_engine.wrap = wrap
_engine.tensor_types = Tensor
_learn(2**40)


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


add_binary(Tensor)

from . import _hooks, _index, _nodes, _printing  # noqa: E402 (they need Tensor)
