// What training leaves alive: the golden training programs, their loops repeated for as long as wanted, and the heap at marked steps.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { heap } from '../../core/tensor/heap.ts';

interface TrainingFile {
  readonly data: Readonly<Record<string, unknown>>;
  readonly cases: readonly { readonly id: string; readonly seed: number; readonly data: readonly string[]; readonly source: string }[];
}

/** The heap at one step of one program. */
export interface Mark {
  readonly id: string;
  readonly step: number;
  readonly liveBytes: number;
  readonly heapBytes: number;
}

const script = `
import gc, itertools, json, math
import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

class Enough(Exception):
    pass

def counter(name, marks):
    steps = itertools.count(1)
    def step_done():
        step = next(steps)
        if step in marks:
            gc.collect()
            torch.zeros(1)
            print("mark", name, step, flush=True)
            if step == max(marks):
                raise Enough
    return step_done

def run(case, marks):
    scope = dict(globals(), SEED=case["seed"], DTYPE=torch.float32, snapshot=lambda model: None, step_done=counter(case["id"], marks))
    for name, spec in case["tensors"].items():
        scope[name] = torch.tensor(spec["data"], dtype=getattr(torch, spec["dtype"])).reshape(spec["shape"])
    try:
        exec(case["source"], scope)
    except Enough:
        pass
    scope.clear()

work = json.load(open("work.json"))
for case in work["cases"]:
    run(case, work["marks"])
    gc.collect()
`;

/** The program that runs all of `test/golden/training.json.gz`, and the file it reads. */
export function memoryProgram(root: string, marks: readonly number[]): { script: string; files: Record<string, Uint8Array> } {
  const read = (file: string) => JSON.parse(gunzipSync(readFileSync(join(root, 'test/golden', file))).toString('utf8'));
  const { cases, data }: TrainingFile = read('training.json.gz');
  const digits: Record<string, unknown> = read('digits.json.gz');
  const endless = cases.map(({ id, seed, data: names, source }) => ({
    id,
    seed,
    tensors: Object.fromEntries(names.map((name) => [name, data[name] ?? digits[name]])),
    source: source
      .replace(/for (step|epoch) in range\(\d+\):/, 'for $1 in itertools.count():')
      .replace(/^( +)opt\.step\(\)$/m, '$1opt.step()\n$1step_done()'),
  }));
  return { script, files: { 'work.json': new TextEncoder().encode(JSON.stringify({ cases: endless, marks })) } };
}

/** Takes what the program prints as it prints it, and reads the heap at each mark. */
export function markReader(): { readonly marks: Mark[]; read(text: string): void } {
  const marks: Mark[] = [];
  return {
    marks,
    read(text) {
      for (const [, id, step] of text.matchAll(/^mark (\S+) (\d+)$/gm))
        marks.push({ id, step: Number(step), liveBytes: heap.liveBytes, heapBytes: heap.memory.buffer.byteLength });
    },
  };
}
