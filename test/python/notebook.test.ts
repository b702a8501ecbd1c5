// Whole notebooks and scripts against what PyTorch prints: our own examples, the notebook Nabla grew from where it is at hand,
// and its three ways to update parameters by hand, two of which must fail as PyTorch fails.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DeviceChoice, Source } from '../../core/python/protocol.ts';
import { loadSession, type TestSession } from './load-session.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const examples = join(root, 'core/examples');
const golden = join(root, 'test/golden/examples');
const seed = join(root, '../shared/seed');
const seeds = join(root, '../shared/oracle/seeds.json');

let session: TestSession;
beforeAll(async () => {
  session = await loadSession();
}, 120_000);

function sourceOf(path: string): Source {
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.py')) return { kind: 'script', text };
  const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string | string[] }[] };
  return {
    kind: 'notebook',
    cells: cells.map((cell) => ({ kind: cell.cell_type === 'code' ? 'code' : 'markdown', text: [cell.source].flat().join('') })),
  };
}

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

describe('examples print what PyTorch prints', () => {
  for (const file of readdirSync(golden).filter((name) => name.endsWith('.txt'))) {
    const [name, device] = file.split('.');
    const path = [join(examples, `${name}.ipynb`), join(examples, `${name}.py`)].find(existsSync);
    it.skipIf(path === undefined)(`${name} on the ${device}`, { timeout: 120_000 }, () => {
      const run = session.run(sourceOf(path as string), { device: device as DeviceChoice, name: name.concat('.py') });
      expect(run.error).toBeNull();
      expect(lines(run.stdout)).toEqual(lines(readFileSync(join(golden, file), 'utf8')));
    });
  }
});

describe.skipIf(!existsSync(seed))('the notebook Nabla grew from', () => {
  for (const device of ['cpu', 'gpu'] as const) {
    it(`runs unmodified on the ${device}`, { timeout: 300_000 }, () => {
      const run = session.run(sourceOf(join(seed, 'notebook.ipynb')), {
        device,
        showLastExpression: true,
        recording: device === 'cpu' ? 'full' : 'off',
      });
      expect(run.error).toBeNull();
      expect(lines(run.stdout)).toEqual(lines(readFileSync(join(seed, `expected-${device}.txt`), 'utf8')));
      expect(run.stderr).toBe('');
      expect(run.displays.map((d) => (d.dot !== null ? 'dot' : d.svg !== null ? 'svg' : d.text))).toEqual(['svg', 'dot', 'svg']);
    });
  }
});

interface Attempt {
  update_code: string;
  epochs_tried: number;
  error: { type: string; message: string } | null;
  failed_in_epoch: number | null;
  printed: string[];
  warnings: { type: string; message: string }[];
}

/** The training loop with another update in place of its own. */
function attemptSource(update: string, epochs: number): string {
  const indented = update.replaceAll('\n', '\n    ');
  return `import numpy as np
import torch
np.random.seed(42)
x = np.random.rand(100, 1)
y = 1 + 2 * x + .1 * np.random.randn(100, 1)
idx = np.arange(100)
np.random.shuffle(idx)
x_train_tensor = torch.from_numpy(x[idx[:80]]).float()
y_train_tensor = torch.from_numpy(y[idx[:80]]).float()
torch.manual_seed(42)
a = torch.randn(1, requires_grad=True, dtype=torch.float)
b = torch.randn(1, requires_grad=True, dtype=torch.float)
lr = 1e-1
for epoch in range(${epochs}):
    yhat = a + b * x_train_tensor
    error = y_train_tensor - yhat
    loss = (error ** 2).mean()
    loss.backward()
    ${indented}
`;
}

const attempts: Record<string, Attempt> = existsSync(seeds)
  ? (Object.values(JSON.parse(readFileSync(seeds, 'utf8')).runs) as { attempts: Record<string, Attempt> }[])[0].attempts
  : {
      'a new tensor each time': {
        update_code: 'a = a - lr * a.grad\nb = b - lr * b.grad\nprint(a)\na.grad.zero_()',
        epochs_tried: 3,
        error: { type: 'AttributeError', message: "'NoneType' object has no attribute 'zero_'" },
        failed_in_epoch: 0,
        printed: ['tensor([0.6479], grad_fn=<SubBackward0>)'],
        warnings: [{ type: 'UserWarning', message: 'The .grad attribute of a Tensor that is not a leaf Tensor is being accessed.' }],
      },
      'in place, recorded': {
        update_code: 'a -= lr * a.grad',
        epochs_tried: 3,
        error: { type: 'RuntimeError', message: 'a leaf Variable that requires grad is being used in an in-place operation.' },
        failed_in_epoch: 0,
        printed: [],
        warnings: [],
      },
    };

describe('updates by hand', () => {
  for (const [name, attempt] of Object.entries(attempts)) {
    it(name, () => {
      const run = session.run(`${attemptSource(attempt.update_code, attempt.epochs_tried)}`);
      expect(lines(run.stdout)).toEqual(attempt.printed);
      expect(run.error === null ? null : { type: run.error.type, message: run.error.message }).toEqual(attempt.error);
      for (const warning of attempt.warnings) expect(run.stderr).toContain(`: ${warning.type}: ${warning.message}`);
      if (attempt.warnings.length === 0) expect(run.stderr).toBe('');
    });
  }
});
