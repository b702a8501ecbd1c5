"""What a tensor is: sizes, dtype, device, layout. Asked of the engine; nothing is kept here."""

import warnings

import _nabla

from . import _dtype
from ._dtype import Size, by_index
from ._engine import CELL_OUT, cell, dispatch

_meta = _nabla.meta

# What `_nabla.meta` is asked for.
DTYPE, DEVICE, REQUIRES_GRAD, IS_LEAF, DIM, NUMEL, CONTIGUOUS, LENGTH, VERSION, OFFSET, DATA_PTR, GRAD_FN, OUTPUT_NR, SHAPE, STRIDES, RETAINS_GRAD, NBYTES, IS_VIEW = range(18)

# Warnings point past these folders, to the script's line.
OURS = (__file__.rpartition("/torch/")[0] + "/", "<frozen ")


class Facts:
    """The part of torch.Tensor that says what it is."""

    __slots__ = ()

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
        if self.is_inference():
            raise RuntimeError("Inference tensors do not track version counter.")
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
            return dispatch("permute", (self, (1, 0)))
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

    H = property(lambda self: dispatch("adjoint", (self,)) if self.dim() == 2 else self.T)
    mH = property(lambda self: self.mT)
    real = property(lambda self: self)
