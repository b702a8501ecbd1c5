// Trajectories, defaults, printing, state dicts, errors and reports of the optimizers, against PyTorch.
import { afterEach, describe, expect, test } from 'vitest';
import { type Observer, observation } from '../../core/autograd/observer.ts';
import { Adam, AdamW, type GroupLike, type Optimizer, type ParamsLike, SGD, type SGDOptions } from '../../core/optim/index.ts';
import { heap } from '../../core/tensor/heap.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { type GoldenTensor, readGolden } from '../golden/read-golden.ts';
import { type Precision, type Problems, problem } from './problems.ts';

interface Run {
  params: Record<string, number[]>;
  state?: Record<string, Record<string, GoldenTensor>>;
}
interface Case {
  id: string;
  clip?: string;
  optimizer: 'SGD' | 'Adam' | 'AdamW';
  kwargs: SGDOptions;
  problem: 'mlp' | 'rosenbrock';
  steps: number;
  groups?: ({ params: string[] } & Record<string, unknown>)[];
  float64: Run;
  float32: Run;
}

const golden = readGolden<{ problems: Problems; defaults: Record<string, string | Record<string, unknown>>; cases: Case[] }>(
  'optim.json.gz',
);
/** Those with a class in TypeScript; the others go through Python, in the golden matrix. */
const trajectories = golden.cases.filter((one) => ['SGD', 'Adam', 'AdamW'].includes(one.optimizer) && one.clip === undefined);

function make(name: Case['optimizer'], params: ParamsLike, options: SGDOptions): Optimizer {
  if (name === 'SGD') return new SGD(params, options);
  return name === 'Adam' ? new Adam(params, options) : new AdamW(params, options);
}

function one(): Tensor {
  return Tensor.from([1], { requiresGrad: true });
}

afterEach(() => {
  observation.observer = null;
});

describe.each(['float64', 'float32'] as Precision[])('%s', (dtype) => {
  test.each(trajectories.map((entry) => [entry.id, entry] as const))('%s', (_, entry) => {
    const { parameters, setGradients } = problem(entry.problem, golden.problems, dtype);
    const groups = entry.groups?.map(
      ({ params, ...rest }) => ({ ...rest, params: params.map((name) => parameters.get(name)) }) as GroupLike,
    );
    const optimizer = make(entry.optimizer, groups ?? [...parameters.values()], entry.kwargs);
    for (let step = 0; step < entry.steps; step++) {
      setGradients();
      optimizer.step();
      const expected = entry[dtype].params[step];
      if (expected === undefined) continue;
      const actual = [...parameters.values()].flatMap((tensor) => tensor.toArray());
      const tolerance = dtype === 'float64' ? 1e-9 : 2e-4;
      for (const [i, value] of actual.entries()) {
        expect(Math.abs(value - expected[i]), `step ${step}, element ${i}`).toBeLessThanOrEqual(
          tolerance * Math.max(1, Math.abs(expected[i])),
        );
      }
    }
    for (const [name, expected] of Object.entries(entry[dtype].state ?? {})) {
      const state = optimizer.state.get(parameters.get(name) as Tensor) ?? {};
      expect(Object.keys(state)).toEqual(Object.keys(expected));
      for (const [key, { data, shape, dtype: stateType }] of Object.entries(expected)) {
        const tensor = state[key] as Tensor;
        expect([tensor.shape, tensor.dtype]).toEqual([shape, stateType]);
        for (const [i, value] of tensor.toArray().entries()) expect(value).toBeCloseTo(Number(data[i]), 9);
      }
    }
    optimizer.dispose();
  });
});

test.each(['SGD', 'Adam', 'AdamW'] as const)('defaults and repr of %s', (name) => {
  const optimizer = make(name, [one()], name === 'SGD' ? { lr: 0.1 } : {});
  expect(optimizer.defaults).toEqual(golden.defaults[name]);
  expect(String(optimizer)).toBe(golden.defaults[`${name}_repr`]);
});

test('torch 2.13 has a default learning rate', () => {
  expect(new SGD([one()]).defaults.lr).toBe(0.001);
});

describe('errors', () => {
  const shared = one();
  test.each<[string, () => Optimizer, string, string]>([
    ['no parameters', () => new SGD([], { lr: 0.1 }), 'ValueError', 'optimizer got an empty parameter list'],
    ['lr', () => new SGD([one()], { lr: -1 }), 'ValueError', 'Invalid learning rate: -1'],
    ['momentum', () => new SGD([one()], { lr: 0.1, momentum: -1 }), 'ValueError', 'Invalid momentum value: -1'],
    ['weight decay', () => new SGD([one()], { weight_decay: -0.5 }), 'ValueError', 'Invalid weight_decay value: -0.5'],
    [
      'nesterov',
      () => new SGD([one()], { lr: 0.1, nesterov: true }),
      'ValueError',
      'Nesterov momentum requires a momentum and zero dampening',
    ],
    [
      'fused and foreach',
      () => new SGD([one()], { fused: true, foreach: true }),
      'RuntimeError',
      '`fused` and `foreach` cannot be `True` together.',
    ],
    [
      'a tensor',
      () => new SGD(one() as unknown as ParamsLike),
      'TypeError',
      'params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor',
    ],
    [
      'twice',
      () => new SGD([{ params: [shared] }, { params: [shared] }]),
      'ValueError',
      'some parameters appear in more than one parameter group',
    ],
    [
      'no tensor',
      () => new SGD([5 as unknown as Tensor]),
      'TypeError',
      'optimizer can only optimize Tensors, but one of the params is number',
    ],
    ['betas', () => new Adam([one()], { betas: [1, 0.999] }), 'ValueError', 'Invalid beta parameter at index 0: 1'],
    ['eps', () => new Adam([one()], { eps: -1 }), 'ValueError', 'Invalid epsilon value: -1'],
  ])('%s', (_, build, pythonType, message) => {
    expect(build).toThrow(expect.objectContaining({ pythonType, message }));
  });

  test('a state dict with other groups', () => {
    expect(() => new SGD([one()]).loadStateDict({ state: {}, param_groups: [] })).toThrow(
      'loaded state dict has a different number of parameter groups',
    );
  });
});

test('a state dict carries momentum over', () => {
  const [a, b] = [one(), one()];
  const grad = Tensor.from([0.5]);
  a.grad = grad;
  b.grad = grad;
  const first = new SGD([a], { lr: 0.1, momentum: 0.9 });
  first.step();
  const second = new SGD([b], { lr: 1 });
  second.loadStateDict(first.stateDict());
  expect(second.stateDict().param_groups).toEqual([
    {
      lr: 0.1,
      momentum: 0.9,
      dampening: 0,
      weight_decay: 0,
      nesterov: false,
      maximize: false,
      foreach: null,
      differentiable: false,
      fused: null,
      params: [0],
    },
  ]);
  second.step();
  expect(b.toArray()[0]).toBeCloseTo(1 - 0.1 * (0.9 * 0.5 + 0.5), 6);
});

test('without momentum nothing is kept', () => {
  const a = one();
  const grad = Tensor.from([0.5]);
  a.grad = grad;
  const optimizer = new SGD([a], { lr: 0.1 });
  optimizer.step();
  expect(optimizer.stateDict().state).toEqual({});
});

test('a step changes the parameter in place, bumps its version, skips what has no gradient', () => {
  const [a, idle] = [one(), one()];
  const grad = Tensor.from([0.5]);
  a.grad = grad;
  grad.release();
  const optimizer = new SGD([a, idle], { lr: 0.1 });
  const versions = [a.storage.version, idle.storage.version];
  optimizer.step();
  expect(a.toArray()).toEqual([Math.fround(1 - Math.fround(0.1) * 0.5)]);
  expect([a.storage.version - versions[0], idle.storage.version - versions[1]]).toEqual([1, 0]);
  optimizer.zeroGrad(false);
  expect(a.grad?.toArray()).toEqual([0]);
  optimizer.zeroGrad();
  expect(a.grad).toBeNull();
});

test('a strided gradient', () => {
  const a = Tensor.from([
    [1, 2],
    [3, 4],
  ]);
  const data = Tensor.from([1, 2, 3, 4]);
  a.grad = Tensor.over(data.storage, 'float32', 'cpu', [2, 2], [1, 2], 0);
  new SGD([a], { lr: 1, momentum: 0.5 }).step();
  expect(a.toArray()).toEqual([0, -1, 1, 0]);
});

test('the observer hears of steps and of zeroed gradients', () => {
  const a = one();
  const grad = Tensor.from([0.5]);
  a.grad = grad;
  const events: unknown[] = [];
  observation.observer = {
    optimizerStepStart: (name: string, hyper: object, params: Tensor[]) => events.push([name, hyper, params[0].toArray()]),
    optimizerStepEnd: (params: Tensor[]) => events.push(params[0].toArray()),
    zeroGrad: (params: Tensor[]) => events.push(params.length),
  } as unknown as Observer;
  const optimizer = new SGD([a], { lr: 0.5 });
  expect(optimizer.step(() => 'loss')).toBe('loss');
  optimizer.zeroGrad();
  expect(events).toEqual([['SGD', { lr: 0.5, momentum: 0, dampening: 0, weight_decay: 0 }, [1]], [0.75], 1]);
});

test('a thousand steps leave no bytes behind', () => {
  const a = one();
  const optimizer = new SGD([a], { lr: 0.1, momentum: 0.9 });
  const run = (steps: number): void => {
    for (let i = 0; i < steps; i++) {
      const grad = Tensor.from([0.5]);
      a.grad = grad;
      grad.release();
      optimizer.step();
      optimizer.zeroGrad();
    }
  };
  run(1);
  const before = heap.liveBytes;
  run(1000);
  expect(heap.liveBytes).toBe(before);
});
