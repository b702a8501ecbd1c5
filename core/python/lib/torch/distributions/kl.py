"""kl_divergence between distributions of one kind, and registering more."""

from .._engine import dispatch
from ._continuous import Exponential, Laplace, Normal, Uniform
from ._discrete import Bernoulli, Categorical
from ._multivariate import Independent, MultivariateNormal, _sum_rightmost

_registered = {}


def register_kl(type_p, type_q):
    """A decorator: the function computes KL(p || q) for these types."""

    def decorate(function):
        _registered[type_p, type_q] = function
        return function

    return decorate


def kl_divergence(p, q):
    """KL(p || q)."""
    found = [
        (type(p).__mro__.index(one), type(q).__mro__.index(two), function)
        for (one, two), function in _registered.items()
        if isinstance(p, one) and isinstance(q, two)
    ]
    if not found:
        raise NotImplementedError(f"No KL(p || q) is implemented for p type {type(p).__name__} and q type {type(q).__name__}")
    return min(found, key=lambda entry: entry[:2])[2](p, q)


@register_kl(Normal, Normal)
def _normal(p, q):
    ratio = (p.scale / q.scale).pow(2)
    distance = ((p.loc - q.loc) / q.scale).pow(2)
    return 0.5 * (ratio + distance - 1 - ratio.log())


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p, q):
    from ..nn.functional import softplus

    one = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    one = dispatch("where", (q.probs == 0, one.new_full(one.shape, float("inf")), one)).masked_fill(p.probs == 0, 0)
    two = (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))
    two = dispatch("where", (q.probs == 1, two.new_full(two.shape, float("inf")), two)).masked_fill(p.probs == 1, 0)
    return one + two


@register_kl(Categorical, Categorical)
def _categorical(p, q):
    terms = p.probs * (p.logits - q.logits)
    terms = terms.masked_fill((q.probs == 0).expand_as(terms), float("inf")).masked_fill((p.probs == 0).expand_as(terms), 0)
    return terms.sum(-1)


@register_kl(Exponential, Exponential)
def _exponential(p, q):
    ratio = q.rate / p.rate
    return -ratio.log() + ratio - 1


@register_kl(Laplace, Laplace)
def _laplace(p, q):
    ratio = p.scale / q.scale
    distance = (p.loc - q.loc).abs()
    return -ratio.log() + distance / q.scale + ratio * (-distance / p.scale).exp() - 1


@register_kl(Uniform, Uniform)
def _uniform(p, q):
    found = ((q.high - q.low) / (p.high - p.low)).log()
    return found.masked_fill((q.low > p.low) | (q.high < p.high), float("inf"))


@register_kl(Independent, Independent)
def _independent(p, q):
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    return _sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate(p, q):
    from ..linalg import solve_triangular

    if p.event_shape != q.event_shape:
        raise ValueError("KL-divergence between two Multivariate Normals with different event shapes cannot be computed")
    half = q._tril.diagonal(dim1=-2, dim2=-1).log().sum(-1) - p._tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)
    spread = solve_triangular(q._tril, p._tril, upper=False).pow(2).sum((-2, -1))
    distance = solve_triangular(q._tril, (q.loc - p.loc).unsqueeze(-1), upper=False).squeeze(-1).pow(2).sum(-1)
    return half + 0.5 * (spread + distance - p.event_shape[0])
