// In-place changes and views: histories, gradients and refusals as PyTorch 2.13 has them.
import { expect, test } from 'vitest';
import { backward, grad } from '../../core/autograd/backward.ts';
import { call, ops } from '../../core/autograd/funnel.ts';
import { retainGrad } from '../../core/autograd/hooks.ts';
import { noGrad } from '../../core/autograd/modes.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { graphText } from './graph-text.ts';

const leaf = (): Tensor => Tensor.from([1, 2, 3], { requiresGrad: true });
const doubled = (x: Tensor): Tensor => call('mul', [x, 2n]) as Tensor;

test('changing a view rewrites the base', () => {
  const x = leaf();
  const y = doubled(x);
  const v = ops.select(y, 0, 1) as Tensor;
  call('mul_', [v, 10n]);
  expect(graphText(y.gradFn)).toBe('CopySlices(MulBackward0(AccumulateGrad,None),None)');
  expect(graphText(v.gradFn)).toBe('AsStridedBackward0(CopySlices(MulBackward0(AccumulateGrad,None),None))');
  backward(ops.sum(ops.mul(y, y)));
  expect(x.grad?.toArray()).toEqual([8, 1600, 24]);
});

test('writing part of a tensor into another', () => {
  const x = leaf();
  const y = doubled(x);
  ops.copy_(ops.select(y, 0, 0), ops.select(x, 0, 2));
  expect(graphText(y.gradFn)).toBe('CopySlices(MulBackward0(AccumulateGrad,None),SelectBackward0(AccumulateGrad))');
  backward(ops.sum(y));
  expect(x.grad?.toArray()).toEqual([0, 2, 3]);
});

test('a view follows its base', () => {
  const x = leaf();
  const y = doubled(x);
  const v = ops.slice(y, 0, 0, 2) as Tensor;
  call('mul_', [y, 3n]);
  expect(graphText(v.gradFn)).toBe('AsStridedBackward0(MulBackward0(MulBackward0(AccumulateGrad,None),None))');
  backward(ops.sum(v));
  expect(x.grad?.toArray()).toEqual([6, 6, 0]);
});

test('a plain tensor begins to require grad when part of it is written', () => {
  const x = leaf();
  const z = ops.zeros([3]) as Tensor;
  ops.copy_(ops.slice(z, 0, 1), ops.slice(x, 0, 1));
  expect(z.requiresGrad).toBe(true);
  expect(graphText(z.gradFn)).toBe('CopySlices(None,SliceBackward0(AccumulateGrad))');
  backward(ops.sum(ops.mul(z, z)));
  expect(x.grad?.toArray()).toEqual([0, 4, 6]);
});

test('a view of a transposed view', () => {
  const x = leaf();
  const z = ops.zeros([2, 3]) as Tensor;
  ops.add_(ops.select(ops.t(z), 0, 1), ops.slice(x, 0, 0, 2));
  expect(graphText(z.gradFn)).toBe('CopySlices(None,SliceBackward0(AccumulateGrad))');
  backward(ops.sum(call('pow', [z, 2n]) as Tensor));
  expect(x.grad?.toArray()).toEqual([2, 4, 0]);
});

test('retain_grad moves on with the tensor', () => {
  const x = leaf();
  const h = ops.mul(x, 3) as Tensor;
  retainGrad(h);
  const h2 = ops.mul(h, 2) as Tensor;
  retainGrad(h2);
  call('mul_', [h2, 5n]);
  backward(ops.sum(h2));
  expect([h.grad?.toArray(), h2.grad?.toArray(), x.grad?.toArray()]).toEqual([
    [10, 10, 10],
    [1, 1, 1],
    [30, 30, 30],
  ]);
});

test('gradients of a leaf taken with create_graph are copied with their history', () => {
  const x = leaf();
  backward(ops.sum(ops.mul(x, x)), null, { createGraph: true });
  expect(graphText(x.grad?.gradFn ?? null)).toBe(
    'CopyBackwards(None,AddBackward0(MulBackward0(None,AccumulateGrad),MulBackward0(None,AccumulateGrad)))',
  );
  x.grad = null;
});

test('the graph of a gradient', () => {
  const x = leaf();
  const graph = (y: Tensor): string => graphText((grad(ops.sum(y), x, { createGraph: true })[0] as Tensor).gradFn);
  expect(graph(call('pow', [x, 3n]) as Tensor)).toBe('MulBackward0(None,MulBackward1(PowBackward0(AccumulateGrad)))');
  expect(graph(ops.tanh(x))).toBe('TanhBackwardBackward0(None,TanhBackward0(AccumulateGrad))');
  const w = Tensor.from([[1, 1, 1]], { requiresGrad: true });
  const b = Tensor.from([1], { requiresGrad: true });
  const loss = ops.mse_loss(ops.linear(ops.ones([4, 3]), w, b), ops.zeros([4, 1])) as Tensor;
  const [gw, gb] = grad(loss, [w, b], { createGraph: true }) as Tensor[];
  const inner = 'MseLossBackwardBackward0(None,AddmmBackward0(AccumulateGrad,None,TBackward0(AccumulateGrad)),None)';
  expect(graphText(gw.gradFn)).toBe(`TBackward0(TBackward0(MmBackward0(TBackward0(${inner}),None)))`);
  expect(graphText(gb.gradFn)).toBe(`ViewBackward0(SumBackward1(${inner}))`);
});

test('backward(inputs=…) fills only those, results too', () => {
  const x = leaf();
  const h = ops.mul(x, 2) as Tensor;
  backward(ops.sum(ops.mul(h, h)), null, { inputs: [h] });
  expect(h.grad?.toArray()).toEqual([4, 8, 12]);
  expect(x.grad).toBeNull();
});

const HINT =
  ' Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).';
const modified = (what: string, at: number): string =>
  `one of the variables needed for gradient computation has been modified by an inplace operation: ${what} at version ${at}; expected version 0 instead.${HINT}`;

const refusals: [string, () => unknown, string][] = [
  ['a leaf', () => ops.add_(leaf(), 1), 'a leaf Variable that requires grad is being used in an in-place operation.'],
  [
    'a view of a leaf',
    () => ops.add_(ops.select(leaf(), 0, 0), 1),
    'a view of a leaf Variable that requires grad is being used in an in-place operation.',
  ],
  [
    'a saved output',
    () => {
      const y = ops.exp(leaf()) as Tensor;
      ops.add_(y, 1);
      backward(ops.sum(y));
    },
    modified('[torch.FloatTensor [3]], which is output 0 of Exp, is', 1),
  ],
  [
    'a saved input',
    () => {
      const w = ops.ones([3]) as Tensor;
      const y = ops.mul(leaf(), w) as Tensor;
      ops.add_(w, 1);
      backward(ops.sum(y));
    },
    modified('[torch.FloatTensor [3]] is', 1),
  ],
  [
    'a saved output through a view',
    () => {
      const y = ops.tanh(
        Tensor.from(
          [
            [1, 2],
            [3, 4],
          ],
          { requiresGrad: true },
        ),
      ) as Tensor;
      ops.zero_(ops.select(y, 0, 0));
      backward(ops.sum(y));
    },
    modified('[torch.FloatTensor [2, 2]], which is output 0 of Tanh, is', 1),
  ],
  [
    'one of several views',
    () => ops.add_((ops.unbind(ops.mul(leaf(), 1)) as Tensor[])[0], 1),
    'Output 0 of Unbind is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.',
  ],
  [
    'an expanded tensor',
    () => ops.add_(ops.expand(ops.ones([1]), [3]), 1),
    'unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.',
  ],
  [
    'a view made under no_grad',
    () => {
      const y = ops.mul(leaf(), 1) as Tensor;
      ops.add_(
        noGrad(() => ops.select(y, 0, 0) as Tensor),
        1,
      );
    },
    "A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).",
  ],
  [
    'a parameter between forward and a second backward',
    () => {
      const w = Tensor.from([[1, 2, 3, 4]], { requiresGrad: true });
      const h = ops.exp(Tensor.from([[1, 1, 1, 1]], { requiresGrad: true })) as Tensor;
      const y = ops.sum(ops.mm(h, ops.t(w))) as Tensor;
      backward(y, null, { retainGraph: true });
      noGrad(() => ops.mul_(w, 2));
      backward(y);
    },
    modified('[torch.FloatTensor [4, 1]], which is output 0 of AsStrided, is', 1),
  ],
];

test.each(refusals)('in place on %s is refused', (_what, run, message) => {
  expect(run).toThrow(message);
});
