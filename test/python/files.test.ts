// Checkpoints and arrays as files: what PyTorch and NumPy wrote is read, what Nabla writes are the bytes PyTorch has read.
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { loadSession, type TestSession } from './load-session.ts';

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`../golden/files/${name}`, import.meta.url)));

let session: TestSession;
beforeAll(async () => {
  session = await loadSession();
}, 120_000);

test('files of PyTorch and NumPy give what they give there', () => {
  const folder = Object.fromEntries(['from-torch.pt', 'from-torch-legacy.pt', 'from-numpy.npz'].map((name) => [name, fixture(name)]));
  const run = session.run(
    `import numpy as np
import torch
from torch import nn
for name in ("from-torch.pt", "from-torch-legacy.pt"):
    r = torch.load(name)
    r["x"][2] = 9.0
    print(r["v"], r["t"].stride(), type(r["p"]).__name__, r["s"], r["i"], list(r["model"]), dict(r["model"]._metadata))
    m = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    print(m.load_state_dict(r["model"]), m[2].weight.data)
    o = torch.optim.SGD(m.parameters(), lr=0.1, momentum=0.9)
    o.load_state_dict(r["opt"])
    print(o.state_dict()["state"][0]["momentum_buffer"])
z = np.load("from-numpy.npz")
print(z.files, z["x"], z["y"], z["z"])
`,
    { folder },
  );
  expect(run.error).toBe(null);
  expect(
    run.stdout,
  ).toBe(`tensor([9., 3.]) (1, 3) Parameter {1, 2} tensor([1, 2], dtype=torch.int32) ['0.weight', '0.bias', '2.weight', '2.bias'] {'': {'version': 1}, '0': {'version': 1}, '1': {'version': 1}, '2': {'version': 1}}
<All keys matched successfully> tensor([[ 0.1168, -0.1745, -0.1135]])
tensor([[0.1528, 0.1528],
        [0.0000, 0.0000],
        [0.0000, 0.0000]])
tensor([9., 3.]) (1, 3) Parameter {1, 2} tensor([1, 2], dtype=torch.int32) ['0.weight', '0.bias', '2.weight', '2.bias'] {'': {'version': 1}, '0': {'version': 1}, '1': {'version': 1}, '2': {'version': 1}}
<All keys matched successfully> tensor([[ 0.1168, -0.1745, -0.1135]])
tensor([[0.1528, 0.1528],
        [0.0000, 0.0000],
        [0.0000, 0.0000]])
['x', 'y', 'z'] [[0. 1. 2.]
 [3. 4. 5.]] [ True False] [[0 1 2]
 [3 4 5]]
`);
}, 60_000);

test('a checkpoint is byte for byte the one PyTorch opened', () => {
  const run = session.run(`import torch, json
from collections import OrderedDict
from torch import nn
x = torch.arange(6.0)
torch.save({"model": OrderedDict(w=torch.tensor([[1.5, -2.0]]), b=torch.tensor([True])), "x": x, "view": x[2:4], "t": x.view(2, 3).t(),
            "p": nn.Parameter(torch.ones(2)), "n": {1: [2, (3.5, None)]}, "size": torch.Size([2]), "dtype": torch.float64, "i": torch.tensor(7)}, "from-nabla.pt")
`);
  expect(run.error).toBe(null);
  expect(Buffer.from(session.session.writtenFiles()['from-nabla.pt']).equals(fixture('from-nabla.pt'))).toBe(true);
}, 60_000);

test('only tensors and plain containers are opened unless all was allowed; corrupt files are refused', () => {
  const run = session.run(`import io, pickle, torch
from torch import nn
class Net(nn.Linear):
    pass
file = io.BytesIO()
torch.save(Net(1, 1), file)
def tried(make):
    try:
        print(type(make()).__name__)
    except Exception as error:
        print(type(error).__name__, str(error).split('(2)')[-1][:150].strip().replace('\\n', ' '))
def load(data, **options):
    return lambda: torch.load(io.BytesIO(data), **options)
data = file.getvalue()
tried(load(data))
tried(load(data, weights_only=False))
with torch.serialization.safe_globals([Net]):
    print(torch.serialization.get_safe_globals())
tried(load(pickle.dumps(print, 2), weights_only=False))
tried(load(b''))
tried(load(b'abc'))
tried(load(b'PK\\x03\\x04 nonsense'))
tried(load(data[:-40]))
tried(load(b'0' * 257 + b'ustar' + b'0' * 300))
file = io.BytesIO()
torch.save(torch.ones(2), file)
tried(load(file.getvalue(), map_location='cuda'))
tried(load(file.getvalue(), map_location={'cpu': 'cpu'}))
tried(lambda: torch.save(1, 3))`);
  expect(run.error).toBe(null);
  expect(run.stdout).toMatchInlineSnapshot(`
    "UnpicklingError Alternatively, to load with \`weights_only=True\` please check the recommended steps in the following error message. 	WeightsUnpickler error: Unsupport
    Net
    [<class '__main__.Net'>]
    UnpicklingError Alternatively, to load with \`weights_only=True\` please check the recommended steps in the following error message. 	WeightsUnpickler error: Unsupport
    EOFError 
    IndexError pop from empty list
    RuntimeError PytorchStreamReader failed reading zip archive: failed finding central directory
    RuntimeError PytorchStreamReader failed reading zip archive: failed finding central directory
    NotImplementedError torch.load of a tar file (PyTorch 0.1) is not in Nabla yet
    RuntimeError Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a CPU-only machine, please use torch.l
    Tensor
    AttributeError expected 'f' to be string, path, or a file-like object with a 'write' attribute
    "
  `);
}, 60_000);
