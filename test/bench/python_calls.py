# What single calls cost through the Python side, in microseconds: the least of many short rounds. Runs unchanged under PyTorch.
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

if hasattr(torch, "set_num_threads"):
    torch.set_num_threads(1)
torch.manual_seed(42)
rounds = int(sys.argv[1])

a, b = torch.rand(4), torch.rand(4)
m, w, bias = torch.rand(4, 4), torch.rand(4, 4), torch.rand(4)
one = torch.rand(1)


def stepper(make):
    params = [torch.rand(1, 1, requires_grad=True), torch.rand(1, requires_grad=True)]
    for p in params:
        p.grad = torch.rand_like(p)
    return make(params, lr=1e-3).step


leaf = torch.rand(1, requires_grad=True)


def forward_backward():
    (leaf * leaf).backward()


class Empty(nn.Module):
    def forward(self, x):
        return x


empty = Empty()
calls = {
    "crossing alone (x.requires_grad)": lambda: a.requires_grad,
    "a + b": lambda: a + b,
    "a * 2.0": lambda: a * 2.0,
    "x.sum()": lambda: m.sum(),
    "x.sum(dim=1)": lambda: m.sum(dim=1),
    "x.shape": lambda: m.shape,
    "x.view(2, 8)": lambda: m.view(2, 8),
    "x[0]": lambda: m[0],
    "F.relu(x)": lambda: F.relu(a),
    "torch.matmul(a, b)": lambda: torch.matmul(m, w),
    "F.linear(x, w, b)": lambda: F.linear(m, w, bias),
    "x.item()": lambda: one.item(),
    "y = x * x; y.backward()": forward_backward,
    "SGD.step(), two parameters": stepper(torch.optim.SGD),
    "Adam.step(), two parameters": stepper(torch.optim.Adam),
    "module(x) that returns x": lambda: empty(a),
}


def timed(call):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(50):
            call()
        best = min(best, time.perf_counter() - start)
    return best / 50 * 1e6


nothing = timed(lambda: None)
for name, call in calls.items():
    print(f"{name}\t{max(0, timed(call) - nothing):.3f}")
