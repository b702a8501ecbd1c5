// Whole operations and their gradients on every path of the kernels, for tensors of every size: whatever the strides, gaps, repeats and
// offsets of what they are given, they compute what TypeScript computes in float64 from row-major copies.
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { grad } from '../../core/autograd/backward.ts';
import { call } from '../../core/autograd/funnel.ts';
import { setKernelPath } from '../../core/devices/cpu/kernel-path.ts';
import type { KernelPath } from '../../core/devices/cpu/kernels.ts';
import type { Arg } from '../../core/ops/descriptor.ts';
import '../../core/index.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import './kernel-paths.ts';
import { type Layout, layouts, tensorOf } from './layouts.ts';

/** One call: shapes of the tensors it differentiates, and what it does with them. */
interface Call {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly run: (...tensors: Tensor[]) => Tensor;
}

const one = (name: string, ...args: Arg[]): Tensor => [call(name, args)].flat()[0];
const size = (least = 1, most = 9) => fc.integer({ min: least, max: most });
const wholes = (values: readonly number[], shape: readonly number[]) =>
  Tensor.fromTyped(BigInt64Array.from(values, BigInt), { shape: [...shape] });
const big = (...numbers: number[]) => numbers.map(BigInt);

/** A shape, any of its sizes possibly 0, and one of its dimensions. */
const shaped = (least = 0) =>
  fc
    .array(fc.oneof(size(least, 5), size(least, 5), size(least, 40)), { minLength: 1, maxLength: 4 })
    .filter((shape) => shape.reduce((a, b) => a * b, 1) < 4000)
    .chain((shape) => fc.record({ shape: fc.constant(shape), dim: fc.nat(shape.length - 1) }));

/** The same shape with some dimensions of one element, or without the first ones. */
const broadcast = (shape: readonly number[], mask: number) => {
  const thin = shape.map((n, d) => (mask & (1 << d) ? 1 : n));
  return mask & 16 ? thin.slice(1) : thin;
};

const elementwise = fc
  .record({ at: shaped(), b: fc.nat(31), c: fc.nat(31), pick: fc.nat(11) })
  .map(({ at: { shape }, b, c, pick }): Call => {
    const [withB, withC] = [broadcast(shape, b), broadcast(shape, c)];
    const calls: readonly (readonly [string, number, Call['run']])[] = [
      ['add', 2, (x, y) => one('add', x, y)],
      ['sub', 2, (x, y) => one('sub', x, y)],
      ['mul', 2, (x, y) => one('mul', x, y)],
      ['div', 2, (x, y) => one('div', x, one('add', one('mul', y, y), 1.5))],
      ['lerp', 3, (x, y, z) => one('lerp', x, y, z)],
      ['addcmul', 3, (x, y, z) => one('addcmul', x, y, z)],
      ['where', 3, (x, y, z) => one('where', one('gt', z, 0), x, y)],
      ['gelu', 1, (x) => one('gelu', x)],
      ['silu', 1, (x) => one('silu', x)],
      ['tanh', 1, (x) => one('tanh', x)],
      ['exp', 1, (x) => one('exp', x)],
      ['clamp', 1, (x) => one('clamp', x, -0.7, 1.1)],
    ];
    const [name, count, run] = calls[pick];
    return { name, shapes: [shape, withB, withC].slice(0, count), run };
  });

const reductions = fc
  .record({ at: shaped(1), keep: fc.boolean(), all: fc.boolean(), pick: fc.nat(11) })
  .map(({ at, keep, all, pick }): Call => {
    const { shape } = at;
    const dim = BigInt(at.dim);
    const dims = all ? shape.map((_, d) => BigInt(d)) : [dim];
    const calls: readonly (readonly [string, Call['run']])[] = [
      ['sum', (x) => one('sum', x, dims, keep)],
      ['mean', (x) => one('mean', x, dims, keep)],
      ['amax', (x) => one('amax', x, dims, keep)],
      ['amin', (x) => one('amin', x, dims, keep)],
      ['max', (x) => one('max', x, dim, keep)],
      ['prod', (x) => one('prod', x, dim, keep)],
      ['logsumexp', (x) => one('logsumexp', x, dims, keep)],
      ['norm', (x) => one('linalg_vector_norm', one('add', x, 3), 3n, dims, keep)],
      ['cumsum', (x) => one('cumsum', x, dim)],
      ['softmax', (x) => one('softmax', x, dim)],
      ['log_softmax', (x) => one('log_softmax', x, dim)],
      ['sort', (x) => one('sort', x, dim, keep)],
    ];
    const [name, run] = calls[pick];
    return { name, shapes: [shape], run };
  });

const norms = fc
  .record({
    n: size(2, 6),
    c: size(1, 6),
    l: fc.oneof(size(2, 9), size(60, 90)),
    weighted: fc.boolean(),
    training: fc.boolean(),
    pick: fc.nat(3),
  })
  .map(({ n, c, l, weighted, training, pick }): Call => {
    const eps = 0.1;
    const given = (t: Tensor): Tensor | null => (weighted ? t : null);
    const still = (value: number): Tensor | null => (training ? null : Tensor.fromTyped(new Float64Array(c).fill(value)));
    const running = (x: Tensor, value: number): Arg => {
      const made = still(value);
      return made === null ? null : one('to', made, x.dtype);
    };
    const calls: readonly (readonly [string, number[], number[], Call['run']])[] = [
      ['layer_norm', [n, c, l], [c, l], (x, w, b) => one('layer_norm', x, big(c, l), given(w), given(b), eps)],
      [
        'batch_norm',
        [n, c, l],
        [c],
        (x, w, b) => one('batch_norm', x, given(w), given(b), running(x, 0.3), running(x, 1.7), training, 0.1, eps, true),
      ],
      ['group_norm', [n, 2 * c, l], [2 * c], (x, w, b) => one('group_norm', x, BigInt(c), given(w), given(b), eps)],
      ['rms_norm', [n, c, l], [l], (x, w) => one('rms_norm', x, big(l), given(w), eps)],
    ];
    const [name, shape, weights, run] = calls[pick];
    return { name, shapes: [shape, weights, weights].slice(0, weighted ? (name === 'rms_norm' ? 2 : 3) : 1), run };
  });

const images = fc
  .record({
    n: size(1, 3),
    i: size(1, 4),
    o: size(1, 5),
    h: size(4, 12),
    w: size(4, 21),
    k: size(1, 3),
    s: size(1, 2),
    p: fc.nat(1),
    g: size(1, 2),
    pick: fc.nat(6),
  })
  .map(({ n, i, o, h, w, k, s, p, g, pick }): Call => {
    const pad = Math.min(p, k >> 1);
    const [kernel, stride, padding] = [big(k, k), big(s, s), big(pad, pad)];
    const image = [n, i * g, h, w];
    const calls: readonly (readonly [string, number[][], Call['run']])[] = [
      ['conv1d', [[n, i * g, w], [o * g, i, k], [o * g]], (x, f, b) => one('conv1d', x, f, b, big(s), big(pad), big(1), BigInt(g))],
      ['conv2d', [image, [o * g, i, k, k], [o * g]], (x, f, b) => one('conv2d', x, f, b, stride, padding, big(1, 1), BigInt(g))],
      [
        'conv_transpose2d',
        [image, [i * g, o, k, k], [o * g]],
        (x, f, b) => one('conv_transpose2d', x, f, b, stride, padding, big(0, 0), BigInt(g)),
      ],
      ['max_pool2d', [image], (x) => one('max_pool2d', x, kernel, stride, padding)],
      ['avg_pool2d', [image], (x) => one('avg_pool2d', x, kernel, stride, padding)],
      ['adaptive_avg_pool2d', [image], (x) => one('adaptive_avg_pool2d', x, big(3, 2))],
      ['upsample_bilinear2d', [image], (x) => one('upsample_bilinear2d', x, big(7, 5), false)],
    ];
    const [name, shapes, run] = calls[pick];
    return { name, shapes, run };
  });

const products = fc
  .record({ b: fc.nat(3), m: fc.nat(9), n: fc.nat(17), k: fc.nat(33), pick: fc.nat(5) })
  .map(({ b, m, n, k, pick }): Call => {
    const calls: readonly (readonly [string, number[][], Call['run']])[] = [
      [
        'matmul',
        [
          [m, k],
          [k, n],
        ],
        (x, y) => one('matmul', x, y),
      ],
      [
        'matmul of batches',
        [
          [b, 1, m, k],
          [2, k, n],
        ],
        (x, y) => one('matmul', x, y),
      ],
      ['matmul of a vector', [[b, m, k], [k]], (x, y) => one('matmul', x, y)],
      ['addmm', [[n], [m, k], [k, n]], (c, x, y) => call('addmm', [c, x, y], { beta: 0.5, alpha: 2 }) as Tensor],
      ['linear', [[b, m, k], [n, k], [n]], (x, y, c) => one('linear', x, y, c)],
      [
        'attention',
        [
          [b, 2, m + 1, 8],
          [b, 2, n + 1, 8],
          [b, 2, n + 1, 8],
        ],
        (q, y, v) => one('scaled_dot_product_attention', q, y, v),
      ],
    ];
    const [name, shapes, run] = calls[pick];
    return { name, shapes, run };
  });

const gathers = fc
  .record({ at: shaped(1), places: fc.array(fc.nat(1000), { minLength: 1, maxLength: 7 }), pick: fc.nat(5) })
  .map(({ at: { shape, dim }, places, pick }): Call => {
    const index = wholes(
      places.map((p) => p % shape[dim]),
      [places.length],
    );
    const over = shape.map((n, d) => (d === dim ? places.length : n));
    const spread = (): Tensor =>
      one(
        'expand',
        one(
          'view',
          index,
          over.map((n, d) => BigInt(d === dim ? n : 1)),
        ),
        big(...over),
      );
    const calls: readonly (readonly [string, (readonly number[])[], Call['run']])[] = [
      ['index_select', [shape], (x) => one('index_select', x, BigInt(dim), index)],
      ['gather', [shape], (x) => one('gather', x, BigInt(dim), spread())],
      ['scatter_add', [shape, over], (x, y) => one('scatter_add', x, BigInt(dim), spread(), y)],
      ['embedding', [[shape[dim], 6]], (x) => one('embedding', x, index)],
      ['cat', [shape, over], (x, y) => call('cat', [[x, y, x], BigInt(dim)]) as Tensor],
      ['flip', [shape], (x) => one('flip', x, big(dim))],
    ];
    const [name, shapes, run] = calls[pick];
    return { name, shapes, run };
  });

/** The result and the gradient of each tensor, flat; the weights of the sum that is differentiated are its own places. */
function results({ shapes, run }: Call, dtype: 'float32' | 'float64', made: (shape: readonly number[], k: number) => Tensor): number[][] {
  const inputs = shapes.map((shape, k) => {
    const t = made(shape, k);
    t.requiresGrad = true;
    return t;
  });
  const out = run(...inputs);
  const seed = Tensor.fromTyped(
    Float64Array.from({ length: out.numel }, (_, i) => ((i * 7) % 11) / 8 - 0.5),
    { shape: [...out.shape], dtype },
  );
  const grads = grad(out, inputs, { gradOutputs: [seed], allowUnused: true });
  return [out, ...grads].map((t) => (t === null ? [] : Array.from(t.toTyped() as Float64Array, Number)));
}

const families = { elementwise, reductions, norms, images, products, gathers };
const paths: readonly KernelPath[] = ['reference', 'plain', 'relaxed'];

afterAll(() => void setKernelPath(null));

describe.each(paths)('on the %s path', (path) => {
  it.each(Object.keys(families) as (keyof typeof families)[])('%s', { timeout: 60_000 }, (family) => {
    const given = fc.tuple(layouts, layouts, layouts);
    fc.assert(
      fc.property(families[family], given, fc.constantFrom('float32' as const, 'float64' as const), (one, laid: Layout[], dtype) =>
        scope(() => {
          const inputs = one.shapes.map((shape, k) => tensorOf(shape, { ...laid[k], seed: laid[k].seed + k }, dtype));
          setKernelPath('reference');
          const copies = inputs.map((t) => Float64Array.from(t.toTyped() as Float64Array));
          const expected = results(one, 'float64', (shape, k) => Tensor.fromTyped(copies[k], { shape: [...shape] }));
          expect(setKernelPath(path, true)).toBe(path);
          const found = results(one, dtype, (_, k) => inputs[k]);
          const unit = dtype === 'float32' ? 2 ** -24 : 2 ** -50;
          expect(found.map((part) => part.length)).toEqual(expected.map((part) => part.length));
          for (const [part, values] of expected.entries()) {
            const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
            const far = values.findIndex((x, i) => !(Math.abs(found[part][i] - x) <= 200 * unit * largest));
            expect({ name: one.name, part, far, found: found[part][far], expected: values[far] }).toEqual({
              name: one.name,
              part,
              far: -1,
            });
          }
        }),
      ),
      { numRuns: 150 },
    );
  });
});
