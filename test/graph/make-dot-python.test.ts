// Every case of the reference as the Python it is, through the whole Python side: what torchviz draws, or by name what is not in Nabla yet.
import { describe, expect, test } from 'vitest';
import { readGolden } from '../golden/read-golden.ts';
import { loadSession } from '../python/load-session.ts';

interface Golden {
  readonly cases: readonly {
    readonly id: string;
    readonly source: string;
    readonly variants: Readonly<Record<string, { readonly options: Readonly<Record<string, boolean | number>>; readonly dot: string }>>;
  }[];
}
const golden = readGolden<Golden>('graphs.json.gz');

/** What Nabla has no ops or modules for; a case that begins to work must leave this list. */
const notYet: readonly string[] = [
  'lenet',
  'residual_block',
  'lstm_cell_unrolled',
  'lstm_module',
  'transformer_encoder_layer',
  'siamese',
  'batch_norm',
  'batch_norm_eval',
  'embedding_bag_of_words',
  'conv_autoencoder',
  'unnamed_and_constants',
  'lstm_module_float64',
  'sdpa_block',
  'sdpa_math',
  'rms_norm_swiglu',
  'weight_norm_parametrized',
  'spectral_norm_parametrized',
  'functional_call',
  'gru_module',
];

const script = `
import json, math
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchviz import make_dot

def run(case):
    torch.manual_seed(0)
    scope = dict(math=math, torch=torch, nn=nn, F=F)
    try:
        exec(case["source"], scope)
        dots = []
        for variant in case["variants"].values():
            options = dict(variant["options"])
            params = scope["params"] if options.pop("params") else None
            dots.append(make_dot(scope["out"], params=params or None, **options).source)
        return dots
    except NotImplementedError as error:
        return str(error)

print(json.dumps({case["id"]: run(case) for case in json.load(open("cases.json"))}))
`;

describe('make_dot in Python', async () => {
  const session = await loadSession();
  const folder = { 'cases.json': new TextEncoder().encode(JSON.stringify(golden.cases)) };
  const run = session.run(script, { folder, recording: 'full' });
  const results: Record<string, string[] | string> = run.error === null ? JSON.parse(run.stdout) : {};

  test('runs', () => expect(run.error).toBeNull());

  test.each(golden.cases.map((c) => [c.id, c.variants] as const))('%s', (id, variants) => {
    const result = results[id];
    if (notYet.includes(id)) {
      expect(result).toMatch(/is not in Nabla yet/);
      return;
    }
    const dots = Array.isArray(result) ? result.map((dot) => dot.trimEnd()) : result;
    expect(dots).toEqual(Object.values(variants).map(({ dot }) => dot.trimEnd()));
  });
});
