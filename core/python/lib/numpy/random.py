"""numpy.random: the legacy functions and RandomState, number for number NumPy's. Unseeded, Nabla starts from a fixed seed, so runs repeat."""

from ._array import ndarray, wrap
from ._bridge import checked, missing
from ._convert import asarray
from ._dtypes import FLOAT64, INT64, dtype
from ._scalars import generic, integer

checked("random_reset")()
_new = checked("random_state")
_seed = checked("seed")
_seed_array = checked("seed_array")
_draw = checked("draw")
_randint = checked("randint")
_shuffle = checked("shuffle")
_permutation = checked("permutation")
_choice = checked("choice")


def _shape(size):
    if size is None:
        return ()
    if isinstance(size, (tuple, list)):
        return tuple(int(n) for n in size)
    return (size.__index__(),)


def _number(value):
    return value.item() if isinstance(value, (generic, ndarray)) else value


class RandomState:
    """NumPy's legacy generator: MT19937 with its own distributions."""

    __module__ = "numpy.random.mtrand"

    def __init__(self, seed=None):
        self._at = _new()
        if seed is not None:
            self.seed(seed)

    def seed(self, seed=None):
        """Start again from `seed` (an integer below 2**32 or a list of them)."""
        if seed is None:
            _seed(self._at, 5489)
        elif isinstance(seed, (list, tuple, ndarray)):
            _seed_array(self._at, *asarray(seed).ravel().tolist())
        elif isinstance(seed, float) or not hasattr(seed, "__index__"):
            raise TypeError("Cannot cast scalar from dtype('float64') to dtype('int64') according to the rule 'safe'")
        else:
            seed = int(seed)
            if not 0 <= seed < 2**32:
                raise ValueError("Seed must be between 0 and 2**32 - 1")
            _seed(self._at, seed)

    def _drawn(self, name, a, b, size):
        a, b = _number(a), _number(b)
        if isinstance(a, (list, tuple, ndarray)) or isinstance(b, (list, tuple, ndarray)):
            raise missing(f"numpy.random.{name} with arrays of parameters")
        out = wrap(_draw(self._at, name, a, b, *_shape(size)))
        return out if size is not None else out.item()

    def rand(self, *shape):
        """Uniform in [0, 1)."""
        return self._drawn("random", 0, 1, shape if shape else None)

    def random_sample(self, size=None):
        return self._drawn("random", 0, 1, size)

    random = ranf = sample = random_sample

    def randn(self, *shape):
        """Standard normal."""
        return self._drawn("standard_normal", 0, 1, shape if shape else None)

    def standard_normal(self, size=None):
        return self._drawn("standard_normal", 0, 1, size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        return self._parameters("normal", loc, scale, size, lambda n: asarray(loc) + asarray(scale) * self.standard_normal(n))

    def uniform(self, low=0.0, high=1.0, size=None):
        return self._parameters("uniform", low, high, size, lambda n: asarray(low) + (asarray(high) - asarray(low)) * self.random_sample(n))

    def _parameters(self, name, a, b, size, spread):
        arrays = [x for x in (a, b) if isinstance(x, (list, tuple, ndarray)) and asarray(x).ndim]
        if not arrays:
            return self._drawn(name, a, b, size)
        from ._shaping import broadcast_shapes

        shape = broadcast_shapes(*(asarray(x).shape for x in (a, b)))
        return spread(shape if size is None else size)

    def exponential(self, scale=1.0, size=None):
        return self._drawn("exponential", scale, 0, size)

    def standard_exponential(self, size=None):
        return self.exponential(1.0, size)

    def gamma(self, shape, scale=1.0, size=None):
        return self._drawn("gamma", shape, scale, size)

    def standard_gamma(self, shape, size=None):
        return self._drawn("gamma", shape, 1.0, size)

    def beta(self, a, b, size=None):
        return self._drawn("beta", a, b, size)

    def binomial(self, n, p, size=None):
        return self._drawn("binomial", n, p, size)

    def poisson(self, lam=1.0, size=None):
        return self._drawn("poisson", lam, 0, size)

    def randint(self, low, high=None, size=None, dtype=int):
        """Integers from `low` up to, without, `high`."""
        if high is None:
            low, high = 0, low
        kind = _integer(dtype)
        out = wrap(_randint(self._at, int(_number(low)), int(_number(high)), kind.name, *_shape(size)))
        if size is not None:
            return out
        return out.item() if dtype is int else kind.type(out.item())

    def random_integers(self, low, high=None, size=None):
        return self.randint(1 if high is None else low, (low if high is None else high) + 1, size)

    def shuffle(self, x):
        """Shuffle along the first axis, in place."""
        if isinstance(x, ndarray):
            if not x.ndim:
                raise TypeError("shuffle() of 0-d array")
            places = x._places if x.dtype.kind in "UO" else x
            _shuffle(self._at, places._h)
            return
        if not hasattr(x, "__setitem__"):
            raise TypeError(f"'{type(x).__name__}' object does not support item assignment")
        order = wrap(_permutation(self._at, len(x))).tolist()
        x[:] = [x[i] for i in order]

    def permutation(self, x):
        """A shuffled copy, or a shuffled range."""
        if isinstance(x, (int, integer)):
            return wrap(_permutation(self._at, int(x)))
        x = asarray(x)
        return x[wrap(_permutation(self._at, x.shape[0]))]

    def choice(self, a, size=None, replace=True, p=None):
        """Elements of `a` (or of range(a)) drawn at random."""
        if size is None and isinstance(a, (list, tuple)) and any(isinstance(one, str) for one in a):
            return a[self.choice(len(a), p=p)]
        pool = None if isinstance(a, (int, integer)) else asarray(a)
        count = int(a) if pool is None else pool.shape[0]
        weights = None if p is None else asarray(p, FLOAT64)
        at = wrap(_choice(self._at, count, bool(replace), 0 if weights is None else weights._h, *_shape(size)))
        if pool is None:
            return at if size is not None else at.item()
        return pool[at] if size is not None else pool[at.item()]

    def get_state(self, legacy=True):
        raise missing("numpy.random.get_state")

    def set_state(self, state):
        raise missing("numpy.random.set_state")

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in _ELSEWHERE:
            raise missing(f"numpy.random.RandomState.{name}")
        raise AttributeError(f"'numpy.random.mtrand.RandomState' object has no attribute '{name}'")

    def __repr__(self):
        return f"RandomState(MT19937) at 0x{id(self):X}"


def _integer(kind):
    kind = dtype(kind)
    if kind.kind not in "iu":
        raise TypeError(f"Unsupported dtype {kind!r} for randint") if kind.kind != "b" else missing("numpy.random.randint of bools")
    return kind or INT64


_ELSEWHERE = set(
    "bytes chisquare dirichlet f geometric gumbel hypergeometric laplace logistic lognormal logseries multinomial "
    "multivariate_normal negative_binomial noncentral_chisquare noncentral_f pareto power rayleigh standard_cauchy "
    "standard_t tomaxint triangular vonmises wald weibull zipf".split()
)

_rand = object.__new__(RandomState)
_rand._at = 0
for _name in (
    "seed rand randn random random_sample ranf sample standard_normal normal uniform exponential standard_exponential beta binomial gamma standard_gamma poisson randint random_integers "
    "shuffle permutation choice get_state set_state"
).split():
    globals()[_name] = getattr(_rand, _name)


from ._generator import PCG64, Generator, SeedSequence, default_rng  # noqa: E402, F401


def __getattr__(name):
    if name in _ELSEWHERE or name in ("MT19937", "BitGenerator", "PCG64DXSM", "Philox", "SFC64"):
        raise missing(f"numpy.random.{name}")
    raise AttributeError(f"module 'numpy.random' has no attribute '{name}'")
