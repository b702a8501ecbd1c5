// The formulas behind a gradient edge, and how numbers are written.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradientLook } from '../../../renderer/playback/gradient.ts';
import { formatNumber, formatRange, formatSigned, formatWhole } from '../../../renderer/playback/number-format.ts';
import { summaryOf } from '../graph/sample-trace.ts';

const look = (...values: number[]) => gradientLook(summaryOf(values));

describe('gradientLook', () => {
  it('maps rms 1e-6 … 1 to widths 1.5 … 8', () => {
    expect(look(1)).toEqual({ t: 1, s: 1, width: 8, vanishing: false, nan: false });
    expect(look(-1e-3)).toMatchObject({ s: -1, t: expect.closeTo(0.5, 12), width: expect.closeTo(4.75, 12) });
    expect(look(1e-6)).toMatchObject({ t: expect.closeTo(0, 12), width: expect.closeTo(1.5, 12), vanishing: false });
    expect(look(1e6).width).toBe(8);
  });
  it('takes the rms over all elements and the lean from their sum', () => {
    const { t, s } = look(0.3, -0.1, 0, 0);
    expect(t).toBeCloseTo((Math.log10(Math.sqrt((0.09 + 0.01) / 4)) + 6) / 6, 12);
    expect(s).toBeCloseTo(0.5, 12);
    expect(look(2, -2).s).toBe(0);
  });
  it('says what vanishes and what is not a number', () => {
    expect(look(9e-8)).toMatchObject({ vanishing: true, width: 1.5 });
    expect(look(0, 0)).toMatchObject({ vanishing: true, t: 0, s: 0 });
    expect(look(1, Number.NaN).nan).toBe(true);
    expect(look(1, Number.POSITIVE_INFINITY).nan).toBe(true);
  });
  it('stays in its bounds for any tensor', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 20 }), (values) => {
        const { t, s, width } = look(...values);
        expect(t >= 0 && t <= 1 && s >= -1 && s <= 1 && width >= 1.5 && width <= 8).toBe(true);
      }),
    );
  });
});

describe('numbers', () => {
  it('have four decimals, else one digit and an exponent, and a real minus', () => {
    expect([1.26252, -0.08312, 0, -0, 0.00005, 12345.6789].map(formatNumber)).toEqual([
      '1.2625',
      '−0.0831',
      '0.0000',
      '0.0000',
      '0.0001',
      '12345.6789',
    ]);
    expect([7.4e-9, -7.4e-9, 1.6e5, -2.5e10].map(formatNumber)).toEqual(['7e−9', '−7e−9', '2e5', '−3e10']);
    expect([Number.NaN, Infinity, -Infinity].map(formatNumber)).toEqual(['NaN', '∞', '−∞']);
    expect([0.0739, -0.0831, 0].map(formatSigned)).toEqual(['+0.0739', '−0.0831', '0.0000']);
  });
  it('of other dtypes are whole', () => {
    expect([formatWhole(-3, 'int64'), formatWhole(1, 'bool'), formatWhole(0, 'bool')]).toEqual(['−3', 'True', 'False']);
  });
  it('in ranges share their decimals', () => {
    expect(formatRange(-0.0478, 0.0402, 'float32')).toBe('−0.048 … 0.040');
    expect(formatRange(1.4, 2.591, 'float32')).toBe('1.40 … 2.59');
    expect(formatRange(-0.0001, 0.9, 'float32')).toBe('0.000 … 0.900');
    expect(formatRange(0, 3e-9, 'float32')).toBe('0 … 3e−9');
    expect(formatRange(-2, 7, 'int64')).toBe('−2 … 7');
  });
});
