"""torch.special, as far as the op table goes."""

from . import _missing, _ops

for _name in ("expit", "erf", "erfc", "log1p", "expm1", "softmax", "log_softmax", "logsumexp", "round", "sinc", "xlogy", "entr", "digamma", "gammaln", "erfinv", "exp2", "logit"):
    for _candidate in ("special_" + _name, {"expit": "sigmoid", "gammaln": "lgamma"}.get(_name, _name)):
        if _ops.has(_candidate):
            globals()[_name] = _ops.make(_candidate, _name)
            break

__getattr__ = _missing.names_missing("torch.special", _missing.ALL)
