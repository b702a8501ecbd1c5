// Numbers as Python's format() writes them: `:.4f` and `:.4e` with ties to even, exponents of two digits or more, nan and inf.
// JavaScript's toFixed and toExponential are exact too, but take ties away from zero and differ in form.

function notFinite(x: number): string {
  return Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf';
}

/** Whether x·10^(digits + 1) may be a whole number ending in 5: only then can x lie on a tie. A whole product below 2^53 comes out whole. */
function mayBeTie(x: number, digits: number): boolean {
  const shifted = x * 10 ** (digits + 1);
  return shifted >= 2 ** 53 || (shifted === Math.floor(shifted) && shifted % 10 === 5);
}

/** True where the decimal expansion goes on with zeros only after the first `length` characters. */
function endsAt(length: number, exact: string): boolean {
  return /^0*$/.test(exact.slice(length));
}

/** `format(x, '.{digits}f')`. */
export function fixed(x: number, digits: number): string {
  if (!Number.isFinite(x)) return notFinite(x);
  const negative = x < 0 || Object.is(x, -0);
  const magnitude = Math.abs(x);
  let text: string;
  if (magnitude >= 1e21) text = BigInt(magnitude).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  else {
    text = magnitude.toFixed(digits);
    const longer = mayBeTie(magnitude, digits) ? magnitude.toFixed(digits + 1) : '';
    if (longer.endsWith('5') && endsAt(longer.length, magnitude.toFixed(100))) {
      const truncated = longer.slice(0, digits === 0 ? -2 : -1);
      if (Number(truncated[truncated.length - 1]) % 2 === 0) text = truncated;
    }
  }
  return negative ? `-${text}` : text;
}

/** `format(x, '.{digits}e')`. */
export function exponential(x: number, digits: number): string {
  if (!Number.isFinite(x)) return notFinite(x);
  const negative = x < 0 || Object.is(x, -0);
  const magnitude = Math.abs(x);
  let [mantissa, exponent] = magnitude.toExponential(digits).split('e');
  const [longer, longerExponent] = magnitude.toExponential(digits + 1).split('e');
  if (longer.endsWith('5') && endsAt(longer.length, magnitude.toExponential(100).split('e')[0])) {
    const truncated = longer.slice(0, digits === 0 ? -2 : -1);
    if (Number(truncated[truncated.length - 1]) % 2 === 0) {
      mantissa = truncated;
      exponent = longerExponent;
    }
  }
  const digitsOf = exponent.slice(1).padStart(2, '0');
  return `${negative ? '-' : ''}${mantissa}e${exponent[0]}${digitsOf}`;
}

/** Python's `repr` of a float: the shortest decimal that round-trips, `1e-05`, `1e+16`, always with a point or an exponent. */
export function pythonFloat(x: number): string {
  if (!Number.isFinite(x)) return notFinite(x);
  if (Object.is(x, -0)) return '-0.0';
  const magnitude = Math.abs(x);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    const [mantissa, exponent] = x.toExponential().split('e');
    return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(x);
  return text.includes('.') ? text : `${text}.0`;
}
