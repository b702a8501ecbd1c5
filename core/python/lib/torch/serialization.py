"""torch.save and torch.load: into files of the run's own folder or into memory, in a form of Nabla's own."""

import io
import pickle

from ._missing import raise_missing

_HEAD = b"NABLA1\n"


def save(obj, f, *args, **kwargs):
    """Write `obj` (tensors, state dicts, plain containers) to a file name or file object."""
    data = _HEAD + pickle.dumps(obj)
    if hasattr(f, "write"):
        f.write(data)
    else:
        with open(f, "wb") as file:
            file.write(data)


class _Reader(pickle.Unpickler):
    """Opens tensors and plain containers only, unless all was allowed."""

    def __init__(self, file, weights_only):
        super().__init__(file)
        self._weights_only = weights_only

    def find_class(self, module, name):
        plain = module in ("torch", "torch._tensor", "torch.nn.parameter", "torch._dtype", "torch._C") or (module, name) in (("collections", "OrderedDict"), ("collections", "defaultdict"), ("builtins", "set"))
        if self._weights_only and not plain:
            raise pickle.UnpicklingError(
                f"Weights only load failed. Unsupported global: GLOBAL {module}.{name} was not an allowed global by default. "
                "Please use `torch.serialization.add_safe_globals` or load with weights_only=False if you trust the file."
            )
        return super().find_class(module, name)


def load(f, map_location=None, *, weights_only=True, **kwargs):
    """Read what `save` wrote."""
    if hasattr(f, "read"):
        data = f.read()
    else:
        with open(f, "rb") as file:
            data = file.read()
    if not data.startswith(_HEAD):
        raise_missing("torch.load of files written by PyTorch")
    return _Reader(io.BytesIO(data[len(_HEAD) :]), weights_only).load()
