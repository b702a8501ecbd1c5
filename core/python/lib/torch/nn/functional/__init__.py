"""torch.nn.functional: functions that Python shapes, one file per family, and the op table's as they are."""

from importlib import import_module as _import

from ... import _missing, _names

# Every file is loaded, and what it defines without an underscore is public.
for _file in ("attention", "activation", "distance", "dropout", "linear", "loss", "normalization", "padding", "pooling", "sparse", "vision"):
    for _name, _value in vars(_import("." + _file, __name__)).items():
        if getattr(_value, "__module__", "").startswith(__name__) and not _name.startswith("_"):
            globals()[_name] = _value
            _value.__module__ = __name__

for _name, _function in __import__("torch")._functional.items():
    if _name not in globals():
        globals()[_name] = _function

__getattr__ = _missing.names_missing("torch.nn.functional", _names.FUNCTIONAL)
