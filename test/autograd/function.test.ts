// Custom functions in TypeScript: what is saved, in-place marks, several results, second derivatives, refusals.
import { expect, test } from 'vitest';
import { backward, grad } from '../../core/autograd/backward.ts';
import { customFunction } from '../../core/autograd/function.ts';
import { ops } from '../../core/autograd/funnel.ts';
import { heap } from '../../core/tensor/heap.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

const cube = customFunction<[Tensor], Tensor>({
  name: 'Cube',
  forward(context, x) {
    context.saveForBackward(x);
    return ops.pow(x, 3) as Tensor;
  },
  backward(context, g) {
    const [x] = context.savedTensors;
    return ops.mul(g, ops.mul(ops.pow(x, 2), 3)) as Tensor;
  },
});

const leaf = (values: number[]): Tensor => Tensor.from(values, { requiresGrad: true });

test('a function has its node, its gradient and a second derivative', () => {
  const x = leaf([2, -1]);
  const y = cube(x);
  expect(y.gradFn?.name).toBe('CubeBackward');
  const [first] = grad(ops.sum(y) as Tensor, x, { createGraph: true });
  expect(first?.toArray()).toEqual([12, 3]);
  const [second] = grad(ops.sum(first) as Tensor, x);
  expect(second?.toArray()).toEqual([12, -6]);
});

test('results beside tensors, state, marks and missing gradients', () => {
  const seen: (number[] | null)[] = [];
  const split = customFunction<[Tensor, number], readonly [Tensor, Tensor], { factor: number }>({
    name: 'Split',
    forward(context, x, factor) {
      context.state.factor = factor;
      expect(context.needsInputGrad).toEqual([true, false]);
      const constant = ops.add(x, 1) as Tensor;
      context.markNonDifferentiable(constant);
      return [ops.mul(x, factor) as Tensor, constant];
    },
    backward(context, a, b) {
      seen.push(a?.toArray() ?? null, b?.toArray() ?? null);
      return [ops.mul(a, context.state.factor) as Tensor, null];
    },
  });
  const x = leaf([1, 2]);
  const [scaled, constant] = split(x, 3);
  expect(constant.requiresGrad).toBe(false);
  backward(ops.sum(scaled) as Tensor);
  expect(x.grad?.toArray()).toEqual([3, 3]);
  expect(seen).toEqual([
    [1, 1],
    [0, 0],
  ]);
});

test('an argument changed in place keeps its identity; a returned one gets its own', () => {
  const double = customFunction<[Tensor], Tensor>({
    name: 'Double',
    forward(context, x) {
      ops.mul_(x, 2);
      context.markDirty(x);
      return x;
    },
    backward: (_, g) => ops.mul(g, 2) as Tensor,
  });
  const x = leaf([1, 2]);
  expect(() => double(x)).toThrow('a leaf Variable that requires grad');
  const y = ops.mul(x, 1) as Tensor;
  expect(double(y)).toBe(y);
  backward(ops.sum(y) as Tensor);
  expect(x.grad?.toArray()).toEqual([2, 2]);
  const turn = customFunction<[Tensor], Tensor>({ name: 'Turn', forward: (_, t) => t, backward: (_, g) => ops.neg(g) as Tensor });
  const z = turn(x);
  expect(z).not.toBe(x);
  expect(grad(ops.sum(z) as Tensor, x)[0]?.toArray()).toEqual([-1, -1]);
});

test('refusals in torch’s words', () => {
  const x = leaf([1, 2]);
  const wrong = customFunction<[Tensor, Tensor], Tensor>({
    name: 'Wrong',
    forward: (_, a, b) => ops.mul(a, b) as Tensor,
    backward: (_, g) => g,
  });
  expect(() => backward(ops.sum(wrong(x, x)) as Tensor)).toThrow(
    'function WrongBackward returned an incorrect number of gradients (expected 2, got 1)',
  );
  const saved = cube(x);
  backward(ops.sum(saved) as Tensor);
  expect(() => backward(ops.sum(saved) as Tensor)).toThrow('Trying to backward through the graph a second time');
  const y = ops.mul(x, 1) as Tensor;
  const kept = cube(y);
  ops.add_(y, 1);
  expect(() => backward(ops.sum(kept) as Tensor)).toThrow('has been modified by an inplace operation');
  const once = customFunction<[Tensor], Tensor>({
    name: 'Once',
    onceDifferentiable: true,
    forward: (_, a) => ops.mul(a, 2) as Tensor,
    backward: (_, g) => ops.mul(g, 2) as Tensor,
  });
  const seed = leaf([1, 1]);
  const [g] = grad(once(x), x, { gradOutputs: [seed], createGraph: true });
  expect(() => backward(ops.sum(g) as Tensor)).toThrow('marked with @once_differentiable');
});

test('nothing is left behind', () => {
  const x = leaf([1, 2, 3]);
  const step = (): void =>
    scope(() => {
      backward(ops.sum(cube(cube(x))) as Tensor);
    });
  step();
  const live = heap.liveBytes;
  for (let i = 0; i < 50; i++) step();
  expect(heap.liveBytes).toBe(live);
});
