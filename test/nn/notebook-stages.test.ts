// A linear regression trained in every way a first tutorial shows, stage after stage, against NumPy and PyTorch:
// gradient descent by hand, autograd by hand, SGD, MSELoss, modules, mini-batches, a random split with validation.
import { beforeAll, describe, expect, test } from 'vitest';
import { backward } from '../../core/autograd/backward.ts';
import { ops } from '../../core/autograd/funnel.ts';
import { noGrad } from '../../core/autograd/modes.ts';
import { DataLoader, randomSplit, type Subset, TensorDataset } from '../../core/data/index.ts';
import { Linear, Module, MSELoss, parameter, Sequential } from '../../core/nn/index.ts';
import { SGD } from '../../core/optim/index.ts';
import { defaultGenerator, manualSeed, RandomState, randn } from '../../core/random/index.ts';
import { heap } from '../../core/tensor/heap.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { type GoldenTensor, readGolden } from '../golden/read-golden.ts';

type Values = Record<string, GoldenTensor | number>;
interface Stage {
  initial: Values;
  final: Values;
  trajectory: Record<string, number[]>;
  train_indices: number[];
  val_indices: number[];
  batch_indices_first_3_epochs: number[][][];
  losses_first_3_epochs: number[];
  losses_last_epoch: number[];
  losses_per_epoch_all_equal: number[];
  val_losses_per_epoch_all_equal: number[];
  grad_after_all_epochs: Record<string, GoldenTensor>;
  batch_losses_first_2_epochs: number[];
  losses: number[];
  val_losses: number[];
  rand_after: number;
}
interface Stages {
  config: { seed: number; lr: number; epochs: number; final_epochs: number };
  data: Record<string, GoldenTensor>;
  [stage: string]: unknown;
}

const golden = readGolden<{ stages: Stages }>('regression-stages.json.gz').stages;
const { seed, lr, epochs } = golden.config;
const stage = (name: string): Stage => golden[name] as Stage;

/** Within 1e-6·max(1, |expected|). */
function near(actual: number, expected: number, what: string): void {
  const tolerance = 1e-6 * Math.max(1, Math.abs(expected));
  if (!(Math.abs(actual - expected) <= tolerance)) expect.fail(`${what}: ${actual} instead of ${expected}`);
}

function numberOf(value: GoldenTensor | number): number {
  return typeof value === 'number' ? value : Number(value.data[0]);
}

function nearAll(actual: ReadonlyMap<string, Tensor> | Record<string, number>, expected: Values, what: string): void {
  const entries =
    actual instanceof Map ? [...actual].map(([key, tensor]) => [key, Number(tensor.item())] as const) : Object.entries(actual);
  expect(entries.map(([key]) => key)).toEqual(Object.keys(expected));
  for (const [key, value] of entries) near(value, numberOf(expected[key]), `${what} ${key}`);
}

/** Compares one epoch with the trajectory's columns, where the epoch was kept. */
function nearRow(name: string, epoch: number, row: Record<string, number>): void {
  const columns = stage(name).trajectory;
  const at = columns.epoch.indexOf(epoch);
  if (at < 0) return;
  for (const [key, value] of Object.entries(row)) near(value, columns[key][at], `${name}, epoch ${epoch}, ${key}`);
}

// The data, from NumPy's stream.
const n = 100;
let x: Float64Array;
let y: Float64Array;
let trainIndex: number[];
let x80: Tensor;
let y80: Tensor;

function column(values: Float64Array, index: readonly number[]): Tensor {
  return Tensor.fromTyped(
    Float32Array.from(index, (i) => values[i]),
    { shape: [index.length, 1] },
  );
}

beforeAll(() => {
  const random = new RandomState(seed);
  x = random.randomSample(n);
  const noise = random.standardNormal(n);
  y = x.map((value, i) => 1 + 2 * value + 0.1 * noise[i]);
  trainIndex = random.permutation(n).slice(0, 80);
  x80 = column(x, trainIndex);
  y80 = column(y, trainIndex);
});

test('data', () => {
  expect(trainIndex).toEqual(golden.data.train_idx.data);
  expect(Array.from(x)).toEqual(golden.data.x.data);
  expect(Array.from(y)).toEqual(golden.data.y.data);
});

test('numpy_gd: gradients by hand in float64', () => {
  const random = new RandomState(seed);
  let a = random.gauss();
  let b = random.gauss();
  nearAll({ a, b }, stage('numpy_gd').initial, 'initial');
  for (let epoch = 0; epoch < epochs; epoch++) {
    const errors = trainIndex.map((i) => y[i] - (a + b * x[i]));
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const loss = mean(errors.map((error) => error * error));
    const gradA = -2 * mean(errors);
    const gradB = -2 * mean(errors.map((error, i) => error * x[trainIndex[i]]));
    a -= lr * gradA;
    b -= lr * gradB;
    nearRow('numpy_gd', epoch, { loss, a_grad: gradA, b_grad: gradB, a, b });
  }
  nearAll({ a, b }, stage('numpy_gd').final, 'final');
});

/** a and b as the tutorial draws them. */
function makeAB(): [Tensor, Tensor] {
  manualSeed(seed);
  return [randn([1], { requiresGrad: true }), randn([1], { requiresGrad: true })];
}

/** Trains plain tensors a and b for all epochs; `lossOf` and `update` are the stage's own. */
function trainAB(
  name: string,
  lossOf: (yhat: Tensor) => Tensor,
  makeUpdate: (a: Tensor, b: Tensor) => { step(): void; clear(): void },
): void {
  const [a, b] = makeAB();
  nearAll({ a: Number(a.item()), b: Number(b.item()) }, stage(name).initial, 'initial');
  const update = makeUpdate(a, b);
  for (let epoch = 0; epoch < epochs; epoch++) {
    scope(() => {
      const loss = lossOf(ops.add(a, ops.mul(b, x80)));
      backward([loss]);
      const row = { loss: Number(loss.item()), a_grad: Number(a.grad?.item()), b_grad: Number(b.grad?.item()) };
      update.step();
      nearRow(name, epoch, { ...row, a: Number(a.item()), b: Number(b.item()) });
      update.clear();
    });
  }
  nearAll({ a: Number(a.item()), b: Number(b.item()) }, stage(name).final, 'final');
}

const squaredError = (yhat: Tensor): Tensor => ops.mean(ops.pow(ops.sub(y80, yhat), 2n));

test('autograd: updates by hand under no_grad', () => {
  trainAB('autograd', squaredError, (a, b) => ({
    step: () =>
      noGrad(() => {
        for (const tensor of [a, b]) ops.sub_(tensor, ops.mul(tensor.grad, lr));
      }),
    clear: () => {
      for (const tensor of [a, b]) ops.zero_(tensor.grad);
    },
  }));
});

test('optimizer: SGD', () => {
  trainAB('optimizer', squaredError, (a, b) => {
    const optimizer = new SGD([a, b], { lr });
    return { step: () => optimizer.step(), clear: () => optimizer.zeroGrad() };
  });
});

test('mse_loss: a loss module', () => {
  const lossFn = new MSELoss('mean');
  trainAB(
    'mse_loss',
    (yhat) => lossFn.call(y80, yhat),
    (a, b) => {
      const optimizer = new SGD([a, b], { lr });
      return { step: () => optimizer.step(), clear: () => optimizer.zeroGrad() };
    },
  );
});

class Manual extends Module {
  readonly type = 'Manual';
  readonly a = this.registerParameter('a', parameter(randn([1])));
  readonly b = this.registerParameter('b', parameter(randn([1])));

  forward(input: Tensor): Tensor {
    return ops.add(this.a, ops.mul(this.b, input));
  }
}

class Layered extends Module {
  readonly type = 'Layered';
  readonly linear = this.registerModule('linear', new Linear(1, 1));

  forward(input: Tensor): Tensor {
    return this.linear.call(input);
  }
}

function trainModel(name: string, model: Module): SGD {
  nearAll(model.stateDict(), stage(name).initial, 'initial');
  const lossFn = new MSELoss();
  const optimizer = new SGD(model.parameters(), { lr });
  for (let epoch = 0; epoch < epochs; epoch++) {
    model.train();
    scope(() => {
      const loss = lossFn.call(y80, model.call(x80));
      backward([loss]);
      const row: Record<string, number> = { loss: Number(loss.item()) };
      for (const [key, tensor] of model.namedParameters()) row[`${key}.grad`] = Number(tensor.grad?.item());
      optimizer.step();
      for (const [key, tensor] of model.namedParameters()) row[key] = Number(tensor.item());
      nearRow(name, epoch, row);
      optimizer.zeroGrad();
    });
  }
  nearAll(model.stateDict(), stage(name).final, 'final');
  return optimizer;
}

test('manual_linear_regression: a module with two parameters', () => {
  manualSeed(seed);
  trainModel('manual_linear_regression', new Manual());
});

test('layer_linear_regression: nn.Linear', () => {
  manualSeed(seed);
  trainModel('layer_linear_regression', new Layered());
});

function trainStep(model: Module, lossFn: MSELoss, optimizer: SGD): (input: Tensor, target: Tensor) => number {
  return (input, target) =>
    scope(() => {
      model.train();
      const loss = lossFn.call(target, model.call(input));
      backward([loss]);
      optimizer.step();
      optimizer.zeroGrad();
      return Number(loss.item());
    });
}

/** One pass over a loader; what it made is freed. */
function eachBatch(loader: DataLoader, visit: (input: Tensor, target: Tensor) => void): void {
  for (const [input, target] of loader) {
    visit(input, target);
    input.dispose();
    target.dispose();
  }
}

describe('sequential, train_step, mini-batches, evaluation', () => {
  const lossFn = new MSELoss();
  let model: Sequential;
  let optimizer: SGD;
  let afterInit: Uint8Array;

  beforeAll(() => {
    manualSeed(seed);
    model = new Sequential(new Linear(1, 1));
    afterInit = defaultGenerator.getState();
    optimizer = trainModel('sequential', model);
    const step = trainStep(model, lossFn, optimizer);
    for (let epoch = 0; epoch < epochs; epoch++) nearRow('train_step', epoch, { loss: step(x80, y80) });
    nearAll(model.stateDict(), stage('train_step').final, 'train_step');
  });

  function trainBatches(name: string, trained: Sequential): void {
    const loader = new DataLoader(new TensorDataset(x80, y80), { batchSize: 16, shuffle: true });
    const step = trainStep(trained, lossFn, new SGD(trained.parameters(), { lr }));
    const losses: number[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) eachBatch(loader, (input, target) => losses.push(step(input, target)));
    for (const [i, loss] of stage(name).losses_first_3_epochs.entries()) near(losses[i], loss, `${name} loss ${i}`);
    for (const [i, loss] of stage(name).losses_last_epoch.entries()) near(losses[losses.length - 5 + i], loss, `${name} last loss ${i}`);
    nearAll(trained.stateDict(), stage(name).final, name);
  }

  function split(name: string): Subset[] {
    const everything = Array.from({ length: n }, (_, i) => i);
    const parts = randomSplit(new TensorDataset(column(x, everything), column(y, everything)), [80, 20]);
    expect(parts[0].indices).toEqual(stage(name).train_indices);
    expect(parts[1].indices).toEqual(stage(name).val_indices);
    return parts;
  }

  /** A slip worth keeping: the optimizer still holds another model's parameters, so this model never learns and its gradients add up. */
  function evaluate(name: string, [train, validation]: Subset[], other: SGD): void {
    const fresh = new Sequential(new Linear(1, 1));
    nearAll(fresh.stateDict(), stage(name).initial, `${name} initial`);
    const step = trainStep(fresh, lossFn, other);
    const trainLoader = new DataLoader(train, { batchSize: 16 });
    const validationLoader = new DataLoader(validation, { batchSize: 20 });
    for (let epoch = 0; epoch < epochs; epoch++) {
      const losses: number[] = [];
      eachBatch(trainLoader, (input, target) => losses.push(step(input, target)));
      noGrad(() =>
        eachBatch(validationLoader, (input, target) => {
          fresh.eval();
          losses.push(scope(() => Number(lossFn.call(target, fresh.call(input)).item())));
        }),
      );
      const expected = [...stage(name).losses_per_epoch_all_equal, ...stage(name).val_losses_per_epoch_all_equal];
      for (const [i, loss] of losses.entries()) near(loss, expected[i], `${name}, epoch ${epoch}, loss ${i}`);
    }
    nearAll(fresh.stateDict(), stage(name).final, name);
    for (const [key, tensor] of fresh.namedParameters())
      near(Number(tensor.grad?.item()), numberOf(stage(name).grad_after_all_epochs[key]), `${name} ${key}.grad`);
    expect(Math.fround(defaultGenerator.uniform24())).toBe(Math.fround(stage(name).rand_after));
  }

  function copyOf(trained: Sequential): Sequential {
    const state = defaultGenerator.getState();
    const copy = new Sequential(new Linear(1, 1));
    copy.loadStateDict(trained.stateDict());
    defaultGenerator.setState(state);
    return copy;
  }

  test('seeded before the loader and before the split', () => {
    manualSeed(seed);
    trainBatches('data_loader', copyOf(model));
    manualSeed(seed);
    evaluate('evaluation', split('random_split'), optimizer);
  });

  test('the stream running on from the first seed', () => {
    defaultGenerator.setState(afterInit);
    trainBatches('data_loader_flow', copyOf(model));
    evaluate('evaluation_flow', split('random_split_flow'), optimizer);
  });
});

test('final: split, mini-batches and validation, 150 epochs; nothing left behind', () => {
  manualSeed(seed);
  const random = new RandomState(seed);
  random.randomSample(n);
  const everything = Array.from({ length: n }, (_, i) => i);
  const [train, validation] = randomSplit(new TensorDataset(column(x, everything), column(y, everything)), [80, 20]);
  expect(train.indices).toEqual(stage('final').train_indices);
  const trainLoader = new DataLoader(train, { batchSize: 16 });
  const validationLoader = new DataLoader(validation, { batchSize: 20 });
  const model = new Sequential(new Linear(1, 1));
  nearAll(model.stateDict(), stage('final').initial, 'initial');
  const lossFn = new MSELoss();
  const step = trainStep(model, lossFn, new SGD(model.parameters(), { lr }));
  let live = 0;
  for (let epoch = 0; epoch < golden.config.final_epochs; epoch++) {
    let trained = 0;
    let validated = 0;
    eachBatch(trainLoader, (input, target) => {
      trained += step(input, target);
    });
    noGrad(() =>
      eachBatch(validationLoader, (input, target) => {
        model.eval();
        validated += scope(() => Number(lossFn.call(target, model.call(input)).item()));
      }),
    );
    near(trained, stage('final').losses[epoch], `losses[${epoch}]`);
    near(validated, stage('final').val_losses[epoch], `val_losses[${epoch}]`);
    if (epoch === 1) live = heap.liveBytes;
  }
  expect(heap.liveBytes).toBe(live);
  nearAll(model.stateDict(), stage('final').final, 'final');
  expect(Math.fround(defaultGenerator.uniform24())).toBe(Math.fround(stage('final').rand_after));
});
