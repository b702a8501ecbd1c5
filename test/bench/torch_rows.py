# The benchmark's rows under real PyTorch, one thread: prints {"version": ..., "ms": {row: median milliseconds}}.
import json
import re
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


def median_ms(work, least=0.25):
    for _ in range(3):
        work()
    times = []
    start = time.perf_counter()
    while len(times) < 5 or (time.perf_counter() - start < least and len(times) < 10000):
        at = time.perf_counter()
        work()
        times.append(time.perf_counter() - at)
    return sorted(times)[len(times) // 2] * 1000


def training(model, x, y, loss_of=F.cross_entropy):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def step():
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def mlp():
    return training(nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)), torch.rand(64, 784), torch.arange(64) % 10)


def lenet():
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )
    return training(model, torch.rand(32, 1, 28, 28), torch.arange(32) % 10)


def lstm():
    x, y = torch.rand(2, 32, 32, 128)
    return training(nn.LSTM(128, 128, 2), x, y, lambda out, y: F.mse_loss(out[0], y))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.n1, self.n2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.o = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (p.view(b, t, self.heads, -1).transpose(1, 2) for p in self.qkv(self.n1(x)).split(c, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.o(y.transpose(1, 2).contiguous().view(b, t, c))
        return x + self.down(F.gelu(self.up(self.n2(x))))


class Gpt(nn.Module):
    def __init__(self, vocabulary, tokens, width, heads, layers):
        super().__init__()
        self.table, self.places = nn.Embedding(vocabulary, width), nn.Embedding(tokens, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.head = nn.Linear(width, vocabulary)

    def forward(self, x):
        return self.head(self.blocks(self.table(x) + self.places(torch.arange(x.shape[1])))).view(-1, self.head.out_features)


def gpt():
    return training(Gpt(65, 64, 128, 4, 4), (torch.arange(512) * 7 % 65).view(8, 64), torch.arange(512) * 7 % 65)


def convolution(n, c, size, o, k, stride):
    x, w = torch.rand(n, c, size, size), torch.rand(o, c, k, k)
    padding = 0 if k == 5 else (k - 1) // 2
    return lambda: F.conv2d(x, w, stride=stride, padding=padding)


def work_of(name):
    numbers = [int(digits) for digits in re.findall(r"\d+", name)]
    if name.startswith("matmul"):
        a, b = torch.rand(2, numbers[0], numbers[0])
        return lambda: a @ b
    if name.startswith("conv2d"):
        return convolution(*numbers[1:6], numbers[6] if len(numbers) > 6 else 1)
    if name.startswith("MLP"):
        return mlp()
    if name.startswith("LeNet"):
        return lenet()
    if name.startswith("LSTM"):
        return lstm()
    if name.startswith("GPT"):
        return gpt()
    big = torch.rand(1000000)
    table = torch.rand(1000, 1000)
    wide = torch.rand(512, 768)
    return {
        "softmax": lambda: F.softmax(table[:512], 1),
        "gelu": lambda: F.gelu(big),
        "exp": lambda: torch.exp(big),
        "sum": lambda: table.sum(numbers[-1]),
        "layer": lambda: F.layer_norm(wide, (768,)),
    }[name.split()[0]]


milliseconds = {}
for name in sys.argv[1:]:
    training_row = name.startswith(("MLP", "LeNet", "LSTM", "GPT"))
    with torch.set_grad_enabled(training_row):
        milliseconds[name] = median_ms(work_of(name))
print(json.dumps({"version": torch.__version__, "ms": milliseconds}))
