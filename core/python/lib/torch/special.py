"""torch.special: ops of the table under the names they have there."""

from . import _missing, _ops

# Names that differ from the op's; `special_` before a name is tried first.
_OTHERS = {"expit": "sigmoid", "gammaln": "lgamma", "psi": "digamma", "multigammaln": "mvlgamma", "gammainc": "igamma", "gammaincc": "igammac"}

for _name in """
digamma entr erf erfc erfcx erfinv exp2 expit expm1 gammainc gammaincc gammaln i0 i0e i1 i1e log1p log_ndtr log_softmax logit logsumexp multigammaln ndtr ndtri
polygamma psi round sinc softmax xlog1py xlogy zeta
""".split():
    for _candidate in ("special_" + _name, _OTHERS.get(_name, _name)):
        if _ops.has(_candidate):
            globals()[_name] = _ops.make(_candidate, _name)
            break

__getattr__ = _missing.names_missing("torch.special", _missing.ALL)
