// Whole programs about autograd print what they print under PyTorch (programs.json).
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { loadSession, type TestSession } from '../python/load-session.ts';

interface Program {
  readonly id: string;
  readonly code: string;
  readonly stdout: string;
}

const { cases } = JSON.parse(readFileSync(new URL('./programs.json', import.meta.url), 'utf8')) as { cases: Program[] };
let session: TestSession;

beforeAll(async () => {
  session = await loadSession();
}, 120_000);

test.each(cases)('$id', ({ code, stdout }) => {
  const run = session.run(code);
  expect(run.error).toBeNull();
  expect(run.stdout).toBe(stdout);
});

test('transforms, hooks and custom functions leave nothing behind', () => {
  const run = session.run(leftovers);
  expect(run.error).toBeNull();
  expect(run.stdout).toBe('');
});

const leftovers = `
import torch, _nabla
from torch.utils.checkpoint import checkpoint
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return 2 * g * x
lin = torch.nn.Linear(3, 3)
lin.register_full_backward_hook(lambda m, gi, go: None)
x = torch.ones(4, 3, requires_grad=True)
def clear():
    x.grad = None
    lin.zero_grad()
def custom(): Square.apply(x).sum().backward()
def twice():
    g, = torch.autograd.grad(Square.apply(x).sum(), x, create_graph=True)
    g.sum().backward()
def module_hook(): lin(x).sum().backward()
def kept(): checkpoint(lambda t: lin(t).tanh(), x, use_reentrant=False).sum().backward()
def reentrant(): checkpoint(lambda t: lin(t).tanh(), x, use_reentrant=True).sum().backward()
def hessian(): torch.func.hessian(lambda t: (t ** 3).sum())(torch.ones(3))
def per_example(): torch.vmap(torch.func.grad(lambda t: (t ** 3).sum()))(x.detach())
def hooks():
    y = x * 2
    y.register_hook(lambda g: g * 2)
    y.grad_fn.register_hook(lambda gi, go: None)
    y.sum().backward()
def packed():
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t * 1, lambda t: t):
        y = (x * x).exp()
    y.sum().backward()
for step in (custom, twice, module_hook, kept, reentrant, hessian, per_example, hooks, packed):
    live = None
    for i in range(24):
        step()
        clear()
        torch.is_grad_enabled()
        _nabla.drain()
        if i == 11: live = _nabla.live_bytes()
    if _nabla.live_bytes() != live: print(step.__name__, _nabla.live_bytes() - live)
`;
