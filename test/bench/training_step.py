# The final code's training step, timed by itself: runs unchanged under Nabla and under PyTorch. Prints microseconds per step.
import sys
import time

import torch
import torch.nn as nn
import torch.optim as optim

torch.manual_seed(42)
if hasattr(torch, "set_num_threads"):
    torch.set_num_threads(1)

x_batch = torch.rand(16, 1)
y_batch = 1 + 2 * x_batch
model = nn.Sequential(nn.Linear(1, 1))
loss_fn = nn.MSELoss(reduction="mean")
optimizer = optim.SGD(model.parameters(), lr=1e-1)


def train_step(x, y):
    model.train()
    yhat = model(x)
    loss = loss_fn(y, yhat)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


steps = int(sys.argv[1])
rounds = int(sys.argv[2])
for _ in range(steps):
    train_step(x_batch, y_batch)
best = float("inf")
for _ in range(rounds):
    start = time.perf_counter()
    for _ in range(steps):
        train_step(x_batch, y_batch)
    best = min(best, (time.perf_counter() - start) / steps * 1e6)
print(f"{best:.3f}")
