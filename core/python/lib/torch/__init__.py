"""PyTorch's interface on Nabla's engine. It follows PyTorch 2.13."""

import builtins as _builtins
import sys as _sys

from . import _missing

_missing.install()

from . import _names  # noqa: E402
from ._dtype import (  # noqa: E402, F401
    Size,
    bfloat16,
    channels_last,
    contiguous_format,
    device,
    dtype,
    finfo,
    float16,
    float32,
    float64,
    iinfo,
    int8,
    int16,
    int32,
    int64,
    layout,
    memory_format,
    preserve_format,
    strided,
    uint8,
)
from ._dtype import aliases as _aliases  # noqa: E402
from ._dtype import bool_ as _bool  # noqa: E402
from ._dtype import later as _later  # noqa: E402

globals().update(_aliases)
globals().update(_later)

from ._tensor import Tensor  # noqa: E402
from . import random  # noqa: E402
from ._factories import (  # noqa: E402, F401
    arange,
    as_tensor,
    asarray,
    empty,
    empty_like,
    eye,
    from_numpy,
    full,
    full_like,
    get_default_device,
    get_default_dtype,
    linspace,
    logspace,
    ones,
    ones_like,
    scalar_tensor,
    set_default_device,
    set_default_dtype,
    set_default_tensor_type,
    tensor,
    zeros,
    zeros_like,
)
from ._draws import (  # noqa: E402, F401
    bernoulli,
    multinomial,
    normal,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
)
from ._factories import range_ as range  # noqa: E402, A004
from ._grad_mode import (  # noqa: E402, F401
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from ._printing import set_printoptions  # noqa: E402, F401
from .random import Generator, default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state  # noqa: E402, F401
from . import _ops  # noqa: E402

_functional = {}
_ops.install(globals(), _functional)

bool = _bool  # noqa: A001

from . import autograd, cuda, nn, optim, utils, linalg, backends, accelerator, special, signal, version  # noqa: E402, F401
from ._recurrent import gru, lstm, rnn_relu, rnn_tanh  # noqa: E402, F401
from .autograd.anomaly_mode import is_anomaly_check_nan_enabled, is_anomaly_enabled  # noqa: E402, F401
from .serialization import load, save  # noqa: E402, F401
from ._legacy import BFloat16Tensor, BoolTensor, ByteTensor, CharTensor, DoubleTensor, FloatTensor, HalfTensor, IntTensor, LongTensor, ShortTensor  # noqa: E402, F401

__version__ = version.__version__
inf = float("inf") if False else _builtins.float("inf")
nan = _builtins.float("nan")
pi = 3.141592653589793
e = 2.718281828459045
newaxis = None


def set_num_threads(n):
    """One thread runs a script here."""


def get_num_threads():
    return 1


def set_num_interop_threads(n):
    """One thread runs a script here."""


def get_num_interop_threads():
    return 1


def use_deterministic_algorithms(mode, *, warn_only=False):
    """Every algorithm here is."""


def are_deterministic_algorithms_enabled():
    return True


def set_float32_matmul_precision(precision):
    """float32 is always computed as float32."""


def get_float32_matmul_precision():
    return "highest"


def set_flush_denormal(mode):
    return False


def is_storage(obj):
    return False


def typename(o):
    """The full name of a value's type, or of a function or class itself."""
    if isinstance(o, Tensor):
        return o.type()
    named = o if hasattr(o, "__qualname__") else type(o)
    module = getattr(named, "__module__", None)
    return ("" if module in (None, "builtins") else module + ".") + named.__qualname__


def compiled_with_cxx11_abi():
    return True


def vmap(func, in_dims=0, out_dims=0, randomness="error", *, chunk_size=None):
    """`func` for each example along `in_dims`, the results stacked along `out_dims`."""
    from .func import vmap

    return vmap(func, in_dims, out_dims, randomness, chunk_size=chunk_size)


def compile(model=None, **options):  # noqa: A001
    """The module or function itself, wrapped as torch wraps it: nothing is compiled here."""
    from ._compile import compile

    return compile(model, **options)


def autocast(*args, **kwargs):
    """torch.amp.autocast."""
    from .amp import autocast

    return autocast(*args, **kwargs)


def is_autocast_enabled(device_type=None):
    return False


class OutOfMemoryError(RuntimeError):
    """The engine's memory is full."""


from . import _variables  # noqa: E402, F401

uint16, uint32, uint64 = _later["uint16"], _later["uint32"], _later["uint64"]
_getattr = _missing.names_missing("torch", _names.TORCH)
del _names


def __getattr__(name):
    return _getattr(name)
