"""Sixteen features go in where eight are expected: run it, and see where the graph stops."""

import torch
from torch import nn

torch.manual_seed(42)
x = torch.rand(80, 1)
y = 1 + 2 * x

model = nn.Sequential(
    nn.Linear(1, 16),
    nn.ReLU(),
    nn.Linear(8, 1),
)
loss_fn = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for step in range(200):
    yhat = model(x)
    loss = loss_fn(yhat, y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
