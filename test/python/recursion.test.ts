// Endless recursion through C code is a RecursionError, and Python goes on.
import { beforeAll, expect, it } from 'vitest';
import { loadSession, type TestSession } from './load-session.ts';

let session: TestSession;
beforeAll(async () => {
  session = await loadSession();
});

const caught = (body: string) => `${body}\nexcept RecursionError: print('caught')`;

it.each([
  [
    'a module that calls itself',
    'import torch\nclass M(torch.nn.Module):\n    def forward(self, x): return self(x)\ntry: M()(torch.ones(1))',
  ],
  ['repr', 'class A:\n    def __repr__(self): return repr(self)\ntry: repr(A())'],
  ['a cached function', 'import functools\n@functools.cache\ndef f(n): return f(n + 1)\ntry: f(0)'],
])('%s', (_name, body) => {
  expect(session.run(caught(body)).stdout).toBe('caught\n');
  expect(session.run('print(1)').stdout).toBe('1\n');
});

it('compiles a long chain of branches', () => {
  const chain = Array.from({ length: 100 }, (_, i) => `elif x == ${i}: pass`).join('\n');
  expect(session.run(`x = -1\nif x == -1: print('first')\n${chain}`).stdout).toBe('first\n');
});
