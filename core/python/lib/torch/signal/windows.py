"""torch.signal.windows: each a function of evenly spaced arguments."""

from math import pi, sqrt

from .. import _dtype, _factories
from .._engine import dispatch

__all__ = [
    "bartlett", "blackman", "cosine", "exponential", "gaussian", "general_cosine", "general_hamming", "hamming", "hann", "kaiser", "nuttall",
]  # fmt: skip


class _Frame:
    """What all windows share: the checks, the dtype, the arguments, and what comes of one or no points."""

    def __init__(self, name, M, sym, dtype, layout, device, requires_grad):
        dtype = _factories.get_default_dtype() if dtype is None else dtype
        if M < 0:
            raise ValueError(f"{name} requires non-negative window length, got M={M}")
        if layout is not _dtype.strided:
            raise ValueError(f"{name} is implemented for strided tensors only, got: {layout}")
        if dtype not in (_dtype.float32, _dtype.float64):
            raise ValueError(f"{name} expects float32 or float64 dtypes, got: {dtype}")
        self.M = M
        self.sym = sym
        self.options = {"dtype": dtype, "device": device, "requires_grad": requires_grad}

    @property
    def spans(self):
        """Steps from the first point to where the window ends."""
        return self.M - 1 if self.sym else self.M

    @property
    def longest(self):
        return self.M if not self.sym and self.M > 1 else self.M - 1

    def points(self, start, end):
        return _factories.linspace(start, end, self.M, **self.options)

    def trivial(self):
        return _factories.ones(self.M, **self.options) if self.M else _factories.empty(0, **self.options)


def exponential(M, *, center=None, tau=1.0, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """exp(-|n - center| / tau)."""
    frame = _Frame("exponential", M, sym, dtype, layout, device, requires_grad)
    if tau <= 0:
        raise ValueError(f"Tau must be positive, got: {tau} instead.")
    if sym and center is not None:
        raise ValueError("Center must be None for symmetric windows")
    if M == 0:
        return frame.trivial()
    middle = frame.longest / 2.0 if center is None else center
    scale = 1 / tau
    return (-frame.points(-middle * scale, (-middle + (M - 1)) * scale).abs()).exp()


def cosine(M, *, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """sin(π (n + ½) / M)."""
    frame = _Frame("cosine", M, sym, dtype, layout, device, requires_grad)
    if M == 0:
        return frame.trivial()
    scale = pi / (frame.longest + 1)
    return frame.points(0.5 * scale, (0.5 + (M - 1)) * scale).sin()


def gaussian(M, *, std=1.0, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """exp(-½ ((n - middle) / std)²)."""
    frame = _Frame("gaussian", M, sym, dtype, layout, device, requires_grad)
    if std <= 0:
        raise ValueError(f"Standard deviation must be positive, got: {std} instead.")
    if M == 0:
        return frame.trivial()
    start = -frame.longest / 2.0
    scale = 1 / (std * sqrt(2))
    return (-(frame.points(start * scale, (start + (M - 1)) * scale) ** 2)).exp()


def kaiser(M, *, beta=12.0, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """I₀(√(β² - k²)) / I₀(β) for k from -β to β."""
    frame = _Frame("kaiser", M, sym, dtype, layout, device, requires_grad)
    if beta < 0:
        raise ValueError(f"beta must be non-negative, got: {beta} instead.")
    if M < 2:
        return frame.trivial()
    b = _factories.tensor(beta, dtype=frame.options["dtype"], device=device)
    scale = 2.0 * b / frame.spans
    k = frame.points((-b).item(), min(b.item(), (-b + (M - 1) * scale).item()))
    return dispatch("i0", ((b * b - k**2).sqrt(),)) / dispatch("i0", (b,))


def hamming(M, *, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """0.54 - 0.46 cos(2πn / (M - 1))."""
    return general_hamming(M, sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)


def hann(M, *, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """½ - ½ cos(2πn / (M - 1))."""
    return general_hamming(M, alpha=0.5, sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)


def blackman(M, *, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """0.42 - ½ cos(2πn / (M - 1)) + 0.08 cos(4πn / (M - 1))."""
    _Frame("blackman", M, sym, dtype, layout, device, requires_grad)
    return general_cosine(M, a=[0.42, 0.5, 0.08], sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)


def bartlett(M, *, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """1 - |2n / (M - 1) - 1|."""
    frame = _Frame("bartlett", M, sym, dtype, layout, device, requires_grad)
    if M < 2:
        return frame.trivial()
    return 1 - frame.points(-1, -1 + (M - 1) * (2 / frame.spans)).abs()


def general_cosine(M, *, a, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """Σ (-1)ⁱ aᵢ cos(2πin / (M - 1))."""
    frame = _Frame("general_cosine", M, sym, dtype, layout, device, requires_grad)
    if M < 2:
        return frame.trivial()
    if not hasattr(a, "__iter__"):
        raise TypeError("Coefficients must be a list/tuple")
    if not a:
        raise ValueError("Coefficients cannot be empty")
    k = frame.points(0, (M - 1) * (2 * pi / frame.spans))
    weights = _factories.tensor([(-1) ** i * w for i, w in enumerate(a)], **frame.options)
    order = _factories.arange(weights.shape[0], **frame.options)
    return (weights.unsqueeze(-1) * (order.unsqueeze(-1) * k).cos()).sum(0)


def general_hamming(M, *, alpha=0.54, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """alpha - (1 - alpha) cos(2πn / (M - 1))."""
    return general_cosine(M, a=[alpha, 1.0 - alpha], sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)


def nuttall(M, *, sym=True, dtype=None, layout=_dtype.strided, device=None, requires_grad=False):
    """Nuttall's minimal four-term window."""
    weights = [0.3635819, 0.4891775, 0.1365995, 0.0106411]
    return general_cosine(M, a=weights, sym=sym, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad)
