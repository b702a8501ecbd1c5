// Modules: initial values bit for bit, printing, state dicts and their errors, modes, moving, reports.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backward } from '../../core/autograd/backward.ts';
import { ops } from '../../core/autograd/funnel.ts';
import { noGrad } from '../../core/autograd/modes.ts';
import { type Observer, observation } from '../../core/autograd/observer.ts';
import {
  Flatten,
  Identity,
  init,
  isParameter,
  L1Loss,
  Linear,
  Module,
  MSELoss,
  parameter,
  ReLU,
  Sequential,
  Sigmoid,
  Tanh,
} from '../../core/nn/index.ts';
import { SGD } from '../../core/optim/index.ts';
import { defaultGenerator, manualSeed } from '../../core/random/index.ts';
import { formatTensor } from '../../core/tensor/format.ts';
import { heap } from '../../core/tensor/heap.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { type GoldenTensor, readGolden } from '../golden/read-golden.ts';

interface Init {
  seed: number | string;
  module: string;
  state_dict: Record<string, GoldenTensor>;
  parameters: string[];
  rand_after: number;
}
interface Program {
  group: string;
  seed: number | string;
  program: string[];
  out: (GoldenTensor | number)[];
}

const golden = readGolden<{ module_init: Init[]; torch: Program[] }>('rng.json.gz');

afterEach(() => {
  observation.observer = null;
});

const smallNet = 'nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))';

function build(text: string): Module {
  const linear = /^nn\.Linear\((\d+), (\d+)(.*)\)$/.exec(text);
  if (linear !== null) {
    return new Linear(Number(linear[1]), Number(linear[2]), {
      bias: !linear[3].includes('bias=False'),
      dtype: linear[3].includes('float64') ? 'float64' : 'float32',
    });
  }
  if (text === smallNet) return new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1));
  throw new Error(`no such module here: ${text}`);
}

/** Those with a class in TypeScript; the others go through Python, in the golden matrix. */
const built = golden.module_init.filter(({ module }) => /^nn\.Linear\(/.test(module) || module === smallNet);

test.each(built.map((entry) => [`${entry.module}, seed ${entry.seed}`, entry] as const))('%s starts as in torch', (_, entry) => {
  manualSeed(BigInt(entry.seed));
  const module = build(entry.module);
  expect(module.namedParameters().map(([name]) => name)).toEqual(entry.parameters);
  const state = module.stateDict();
  expect([...state.keys()]).toEqual(Object.keys(entry.state_dict));
  for (const [key, { dtype, shape, data }] of Object.entries(entry.state_dict)) {
    const tensor = state.get(key) as Tensor;
    expect([tensor.dtype, tensor.shape]).toEqual([dtype, shape]);
    expect(tensor.toArray()).toEqual(data.map((value) => (dtype === 'float32' ? Math.fround(Number(value)) : Number(value))));
  }
  expect(Math.fround(defaultGenerator.uniform24())).toBe(Math.fround(entry.rand_after));
});

describe('nn.init', () => {
  const fills = golden.torch.filter(
    (entry) => entry.group === 'nn.init' && /nn\.init\.((kaiming|xavier)_)?(uniform|normal|constant)_/.test(entry.program[0]),
  );
  test.each(fills.map((entry) => [`${entry.seed}: ${entry.program[0]}`, entry] as const))('%s', (text, entry) => {
    const [, name, shape, rest] = /nn\.init\.(\w+)\(torch\.empty\(([\d, ]+)\)(?:, (.*))?\)$/.exec(text) as unknown as [
      string,
      string,
      string,
      string | undefined,
    ];
    manualSeed(BigInt(entry.seed));
    const tensor = Tensor.empty(shape.split(',').map(Number), 'float32', 'cpu');
    const options = Object.fromEntries((rest ?? '').split(', ').map((part) => part.split('=').map((one) => one.replaceAll("'", ''))));
    const numbers = (rest ?? '')
      .split(', ')
      .filter((part) => part !== '')
      .map(Number);
    if (name === 'kaiming_uniform_' || name === 'kaiming_normal_')
      init[name](tensor, Number(options.a ?? 0), options.mode ?? 'fan_in', options.nonlinearity ?? 'leaky_relu');
    else if (name === 'xavier_uniform_' || name === 'xavier_normal_') init[name](tensor, Number(options.gain ?? 1));
    else if (name === 'constant_') init.constant_(tensor, numbers[0]);
    else if (name === 'uniform_' || name === 'normal_') init[name](tensor, ...numbers);
    else throw new Error(name);
    expect(tensor.toArray()).toEqual((entry.out[0] as GoldenTensor).data.map((value) => Math.fround(Number(value))));
    expect(Math.fround(defaultGenerator.uniform24())).toBe(Math.fround(Number((entry.out[1] as GoldenTensor).data[0])));
  });

  test('gains', () => {
    const entry = golden.torch.find((one) => one.group === 'nn.init.calculate_gain') as Program;
    for (const [i, text] of entry.program.entries()) {
      const [, name, slope] = /'(\w+)'(?:, ([\d.]+))?/.exec(text) as unknown as [string, string, string | undefined];
      expect(init.gain(name, slope === undefined ? undefined : Number(slope)), text).toBe(entry.out[i]);
    }
    expect(() => init.gain('foo')).toThrow('Unsupported nonlinearity foo');
  });

  test('what torch refuses', () => {
    const vector = Tensor.empty([3], 'float32', 'cpu');
    expect(() => init.kaiming_uniform_(vector)).toThrow('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions');
    const matrix = Tensor.empty([3, 3], 'float32', 'cpu');
    expect(() => init.kaiming_uniform_(matrix, 0, 'x' as 'fan_in')).toThrow(
      "Mode x not supported, please use one of ['fan_in', 'fan_out']",
    );
    expect(init.ones_(matrix).toArray()).toEqual(new Array(9).fill(1));
    expect(init.zeros_(matrix).toArray()).toEqual(new Array(9).fill(0));
  });
});

class Nested extends Module {
  readonly type = 'Nested';
  readonly linear = this.registerModule('linear', new Linear(1, 1));
  readonly scale = this.registerBuffer('scale', Tensor.fromTyped(new Float32Array([2])));

  forward(x: Tensor): Tensor {
    return ops.mul(this.linear.call(x), this.scale);
  }
}

test('printing', () => {
  expect(String(new Linear(3, 4, { bias: false }))).toBe('Linear(in_features=3, out_features=4, bias=False)');
  expect(String(new MSELoss())).toBe('MSELoss()');
  expect(String(new ReLU(true))).toBe('ReLU(inplace=True)');
  expect(String(new Flatten())).toBe('Flatten(start_dim=1, end_dim=-1)');
  expect(String(new Sequential(new Sequential(new Linear(1, 2), new Tanh()), new Identity()))).toBe(
    'Sequential(\n  (0): Sequential(\n    (0): Linear(in_features=1, out_features=2, bias=True)\n    (1): Tanh()\n  )\n  (1): Identity()\n)',
  );
  expect(new Linear(1, 1).label()).toBe('Linear(1, 1)');
  const ones = parameter(Tensor.from([1, 2]));
  expect(isParameter(ones)).toBe(true);
  expect(formatTensor(ones)).toBe('tensor([1., 2.], requires_grad=True)');
});

test('names, buffers and shared parameters', () => {
  const shared = new Linear(1, 1);
  const model = new Sequential({ first: shared, second: new Nested(), third: shared });
  expect(model.namedParameters().map(([name]) => name)).toEqual([
    'first.weight',
    'first.bias',
    'second.linear.weight',
    'second.linear.bias',
  ]);
  expect([...model.stateDict().keys()]).toEqual([
    'first.weight',
    'first.bias',
    'second.scale',
    'second.linear.weight',
    'second.linear.bias',
    'third.weight',
    'third.bias',
  ]);
  expect([...model.namedModules()].map(([name]) => name)).toEqual(['', 'first', 'second', 'second.linear']);
  expect(model.at(-1)).toBe(shared);
  expect(() => model.at(3)).toThrow('index 3 is out of range');
  expect(() => new Sequential(5 as unknown as Module)).toThrow('is not a Module subclass');
});

describe('load_state_dict', () => {
  const one = (shape: number[]): Tensor => Tensor.fromTyped(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), { shape });
  test('copies values and keeps the parameter', () => {
    const model = new Linear(1, 1);
    const weight = model.weight;
    expect(model.loadStateDict({ weight: one([1, 1]), bias: one([1]) })).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(model.weight).toBe(weight);
    expect(weight.toArray()).toEqual([1]);
  });
  test('says what is missing and what is unexpected', () => {
    expect(() => new Linear(1, 1).loadStateDict({ weight: one([1, 1]), x: one([1]) })).toThrow(
      'Error(s) in loading state_dict for Linear:\n\tMissing key(s) in state_dict: "bias". \n\tUnexpected key(s) in state_dict: "x". ',
    );
    expect(new Linear(1, 1).loadStateDict({ weight: one([1, 1]) }, false)).toEqual({ missingKeys: ['bias'], unexpectedKeys: [] });
  });
  test('says which shapes differ', () => {
    expect(() => new Linear(1, 1).loadStateDict({ weight: one([2, 1]), bias: one([1]) })).toThrow(
      'Error(s) in loading state_dict for Linear:\n\tsize mismatch for weight: copying a param with shape torch.Size([2, 1]) from checkpoint, the shape in current model is torch.Size([1, 1]).',
    );
  });
});

test('train and eval reach every module', () => {
  const model = new Sequential(new Nested());
  model.eval();
  expect([...model.namedModules()].every(([, module]) => !module.training)).toBe(true);
  expect(model.train().training).toBe(true);
});

test('moving keeps the parameters an optimizer holds', () => {
  const model = new Linear(2, 1);
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const before = model.weight.toArray();
  model.to('cuda').to('float64');
  expect(optimizer.parameters[0]).toBe(model.weight);
  expect([model.weight.device, model.weight.dtype, model.weight.strides]).toEqual(['cuda', 'float64', [2, 1]]);
  expect(model.weight.toArray()).toEqual(before);
  expect(() => model.to('int64')).toThrow('nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.int64');
});

test('forwards and gradients of the small modules', () => {
  const x = Tensor.from([
    [-1, 2],
    [0.5, -3],
  ]);
  expect((new ReLU().call(x) as Tensor).toArray()).toEqual([0, 2, 0.5, 0]);
  expect(new Flatten().call(x).shape).toEqual([2, 2]);
  expect(new Tanh().call(x).toArray()[1]).toBeCloseTo(Math.tanh(2), 6);
  expect(new Sigmoid().call(x).toArray()[1]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  const y = Tensor.from([
    [0, 0],
    [0, 0],
  ]);
  expect(Number(new MSELoss('sum').call(x, y).item())).toBeCloseTo(14.25, 5);
  expect(Number(new L1Loss().call(x, y).item())).toBeCloseTo(1.625, 6);
  expect(new MSELoss('none').call(x, y).shape).toEqual([2, 2]);
  expect(() => new MSELoss('avg' as 'mean')).toThrow('avg is not a valid value for reduction');
});

describe('reports', () => {
  let events: unknown[];
  beforeEach(() => {
    events = [];
    observation.observer = {
      op: () => {},
      backwardStart: () => {},
      backwardNode: () => {},
      backwardEnd: () => {},
      moduleEnter: (scope: { name: string; label: string; training: boolean }) =>
        events.push(['enter', scope.name, scope.label, scope.training]),
      moduleExit: () => events.push('exit'),
      parameterNames: (names: string[]) => events.push(names),
      loss: (key: string, _: Tensor, validation: boolean) => events.push([key.split('#')[0], validation]),
    } as unknown as Observer;
  });

  test('scopes, names once per observer', () => {
    const model = new Sequential(new Linear(1, 1));
    const x = Tensor.from([[1]]);
    model.call(x);
    model.call(x);
    const scopes = [['enter', '', 'Sequential', true], ['enter', '0', 'Linear(1, 1)', true], 'exit', 'exit'];
    expect(events).toEqual([['0.weight', '0.bias'], ...scopes, ...scopes]);
  });

  test('a loss is a validation under no_grad and in eval mode', () => {
    const model = new Linear(1, 1);
    const lossFn = new MSELoss();
    const x = Tensor.from([[1]]);
    const report = (): unknown => {
      events.length = 0;
      lossFn.call(model.call(x), x);
      return events.at(-1);
    };
    expect(report()).toEqual(['MSELoss', false]);
    expect(noGrad(report)).toEqual(['MSELoss', true]);
    model.eval();
    expect(report()).toEqual(['MSELoss', true]);
  });
});

test('zero_grad, and dispose gives every byte back', () => {
  const before = heap.liveBytes;
  const x = Tensor.from([[1]]);
  const model = new Linear(1, 1);
  const out = model.call(x);
  backward([out]);
  expect(model.bias?.grad?.toArray()).toEqual([1]);
  out.release();
  model.zeroGrad(false);
  expect(model.bias?.grad?.toArray()).toEqual([0]);
  model.zeroGrad();
  expect(model.bias?.grad).toBeNull();
  model.dispose();
  x.release();
  expect(heap.liveBytes).toBe(before);
});

test('loading into a strided parameter, and zeroing a strided gradient', () => {
  const data = Tensor.from([1, 2, 3, 4]);
  const turned = parameter(Tensor.over(data.storage, 'float32', 'cpu', [2, 2], [1, 2], 0));
  class Turned extends Module {
    readonly type = 'Turned';
    readonly weight = this.registerParameter('weight', turned);
    forward(x: Tensor): Tensor {
      return x;
    }
  }
  const model = new Turned();
  model.loadStateDict({ weight: Tensor.from([10, 20, 30, 40], { shape: [2, 2] }) });
  expect(turned.toArray()).toEqual([10, 20, 30, 40]);
  expect(data.toArray()).toEqual([10, 30, 20, 40]);
  turned.grad = Tensor.over(Tensor.from([1, 2, 3, 4]).storage, 'float32', 'cpu', [2, 2], [1, 2], 0);
  model.zeroGrad(false);
  expect(turned.grad?.toArray()).toEqual([0, 0, 0, 0]);
});
