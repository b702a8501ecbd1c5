"""torch.dtype, torch.device, torch.Size and the other small values that describe a tensor."""

import _nabla

from . import _missing


class dtype:
    """An element type, as `torch.float32`."""

    __slots__ = ("_name", "is_complex", "is_floating_point", "is_signed", "itemsize", "_index")

    def __init__(self, name, itemsize, index):
        self._name = name
        self.itemsize = itemsize
        self.is_floating_point = "float" in name
        self.is_complex = "complex" in name
        self.is_signed = name not in ("bool", "uint8", "uint16", "uint32", "uint64")
        self._index = index

    def __repr__(self):
        return "torch." + self._name

    def __reduce__(self):
        return self._name

    def to_real(self):
        return self


# In the order of the engine's numbers for them.
_names = (("float32", 4), ("float64", 8), ("int64", 8), ("int32", 4), ("uint8", 1), ("bool", 1), ("float16", 2), ("bfloat16", 2), ("int8", 1), ("int16", 2))
by_index = tuple(dtype(name, size, i) for i, (name, size) in enumerate(_names))
float32, float64, int64, int32, uint8, bool_, float16, bfloat16, int8, int16 = by_index
by_name = {d._name: d for d in by_index}
# Named, so that scripts can compare with them; making a tensor of one says that it is not there.
later = {
    name: dtype(name, size, -1)
    for name, size in (("complex64", 8), ("complex128", 16), ("uint16", 2), ("uint32", 4), ("uint64", 8))
}
aliases = {
    "float": float32, "double": float64, "long": int64, "int": int32, "half": float16, "short": int16,
    "cfloat": later["complex64"], "cdouble": later["complex128"],
}  # fmt: skip

tensor_type_names = {
    "float32": "FloatTensor", "float64": "DoubleTensor", "int64": "LongTensor", "int32": "IntTensor", "uint8": "ByteTensor", "bool": "BoolTensor",
    "float16": "HalfTensor", "bfloat16": "BFloat16Tensor", "int8": "CharTensor", "int16": "ShortTensor",
}  # fmt: skip


def checked(d):
    """`d` if tensors of it can be made."""
    if d._index < 0:
        raise NotImplementedError(f"torch.{d._name} is not in Nabla yet")
    return d


class device:
    """Where a tensor lives: `device(type='cpu')` or `device(type='cuda', index=0)`."""

    __slots__ = ("index", "type")

    def __init__(self, type="cpu", index=None):
        if isinstance(type, device):
            type, index = type.type, type.index
        elif isinstance(type, int):
            type, index = "cuda", type
        elif isinstance(type, str):
            name, colon, number = type.partition(":")
            if colon:
                if index is not None:
                    raise RuntimeError("type (string) must not include an index because index was passed explicitly: " + type)
                if not number.isdigit():
                    raise RuntimeError(f"Invalid device string: '{type}'")
                index = int(number)
            type = name
        else:
            raise TypeError(f"device(): argument 'type' must be str, not {_missing.type_name(type)}")
        if type not in ("cpu", "cuda"):
            if not type.isalpha():
                raise RuntimeError(f"Invalid device string: '{type}'")
            if type in ("mps", "xpu", "meta", "hip", "xla", "mkldnn", "vulkan", "hpu", "mtia", "ipu", "ve", "fpga", "maia", "lazy"):
                raise NotImplementedError(f"torch.device('{type}') is not in Nabla yet")
            raise RuntimeError(
                "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, hpu, mtia, "
                f"privateuseone device type at start of device string: {type}"
            )
        self.type = type
        self.index = index

    def __repr__(self):
        return f"device(type='{self.type}')" if self.index is None else f"device(type='{self.type}', index={self.index})"

    def __str__(self):
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other):
        return isinstance(other, device) and self.type == other.type and self.index == other.index

    def __hash__(self):
        return hash((self.type, self.index))

    def __reduce__(self):
        return (device, (self.type,) if self.index is None else (self.type, self.index))

    def __enter__(self):
        _missing.raise_missing("torch.device as a context manager")

    def __exit__(self, *exc):
        pass


cpu = device("cpu")
cuda = device("cuda", 0)


def device_name(d):
    """'cpu' or 'cuda' for whatever a script gives as a device; checks that it is there."""
    if d.__class__ is not device:
        d = device(d)
    if d.type == "cuda":
        if not _nabla.has_gpu():
            raise AssertionError("Torch not compiled with CUDA enabled")
        if d.index:
            raise RuntimeError("CUDA error: invalid device ordinal")
    elif d.index:
        raise RuntimeError("CPU device index must be -1 or zero, got " + str(d.index))
    return d.type


class Size(tuple):
    """A tensor's shape."""

    __slots__ = ()

    def __repr__(self):
        return f"torch.Size([{', '.join(map(str, self))}])"

    def numel(self):
        n = 1
        for d in self:
            n *= d
        return n

    def __getitem__(self, index):
        found = tuple.__getitem__(self, index)
        return Size(found) if isinstance(index, slice) else found

    def __add__(self, other):
        return Size(tuple(self) + tuple(other))

    def __radd__(self, other):
        return Size(tuple(other) + tuple(self))

    def __mul__(self, n):
        return Size(tuple(self) * n)

    __rmul__ = __mul__

    def __reduce__(self):
        return (Size, (tuple(self),))


class memory_format:
    __slots__ = ("_name",)

    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return "torch." + self._name


class layout(memory_format):
    pass


contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")
strided = layout("strided")


# Fraction bits, largest exponent, resolution.
_LIMITS = {"float32": (23, 127, 1e-6), "float64": (52, 1023, 1e-15), "float16": (10, 15, 1e-3), "bfloat16": (7, 127, 1e-2)}


class finfo:
    """Limits of a floating type."""

    def __init__(self, type=float32):
        if not type.is_floating_point:
            raise TypeError(f"torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.{type._name}'")
        self.dtype = type._name
        self.bits = type.itemsize * 8
        digits, exponent, self.resolution = _LIMITS[checked(type)._name]
        self.eps = 2.0**-digits
        self.max = (2 - self.eps) * 2.0**exponent
        self.tiny = 2.0 ** (1 - exponent)
        self.min = -self.max
        self.smallest_normal = self.tiny

    def __repr__(self):
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
            f"smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, dtype={self.dtype})"
        )


class iinfo:
    """Limits of an integer type."""

    def __init__(self, type):
        if type.is_floating_point or type is bool_:
            raise TypeError(f"torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.{type._name}'")
        self.dtype = type._name
        self.bits = type.itemsize * 8
        self.max = 2 ** (self.bits - type.is_signed) - 1
        self.min = -self.max - 1 if type.is_signed else 0

    def __repr__(self):
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
