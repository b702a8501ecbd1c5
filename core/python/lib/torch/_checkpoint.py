"""The pickle inside a checkpoint: objects as torch writes them, read back by a closed list of names. Knows no file format."""

import collections
import pickle
from array import array

import _nabla

from . import _dtype
from ._dtype import Size, device, dtype
from ._engine import fail
from ._missing import raise_missing
from ._tensor import Tensor, wrap
from ._weights_unpickler import Unopened, WeightsUnpickler

# What torch calls the storages of a dtype; those of dtypes Nabla lacks are refused by name when a file holds one.
STORAGES = {"FloatStorage": _dtype.float32, "DoubleStorage": _dtype.float64, "LongStorage": _dtype.int64, "IntStorage": _dtype.int32, "ByteStorage": _dtype.uint8, "BoolStorage": _dtype.bool_, "HalfStorage": _dtype.float16, "BFloat16Storage": _dtype.bfloat16, "CharStorage": _dtype.int8, "ShortStorage": _dtype.int16}  # fmt: skip
_LATER = {"HalfStorage": "float16", "BFloat16Storage": "bfloat16", "ShortStorage": "int16", "CharStorage": "int8", "ComplexFloatStorage": "complex64", "ComplexDoubleStorage": "complex128"}  # fmt: skip
# Whole numbers beyond it do not cross to the engine.
_MOST = 2**53 - 1
_storage_names = {kind._name: name for name, kind in STORAGES.items()}


class Global:
    """A name to write into a pickle as it is."""

    _all = {}

    def __new__(cls, module, name):
        found = cls._all.get((module, name))
        if found is None:
            found = cls._all[module, name] = object.__new__(cls)
            found.module, found.name = module, name
        return found

    def __call__(self):
        raise TypeError("a name to be written, not to be called")


class Stored:
    """The elements one or more tensors lie on: `base` is a 1-d tensor over all of them."""

    def __init__(self, base, location="cpu"):
        self.base, self.location = base, location

    @property
    def dtype(self):
        return self.base.dtype

    @property
    def device(self):
        return self.base.device

    def cpu(self):
        return Stored(self.base.cpu())

    def cuda(self, index=0):
        return Stored(self.base.cuda())

    def to(self, where):
        return Stored(self.base.to(where))

    def raw(self):
        n = _nabla.storage_size(self.base._h)
        room = array("B", bytes(n))
        if n and _nabla.storage_read(self.base._h, room.buffer_info()[0]) < 0:
            fail()
        return room.tobytes()


def view_of(base, offset, size, stride):
    if len(size) != len(stride):
        raise RuntimeError(f"mismatch in length of strides and shape: {list(size)} and {list(stride)}")
    if max((offset, *size, *stride), default=0) > _MOST:
        raise RuntimeError(f"Storage size calculation overflowed with sizes={list(size)} and strides={list(stride)}")
    handle = _nabla.storage_view(base._h, int(offset), *[int(n) for n in size], *[int(n) for n in stride])
    if handle < 0:
        fail()
    return wrap(handle)


class Writer(pickle._Pickler):
    """Pickles tensors as references to their storages, which it collects in `stored`."""

    def __init__(self, file, protocol=2):
        super().__init__(file, protocol)
        self.stored = []
        self._numbers = {}

    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, dtype):
            obj = Global("torch", obj._name)
        if type(obj) is Global:
            known = self.memo.get(id(obj))
            if known is not None:
                self.write(self.get(known[0]))
                return
            self.write(b"c" + f"{obj.module}\n{obj.name}\n".encode())
            self.memoize(obj)
            return
        super().save(obj, save_persistent_id)

    def persistent_id(self, obj):
        if type(obj) is not Stored:
            return None
        key = _nabla.storage_key(obj.base._h)
        if key not in self._numbers:
            self._numbers[key] = str(len(self.stored))
            self.stored.append(obj)
        count = _nabla.storage_size(obj.base._h) // obj.dtype.itemsize
        return ("storage", Global("torch", _storage_names[obj.dtype._name]), self._numbers[key], obj.location, count)

    def reducer_override(self, obj):
        if isinstance(obj, Tensor):
            from .nn.parameter import Parameter

            hooks = collections.OrderedDict()
            if isinstance(obj, Parameter):
                return (Global("torch._utils", "_rebuild_parameter"), (obj.detach(), obj.requires_grad, hooks))
            whole = obj.detach()
            location = "cpu" if obj.device.type == "cpu" else "cuda:0"
            return (
                Global("torch._utils", "_rebuild_tensor_v2"),
                (Stored(whole, location), obj.storage_offset(), tuple(obj.shape), tuple(obj.stride()), obj.requires_grad, hooks),
            )
        if isinstance(obj, Size):
            return (Global("torch", "Size"), (tuple(obj),))
        if isinstance(obj, device):
            return (Global("torch", "device"), (obj.type,) if obj.index is None else (obj.type, obj.index))
        return NotImplemented


class StorageKind:
    """A storage class named in a file."""

    def __init__(self, name):
        self.name = name


def _rebuild_tensor(storage, offset, size, stride):
    return view_of(storage.base, offset, size, stride)


def _rebuild_tensor_v2(storage, offset, size, stride, requires_grad=False, hooks=None, metadata=None):
    made = _rebuild_tensor(storage, offset, size, stride)
    if requires_grad:
        made.requires_grad_()
    return made


def _rebuild_parameter(data, requires_grad=True, hooks=None):
    from .nn.parameter import Parameter

    return Parameter(data, requires_grad)


def _rebuild_parameter_with_state(data, requires_grad, hooks, state):
    made = _rebuild_parameter(data, requires_grad)
    made.__dict__.update(state)
    return made


def _rebuild_from_type_v2(func, kind, args, state):
    made = func(*args)
    if kind is not Tensor:
        made.__class__ = kind
    if isinstance(state, dict):
        made.__dict__.update(state)
    return made


_TENSORS = {f.__name__: f for f in (_rebuild_tensor, _rebuild_tensor_v2, _rebuild_parameter, _rebuild_parameter_with_state)}
_dtypes = {d._name: d for d in STORAGES.values()}
_PLAIN = {
    ("collections", "OrderedDict"): collections.OrderedDict, ("collections", "Counter"): collections.Counter, ("builtins", "set"): set,
    ("builtins", "bytearray"): bytearray, ("builtins", "complex"): complex, ("torch", "Size"): Size, ("torch", "device"): device, ("torch", "Tensor"): Tensor,
    ("torch._tensor", "_rebuild_from_type_v2"): _rebuild_from_type_v2,
}  # fmt: skip
# Names of Python's own that weights_only=False opens besides torch's and the script's: nothing that runs what it is given.
_BUILTINS = frozenset("bool bytes complex dict float frozenset int list object range set slice str tuple bytearray".split())
_OPEN = frozenset(["collections", "argparse", "pathlib", "datetime", "decimal", "fractions", "enum", "types", "functools", "copyreg"])

safe_globals = {}


def safe_name(value):
    """(module, qualified name) of an allowed class or function; a pair (value, name) gives its own name."""
    if isinstance(value, tuple):
        module, _, name = value[1].rpartition(".")
        return module, name
    return value.__module__, value.__qualname__


def _encode(text, encoding):
    return text.encode(encoding)


def Reader(file, storages, weights_only, **options):
    """What opens a checkpoint's pickle. `storages(kind, key, location, count)` gives the Stored of a reference."""
    return (_Weights if weights_only else _Everything)(file, storages, **options)


class _Names:
    """References and names as torch writes them, by a closed list unless all was allowed."""

    weights_only = True

    def __init__(self, file, storages, **options):
        super().__init__(file, **options)
        self._storages = storages

    def persistent_load(self, pid):
        kind, storage_type, key, location, count = pid[:5]
        if kind != "storage":
            raise RuntimeError(f"Unknown typename for persistent_load, expected 'storage' but got '{kind}'")
        if type(storage_type) is not StorageKind or type(key) is not str or type(count) is not int or count < 0:
            raise corrupt(f"\n\na storage {key!r} of {count!r} elements")
        return self._storages(storage_type, key, location, count)

    def find_class(self, module, name):
        # Protocol 2 spells Python's own modules as Python 2 did.
        module = {"__builtin__": "builtins", "copy_reg": "copyreg"}.get(module, module)
        if module == "torch._utils" and name in _TENSORS:
            return _TENSORS[name]
        if (module, name) == ("_codecs", "encode"):
            return _encode
        if (module, name) == ("torch.nn.parameter", "Parameter"):
            from .nn.parameter import Parameter

            return Parameter
        found = _PLAIN.get((module, name)) or safe_globals.get((module, name))
        if found is not None:
            return found
        if module == "torch" and name in _dtypes:
            return _dtypes[name]
        if module in ("torch", "torch.cuda", "torch.storage") and name.endswith("Storage"):
            if name in STORAGES:
                return StorageKind(name)
            raise_missing(f"torch.{_LATER.get(name, name)}")
        if self.weights_only:
            raise pickle.UnpicklingError(_refusal(f"{module}.{name}"))
        top = module.partition(".")[0]
        if module == "builtins" and name in _BUILTINS or top in ("torch", "numpy", "__main__") or module in _OPEN and (module, name) != ("types", "FunctionType"):
            return super().find_class(module, name)
        raise_missing(f"torch.load of a file that holds {module}.{name}")


class _Weights(_Names, WeightsUnpickler):
    def may_build(self, kind):
        if issubclass(kind, Tensor):
            raise_missing("torch.load of tensors with a state of their own")
        return kind in safe_globals.values()

    def load(self):
        try:
            return super().load()
        except Unopened as error:
            raise corrupt(f"\n\n{error}") from None


class _Everything(_Names, pickle.Unpickler):
    weights_only = False


_TWO_WAYS = (
    "Weights only load failed. This file can still be loaded, to do so you have two options, \x1b[1mdo those steps only if you trust the source of the checkpoint\x1b[0m. \n\t"
    "(1) In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` from `False` to `True`. Re-running `torch.load` with `weights_only` set to `False` "
    "will likely succeed, but it can result in arbitrary code execution. Do it only if you got the file from a trusted source.\n\t"
    "(2) Alternatively, to load with `weights_only=True` please check the recommended steps in the following error message.\n\t"
)
_DOCS = "\n\nCheck the documentation of torch.load to learn more about types accepted by default with weights_only https://pytorch.org/docs/stable/generated/torch.load.html."


def _refusal(full):
    return (
        f"{_TWO_WAYS}WeightsUnpickler error: Unsupported global: GLOBAL {full} was not an allowed global by default. Please use "
        f"`torch.serialization.add_safe_globals([{full}])` or the `torch.serialization.safe_globals([{full}])` context manager to allowlist this global if you "
        f"trust this class/function.{_DOCS}"
    )


def corrupt(reason):
    """The refusal of a file that is no pickle torch reads."""
    return pickle.UnpicklingError(
        "Weights only load failed. In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` from `False` to `True`. Re-running "
        "`torch.load` with `weights_only` set to `False` will likely succeed, but it can result in arbitrary code execution. Do it only if you got the file from a "
        "trusted source.\nPlease file an issue with the following so that we can make `weights_only=True` compatible with your use case: WeightsUnpickler error: "
        f"{reason}{_DOCS}"
    )


__all__ = ["Global", "Reader", "Stored", "STORAGES", "Writer", "corrupt", "safe_globals", "safe_name"]
