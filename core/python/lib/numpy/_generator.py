"""numpy.random.default_rng: PCG64 (O'Neill 2014) seeded by NumPy's SeedSequence, with Generator's own algorithms, number for number."""

import math

from ._array import ndarray
from ._bridge import missing
from ._convert import asarray, from_values
from ._dtypes import FLOAT64, INT64, dtype
from ._scalars import generic
from ._ziggurat import exponential, normal

_M32, _M64, _M128 = (1 << 32) - 1, (1 << 64) - 1, (1 << 128) - 1
_MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645


class SeedSequence:
    """Turns any seed into well mixed words."""

    def __init__(self, entropy=None, *, spawn_key=(), pool_size=4, n_children_spawned=0):
        # Unseeded, Nabla starts from a fixed seed, so runs repeat.
        self.entropy = 5489 if entropy is None else entropy
        self.spawn_key, self.n_children_spawned = tuple(spawn_key), n_children_spawned
        words = _words(self.entropy)
        if self.spawn_key:
            words += [0] * max(0, 4 - len(words))
            for key in self.spawn_key:
                words += _words(key)
        self.pool = _mixed(words)

    def generate_state(self, n_words, kind=None):
        """`n_words` words of 32 bits, as integers; of 64 bits where the kind says so."""
        wide = kind is not None and dtype(kind).itemsize == 8
        out, const = [], 0x8B51F9DD
        for i in range(n_words * (2 if wide else 1)):
            value = self.pool[i % 4] ^ const
            const = const * 0x58F38DED & _M32
            value = value * const & _M32
            out.append(value ^ value >> 16)
        return [out[i] | out[i + 1] << 32 for i in range(0, len(out), 2)] if wide else out

    def spawn(self, n_children):
        made = [SeedSequence(self.entropy, spawn_key=(*self.spawn_key, self.n_children_spawned + i)) for i in range(n_children)]
        self.n_children_spawned += n_children
        return made


def _words(value):
    if isinstance(value, (list, tuple, ndarray)):
        return [word for one in (value.tolist() if isinstance(value, ndarray) else value) for word in _words(one)]
    if not hasattr(value, "__index__"):
        raise TypeError("SeedSequence expects int or sequence of ints for entropy not " + str(value))
    value = value.__index__()
    if value < 0:
        raise ValueError("expected non-negative integer")
    words = [value & _M32]
    while value := value >> 32:
        words.append(value & _M32)
    return words


def _mixed(words):
    const = 0x43B0D7E5

    def hashed(value):
        nonlocal const
        value ^= const
        const = const * 0x931E8875 & _M32
        value = value * const & _M32
        return value ^ value >> 16

    def mix(x, y):
        value = (0xCA01F9DD * x - 0x4973F715 * y) & _M32
        return value ^ value >> 16

    pool = [hashed(words[i] if i < len(words) else 0) for i in range(4)]
    for source in range(4):
        for target in range(4):
            if source != target:
                pool[target] = mix(pool[target], hashed(pool[source]))
    for word in words[4:]:
        for target in range(4):
            pool[target] = mix(pool[target], hashed(word))
    return pool


class PCG64:
    """The bit generator: 128 bits of state, 64 a draw; a 32-bit draw keeps the other half."""

    def __init__(self, seed=None):
        self.seed_seq = seed if isinstance(seed, SeedSequence) else SeedSequence(seed)
        a, b, c, d = self.seed_seq.generate_state(4, INT64)
        self._increment = ((c << 64 | d) << 1 | 1) & _M128
        self._state = ((self._increment + (a << 64 | b)) * _MULTIPLIER + self._increment) & _M128
        self._half = None

    def next64(self):
        s = self._state = (self._state * _MULTIPLIER + self._increment) & _M128
        x = (s >> 64 ^ s) & _M64
        turn = s >> 122
        return (x >> turn | x << (64 - turn)) & _M64

    def next32(self):
        if self._half is not None:
            kept, self._half = self._half, None
            return kept
        value = self.next64()
        self._half = value >> 32
        return value & _M32

    def double(self):
        return (self.next64() >> 11) * 2.0**-53

    def below(self, largest):
        """An integer 0 … largest (Lemire 2019)."""
        if largest == 0:
            return 0
        bits, draw = (32, self.next32) if largest <= _M32 else (64, self.next64)
        mask = (1 << bits) - 1
        if largest == mask:
            return draw()
        count = largest + 1
        m = draw() * count
        if m & mask < count:
            threshold = (mask - largest) % count
            while m & mask < threshold:
                m = draw() * count
        return m >> bits

    def masked(self, largest):
        """An integer 0 … largest by rejection, as shuffling draws it."""
        mask = (1 << largest.bit_length()) - 1
        draw = self.next32 if largest <= _M32 else self.next64
        while (value := draw() & mask) > largest:
            pass
        return value


class Generator:
    """NumPy's newer generator of random arrays."""

    __module__ = "numpy.random"

    def __init__(self, bit_generator):
        self.bit_generator = bit_generator

    def __repr__(self):
        return f"Generator(PCG64) at 0x{id(self):X}"

    def spawn(self, n_children):
        return [Generator(PCG64(seq)) for seq in self.bit_generator.seed_seq.spawn(n_children)]

    def _made(self, draw, size, kind=FLOAT64):
        if size is None:
            return draw()
        shape = tuple(int(n) for n in size) if isinstance(size, (tuple, list)) else (size.__index__(),)
        return from_values([draw() for _ in range(math.prod(shape))], kind, shape)

    def _scaled(self, draw, a, b, size, form):
        """`form(a, b, draws)` for numbers or arrays of parameters."""
        if isinstance(a, (list, tuple, ndarray)) or isinstance(b, (list, tuple, ndarray)):
            a, b = asarray(a), asarray(b)
            shape = (a + b).shape if size is None else size
            return form(a, b, self._made(draw, shape))
        a, b = (x.item() if isinstance(x, generic) else x for x in (a, b))
        return form(a, b, self._made(draw, size))

    def random(self, size=None, dtype=float, out=None):
        """Uniform in [0, 1)."""
        if _is_single(dtype):
            bits = self.bit_generator
            return self._made(lambda: (bits.next32() >> 8) * 2.0**-24, size, _kind(dtype))
        return self._made(self.bit_generator.double, size)

    def standard_normal(self, size=None, dtype=float, out=None):
        if _is_single(dtype):
            raise missing("numpy.random.Generator.standard_normal of float32")
        return self._made(lambda: normal(self.bit_generator), size)

    def standard_exponential(self, size=None, dtype=float, method="zig", out=None):
        return self._made(lambda: exponential(self.bit_generator), size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        if not isinstance(scale, (list, tuple, ndarray)) and scale < 0:
            raise ValueError("scale < 0")
        return self._scaled(lambda: normal(self.bit_generator), loc, scale, size, lambda a, b, z: a + b * z)

    def uniform(self, low=0.0, high=1.0, size=None):
        return self._scaled(self.bit_generator.double, low, high, size, lambda a, b, u: a + (b - a) * u)

    def exponential(self, scale=1.0, size=None):
        return self._scaled(lambda: exponential(self.bit_generator), scale, 0, size, lambda a, _, e: e * a)

    def lognormal(self, mean=0.0, sigma=1.0, size=None):
        return self._made(lambda: math.exp(mean + sigma * normal(self.bit_generator)), size)

    def integers(self, low, high=None, size=None, dtype=int, endpoint=False):
        """Integers from `low` up to, without, `high` (with it where endpoint is set)."""
        low, high = (0, low) if high is None else (low, high)
        low, largest = int(low), int(high) - (0 if endpoint else 1)
        if largest < low:
            raise ValueError("low >= high" if not endpoint else "low > high")
        kind = _kind(dtype)
        if kind.itemsize < 4:
            raise missing(f"numpy.random.Generator.integers of {kind.name}")
        return self._made(lambda: low + self.bit_generator.below(largest - low), size, kind)

    def _order(self, n):
        order = list(range(n))
        self._mix(order, self.bit_generator.masked)
        return order

    def _mix(self, items, draw, first=1):
        for i in range(len(items) - 1, first - 1, -1):
            j = draw(i)
            items[i], items[j] = items[j], items[i]

    def shuffle(self, x, axis=0):
        """Shuffle along the first axis, in place."""
        if axis != 0:
            raise missing("numpy.random.Generator.shuffle along another axis")
        if isinstance(x, ndarray):
            x[...] = x[from_values(self._order(len(x)), INT64, (len(x),))]
        else:
            self._mix(x, self.bit_generator.masked)

    def permutation(self, x, axis=0):
        """A shuffled copy, or a shuffled range."""
        if axis != 0:
            raise missing("numpy.random.Generator.permutation along another axis")
        if hasattr(x, "__index__") and not isinstance(x, ndarray):
            n = x.__index__()
            return from_values(self._order(n), INT64, (n,))
        x = asarray(x)
        return x[from_values(self._order(len(x)), INT64, (len(x),))]

    def permuted(self, x, *, axis=None, out=None):
        if axis is not None:
            raise missing("numpy.random.Generator.permuted along an axis")
        x = asarray(x)
        flat = x.reshape(-1)
        return flat[from_values(self._order(len(flat)), INT64, (len(flat),))].reshape(x.shape)

    def choice(self, a, size=None, replace=True, p=None, axis=0, shuffle=True):
        """Elements of `a` (or of range(a)) drawn at random."""
        whole = hasattr(a, "__index__") and not isinstance(a, ndarray)
        pool = a if whole else asarray(a)
        n = a.__index__() if whole else len(pool)
        shape = () if size is None else tuple(size) if isinstance(size, (tuple, list)) else (int(size),)
        count = math.prod(shape)
        if n == 0 and count:
            raise ValueError("a cannot be empty unless no samples are taken")
        if p is not None:
            weights = [float(w) for w in asarray(p).tolist()]
            if len(weights) != n:
                raise ValueError("a and p must have same size")
            if any(w < 0 for w in weights):
                raise ValueError("Probabilities are not non-negative")
            if abs(math.fsum(weights) - 1) > 1e-8:
                raise ValueError("Probabilities do not sum to 1. See Notes section of docstring for more information.")
        if not replace and count > n:
            raise ValueError("Cannot take a larger sample than population when replace is False")
        if replace:
            rows = [self.bit_generator.below(n - 1) for _ in range(count)] if p is None else self._weighted(weights, count)
        else:
            rows = self._distinct(n, count, shuffle) if p is None else self._weighted_distinct(weights, count)
        if size is None:
            return rows[0] if whole else pool[rows[0]]
        at = from_values(rows, INT64, shape)
        return at if whole else pool[at]

    def _weighted(self, weights, count):
        from bisect import bisect_right

        sums, total = [], 0.0
        for w in weights:
            total += w
            sums.append(total)
        sums = [s / total for s in sums]
        return [bisect_right(sums, self.bit_generator.double()) for _ in range(count)]

    def _weighted_distinct(self, weights, count):
        weights, found = list(weights), []
        while len(found) < count:
            for i in found:
                weights[i] = 0.0
            found += list(dict.fromkeys(self._weighted(weights, count - len(found))))
        return found

    def _distinct(self, n, count, shuffle):
        if n > 10000 and count > n // (50 if shuffle else 20):
            rows = list(range(n))
            self._mix(rows, self.bit_generator.below, max(n - count, 1))
            return rows[n - count :]
        seen, rows = set(), []
        for j in range(n - count, n):
            value = self.bit_generator.below(j)
            if value in seen:
                value = j
            seen.add(value)
            rows.append(value)
        if shuffle:
            self._mix(rows, self.bit_generator.below)
        return rows

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise missing(f"numpy.random.Generator.{name}")


def _kind(kind):
    return dtype(kind)


def _is_single(kind):
    return dtype(kind).name == "float32"


def default_rng(seed=None):
    """A Generator on a new PCG64; one that is given already comes back."""
    if isinstance(seed, Generator):
        return seed
    return Generator(seed if isinstance(seed, PCG64) else PCG64(seed))
