"""torch.manual_seed, Generator and their state."""

from contextlib import contextmanager

import _nabla

from . import _engine
from ._dtype import device as _device
from ._dtype import device_name as _device_name
from ._dtype import uint8 as _uint8
from ._engine import ask as _ask
from ._engine import fail as _fail


def _seed_number(seed):
    if not hasattr(seed, "__index__"):
        raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
    seed = int(seed)
    if not -(2**63) <= seed < 2**64:
        raise ValueError("Overflow when unpacking long long")
    return str(seed)


def _default_seed(seed):
    """The module functions take whatever `int()` takes; a generator's method wants a number."""
    return _seed_number(int(seed))


class Generator:
    """A stream of random numbers of its own."""

    __module__ = "torch._C"
    __slots__ = ("_g", "device")

    def __init__(self, device="cpu"):
        if _device_name(device) != "cpu" and _nabla.has_gpu() != 1:
            raise RuntimeError(
                "Cannot get CUDA generator without ATen_cuda library. PyTorch splits its backend into two shared libraries: a CPU library and a CUDA library; "
                "this error has occurred because you are trying to use some CUDA functionality, but the CUDA library has not been loaded by the dynamic linker."
            )
        self.device = _device(_device_name(device))
        self._g = _nabla.generator(self.device.type == "cuda")

    def manual_seed(self, seed):
        if _nabla.seed(self._g, _seed_number(seed)) < 0:
            _fail()
        return self

    def seed(self):
        value = _ask("entropy")
        self.manual_seed(int(value))
        return int(value)

    def initial_seed(self):
        return int(_ask("initial_seed", self._g))

    def get_state(self):
        return _bytes(_ask("generator_state", self._g))

    def set_state(self, state):
        from ._tensor import Tensor

        if not isinstance(state, Tensor):
            raise TypeError(f"expected a torch.ByteTensor, but got {type(state).__name__}")
        if state.dtype is not _uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        _ask("set_generator_state", self._g, state.tolist())
        return self

    def clone_state(self):
        made = Generator(self.device)
        made.set_state(self.get_state())
        return made

    def __repr__(self):
        return f"<torch._C.Generator object at {0x7F0000000000 + self._g * 16:#x}>"




def _bytes(values):
    from ._factories import tensor

    return tensor(values, dtype=_uint8)


def _number(number, device):
    made = object.__new__(Generator)
    made._g, made.device = number, _device(device)
    return made


# The engine's numbers 1 and 2 are the default generators.
default_generator = _number(1, "cpu")


def manual_seed(seed):
    """Seed the default generators of both devices."""
    number = _default_seed(seed)
    if _nabla.seed(1, number) < 0 or _nabla.seed(2, number) < 0:
        _fail()
    return default_generator


def seed():
    value = int(_ask("entropy"))
    manual_seed(value)
    return value


def initial_seed():
    return default_generator.initial_seed()


def get_rng_state():
    return default_generator.get_state()


def set_rng_state(state):
    default_generator.set_state(state)


_default_cuda = _number(2, "cuda:0")


@contextmanager
def fork_rng(devices=None, enabled=True, device_type="cuda"):
    """The states of the default generators within a `with` block are put back at its end."""
    if not enabled:
        yield
        return
    gpu = _nabla.has_gpu() == 1
    if devices and not gpu:
        raise AssertionError("Torch not compiled with CUDA enabled")
    kept = get_rng_state()
    kept_cuda = _default_cuda.get_state() if gpu else None
    try:
        yield
    finally:
        set_rng_state(kept)
        if gpu:
            _default_cuda.set_state(kept_cuda)
