// Memory: blocks come back, scopes let go of what they made, counts decide.
import { expect, test } from 'vitest';
import { ops } from '../../core/autograd/funnel.ts';
import { Heap, heap } from '../../core/tensor/heap.ts';
import { keep, scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

test('a freed block is handed out again, and sizes round up to their class', () => {
  const own = new Heap();
  const a = own.alloc(100);
  expect(own.liveBytes).toBe(112);
  own.free(a, 100);
  expect(own.liveBytes).toBe(0);
  expect(own.alloc(105)).toBe(a);
  const sizes = [1, 16, 17, 1024, 1025, 1280, 1281, 65536, 65537, 1e6];
  for (const size of sizes) {
    const before = own.liveBytes;
    const ptr = own.alloc(size);
    expect(ptr % 16).toBe(0);
    expect(own.liveBytes - before).toBeGreaterThanOrEqual(size);
    expect(own.liveBytes - before).toBeLessThanOrEqual(Math.max(16, size * 1.25 + 16));
  }
});

test('blocks never overlap while memory grows', () => {
  const own = new Heap();
  const blocks: [number, number][] = [];
  for (let i = 0; i < 40; i++) blocks.push([own.alloc(300_000 + i * 7), 300_000 + i * 7]);
  blocks.sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < blocks.length; i++) expect(blocks[i - 1][0] + blocks[i - 1][1]).toBeLessThanOrEqual(blocks[i][0]);
  own.F64[blocks[39][0] / 8] = 1.5;
  expect(own.f64(blocks[39][0], 1)[0]).toBe(1.5);
});

test('a memory is attached only before the first tensor', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
  const own = new Heap();
  own.attach(memory);
  own.alloc(16);
  expect(own.memory).toBe(memory);
  expect(() => own.attach(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }))).toThrow('before the first');
});

test('a view holds the storage of what it shows', () => {
  const before = heap.liveBytes;
  const x = Tensor.from([
    [1, 2],
    [3, 4],
  ]);
  const v = ops.select(x, 0, 1) as Tensor;
  x.release();
  expect(v.toArray()).toEqual([3, 4]);
  v.release();
  expect(heap.liveBytes).toBe(before);
});

test('a scope keeps what it returns and what was kept, and lets go of the rest', () => {
  const before = heap.liveBytes;
  let kept: Tensor | null = null;
  const { sum, list } = scope(() => {
    const x = ops.arange(4) as Tensor;
    kept = keep(ops.mul(x, 2) as Tensor);
    const inner = scope(() => ops.add(x, 1) as Tensor);
    return { sum: ops.sum(inner) as Tensor, list: [ops.neg(inner) as Tensor] };
  });
  expect(Number(sum.item())).toBe(10);
  expect(list[0].toArray()).toEqual([-1, -2, -3, -4]);
  expect((kept as unknown as Tensor).toArray()).toEqual([0, 2, 4, 6]);
  sum.release();
  list[0].release();
  (kept as unknown as Tensor).release();
  expect(heap.liveBytes).toBe(before);
});

test('an error inside a scope still frees', () => {
  const before = heap.liveBytes;
  expect(() => scope(() => ops.add(ops.ones([3]), ops.ones([4])))).toThrow('must match');
  expect(heap.liveBytes).toBe(before);
});
