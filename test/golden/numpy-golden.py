"""Writes numpy.json.gz: expressions with the str and repr NumPy gives them. Run with NumPy 2.4 and Python 3.11 or later."""

import gzip
import json
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")

PRINTING = """
np.array([1.02354094, 2.0])
np.array([1.0, 2.0, 3.0])
np.array([0.1, 0.25, 1/3])
np.array([1e-5, 1.0])
np.array([1e10, 1.0])
np.array([123456789.0])
np.array([12345678.0, 0.5])
np.array([1.5e-10, 2.25e300])
np.array([1e300, 1e-300])
np.array([np.nan, 1.0, np.inf, -np.inf])
np.array([np.nan, np.nan])
np.array([np.inf])
np.array([-np.inf, 1.0])
np.array([0.0, -0.0])
np.array([1000.0, 0.5])
np.array([1001.0, 0.5])
np.array([-1.5, 22.25, 333.125])
np.array([[1, -2], [30, 400]])
np.array([True, False])
np.array([[True], [False]])
np.array(True)
np.array(3)
np.array(2.5)
np.array([])
np.zeros((0, 3))
np.zeros((2, 0))
np.array([1, 2], dtype=np.int32)
np.array([1, 255], dtype=np.uint8)
np.array([0.1, 0.2, 1/3], dtype=np.float32)
np.array([1e8, 1.0], dtype=np.float32)
np.array([1234567.0, 0.25], dtype=np.float32)
np.array([999999.0, 1e3], dtype=np.float32)
np.array([1e-7], dtype=np.float32)
np.float32(0.1)
np.float32(1e20)
np.float32(16777216.0)
np.float32(123456789)
np.float64(1.0)
np.float64(1e16)
np.float64(1e-5)
np.float64(0.1) + 0.2
np.float64(np.nan)
-np.float64(np.inf)
np.int64(5)
np.int32(-3)
np.uint8(200)
np.True_
np.bool_(0)
np.arange(30)
np.arange(0, 1, 0.1)
np.arange(200)
np.arange(1001)
np.arange(1001.0)
np.arange(2000).reshape(2, 1000)
np.arange(10000).reshape(100, 100)
np.arange(4000).reshape(10, 20, 20) * 1.5
np.linspace(0, 1, 7)
np.linspace(-3, 3, 50)
np.linspace(0, 1, 5).reshape(5, 1)
np.arange(24).reshape(2, 3, 4)
np.arange(24.0).reshape(2, 3, 4) / 7
np.arange(16).reshape(2, 2, 2, 2)
np.arange(40).reshape(2, 20) * 1000003
np.arange(20).reshape(1, 20) / 3
np.array([[0.001, 100.0], [1e-4, 5]])
np.array([[0.00001, 100.0], [1e-4, 5]])
np.ones((3, 3), dtype=np.float32)
np.arange(1200, dtype=np.float32)
np.arange(5, dtype=np.int32).reshape(5, 1)
np.full(3, 7)
np.full((2, 2), 1.5)
np.eye(3)
np.array([1e16, 1.0])
np.array([123456.789012345678])
np.array([0.1 + 0.2])
np.array([1.123456785, 1.123456775])
np.array([5e-324, 1.0])
np.array([99999999.0])
np.array([100000000.0])
np.array([2, 3.5])
np.array([[1.0], [20.0], [300.0]])
np.array([1.0]) / 3
np.arange(3) == 1
np.array2string(np.array([1/3, 2/3]), precision=3, separator=', ')
np.array2string(np.arange(12).reshape(3, 4), separator=',', prefix='abc')
np.dtype('float64')
np.dtype(np.int32)
np.zeros(3).dtype
[np.float64(1.5), np.int64(2)]
(np.array([1, 2]).shape, np.zeros((3, 4)).strides)
"""

OPERATIONS = """
np.arange(6) + 1
np.arange(6) * 1.5
1 / np.arange(1, 5)
2 ** np.arange(5)
np.arange(5) ** 2
np.arange(5) ** 2.0
np.arange(1, 5) ** -1.0
np.array([4.0, 9.0]) ** 0.5
np.array([1.5, -2.5]) ** 3
np.arange(-5, 6) // 3
np.arange(-5, 6) % 3
np.arange(-5, 6) % -3
np.array([-5.5, 5.5, 0.0]) // 2
np.array([-5.5, 5.5, -0.0]) % 2
np.fmod(np.array([-5, 5]), 3)
-np.arange(3)
abs(np.array([-1.5, 2.0]))
~np.array([True, False])
~np.arange(3)
np.arange(4) & 1
np.arange(4) | 4
np.arange(4) << 2
np.array([True, False]) & np.array([True, True])
np.array([True, False]) + np.array([True, True])
np.array([True, False]) * 2
np.array([True, False]) + 1.0
np.array([1, 2], dtype=np.int32) + 1
np.array([1, 2], dtype=np.int32) + 1.0
np.array([1, 2], dtype=np.float32) + 1.0
np.array([1, 2], dtype=np.float32) + np.array([1, 2])
np.array([1, 2], dtype=np.float32) + np.float64(1)
np.array([1, 2], dtype=np.float32) * np.array([1, 2], dtype=np.uint8)
np.array([1, 2], dtype=np.int32) / 2
np.array([250], dtype=np.uint8) + np.array([10], dtype=np.uint8)
np.array([2**31 - 1], dtype=np.int32) + 1
np.array([2**62]) * 2
np.float32(1) + 1
np.float32(1) + 1.5
np.float32(1) + np.int64(1)
np.float32(0.1) + np.float64(0.2)
np.int64(3) / 2
np.int64(7) // 2
np.int64(2) ** 3
np.int32(5) + np.int64(1)
np.uint8(250) + np.uint8(10)
1 + np.float64(2)
2 * np.int64(3)
1.5 * np.int64(3)
np.float64(2) ** 0.5
np.float64(7) % 3
np.float64(1.23456) .round(2)
round(np.float64(1.23456), 2)
np.float64(3).is_integer()
np.True_ + np.True_
np.True_ & np.False_
np.float64(2) > 1
np.arange(3) @ np.arange(3)
np.arange(6).reshape(2, 3) @ np.arange(3)
np.arange(6).reshape(2, 3) @ np.arange(6).reshape(3, 2)
np.arange(6.0).reshape(2, 3) @ np.arange(12.0).reshape(2, 3, 2)
np.dot(np.arange(3.0), np.arange(3.0))
np.dot(2, np.arange(3))
np.outer(np.arange(3), np.arange(2))
np.arange(3).reshape(3, 1) + np.arange(4)
np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1).shape
np.arange(6).reshape(2, 3).T
np.arange(6).reshape(2, 3).T.ravel()
np.arange(6).reshape(2, 3).T.strides
np.arange(6).reshape(3, -1)
np.arange(6).reshape(2, 3, order='F')
np.arange(10)[2:8:2]
np.arange(10)[::-1]
np.arange(10)[-3:]
np.arange(12).reshape(3, 4)[1]
np.arange(12).reshape(3, 4)[:, 1]
np.arange(12).reshape(3, 4)[1:, ::2]
np.arange(12).reshape(3, 4)[..., None].shape
np.arange(12).reshape(3, 4)[[0, 2]]
np.arange(12).reshape(3, 4)[[0, 2], [1, 3]]
np.arange(12).reshape(3, 4)[:, [0, -1]]
np.arange(24).reshape(2, 3, 4)[:, [0, 2], 1]
np.arange(24).reshape(2, 3, 4)[0, :, [0, 2]]
np.arange(12)[np.arange(12) % 3 == 0]
np.arange(12).reshape(3, 4)[np.arange(3) > 0]
np.arange(12).reshape(3, 4)[np.arange(12).reshape(3, 4) > 6]
np.arange(5)[np.array([[0, 1], [2, 3]])]
np.arange(5)[2]
np.arange(5.0)[-1]
np.arange(6).reshape(2, 3)[1, 2]
np.arange(3)[()]
np.array(5)[()]
np.sum(np.arange(10))
np.arange(6).reshape(2, 3).sum(axis=0)
np.arange(6).reshape(2, 3).sum(axis=1, keepdims=True)
np.arange(6).reshape(2, 3).mean()
np.arange(6).reshape(2, 3).mean(axis=0)
np.arange(24.0).reshape(2, 3, 4).sum(axis=(0, 2))
np.arange(6.0).std(), np.arange(6.0).var(), np.arange(6.0).std(ddof=1)
np.arange(6).reshape(2, 3).std(axis=1)
np.arange(6, dtype=np.float32).mean()
np.array([True, False, True]).sum()
np.array([True, False, True]).mean()
np.arange(1, 6).prod()
np.array([3, 1, 2]).max(), np.array([3, 1, 2]).argmin()
np.array([[3.0, 1.0], [0.0, 5.0]]).max(axis=0)
np.array([[3.0, 1.0], [0.0, 5.0]]).argmax(axis=1)
np.array([1.0, np.nan, 0.0]).max(), np.array([1.0, np.nan, 0.0]).argmax()
np.array([0, 1]).any(), np.array([0, 1]).all()
np.cumsum(np.arange(5)), np.cumsum(np.ones((2, 2)), axis=1)
np.exp(np.array([0.0, 1.0, -2.0]))
np.log(np.array([1.0, 2.0, 10.0]))
np.sqrt(np.arange(5))
np.sin(np.linspace(0, 3, 4)), np.cos(np.linspace(0, 3, 4))
np.tanh(np.array([-1.0, 0.0, 2.0]))
np.sqrt(2), np.log(np.float32(3))
np.maximum(np.array([1, 5]), 3), np.minimum([1.0, np.nan], 2)
np.where(np.arange(5) > 2, np.arange(5), -1)
np.where(np.array([True, False]), 1.5, np.array([1, 2]))
np.where(np.array([0, 3, 0, 4]))
np.clip(np.arange(6), 1, 4), np.arange(6.0).clip(max=2.5)
np.round(np.array([1.25, 2.675, -0.5, 1.5, 2.5]), 1), np.round(np.array([0.5, 1.5, 2.5]))
np.sort(np.array([3, 1, 2])), np.argsort(np.array([3.0, 1.0, 2.0]))
np.sort(np.array([[3, 1], [0, 2]]), axis=0)
np.unique(np.array([3, 1, 3, 2, 1]))
np.unique(np.array([3, 1, 3, 2, 1]), return_counts=True)
np.unique(np.array([3, 1, 3]), return_inverse=True)
np.concatenate([np.arange(2), np.arange(3)])
np.concatenate([np.ones((2, 1)), np.zeros((2, 2))], axis=1)
np.concatenate([np.arange(2), np.array([0.5])])
np.stack([np.arange(2), np.arange(2)], axis=1)
np.vstack([np.arange(2), np.arange(2)]), np.hstack([np.arange(2), np.arange(2)])
np.column_stack([np.arange(2), np.arange(2)])
np.squeeze(np.ones((1, 2, 1))).shape, np.expand_dims(np.arange(3), 1)
np.meshgrid(np.arange(2), np.arange(3))
np.isnan(np.array([1.0, np.nan])), np.isfinite(np.array([np.inf, 0]))
np.allclose([1.0, 2.0], [1.0, 2.0 + 1e-9]), np.array_equal([1, 2], [1, 2])
np.linalg.norm(np.array([3.0, 4.0])), np.linalg.norm(np.ones((2, 2)))
np.linalg.solve(np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0]))
np.linalg.inv(np.array([[2.0, 0.0], [0.0, 4.0]]))
np.zeros_like(np.arange(3)), np.ones_like(np.arange(3.0)), np.full_like(np.arange(3), 5)
np.array([[1, 2], [3, 4]]).tolist(), np.arange(3.0).tolist(), np.array(3.5).tolist()
np.array([1.7, -1.7]).astype(int), np.array([0, 2]).astype(bool), np.arange(3).astype('float32')
np.array([1, 2.5, True]), np.array([[1, 2], [3, 4.5]]), np.array([np.float32(1), np.float32(2)])
np.array([np.arange(2), np.arange(2)])
np.asarray([1, 2]).dtype, np.asarray([1.0]).dtype, np.asarray([True]).dtype
np.arange(5, dtype=float), np.arange(2, 10, 3), np.arange(5, 0, -1), np.arange(0.5, 3)
np.linspace(0, 10, 5, endpoint=False), np.linspace(0, 1, 1), np.linspace(2, 2, 3)
np.diff(np.array([1, 4, 9])), np.diag([1, 2]), np.tril(np.ones((3, 3)))
np.repeat([1, 2], 2), np.tile([1, 2], 2), np.flip(np.arange(3)), np.roll(np.arange(4), 1)
np.histogram(np.array([1, 2, 1, 4.0]), bins=3)
np.percentile(np.arange(10), 25), np.median(np.array([3, 1, 2])), np.quantile(np.arange(5.0), [0.25, 0.5])
np.random.RandomState(0).rand(3), np.random.RandomState(0).randn(2, 2)
np.random.RandomState(1).randint(0, 10, 5), np.random.RandomState(1).permutation(6)
np.random.RandomState(2).choice(5, 3), np.random.RandomState(2).choice([1.5, 2.5], 4)
np.random.RandomState(3).normal(1, 2, 3), np.random.RandomState(3).uniform(-1, 1, 3)
np.random.RandomState(5).standard_exponential(2), str(np.random.RandomState(5).choice(['a', 'b', 'c']))
np.random.RandomState(4).randint(100), np.random.RandomState(4).rand()
f"{np.float64(1.5):.3f} {np.int64(3):5d} {np.float32(0.1)}", "%.2f" % np.float64(2.345), str(np.int64(3))
float(np.array([2.5])[0]), int(np.int64(3)), bool(np.array([1]))
np.issubdtype if False else np.can_cast('int64', 'float64')
np.promote_types('int32', 'float32'), np.promote_types('uint8', 'float32'), np.promote_types('bool', 'int32')
[v for v in np.arange(3)], list(np.arange(2.0)), dict(zip(np.arange(2), 'ab'))
sum(np.arange(4)), max(np.array([1.5, 0.5])), len(np.zeros((4, 2)))
np.arange(3).sum().dtype, np.float64(1).dtype, np.arange(3).mean().shape
hash(np.float64(1.5)) == hash(1.5), {np.int64(1): 'a'}[1], [1, 2, 3][np.int64(1)]
np.pi, np.e, np.inf, np.newaxis
np.average([1, 2, 4], weights=[1, 1, 2]), np.ptp(np.array([1, 5]))
np.split(np.arange(6), 3), np.array_split(np.arange(5), 2)
np.add(1, 2), np.multiply(np.arange(3), 2), np.add.reduce(np.arange(4)), np.power(2, 3), np.divide(1, 4)
np.polyfit(np.arange(5.0), 2 * np.arange(5.0) + 1, 1).round(8), np.interp(1.5, [1, 2], [10, 20])
np.size(np.zeros((2, 3))), np.ndim(3), np.shape([[1, 2]])
np.float32(1e6), np.float32(999999), np.float32(1e-4), np.float32(0.001), np.float32(np.inf)
1.5 * np.int64(3), np.int64(3) * 1.5, 2.0 ** np.int64(3), [0] * np.int64(2), range(np.int64(3))[2]
isinstance(np.int64(3), int), isinstance(np.float64(3), float), -np.int64(3), abs(np.int64(-3)), ~np.int64(3)
np.int64(3) == 3, 3 == np.int64(3), np.int64(3) < 4.5, np.int64(3) in [3], max(np.int64(3), 2)
np.float64(3) * np.arange(3), np.arange(3) * np.float32(2), np.int64(2) + np.array([1.5]), [1, 2] + np.arange(2)
np.array([np.int64(1), 2]), np.array([np.float64(1), 2]), np.array((1, 2)), np.array([[1], [2]], dtype=np.float32)
np.exp(1), np.exp(np.array([0.5, -1.0, 10.0, 0.0])), np.log(np.e), np.log10(1000), np.log2(8)
np.arctan(np.array([0.5, -3.0])), np.arctan2(1, -1), np.arcsin(0.5), np.arccos(-1.0)
np.issubdtype(np.float32, np.floating), np.issubdtype(np.zeros(1).dtype, np.integer), np.issubdtype('int64', int)
np.convolve([1, 2, 3], [0, 1, 0.5]), np.convolve(np.arange(5), np.ones(3) / 3, mode='valid'), np.convolve([1, 2, 3], [1, 1], 'same')
np.cov([[1, 2, 4], [3, 1, 0]]), np.corrcoef([1, 2, 4], [3, 1, 0])
np.union1d([1, 2], [2, 3]), np.intersect1d([1, 2], [2, 3]), np.setdiff1d([1, 2], [2])
np.trace(np.eye(3)), np.dstack([[1, 2], [3, 4]]).shape, np.gradient(np.array([1.0, 4.0, 9.0]))
np.einsum('ij,jk->ik', np.arange(4).reshape(2, 2), np.eye(2)), np.einsum('i,i', [1, 2], [3, 4]), np.einsum('ij->j', np.ones((2, 3)))
np.cross([1, 0, 0], [0, 1, 0]), np.nanstd([1.0, np.nan, 3.0]), np.fromiter(range(3), float)
np.arange(6).reshape(2, 3).argmax(), np.arange(6).reshape(2, 3)[np.int64(1)], np.zeros(np.int64(2))
"""

SUMS = [(n, kind) for n in (1, 7, 8, 9, 100, 127, 128, 129, 130, 1000, 4096, 10001) for kind in ("float64", "float32")]

PROGRAMS = [
    "a = np.arange(6.0)\na += 1\na[2] = 10\na[3:5] *= 2\na",
    "a = np.zeros((2, 3))\na[0] = 1\na[:, 1] = [5, 6]\na[1, 2] = -1\na",
    "a = np.arange(10)\na[a > 5] = 0\na[[0, 1]] = [7, 8]\na",
    "a = np.arange(5)\nb = a[1:4]\nb[0] = 100\n(a, b.base is a, a.copy().base)",
    "a = np.arange(5)\na[1:] = a[:-1]\na",
    "a = np.arange(12).reshape(3, 4)\na[[0, 2], 1:3] = -1\na",
    "a = np.arange(4)\na[::2] += 10\na",
    "a = np.arange(6).reshape(2, 3)\na.shape = (3, 2)\na",
    "a = np.array([3, 1, 2])\na.sort()\na",
    "np.random.seed(42)\nx = np.random.rand(5, 1)\nidx = np.arange(5)\nnp.random.shuffle(idx)\n(x, idx, x[idx])",
    "np.random.seed(0)\na = np.arange(8).reshape(4, 2)\nnp.random.shuffle(a)\na",
    "np.random.seed(7)\n(np.random.normal(size=3), np.random.choice(10, 4, replace=False), np.random.uniform(size=(2, 2)), np.random.randint(5, size=3))",
    "np.random.seed([1, 2, 3])\n(np.random.rand(2), np.random.random(2), np.random.permutation([1, 2, 3]), np.random.choice(3, 5, p=[0.1, 0.2, 0.7]))",
    "np.set_printoptions(precision=3, suppress=True)\na = str(np.array([1e-6, 1234.56789]))\nnp.set_printoptions(precision=8, suppress=False)\na",
    "with np.printoptions(precision=2):\n    a = str(np.array([1/3, 2/3]))\n(a, str(np.array([1/3])))",
    "np.set_printoptions(threshold=5, edgeitems=1)\na = repr(np.arange(10))\nnp.set_printoptions(threshold=1000, edgeitems=3)\na",
    "np.set_printoptions(formatter={'float': lambda v: f'{v:.1f}'})\na = repr(np.array([1.25, 2.0]))\nnp.set_printoptions()\na",
    "np.set_printoptions(linewidth=40)\na = repr(np.arange(30) / 7)\nnp.set_printoptions(linewidth=75)\na",
]

ERRORS = """
np.arange(3) + np.arange(4)
np.arange(6).reshape(4, 2)
np.arange(6).reshape(4, -1)
np.arange(3)[5]
np.arange(6).reshape(2, 3)[2, 0]
np.arange(3)[0, 1]
np.arange(3)[1.5]
np.arange(3)['a']
np.arange(3)[np.array([True, False])]
np.arange(3)[[0, 5]]
bool(np.arange(2))
np.array([[1, 2], [3]])
np.array([]).max()
np.arange(3).sum(axis=1)
np.ones((2, 3)) @ np.ones((2, 3))
np.dot(np.ones((2, 3)), np.ones((2, 3)))
float(np.arange(2))
np.concatenate([np.ones((2, 2)), np.ones((3, 3))])
np.array([True]) - np.array([True])
np.arange(3) ** -1
np.arange(2).item()
np.zeros(3).foo
np.dtype('nope')
np.array([300], dtype=np.uint8)
np.uint8(300)
np.random.seed(-1)
np.array([1, 2], dtype=np.uint8) + 300
np.linalg.inv(np.zeros((2, 2)))
np.stack([np.ones(2), np.ones(3)])
np.squeeze(np.ones((2, 1)), axis=0)
np.arange(3).__iadd__(0.5)
np.broadcast_to(np.arange(3), (2, 2))
np.arange(10, dtype=int)[np.ones((3, 3), dtype=bool)]
np.nonexistent
np.array([1.0, 2.0]).nope
"""


def value_of(code):
    *body, last = code.split("\n")
    space = {"np": np}
    exec("\n".join(body), space)
    return eval(last, space)


def shown(code):
    value = value_of(code)
    return {"code": code, "str": str(value), "repr": repr(value)}


def failed(code):
    try:
        value_of(code)
    except Exception as error:
        return {"code": code, "type": type(error).__name__, "message": str(error)}
    raise SystemExit(f"{code} did not fail")


def lines(text):
    return [line for line in text.strip().split("\n")]


def sums():
    out = []
    for n, kind in SUMS:
        for expression in ("x.sum()", "x.mean()", "x.std()"):
            code = f"x = ((np.arange({n}) * 7919 % 1009) / 1009 - 0.3).astype('{kind}')\n{expression}"
            out.append(shown(code))
    for shape in ((100, 1), (300, 3), (3, 300), (20, 30, 40), (1000, 16)):
        n = int(np.prod(shape))
        for expression in ("x.sum()", "x.sum(axis=0)[-1]", "x.sum(axis=-1)[-1]", "x.T.sum()", "x[::2].sum()", "x[..., ::2].sum()", "x.mean(axis=0)[0]"):
            out.append(shown(f"x = ((np.arange({n}) * 7919 % 1009) / 1009 - 0.3).reshape{shape}\n{expression}"))
    return out


golden = {
    "about": f"Made by numpy-golden.py with NumPy {np.__version__} and Python {sys.version.split()[0]}: what NumPy prints for each expression, "
    "and the exceptions it raises. `code` ends in the expression whose str and repr follow.",
    "shown": [shown(line) for line in lines(PRINTING) + lines(OPERATIONS)] + [shown(code) for code in PROGRAMS],
    "sums": sums(),
    "errors": [failed(line) for line in lines(ERRORS)],
}
path = sys.argv[1]
with open(path, "wb") as file:
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
        packed.write(json.dumps(golden, ensure_ascii=False, separators=(",", ":")).encode())
print(len(golden["shown"]), len(golden["sums"]), len(golden["errors"]))
