// A list that stands for a tuple of indices: read and warned of as torch does.
import { expect, it } from 'vitest';
import { loadSession } from './load-session.ts';

it('reads a nested list as one index per dimension and warns', { timeout: 120_000 }, async () => {
  const session = await loadSession();
  const run = session.run(`import warnings
import torch
x = torch.arange(9).view(3, 3)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter('always')
    print(x[[[0, 1], [1, 0]]], x[[slice(0, 1)]], x[[None]].shape, x[[0, 1]].shape)
    x[[[0, 1], [1, 0]]] = 9
    print(x[0], len(seen), str(seen[0].message)[:51])
`);
  expect(run.error).toBeNull();
  expect(run.stdout).toBe(
    'tensor([1, 3]) tensor([[0, 1, 2]]) torch.Size([1, 3, 3]) torch.Size([2, 3])\ntensor([0, 9, 2]) 4 Using a non-tuple sequence for multidimensional ind\n',
  );
});
