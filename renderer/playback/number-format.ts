// Numbers as the drawing writes them: four decimals, else one digit and an exponent; minus is U+2212.

const MINUS = '\u2212';
const typeset = (text: string): string => text.replaceAll('-', MINUS).replace('e+', 'e');

/** `1.2625`, `−0.0831`, `7e−9`, `2e6`, `NaN`, `∞`. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? `${MINUS}∞` : '∞';
  const size = Math.abs(value);
  if (value === 0) return '0.0000';
  return typeset(size < 0.00005 || size >= 99999.99995 ? value.toExponential(0) : value.toFixed(4));
}

/** As formatNumber, with a plus where it is positive. */
export const formatSigned = (value: number): string => (value > 0 ? `+${formatNumber(value)}` : formatNumber(value));

/** A number of an integer or bool tensor: `3`, `−12`, `True`. */
export function formatWhole(value: number, dtype: string): string {
  if (dtype === 'bool') return value === 0 ? 'False' : 'True';
  return typeset(Math.abs(value) < 1e7 ? String(value) : value.toExponential(0));
}

/** `−0.048 … 0.040`: both ends with the decimals the larger one deserves. */
export function formatRange(min: number, max: number, dtype: string): string {
  if (!/float/.test(dtype)) return `${formatWhole(min, dtype)} … ${formatWhole(max, dtype)}`;
  const size = Math.max(Math.abs(min), Math.abs(max));
  const write = (value: number): string => {
    if (!Number.isFinite(value) || (size !== 0 && (size < 0.0005 || size >= 99999.5))) return value === 0 ? '0' : formatExponent(value);
    return typeset(value.toFixed(size >= 1000 ? 0 : size >= 1 ? 2 : 3)).replace(/^\u2212(0(?:\.0+)?)$/, '$1');
  };
  return `${write(min)} … ${write(max)}`;
}

const formatExponent = (value: number): string => (Number.isFinite(value) ? typeset(value.toExponential(0)) : formatNumber(value));
