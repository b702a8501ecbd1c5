"""torch.cuda: there where the run was given the GPU; its random numbers are CUDA's (Philox)."""

import _nabla

from .. import _missing, _names, random
from .._dtype import device as _device

default_generators = (random._number(2, "cuda:0"),)


def is_available():
    return _nabla.has_gpu() == 1


def is_initialized():
    return is_available()


def init():
    _need()


def _need():
    if not is_available():
        raise AssertionError("Torch not compiled with CUDA enabled")


def device_count():
    return 1 if is_available() else 0


def current_device():
    _need()
    return 0


def set_device(device):
    _need()


def get_device_name(device=None):
    _need()
    return "Nabla GPU"


def get_device_capability(device=None):
    _need()
    return (8, 0)


def synchronize(device=None):
    _need()


def empty_cache():
    pass


def memory_allocated(device=None):
    return _nabla.live_bytes() if is_available() else 0


def max_memory_allocated(device=None):
    return memory_allocated(device)


memory_reserved = memory_allocated
max_memory_reserved = memory_allocated


def reset_peak_memory_stats(device=None):
    pass


def manual_seed(seed):
    """Seed the GPU's generator; nothing where there is none."""
    number = random._default_seed(seed)
    if is_available() and _nabla.seed(2, number) < 0:
        from .._engine import fail

        fail()


manual_seed_all = manual_seed


def seed():
    _need()
    default_generators[0].seed()


seed_all = seed


def initial_seed():
    _need()
    return default_generators[0].initial_seed()


def get_rng_state(device="cuda"):
    _need()
    return default_generators[0].get_state()


def set_rng_state(new_state, device="cuda"):
    _need()
    default_generators[0].set_state(new_state)


def get_rng_state_all():
    return [get_rng_state()] if is_available() else []


def set_rng_state_all(new_states):
    for state in new_states:
        set_rng_state(state)


def is_bf16_supported():
    return False


__getattr__ = _missing.names_missing("torch.cuda", _names.CUDA)
