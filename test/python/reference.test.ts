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
  gan_step: 'a loss of the fourth step lies one float32 ulp from where its fourth digit turns',
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
        if (id in differs) return context.skip(differs[id]);
        expect(newer(run.stdout)).toBe(newer(stdout));
      });
    }
    it.skipIf(!present)(`${file}: most are there`, () => {
      expect(missing.length).toBeLessThan(file === 'hooks' ? 2 : 27);
    });
  }

  // One run for all of a kind: each in a namespace of its own, its answer a line of JSON.
  const answers = (cases: readonly { readonly code: string }[], body: string): { type: string; message: string; text: string }[] => {
    const run = session.run(
      `import json
for case in json.load(open('cases.json')):
    import torch
    torch.set_printoptions(profile='default')
    torch.manual_seed(0)
    torch.set_grad_enabled(True)
    scope = {'__name__': 'case'}
    answer = {'type': '', 'message': '', 'text': ''}
    try:
        exec("""import torch
import numpy as np
from torch import nn, optim
import torch.nn.functional as F
from torch.utils.data import *
import torch.optim.lr_scheduler as lr_scheduler
""", scope)
        ${body}
    except Exception as error:
        answer['type'] = type(error).__qualname__
        answer['message'] = error.msg if isinstance(error, SyntaxError) else str(error)
    print('\\x00' + json.dumps(answer))
`,
      { folder: { 'cases.json': new TextEncoder().encode(JSON.stringify(cases)) } },
    );
    expect(run.error).toBeNull();
    const given = run.stdout
      .split('\n')
      .filter((line) => line.includes('\0'))
      .map((line) => JSON.parse(line.slice(line.indexOf('\0') + 1)));
    expect(given.length).toBe(cases.length);
    return given;
  };

  it('errors: the same class and first line', { timeout: 300_000 }, () => {
    const cases = casesOf('errors').filter(({ id }) => !(id in differs));
    const wrong: unknown[] = [];
    answers(cases, "exec(case['code'], scope)").forEach(({ type, message }, i) => {
      const { id, error } = cases[i];
      if (/ is not in Nabla yet/.test(message)) return;
      if (type !== (error?.type ?? '') || message !== (error?.message ?? '')) wrong.push({ id, type, message, error });
    });
    expect(wrong).toEqual([]);
  });

  it('printing: the same text', { timeout: 300_000 }, () => {
    const cases = casesOf('printing')
      .filter(({ expr }) => !(expr in differs || / as in the notebook$|^state_dict of|^the same inside/.test(expr)))
      .map((one) => ({ ...one, code: '' }));
    const wrong: unknown[] = [];
    answers(
      cases,
      "torch.set_printoptions(**(case.get('printoptions') or {}))\n        answer['text'] = str(eval(case['expr'], scope))",
    ).forEach(({ message, text }, i) => {
      if (/ is not in Nabla yet/.test(message)) return;
      if (message !== '' || newer(text) !== newer(cases[i].str)) wrong.push({ expr: cases[i].expr, message, text, want: cases[i].str });
    });
    expect(wrong).toEqual([]);
  });
});
