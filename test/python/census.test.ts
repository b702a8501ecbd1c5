// Every name of torch that public scripts use, most used first: it works here, or says by name that it is not in Nabla yet.
import { beforeAll, describe, expect, test } from 'vitest';
import { readGolden } from '../golden/read-golden.ts';
import { loadSession, type TestSession } from './load-session.ts';

interface Census {
  /** Name, uses, files, whether PyTorch 2.13 has it. */
  readonly names: readonly (readonly [string, number, number, boolean])[];
  /** Name, uses, files, which of Tensor, Module and Optimizer has it. */
  readonly methods: readonly (readonly [string, number, number, readonly string[]])[];
}
const census = readGolden<Census>('census.json.gz');

const script = `
import importlib, json
import torch

owners = {
    "Tensor": torch.ones(2, requires_grad=True) * 1,
    "Module": torch.nn.Linear(1, 1),
    "Optimizer": torch.optim.SGD([torch.ones(1, requires_grad=True)]),
}

def resolve(name):
    parts = name.split(".")
    if parts[0] in owners:
        value, rest = owners[parts[0]], parts[1:]
    else:
        value, rest = importlib.import_module(parts[0]), parts[1:]
    for part in rest:
        value = getattr(value, part)
    return value

def answer(name):
    try:
        return "refused: a module that is not here" if "MissingModule" in type(resolve(name)).__name__ else "works"
    except Exception as error:
        notes = [note for note in getattr(error, "__notes__", []) if "nearest" in note]
        return f"refused: {notes}" if "is not in Nabla yet" in str(error) else f"{type(error).__name__}: {error}"

print(json.dumps([answer(name) for name in json.load(open("names.json"))]))
`;

function answers(session: TestSession, names: readonly string[]): string[] {
  const run = session.run(script, { folder: { 'names.json': new TextEncoder().encode(JSON.stringify(names)) } });
  expect(run.error).toBeNull();
  return JSON.parse(run.stdout) as string[];
}

/** Says what share works, by name and by the files that use it. */
function tell(what: string, rows: readonly { readonly files: number; readonly works: boolean }[]): void {
  const sum = (list: typeof rows) => list.reduce((total, { files }) => total + files, 0);
  const works = rows.filter((row) => row.works);
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  process.stderr.write(
    `census: ${works.length} of ${rows.length} ${what} work (${percent(works.length, rows.length)}; weighted by files ${percent(sum(works), sum(rows))})\n`,
  );
}

describe('what public scripts use', () => {
  let session: TestSession;
  beforeAll(async () => {
    session = await loadSession({ outputLimit: null });
  }, 120_000);

  test('each name of torch works, or says that it is not in Nabla yet', () => {
    const names = census.names.filter(([, , , real]) => real);
    const given = answers(
      session,
      names.map(([name]) => name),
    );
    tell(
      'names of torch',
      names.flatMap(([name, , files], i) => (name.split('.')[0] === 'torch' ? [{ files, works: given[i] === 'works' }] : [])),
    );
    const silent = names.flatMap(([name], i) => (given[i] === 'works' || given[i].startsWith('refused') ? [] : [`${name}: ${given[i]}`]));
    expect(silent).toEqual([]);
    const ourOwn = names.flatMap(([name], i) => (given[i] !== 'works' && name.startsWith('torch.') ? [name] : []));
    process.stderr.write(`census: not here: ${ourOwn.join(' ')}\n`);
  });

  test('each method of a tensor, a module and an optimizer works, or says that it is not in Nabla yet', () => {
    const methods = census.methods.flatMap(([name, , files, owners]) => owners.map((owner) => ({ name: `${owner}.${name}`, files })));
    const given = answers(
      session,
      methods.map(({ name }) => name),
    );
    tell(
      'methods',
      methods.map(({ files }, i) => ({ files, works: given[i] === 'works' })),
    );
    const silent = methods.flatMap(({ name }, i) =>
      given[i] === 'works' || given[i].startsWith('refused') ? [] : [`${name}: ${given[i]}`],
    );
    expect(silent).toEqual([]);
  });

  test('a package beside torch is refused by name before torch is imported', () => {
    const { error } = session.run('import torchaudio');
    expect(error?.message).toBe("No module named 'torchaudio': torchaudio is not in Nabla yet");
  });

  test('what is refused names the nearest thing, after the first line', () => {
    const run = session.run(`import torch
for what in ("torch.fft.fft", "torch.nn.functional.fractional_max_pool2d", "torch.stft"):
    try:
        eval(what)(1)
    except Exception as error:
        print(error, "|", *error.__notes__)
try:
    import torchvision.transforms
except ImportError as error:
    print(error, "|", *error.__notes__)
print(hasattr(torch, "stft"), getattr(torch, "stft", None))
`);
    const [fft, , , vision, probe] = run.stdout.split('\n');
    expect(fft).toBe('torch.fft.fft is not in Nabla yet | Nabla: the nearest thing that is: torch.sin, torch.cos and a matrix product');
    expect(vision).toMatch(
      /^No module named 'torchvision': torchvision is not in Nabla yet \| Nabla: the nearest thing that is: torch\.nn for/,
    );
    expect(probe).toBe('False None');
  });
});
