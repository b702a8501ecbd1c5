"""torch.distributions: the distributions scripts use most, with torch's random streams and formulas."""

from .. import _missing
from . import constraints  # noqa: F401
from ._continuous import Beta, Cauchy, Exponential, Gamma, Laplace, LogNormal, Normal, Uniform
from ._discrete import Bernoulli, Categorical, Geometric, OneHotCategorical
from ._multivariate import Dirichlet, Independent, MultivariateNormal
from .distribution import Distribution
from .kl import kl_divergence, register_kl

__all__ = [
    "Bernoulli", "Beta", "Categorical", "Cauchy", "Dirichlet", "Distribution", "Exponential", "Gamma", "Geometric", "Independent", "Laplace", "LogNormal",
    "MultivariateNormal", "Normal", "OneHotCategorical", "Uniform", "kl_divergence", "register_kl",
]  # fmt: skip

_LATER = frozenset(
    """AbsTransform AffineTransform Binomial CatTransform Chi2 ComposeTransform ContinuousBernoulli CorrCholeskyTransform CumulativeDistributionTransform ExpTransform
    ExponentialFamily FisherSnedecor GeneralizedPareto Gumbel HalfCauchy HalfNormal IndependentTransform InverseGamma Kumaraswamy LKJCholesky LogisticNormal
    LowRankMultivariateNormal LowerCholeskyTransform MixtureSameFamily Multinomial NegativeBinomial OneHotCategoricalStraightThrough Pareto Poisson PositiveDefiniteTransform
    PowerTransform RelaxedBernoulli RelaxedOneHotCategorical ReshapeTransform SigmoidTransform SoftmaxTransform SoftplusTransform StackTransform StickBreakingTransform StudentT
    TanhTransform Transform TransformedDistribution VonMises Weibull Wishart biject_to identity_transform transform_to transforms constraint_registry""".split()
)

__getattr__ = _missing.names_missing("torch.distributions", _LATER)
