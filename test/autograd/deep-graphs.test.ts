// Long, wide, branching and re-entrant graphs: walked and freed without recursion, nothing left behind.
import { expect, test } from 'vitest';
import { backward, grad } from '../../core/autograd/backward.ts';
import { ops } from '../../core/autograd/funnel.ts';
import { registerHook } from '../../core/autograd/hooks.ts';
import { enableGrad } from '../../core/autograd/modes.ts';
import { defaultDotOptions, drawDot } from '../../core/graph/make-dot.ts';
import { heap } from '../../core/tensor/heap.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

const length = 100_000;
const one = (): Tensor => Tensor.from([1], { requiresGrad: true });

function chain(x: Tensor, n = length): Tensor {
  let y = ops.mul(x, 1) as Tensor;
  for (let i = 1; i < n; i++) {
    const next = ops.mul(y, 1) as Tensor;
    y.release();
    y = next;
  }
  return y;
}

test('a chain of 100,000 ops: backward, and release without it', () => {
  const x = one();
  const before = heap.liveBytes;
  chain(x).release();
  expect(heap.liveBytes).toBe(before);
  const y = chain(x);
  backward(y);
  expect(x.grad?.toArray()).toEqual([1]);
  y.release();
  x.grad = null;
  expect(heap.liveBytes).toBe(before);
});

test('a chain of 100,000 ops: gradients with a graph of their own', () => {
  const x = one();
  const before = heap.liveBytes;
  let y = ops.mul(x, x) as Tensor;
  for (let i = 1; i < length; i++) {
    const next = ops.mul(y, 1) as Tensor;
    y.release();
    y = next;
  }
  const [first] = grad(y, x, { createGraph: true });
  const [second] = grad(first as Tensor, x);
  expect(second?.toArray()).toEqual([2]);
  for (const t of [y, first, second]) t?.release();
  expect(heap.liveBytes).toBe(before);
});

test('a leaf used 100,000 times takes one pass', () => {
  const x = one();
  const before = heap.liveBytes;
  let sum = ops.mul(x, 0) as Tensor;
  for (let i = 0; i < length; i++) {
    const next = ops.add(sum, x) as Tensor;
    sum.release();
    sum = next;
  }
  const [g] = grad(sum, x);
  expect(g?.toArray()).toEqual([length]);
  g?.release();
  sum.release();
  expect(heap.liveBytes).toBe(before);
});

test('branches that meet again and again are walked once each', () => {
  const x = one();
  let y: Tensor = x;
  for (let i = 0; i < 40; i++) y = ops.add(y, y) as Tensor;
  backward(y);
  expect(x.grad?.toArray()).toEqual([2 ** 40]);
});

test('a backward inside a hook of a backward has its own walk', () => {
  const x = one();
  const inner = Tensor.from([3], { requiresGrad: true });
  const y = ops.mul(x, 2) as Tensor;
  const z = ops.mul(inner, inner) as Tensor;
  registerHook(y, () => {
    backward(z);
    enableGrad(() => {
      // A view made here has its base, so that an in-place change through it is followed.
      const rows = ops.mul(inner, 5) as Tensor;
      ops.mul_(ops.view(rows, [1, 1]), 2);
      expect(grad(rows, inner)[0]?.toArray()).toEqual([10]);
    });
  });
  backward(ops.mul(y, 4) as Tensor);
  expect(x.grad?.toArray()).toEqual([8]);
  expect(inner.grad?.toArray()).toEqual([6]);
});

test('a walk over a graph inside a walk over the same graph', () => {
  const x = one();
  const y = ops.mul(x, x) as Tensor;
  const z = ops.mul(y, 3) as Tensor;
  let depth = 0;
  registerHook(z, () => {
    if (depth++ < 3) backward(z, null, { retainGraph: true });
  });
  backward(z, null, { retainGraph: true });
  expect(x.grad?.toArray()).toEqual([24]);
});

test('make_dot of a chain does not recurse', () => {
  const x = one();
  const text = scope(() => drawDot([chain(x, 20_000)], null, defaultDotOptions));
  expect(text.length).toBeGreaterThan(20_000);
});
