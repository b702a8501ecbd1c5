"""torch.linalg, as far as the op table goes."""

from . import _missing, _names, _ops

for _name in _ops.schemas:
    if _name.startswith("linalg_") and _name[7:] in _names.LINALG:
        globals()[_name[7:]] = _ops.make(_name, _name[7:])

__getattr__ = _missing.names_missing("torch.linalg", _names.LINALG)
