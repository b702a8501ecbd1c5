// The elementary functions against correctly rounded values: within 2 ulp (exp 1, erfc and tan 4), and their special values.
import { expect, test } from 'vitest';
import * as math from '../../core/tensor/math.ts';
import { readGolden } from '../golden/read-golden.ts';

const functions: Record<string, (...x: number[]) => number> = { ...(math as Record<string, unknown>) } as never;
const golden = readGolden<{ functions: Record<string, number[][]> }>('elementary.json.gz').functions;
const bits = new BigInt64Array(1);
const value = new Float64Array(bits.buffer);

const limits: Record<string, bigint> = { exp: 1n, erfc: 4n, tan: 4n };

/** Place of a float among all floats. */
function place(x: number): bigint {
  value[0] = x;
  return bits[0] < 0n ? -(bits[0] & 0x7fffffffffffffffn) : bits[0];
}

test.each(Object.keys(golden))('%s', (name) => {
  const f = functions[name];
  const limit = limits[name] ?? 2n;
  for (const row of golden[name]) {
    const expected = row[row.length - 1];
    const actual = f(...row.slice(0, -1));
    const distance = place(actual) - place(expected);
    if (distance > limit || distance < -limit) expect.fail(`${name}(${row.slice(0, -1)}) = ${actual}, not ${expected}`);
  }
});

test.each<[string, number, number]>([
  ['exp(1)', math.exp(1), Math.E],
  ['exp(-∞)', math.exp(-Infinity), 0],
  ['exp(1000)', math.exp(1000), Infinity],
  ['exp(-745)', math.exp(-745), 5e-324],
  ['expm1(-0)', math.expm1(-0), -0],
  ['log(0)', math.log(0), -Infinity],
  ['log(-1)', math.log(-1), Number.NaN],
  ['log(5e-324)', math.log(5e-324), -744.4400719213812],
  ['log1p(-1)', math.log1p(-1), -Infinity],
  ['sin(∞)', math.sin(Infinity), Number.NaN],
  ['sin(-0)', math.sin(-0), -0],
  ['cos(0)', math.cos(0), 1],
  ['tanh(-∞)', math.tanh(-Infinity), -1],
  ['tanh(NaN)', math.tanh(Number.NaN), Number.NaN],
  ['pow(1, NaN)', math.pow(1, Number.NaN), 1],
  ['pow(NaN, 0)', math.pow(Number.NaN, 0), 1],
  ['pow(-1, ∞)', math.pow(-1, Infinity), 1],
  ['pow(-8, 1/3)', math.pow(-8, 1 / 3), Number.NaN],
  ['pow(-0, -3)', math.pow(-0, -3), -Infinity],
  ['pow(0, -2)', math.pow(0, -2), Infinity],
  ['pow(-2, 3)', math.pow(-2, 3), -8],
  ['pow(2, 1024)', math.pow(2, 1024), Infinity],
  ['pow(2, -1074)', math.pow(2, -1074), 5e-324],
  ['log2(8)', math.log2(8), 3],
  ['log10(1000)', math.log10(1000), 3],
  ['atan2(-0, -1)', math.atan2(-0, -1), -Math.PI],
  ['atan2(1, 0)', math.atan2(1, 0), Math.PI / 2],
  ['asin(2)', math.asin(2), Number.NaN],
  ['acosh(0.5)', math.acosh(0.5), Number.NaN],
  ['atanh(1)', math.atanh(1), Infinity],
  ['erf(∞)', math.erf(Infinity), 1],
  ['erfc(-∞)', math.erfc(-Infinity), 2],
  ['erfc(30)', math.erfc(30), 0],
  ['roundHalfEven(2.5)', math.roundHalfEven(2.5), 2],
  ['roundHalfEven(-3.5)', math.roundHalfEven(-3.5), -4],
])('%s', (_, actual, expected) => {
  expect(actual).toBe(expected);
});
