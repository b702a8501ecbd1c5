"""Writes windows.json.gz: convolution, pooling, padding, resizing and their kin on random shapes, with gradients of first and second order and refusals. Run with PyTorch 2.13."""

import gzip
import json
import random
import warnings

import torch

warnings.simplefilter("ignore")
aten = torch.ops.aten
draw = random.Random(20261125)
cases = []


def many(low, high, n):
    return [draw.randint(low, high) for _ in range(n)]


def data(*shape, low=-2.0, high=2.0):
    count = 1
    for size in shape:
        count *= size
    return torch.tensor([round(draw.uniform(low, high), 4) for _ in range(count)], dtype=torch.float64).reshape(shape)


def flat(tensor):
    return [float(f"{v:.12g}") for v in tensor.detach().double().reshape(-1).tolist()]


def add(op, *args, grads=True):
    """Runs aten's op; tensors among the arguments are differentiable inputs."""
    inputs = [a.clone().requires_grad_(a.is_floating_point()) if isinstance(a, torch.Tensor) else None for a in args]
    real = [i if i is not None else a for i, a in zip(inputs, args)]
    entry = {
        "op": op,
        "args": [{"shape": list(a.shape), "data": a.reshape(-1).tolist(), "dtype": str(a.dtype)[6:]} if isinstance(a, torch.Tensor) else a for a in args],
    }
    try:
        out = getattr(aten, op)(*real)
    except Exception as error:
        entry["error"] = [type(error).__name__, str(error).split("\n")[0]]
        cases.append(entry)
        return
    outs = out if isinstance(out, tuple) else (out,)
    entry["out"] = [[list(o.shape), flat(o)] for o in outs]
    y = outs[0]
    entry["grad_fn"] = type(y.grad_fn).__name__
    weights = torch.arange(1, y.numel() + 1, dtype=torch.float64).reshape(y.shape).remainder(7) - 3
    leaves = [i for i in inputs if i is not None and i.requires_grad]
    if y.numel() and grads:
        first = torch.autograd.grad((y * weights).sum(), leaves, create_graph=True)
        entry["first"] = [flat(g) for g in first]
        smooth = [g for g in first if g.requires_grad]
        if smooth:
            second = torch.autograd.grad(sum((g * g).sum() for g in smooth), leaves, allow_unused=True)
            entry["second"] = [None if g is None else flat(g) for g in second]
    cases.append(entry)


def lead():
    return many(1, 2, 1) if draw.random() < 0.7 else []


for _ in range(20):
    n, groups = draw.randint(1, 3), draw.randint(1, 2)
    low, high = groups * draw.randint(1, 2), groups * draw.randint(1, 2)
    kernel, stride, padding, dilation, size = many(1, 3, n), many(1, 2, n), many(0, 2, n), many(1, 2, n), many(2, 5 - n // 2, n)
    x = data(*lead(), low, *size)
    bias = data(high) if draw.random() < 0.6 else None
    add(f"conv{n}d", x, data(high, low // groups, *kernel), bias, stride, padding, dilation, groups)
    add(f"conv{n}d", x, data(high, low // groups, *kernel), bias, [1] * n, "same", dilation, groups)
    add(f"conv_transpose{n}d", x, data(low, high // groups, *kernel), bias, stride, padding, many(0, 1, n), groups, dilation)

for _ in range(24):
    n = draw.randint(1, 3)
    size, kernel = many(2, 6 - n, n), many(1, 3, n)
    stride = many(1, 3, n) if draw.random() < 0.7 else []
    padding = [draw.randint(0, k // 2) for k in kernel]
    ceil, count = draw.random() < 0.5, draw.random() < 0.5
    x = data(*lead(), 2, *size)
    add(f"max_pool{n}d_with_indices" if draw.random() < 0.5 else f"max_pool{n}d", x, kernel, stride, padding, many(1, 2, n), ceil)
    add(f"avg_pool{n}d", x, kernel, stride, padding, ceil, count, *([draw.randint(1, 5)] if n > 1 and draw.random() < 0.3 else []))
    goal = many(1, 4, n)
    add(f"adaptive_avg_pool{n}d", x, goal)
    add(f"adaptive_max_pool{n}d", x, goal)
    edges = many(-1, 2, 2 * n)
    for mode in ("constant", "reflect", "replicate"):
        add("pad", x, edges, mode)
    add("pad", x, many(0, 2, 2 * n), "circular")
    if n == 2:
        add("im2col", x, kernel, many(1, 2, 2), padding, stride or [1, 1])
    image = data(1, 2, *size)
    goal = many(1, 7, n)
    scales = [g / s for g, s in zip(goal, size)]
    add(f"upsample_nearest{n}d", image, goal)
    add(f"_upsample_nearest_exact{n}d", image, goal, *scales)
    name = ("upsample_linear1d", "upsample_bilinear2d", "upsample_trilinear3d")[n - 1]
    add(name, image, goal, draw.random() < 0.5)
    add(name, image, goal, False, *[round(s + 0.1, 3) for s in scales])
    if n == 2:
        add("upsample_bicubic2d", image, goal, draw.random() < 0.5)
        add("_upsample_bilinear2d_aa", image, many(2, 7, 2), False)
        add("_upsample_bicubic2d_aa", image, many(2, 7, 2), False)
    if n > 1:
        grid = data(1, *[2] * n, n, low=-1.6, high=1.6)
        add(f"grid_sampler_{n}d", image, grid, draw.randint(0, 4 - n), draw.randint(0, 2), draw.random() < 0.5)
        add("affine_grid_generator", data(2, n, n + 1), [2, 1, *size], draw.random() < 0.5)

# Single precision to the last bit: where points lie on the edges between pixels.
for size in (5, 7), (8, 8), (28, 28):
    for corners in False, True:
        add("affine_grid_generator", torch.eye(2, 3).unsqueeze(0), [1, 1, *size], corners, grads=False)
        add("affine_grid_generator", data(1, 2, 3).float(), [1, 1, *size], corners, grads=False)

add("col2im", data(1, 8, 6), [3, 4], [2, 2], [1, 1], [0, 0], [1, 1])
add("pixel_shuffle", data(1, 8, 2, 3), 2)
add("pixel_unshuffle", data(2, 4, 6), 2)
add("channel_shuffle", data(1, 6, 2, 2), 3)
add("max_unpool2d", data(1, 1, 2, 2), torch.tensor([[[[0, 3], [9, 14]]]]), [4, 4])

# What is refused.
x, w = data(1, 3, 5, 5), data(4, 3, 3, 3)
for args in ([1, 1, 1],), ([0, 0],), ([1, 1], [-1, -1]), ([1, 1], [0, 0], [0, 0]), ([1, 1], [0, 0], [1, 1], 0), ([1, 1], [0, 0], [1, 1], 2), ([1, 1], "foo"):
    add("conv2d", x, w, None, *args)
add("conv2d", x, data(4, 3, 3, 3), data(4, 1))
add("conv2d", data(5, 5), w)
add("conv2d", data(1, 3, 0, 5), w, None, [1, 1], [2, 2])
add("conv2d", data(1, 3, 2, 2), data(4, 3, 5, 5))
add("conv2d", x.float(), w)
add("conv2d", x.float(), w.float(), data(4))
add("conv2d", x, data(4, 1, 3, 3), None, [1, 1], [0, 0], [1, 1], 3)
add("conv2d", data(1, 5, 5, 5), data(4, 1, 3, 3), None, [1, 1], [0, 0], [1, 1], 5)
add("conv_transpose2d", x, w)
add("conv_transpose2d", x, data(3, 4, 3, 3), data(3))
add("conv_transpose2d", x, data(3, 4, 3, 3), None, [1, 1], [0, 0], [1, 1])
add("conv_transpose1d", data(1, 3, 1), data(3, 4, 1), None, [1], [2])
add("max_pool1d", data(1, 2, 1), [2])
add("max_pool2d", data(5, 5), [2, 2])
add("max_pool2d", data(1, 1, 3), [2, 2])
add("max_pool2d", data(1, 4, 4), [2, 2], [2, 2], [2, 2])
add("max_pool2d", data(1, 4, 4), [2, 2, 2])
add("max_pool2d", data(1, 0, 4, 4), [2, 2])
add("avg_pool2d", data(1, 4, 4), [2, 2], [], [0, 0], False, True, 0)
add("avg_pool1d", data(5), [2])
add("avg_pool3d", data(1, 1, 1, 1, 1), [2, 2, 2])
add("adaptive_avg_pool2d", data(5, 5), [2, 2])
add("adaptive_avg_pool2d", data(1, 2, 0, 6), [2, 2])
add("adaptive_max_pool2d", data(5, 5), [2, 2])
add("max_unpool2d", data(1, 1, 1, 1), torch.tensor([[[[9]]]]), [2, 2])
add("pad", data(2, 3), [1])
add("pad", data(2, 3), [1] * 6)
add("pad", data(1, 2, 3), [1, 1], "reflect", 1.0)
add("pad", data(1, 2, 3), [1, 1], "foo")
add("pad", data(3), [1, 1], "reflect")
add("pad", data(1, 3, 3), [1, 3, 1, 1], "reflect")
add("pad", data(1, 3, 3), [-2, -2], "replicate")
add("pad", data(1, 1, 3), [4, 0], "circular")
add("im2col", data(1, 1, 2, 2), [5, 5], [1, 1], [0, 0], [1, 1])
add("col2im", data(1, 7, 9), [4, 4], [2, 2], [1, 1], [0, 0], [1, 1])
add("pixel_shuffle", data(1, 3, 2, 2), 2)
add("pixel_unshuffle", data(1, 1, 3, 4), 2)
add("channel_shuffle", data(1, 3, 2, 2), 2)
add("grid_sampler_2d", data(1, 1, 2, 2), data(2, 2, 2, 2), 0, 0, False)

about = "Convolution, pooling, padding, resizing on random shapes: outputs, gradients of Σ w·y with w = (i mod 7) - 3 counted from 1, and of the sum of those gradients' squares. PyTorch 2.13.0 (CPU), by windows-golden.py."
with open("windows.json.gz", "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out:
    out.write(json.dumps({"about": about, "cases": cases}, separators=(",", ":")).encode())
print(len(cases))
