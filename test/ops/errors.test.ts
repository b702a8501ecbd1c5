// What ops refuse, in PyTorch's words.
import { expect, test } from 'vitest';
import { backward, grad } from '../../core/autograd/backward.ts';
import { call, ops } from '../../core/autograd/funnel.ts';
import { registerHook, registerPostAccumulateGradHook, retainGrad, setRequiresGrad } from '../../core/autograd/hooks.ts';
import type { Arg } from '../../core/ops/descriptor.ts';
import type { DType } from '../../core/tensor/dtype.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { TorchError } from '../../core/tensor/torch-error.ts';

const r = (...shape: number[]): Tensor => ops.full(shape, 0.5);
const whole = (...shape: number[]): Tensor => ops.ones(shape, { dtype: 'int64' });
const typed = (dtype: DType, ...shape: number[]): Tensor => ops.ones(shape, { dtype });
const long = (...values: number[]): Tensor => Tensor.from(values.map(BigInt));
const leaf = (n: number): Tensor => {
  const t = r(n);
  t.requiresGrad = true;
  return t;
};
const c = (name: string, ...args: Arg[]): unknown => call(name, args);

const TWICE =
  'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.';

const cases: [() => unknown, string, string?][] = [
  [() => c('matmul', r(3, 4), r(5, 4)), 'mat1 and mat2 shapes cannot be multiplied (3x4 and 5x4)'],
  [() => c('mm', r(3), r(3, 4)), 'self must be a matrix'],
  [
    () => c('matmul', r(3), r(4)),
    'inconsistent tensor size, expected tensor [3] and src [4] to have the same number of elements, but got 3 and 4 elements respectively',
  ],
  [() => c('matmul', r(2, 3, 4), r(3, 4, 5)), 'The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0'],
  [() => c('matmul', r(), r(3)), 'both arguments to matmul need to be at least 1D, but they are 0D and 1D'],
  [() => c('bmm', r(2, 3, 4), r(3, 4, 5)), 'Expected size for first two dimensions of batch2 tensor to be: [2, 4] but got: [3, 4].'],
  [() => c('mv', r(3, 4), r(5)), 'size mismatch, got input (3), mat (3x4), vec (5)'],
  [() => c('add', r(3, 4), r(5)), 'The size of tensor a (4) must match the size of tensor b (5) at non-singleton dimension 1'],
  [() => c('mul', r(3, 4, 5), r(3, 5, 4)), 'The size of tensor a (5) must match the size of tensor b (4) at non-singleton dimension 2'],
  [() => c('add_', r(4), r(3, 4)), "output with shape [4] doesn't match the broadcast shape [3, 4]"],
  [
    () => c('cat', [r(3, 4), r(3, 5)], 0),
    'Sizes of tensors must match except in dimension 0. Expected size 4 but got size 5 for tensor number 1 in the list.',
  ],
  [() => c('cat', [r(3, 4), r(3)], 0), 'Tensors must have same number of dimensions: got 2 and 1'],
  [() => c('cat', []), 'torch.cat(): expected a non-empty list of Tensors', 'ValueError'],
  [() => c('cat', [r(), r()]), 'zero-dimensional tensor (at position 0) cannot be concatenated'],
  [() => c('stack', [r(3), r(4)]), 'stack expects each tensor to be equal size, but got [3] at entry 0 and [4] at entry 1'],
  [() => c('linear', r(2, 5), r(4, 3), r(4)), 'mat1 and mat2 shapes cannot be multiplied (2x5 and 3x4)'],
  [() => c('mse_loss', r(3), r(4)), 'The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 0'],
  [() => c('cross_entropy_loss', r(3, 3), whole(4)), 'Expected input batch_size (3) to match target batch_size (4).', 'ValueError'],
  [() => c('cross_entropy_loss', r(3, 3), whole(3, 1)), '0D or 1D target tensor expected, multi-target not supported'],
  [() => c('view', r(3, 4), [3, 5]), "shape '[3, 5]' is invalid for input of size 12"],
  [() => c('view', r(3, 4), [-1, -1]), 'only one dimension can be inferred'],
  [() => c('view', r(3, 4), [-1, 11]), "shape '[-1, 11]' is invalid for input of size 12"],
  [() => c('reshape', r(3, 4), [5, 5]), "shape '[5, 5]' is invalid for input of size 12"],
  [
    () => c('view', ops.t(r(3, 4)), [-1]),
    "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
  ],
  [
    () => c('expand', r(3, 4), [3, 5]),
    'The expanded size of the tensor (5) must match the existing size (4) at non-singleton dimension 1.  Target sizes: [3, 5].  Tensor sizes: [3, 4]',
  ],
  [
    () => c('expand', r(3, 4), [4]),
    'expand(torch.FloatTensor{[3, 4]}, size=[4]): the number of sizes provided (1) must be greater or equal to the number of dimensions in the tensor (2)',
  ],
  [() => c('squeeze', r(3), 3), 'Dimension out of range (expected to be in range of [-1, 0], but got 3)', 'IndexError'],
  [() => c('transpose', r(3, 4), 0, 2), 'Dimension out of range (expected to be in range of [-2, 1], but got 2)', 'IndexError'],
  [() => c('t', r(2, 2, 2)), 't() expects a tensor with <= 2 dimensions, but self is 3D'],
  [() => c('permute', r(3, 4), [0, 0]), 'permute(): duplicate dims are not allowed.'],
  [
    () => c('permute', r(3, 4), [0, 1, 2]),
    'permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = 2 is not equal to len(dims) = 3',
  ],
  [() => c('sum', r(3, 4), 2), 'Dimension out of range (expected to be in range of [-2, 1], but got 2)', 'IndexError'],
  [() => c('sum', r(3, 4), [0, 0]), 'dim 0 appears multiple times in the list of dims'],
  [() => c('softmax', r(3), 1), 'Dimension out of range (expected to be in range of [-1, 0], but got 1)', 'IndexError'],
  [
    () => c('max', r(0)),
    "max(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.",
  ],
  [() => c('argmax', r(0)), 'argmax(): Expected reduction dim to be specified for input.numel() == 0.', 'IndexError'],
  [
    () => c('split', r(3), [1, 1, 4]),
    "split_with_sizes expects split_sizes to sum exactly to 3 (input tensor's size at dimension 0), but got split_sizes=[1, 1, 4]",
  ],
  [() => c('chunk', r(3), 0), 'chunk expects `chunks` to be greater than 0, got: 0'],
  [() => c('narrow', r(3), 0, 1, 3), 'start (1) + length (3) exceeds dimension size (3).'],
  [() => c('topk', r(3), 4), 'selected index k out of range'],
  [
    () => c('where', typed('bool', 3), r(3), r(4)),
    'The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 0',
  ],
  [() => c('repeat', r(3, 4), [2]), 'Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor'],
  [() => r(3).item(), 'a Tensor with 3 elements cannot be converted to Scalar'],
  [() => c('unbind', r()), 'Dimension specified as 0 but tensor has no dimensions', 'IndexError'],
  [() => c('index', r(3), [r(1)]), 'tensors used as indices must be long, int, byte or bool tensors', 'IndexError'],
  [() => c('index', r(3), [long(0, 3)]), 'index 3 is out of bounds for dimension 0 with size 3', 'IndexError'],
  [
    () => c('index', r(3, 4), [typed('bool', 4, 3)]),
    'The shape of the mask [4, 3] at index 0 does not match the shape of the indexed tensor [3, 4] at index 0',
    'IndexError',
  ],
  [() => c('index_select', r(3), 0, long(3)), 'index out of range in self', 'IndexError'],
  [() => c('gather', r(3, 4), 1, Tensor.from([[4n]])), 'index 4 is out of bounds for dimension 1 with size 4'],
  [() => c('gather', r(3, 4), 1, long(0)), 'Index tensor must have the same number of dimensions as input tensor'],
  [() => c('gather', r(3, 4), 1, r(1, 1)), 'gather(): Expected dtype int32/int64 for index'],
  [() => c('scatter', r(3, 4), 1, Tensor.from([[4n]]), 1), 'index 4 is out of bounds for dimension 1 with size 4'],
  [() => c('cross_entropy_loss', r(2, 3), long(0, 3)), 'Target 3 is out of bounds.', 'IndexError'],
  [() => c('nll_loss', r(2, 3), long(0, -1)), 'Target -1 is out of bounds.', 'IndexError'],
  [() => c('select', r(3, 4), 1, 4), 'select(): index 4 out of range for tensor of size [3, 4] at dimension 1', 'IndexError'],
  [
    () => c('masked_fill', r(3), typed('bool', 4), 1),
    'The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 0',
  ],
  [() => c('masked_fill', r(3), r(3), 1), 'masked_fill_ only supports boolean masks, but got mask with dtype float'],
  [() => c('matmul', r(2, 2), whole(2, 2)), 'expected m1 and m2 to have the same dtype, but got: float != long int'],
  [() => c('linear', typed('float64', 2, 3), r(4, 3), r(4)), 'mat1 and mat2 must have the same dtype, but got Double and Float'],
  [() => c('linear', whole(2, 3), r(4, 3), r(4)), 'mat1 and mat2 must have the same dtype, but got Long and Float'],
  [() => c('dot', r(2), typed('float64', 2)), 'dot : expected both vectors to have same dtype, but found Float and Double'],
  [
    () => c('mean', whole(3)),
    'mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Long',
  ],
  [() => c('softmax', whole(3), 0), '"softmax_lastdim_kernel_impl" not implemented for \'Long\'', 'NotImplementedError'],
  [() => c('var', whole(3)), 'std and var only support floating point and complex dtypes'],
  [() => c('cross_entropy_loss', r(2, 3), r(2)), 'expected target dtype to be Long or Byte, but got Float'],
  [() => c('add_', whole(2), 1.5), "result type Float can't be cast to the desired output type Long"],
  [() => c('div_', whole(2), 2n), "result type Float can't be cast to the desired output type Long"],
  [() => c('exp_', whole(2)), "result type Float can't be cast to the desired output type Long"],
  [
    () => c('sub', typed('bool', 2), typed('bool', 2)),
    'Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.',
  ],
  [
    () => c('neg', typed('bool', 2)),
    'Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.',
  ],
  [() => setRequiresGrad(whole(2), true), 'only Tensors of floating point dtype can require gradients'],
  [() => c('pow', whole(1), -1n), 'Integers to negative integer powers are not allowed.'],
  [() => c('where', r(2), r(2), r(2)), 'where expected condition to be a boolean tensor, but got a tensor with dtype Float'],
  [() => c('clamp', r(2)), "torch.clamp: At least one of 'min' or 'max' must not be None"],
  [() => backward(ops.mul(leaf(3), 2)), 'grad can be implicitly created only for scalar outputs'],
  [() => backward(r(1)), 'element 0 of tensors does not require grad and does not have a grad_fn'],
  [
    () => backward(ops.mul(leaf(3), 2), r(4)),
    'Mismatch in shape: grad_output[0] has a shape of torch.Size([4]) and output[0] has a shape of torch.Size([3]).',
  ],
  [
    () => {
      const x = leaf(1);
      const y = ops.sum(ops.mul(x, x));
      backward(y);
      backward(y);
    },
    TWICE,
  ],
  [
    () => {
      const h = ops.exp(leaf(1));
      backward(ops.mul(h, 2));
      backward(ops.mul(h, 3));
    },
    TWICE,
  ],
  [
    () => grad(ops.sum(ops.mul(leaf(1), 2)), leaf(1)),
    'The differentiated Tensor at index 0 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.',
  ],
  [() => grad(ops.sum(leaf(1)), r(1)), 'One of the differentiated Tensors does not require grad'],
  [() => retainGrad(r(1)), "can't retain_grad on Tensor that has requires_grad=False"],
  [() => registerHook(r(1), () => null), "cannot register a hook on a tensor that doesn't require gradient"],
  [
    () => registerPostAccumulateGradHook(ops.mul(leaf(3), 2), () => {}),
    'post accumulate grad hooks cannot be registered on non-leaf tensors',
  ],
  [
    () => setRequiresGrad(ops.mul(leaf(1), 2), false),
    "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
  ],
  [
    () => c('add', r(2), ops._to_copy(r(2), { device: 'cuda' })),
    'Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!',
  ],
  [() => ops.empty([2 ** 30]), 'DefaultCPUAllocator: not enough memory: you tried to allocate 4294967296 bytes.'],
  [() => call('fft_fft', [r(2)]), 'torch.fft_fft is not in Nabla yet', 'NotImplementedError'],
  [() => Tensor.from([[1, 2], [3]]), 'expected sequence of length 2 at dim 1 (got 1)', 'ValueError'],
];

test.each(cases.map(([run, message, type], i) => [`${i + 1}: ${message.slice(0, 70)}`, run, message, type ?? 'RuntimeError'] as const))(
  '%s',
  (_title, run, message, type) => {
    let error: unknown = null;
    try {
      run();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TorchError);
    expect([(error as TorchError).message, (error as TorchError).pythonType]).toEqual([message, type]);
  },
);

test('a graph that saved nothing may be walked twice', () => {
  const x = leaf(1);
  const y = ops.sum(ops.add(x, 1));
  backward(y);
  backward(y);
  expect(x.grad?.toArray()).toEqual([2]);
});
