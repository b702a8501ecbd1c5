// Seldom used names of torch, with what PyTorch 2.13 prints for them.
import { expect, it } from 'vitest';
import { loadSession } from './load-session.ts';

it('windows by length, sizes changed in place, old names', async () => {
  const session = await loadSession();
  const run = session.run(`
import torch
print(torch.hann_window(4), torch.hamming_window(4, False), torch.bartlett_window(3))
print(torch.kaiser_window(3))
x = torch.arange(6.)
print(x.resize_(2, 2), torch.real(x) is x, torch.is_signed(x))
print(torch.tensor([0.5]).arccos_(), torch.tensor([1.5]).fix_(), torch.tensor([3.]).mvlgamma(2))
print(torch.signal.windows.hann(4), torch.linalg.matmul(torch.eye(2), torch.ones(2)))
`);
  expect(run.stderr).toBe('');
  expect(
    run.stdout,
  ).toBe(`tensor([0.0000, 0.5000, 1.0000, 0.5000]) tensor([0.0800, 0.7700, 0.7700, 0.0800]) tensor([0.0000, 0.6667, 0.6667])
tensor([5.2773e-05, 5.1884e-01, 5.1884e-01])
tensor([[0., 1.],
        [2., 3.]]) True True
tensor([1.0472]) tensor([1.]) tensor([1.5502])
tensor([0.0000, 0.7500, 0.7500, 0.0000]) tensor([1., 1.])
`);
});
