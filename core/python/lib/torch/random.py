"""torch.manual_seed, Generator and their state."""

import _nabla

from . import _engine
from ._dtype import device as _device
from ._dtype import device_name as _device_name
from ._dtype import uint8 as _uint8
from ._engine import ask as _ask
from ._engine import fail as _fail


def _seed_number(seed):
    if not hasattr(seed, "__index__") and not isinstance(seed, float):
        raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
    seed = int(seed)
    if not -(2**63) <= seed < 2**64:
        raise ValueError("Overflow when unpacking long long")
    return str(seed)


class Generator:
    """A stream of random numbers of its own."""

    __module__ = "torch._C"
    __slots__ = ("_g", "device")

    def __init__(self, device="cpu"):
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
        _ask("set_generator_state", self._g, state.tolist())
        return self

    def clone_state(self):
        made = Generator(self.device)
        made.set_state(self.get_state())
        return made

    def __repr__(self):
        return f"<torch._C.Generator object at {0x7F0000000000 + self._g * 16:#x}>"


_engine.generator_type = Generator


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
    if _nabla.seed(1, _seed_number(seed)) < 0 or _nabla.seed(2, _seed_number(seed)) < 0:
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


class fork_rng:
    """Random state within a `with` block is put back at its end."""

    def __init__(self, devices=None, enabled=True, device_type="cuda"):
        self.enabled = enabled

    def __enter__(self):
        self.state = get_rng_state()

    def __exit__(self, *exc):
        if self.enabled:
            set_rng_state(self.state)
