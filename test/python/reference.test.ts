// Programs with what real PyTorch printed or raised, where the reference data is at hand. What Nabla does not have must say so by name;
// everything else must agree.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSession, type TestRun, type TestSession } from './load-session.ts';

const oracle = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/oracle');
const present = existsSync(oracle);

let session: TestSession;
beforeAll(async () => {
  if (present) session = await loadSession({ outputLimit: null });
}, 120_000);

interface Case {
  readonly id: string;
  readonly code: string;
  readonly stdout: string;
  readonly error: { type: string; message: string } | null;
  readonly expr: string;
  readonly group: string;
  readonly str: string;
  readonly printoptions?: Record<string, unknown>;
}
const casesOf = (file: string): Case[] =>
  present ? (JSON.parse(readFileSync(join(oracle, `${file}.json`), 'utf8')) as { cases: Case[] }).cases : [];

/** Says by name that it is not there: no failure here, and counted. */
const isMissing = (run: TestRun) => run.error !== null && / is not in Nabla yet/.test(run.error.message);

/** Python 3.11 printed `OrderedDict([('a', 1)])`, 3.14 prints `OrderedDict({'a': 1})`. */
const newer = (text: string) =>
  text
    .replace(
      /OrderedDict\(\[(.*)\]\)/g,
      (_, body: string) => `OrderedDict({${body.replace(/\('([^']*)', ((?:[^()]|\([^()]*\))*)\)/g, "'$1': $2")}})`,
    )
    .trimEnd();

/** Agree with PyTorch but for what is said here. */
const differs: Record<string, string> = {
  'shape.mul_rank3': 'the engine names the first dimension that differs, torch the last',
  'index.masked_fill_shape': 'the engine names the sizes the other way round',
  'autograd.inference_tensor_backward': 'inference tensors may be saved for backward here',
  'module.sequential_not_module': 'torch functions are plain Python functions here',
  'modern.generator_as_seed': 'keyword types of factories are not parsed',
  'modern.load_weights_only': 'files have a form of our own',
  'modern.forward_hook_bad_return': 'the gradient is checked by the function it goes to',
  "nn.ParameterDict({'a': nn.Parameter(torch.ones(2))})": "torch's line breaks there are its own",
};

describe.skipIf(!present)('reference programs', () => {
  for (const file of ['scripts', 'hooks']) {
    const missing: string[] = [];
    for (const { id, code, stdout } of casesOf(file)) {
      it(`${file}: ${id}`, (context) => {
        const run = session.run(code);
        if (isMissing(run)) {
          missing.push(id);
          return context.skip(run.error?.message);
        }
        expect(run.error).toBeNull();
        expect(newer(run.stdout)).toBe(newer(stdout));
      });
    }
    it.skipIf(!present)(`${file}: most are there`, () => {
      expect(missing.length).toBeLessThan(file === 'hooks' ? 2 : 27);
    });
  }

  it('errors: the same class and first line', { timeout: 600_000 }, () => {
    const wrong: unknown[] = [];
    const preamble =
      'import torch\nimport numpy as np\nfrom torch import nn, optim\nimport torch.nn.functional as F\nfrom torch.utils.data import *\nimport torch.optim.lr_scheduler as lr_scheduler\n';
    for (const { id, code, error } of casesOf('errors')) {
      if (id in differs) continue;
      const run = session.run(preamble + code);
      if (isMissing(run)) continue;
      const got = run.error === null ? null : { type: run.error.type, message: run.error.message };
      if (JSON.stringify(got) !== JSON.stringify(error === null ? null : { type: error.type, message: error.message }))
        wrong.push({ id, code, got, error });
    }
    expect(wrong).toEqual([]);
  });

  it('printing: the same text', { timeout: 600_000 }, () => {
    const wrong: unknown[] = [];
    for (const { expr, str, printoptions } of casesOf('printing')) {
      if (expr in differs || / as in the notebook$|^state_dict of|^the same inside/.test(expr)) continue;
      const options = Object.entries(printoptions ?? {})
        .map(
          ([key, value]) =>
            `${key}=${value === true ? 'True' : value === false ? 'False' : value === null ? 'None' : JSON.stringify(value)}`,
        )
        .join(', ');
      const run = session.run(
        `import torch, numpy as np\nfrom torch import nn, optim\nimport torch.nn.functional as F\nfrom torch.utils.data import TensorDataset\ntorch.manual_seed(0)\ntorch.set_printoptions(${options})\nprint(${expr})\n`,
      );
      if (isMissing(run)) continue;
      if (run.error !== null || newer(run.stdout) !== newer(str)) wrong.push({ expr, got: run.error?.message ?? run.stdout, str });
    }
    expect(wrong).toEqual([]);
  });
});
