// The 16-bit floating types and the small integers: exact conversions, promotion, wrap-around, gradients. Expectations: PyTorch 2.13 on a CPU.
import { expect, test } from 'vitest';
import { F } from '../../core/autograd/funnel.ts';
import { type DType, promotion } from '../../core/tensor/dtype.ts';
import { fromBrain, fromHalf, toBrain, toHalf } from '../../core/tensor/half.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

const of = (values: number[], dtype: DType): Tensor => Tensor.from(values, { dtype });

test('every float16 and bfloat16 word survives the way to a number and back', () => {
  for (let word = 0; word < 65536; word++) {
    const half = fromHalf(word);
    if (half === half) expect(toHalf(half)).toBe(word);
    const brain = fromBrain(word);
    if (brain === brain) expect(toBrain(brain)).toBe(word);
  }
});

test('ties go to even, what is too large to infinity, NaN stays', () => {
  expect(fromHalf(toHalf(2049))).toBe(2048);
  expect(fromHalf(toHalf(2051))).toBe(2052);
  expect(fromHalf(toHalf(65519))).toBe(65504);
  expect(fromHalf(toHalf(65520))).toBe(Infinity);
  expect(fromHalf(toHalf(2 ** -25))).toBe(0);
  expect(fromHalf(toHalf(3 * 2 ** -25))).toBe(2 ** -23);
  expect(fromBrain(toBrain(257))).toBe(256);
  expect(fromBrain(toBrain(259))).toBe(260);
  expect(fromHalf(toHalf(Number.NaN))).toBeNaN();
  expect(fromBrain(toBrain(Number.NaN))).toBeNaN();
});

test('promotion', () => {
  expect(promotion('float16', 'bfloat16')).toBe('float32');
  expect(promotion('uint8', 'int8')).toBe('int16');
  expect(promotion('int64', 'float16')).toBe('float16');
});

test('whole numbers wrap', () => {
  expect((F.add(of([127, -128], 'int8'), of([1, -1], 'int8')) as Tensor).toArray()).toEqual([-128, 127]);
  expect((F.mul(of([300], 'int16'), of([300], 'int16')) as Tensor).toArray()).toEqual([24464]);
  expect((F.sum(of([100, 100], 'int8')) as Tensor).dtype).toBe('int64');
});

test('a number is rounded to the type in sums, taken in float32 in products', () => {
  const a = of([0.3, 5.5], 'float16');
  expect((F.sub(a, 0.3) as Tensor).toArray()).toEqual([0, 5.19921875]);
  expect((F.mean(of([0.1, 0.2, 0.4], 'float16')) as Tensor).item()).toBe(0.2332763671875);
});

test('gradients have the type of their tensor', () => {
  const x = of([0.5, 1.5], 'bfloat16');
  x.needsGrad = true;
  const y = F.mul(x, x) as Tensor;
  expect(y.gradFn?.name).toBe('MulBackward0');
  const total = F.sum(y) as Tensor;
  expect(total.dtype).toBe('bfloat16');
  expect(total.item()).toBe(2.5);
});

test('what torch lacks is refused in its words', () => {
  expect(() => F.bitwise_and(of([1], 'float16'), of([1], 'float16'))).toThrow(`"bitwise_and_cpu" not implemented for 'Half'`);
  expect(() => F.fill_(of([1], 'int8'), 300)).toThrow('value cannot be converted to type int8_t without overflow');
});
