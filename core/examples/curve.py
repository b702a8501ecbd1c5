"""A small network learns one period of a sine: two layers, mini-batches, a validation loss each epoch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(7)

x = torch.linspace(-1, 1, 120).reshape(-1, 1)
y = torch.sin(3.1416 * x) + 0.05 * torch.randn(120, 1)
train_points, val_points = random_split(TensorDataset(x, y), [96, 24])
train_loader = DataLoader(train_points, batch_size=24, shuffle=True)
val_loader = DataLoader(val_points, batch_size=24)


class Curve(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(1, width), nn.Tanh())
        self.out = nn.Linear(width, 1)

    def forward(self, x):
        return self.out(self.hidden(x))


model = Curve(16)
print(model)

loss_fn = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

for epoch in range(60):
    model.train()
    for x_batch, y_batch in train_loader:
        optimizer.zero_grad()
        loss = loss_fn(model(x_batch), y_batch)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        val_loss = sum(loss_fn(model(xv), yv).item() for xv, yv in val_loader)
    if epoch % 20 == 19:
        print(f'epoch {epoch + 1}: train {loss.item():.4f}, validation {val_loss:.4f}')
