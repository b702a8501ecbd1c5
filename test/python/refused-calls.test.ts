// What a call leaves behind when it fails, and `out=`, which is refused by name.
import { beforeAll, expect, it } from 'vitest';
import { loadSession, type TestSession } from './load-session.ts';

let session: TestSession;
beforeAll(async () => {
  session = await loadSession();
});

it('a failed op lets go of the tensors it was given', () => {
  const run = session.run(`
import gc, torch
from _nabla import live_bytes
gc.disable()
x = torch.ones(2, 3)
def attempt():
    try:
        torch.mm(x, torch.ones(4, 5))
    except RuntimeError:
        pass
def failing_hook():
    y = torch.ones(7, requires_grad=True)
    def hook(grad):
        raise KeyError("hook")
    y.register_hook(hook)
    try:
        (y * torch.ones(7)).sum().backward()
    except KeyError:
        pass
for step in (attempt, failing_hook):
    step()
    torch.ones(1)
    before = live_bytes()
    for _ in range(20):
        step()
    torch.ones(1)
    print(live_bytes() - before)
`);
  expect(run.stderr).toBe('');
  expect(run.stdout).toBe('0\n0\n');
});

it.each([
  ['torch.add', 'torch.add(a, a, out=a)'],
  ['torch.max', 'torch.max(a, 0, out=(a, a))'],
  ['torch.zeros', 'torch.zeros(2, out=a)'],
  ['torch.linspace', 'torch.linspace(0, 1, 2, out=a)'],
  ['torch.randn', 'torch.randn(2, out=a)'],
  ['torch.where', 'torch.where(a > 0, a, a, out=a)'],
  ['torch.linalg.inv', 'torch.linalg.inv(a, out=a)'],
  ['torch.nn.functional.normalize', 'torch.nn.functional.normalize(a, out=a)'],
])('%s refuses out= and says what to do', (name, call) => {
  const run = session.run(`
import torch
a = torch.eye(2)
try:
    ${call}
except NotImplementedError as error:
    print(error)
    print(error.__notes__[0].startswith("Nabla: assign the result instead"))
`);
  expect(run.stdout).toBe(`${name} with out= is not in Nabla yet\nTrue\n`);
});

it('out=None is what was always meant', () => {
  expect(session.run('import torch\nprint(torch.add(torch.ones(1), 1, out=None))').stdout).toBe('tensor([2.])\n');
});
