// Broadcasting, views and indexing against a model that keeps plain nested lists.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ops } from '../../core/autograd/funnel.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

type Model = { shape: number[]; at: (index: number[]) => number };

function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>((all, n) => all.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])), [[]]);
}
const flat = (m: Model): number[] => indices(m.shape).map(m.at);

function start(shape: number[]): { tensor: Tensor; model: Model } {
  const n = shape.reduce((a, b) => a * b, 1);
  const data = Float64Array.from({ length: n }, (_, i) => i + 1);
  const at = (index: number[]): number => data[index.reduce((sum, i, d) => sum * shape[d] + i, 0)];
  return { tensor: Tensor.fromTyped(data, { shape }), model: { shape, at } };
}

interface Step {
  kind: 'transpose' | 'slice' | 'select' | 'unsqueeze' | 'flip' | 'expand';
  a: number;
  b: number;
  c: number;
}

/** One view applied to both; steps that do not fit leave things as they are. */
function apply(tensor: Tensor, model: Model, { kind, a, b, c }: Step): { tensor: Tensor; model: Model } {
  const rank = model.shape.length;
  const d = rank === 0 ? 0 : a % rank;
  if (kind === 'unsqueeze') {
    const at = a % (rank + 1);
    return {
      tensor: ops.unsqueeze(tensor, at),
      model: { shape: [...model.shape.slice(0, at), 1, ...model.shape.slice(at)], at: (i) => model.at(i.filter((_, k) => k !== at)) },
    };
  }
  if (rank === 0) return { tensor, model };
  const n = model.shape[d];
  if (kind === 'transpose') {
    const e = b % rank;
    const swap = <T>(list: readonly T[]): T[] => list.map((v, k) => (k === d ? list[e] : k === e ? list[d] : v));
    return { tensor: ops.transpose(tensor, d, e), model: { shape: swap(model.shape), at: (i) => model.at(swap(i)) } };
  }
  if (kind === 'slice') {
    const from = b % (n + 1);
    const step = 1 + (c % 3);
    return {
      tensor: ops.slice(tensor, d, from, n, step),
      model: {
        shape: model.shape.map((v, k) => (k === d ? Math.ceil((n - from) / step) : v)),
        at: (i) => model.at(i.map((v, k) => (k === d ? from + v * step : v))),
      },
    };
  }
  if (kind === 'select' && n > 0) {
    const at = b % n;
    return {
      tensor: ops.select(tensor, d, at),
      model: { shape: model.shape.filter((_, k) => k !== d), at: (i) => model.at([...i.slice(0, d), at, ...i.slice(d)]) },
    };
  }
  if (kind === 'flip')
    return {
      tensor: ops.flip(tensor, [d]),
      model: { shape: model.shape, at: (i) => model.at(i.map((v, k) => (k === d ? n - 1 - v : v))) },
    };
  if (kind === 'expand' && n === 1) {
    const shape = model.shape.map((v, k) => (k === d ? 1 + (b % 3) : v));
    return { tensor: ops.expand(tensor, shape), model: { shape, at: (i) => model.at(i.map((v, k) => (k === d ? 0 : v))) } };
  }
  return { tensor, model };
}

const small = fc.nat(6);
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>('transpose', 'slice', 'select', 'unsqueeze', 'flip', 'expand'),
    a: small,
    b: small,
    c: small,
  }),
  { maxLength: 5 },
);
const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

test('views read the elements they should, and copies, sums and joins agree with them', () => {
  fc.assert(
    fc.property(shapes, steps, (shape, list) => {
      let { tensor, model } = start(shape);
      for (const step of list) ({ tensor, model } = apply(tensor, model, step));
      expect(tensor.shape).toEqual(model.shape);
      const values = flat(model);
      expect(tensor.toArray()).toEqual(values);
      expect(ops.contiguous(tensor).toArray()).toEqual(values);
      expect(ops.reshape(tensor, [values.length]).toArray()).toEqual(values);
      expect(ops.sum(tensor).item()).toBe(values.reduce((a, b) => a + b, 0));
      expect(ops.mul(tensor, 2).toArray()).toEqual(values.map((v) => v * 2));
      if (model.shape.length > 0) {
        const lines = ops.sum(tensor, [0]) as Tensor;
        const rest: Model = {
          shape: model.shape.slice(1),
          at: (i) => Array.from({ length: model.shape[0] }, (_, k) => model.at([k, ...i])).reduce((a, b) => a + b, 0),
        };
        expect(lines.toArray()).toEqual(flat(rest));
        expect(ops.cat([tensor, tensor], 0).toArray()).toEqual([...values, ...values]);
      }
      const copy = ops.zeros_like(tensor) as Tensor;
      expect(ops.copy_(copy, tensor).toArray()).toEqual(values);
    }),
    { numRuns: 300 },
  );
});

test('two operands broadcast as aligned lists do', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom('both', 'left', 'right')), { maxLength: 4 }),
      small,
      small,
      (dims, cutA, cutB) => {
        const wide = dims.map(([n]) => n);
        const side = (which: string, cut: number): number[] => {
          const shape = dims.map(([n, on]) => (on === 'both' || on === which ? n : 1));
          let drop = 0;
          while (drop < cut && drop < shape.length && shape[drop] === 1) drop++;
          return shape.slice(drop);
        };
        const a = start(side('left', cutA));
        const b = start(side('right', cutB));
        const pick = (m: Model, i: number[]): number => m.at(i.slice(i.length - m.shape.length).map((v, k) => (m.shape[k] === 1 ? 0 : v)));
        const out = ops.sub(a.tensor, b.tensor) as Tensor;
        const shape = wide.slice(wide.length - Math.max(a.model.shape.length, b.model.shape.length));
        expect(out.shape).toEqual(shape);
        expect(out.toArray()).toEqual(indices(shape).map((i) => pick(a.model, i) - pick(b.model, i)));
      },
    ),
    { numRuns: 300 },
  );
});

test('index tensors read and write what a loop would', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.tuple(fc.integer({ min: -4, max: 3 }), fc.integer({ min: -4, max: 3 })), { minLength: 1, maxLength: 5 }),
      (n, m, pairs) => {
        const rows = pairs.map(([i]) => ((i % n) + n) % n);
        const columns = pairs.map(([, j]) => ((j % m) + m) % m);
        const { tensor, model } = start([n, m]);
        const long = (list: number[]): Tensor => Tensor.from(list.map(BigInt));
        expect(ops.index(tensor, [long(rows), long(columns)]).toArray()).toEqual(rows.map((i, k) => model.at([i, columns[k]])));
        expect(ops.index(tensor, [null, long(columns)]).toArray()).toEqual(
          indices([n, columns.length]).map(([i, k]) => model.at([i, columns[k]])),
        );
        const counts = ops.index_put(ops.zeros([n, m]), [long(rows), long(columns)], ops.ones([rows.length]), true).toArray();
        expect(counts).toEqual(indices([n, m]).map(([i, j]) => rows.filter((row, k) => row === i && columns[k] === j).length));
        const mask = ops.gt(tensor, 3);
        expect(ops.index(tensor, [mask]).toArray()).toEqual(flat(model).filter((v) => v > 3));
      },
    ),
    { numRuns: 200 },
  );
});
