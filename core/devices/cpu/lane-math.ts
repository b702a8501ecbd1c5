// exp, log, tanh and their kin two at a time: the algorithms of core/tensor/math-*.ts step by step, with every branch computed and the right
// one selected, so that the bits are the same. float64 lanes only. Knows no expression and no
// tensor.
import type { Lane, LaneCode } from './lane-code.ts';

const LN2_HI = 0.6931471803691238;
const LN2_LO = 1.9082149292705877e-10;

/** c[0] + x·(c[1] + x·(…)), in the reference's order. */
function polynomial(m: LaneCode, c: readonly number[], x: Lane): Lane {
  let sum = m.constant(c[c.length - 1]);
  for (let i = c.length - 2; i >= 0; i--) sum = m.op('add', m.constant(c[i]), m.op('mul', x, sum));
  return sum;
}

/** 2^k for whole -1022 ≤ k ≤ 1023. */
function powerOfTwo(m: LaneCode, k: Lane): Lane {
  return m.shift('left', m.bit('iadd', m.toInteger(k), m.bits(1023n)), 52);
}

/** x · 2^k for -2000 < k ≤ 1024: twice, as one factor does not reach. */
function scale(m: LaneCode, x: Lane, k: Lane): Lane {
  const low = m.op('lt', k, m.constant(-1022));
  const first = m.select(low, m.op('add', k, m.constant(1000)), m.op('min', k, m.constant(1023)));
  const second = m.select(low, m.constant(-1000), m.op('sub', k, first));
  return m.op('mul', m.op('mul', x, powerOfTwo(m, first)), powerOfTwo(m, second));
}

interface Reduced {
  readonly k: Lane;
  readonly hi: Lane;
  readonly lo: Lane;
  /** hi - lo. */
  readonly r: Lane;
}

/** x = k·ln 2 + r, k whole and 0 where |x| is small. */
function reduced(m: LaneCode, x: Lane): Reduced {
  const size = m.op('abs', x);
  const sign = m.bit('and', x, m.constant(-0));
  const far = m.op('trunc', m.op('add', m.op('mul', m.constant(Math.LOG2E), x), m.bit('or', m.constant(0.5), sign)));
  const near = m.bit('or', m.constant(1), sign);
  const some = m.select(m.op('lt', size, m.constant(1.0397207708399179)), near, far);
  // ± a little beyond what the callers let through: an infinity must not become a wild integer.
  const k = m.op(
    'max',
    m.op('min', m.bit('and', some, m.op('gt', size, m.constant(0.34657359027997264))), m.constant(1100)),
    m.constant(-1100),
  );
  const hi = m.op('sub', x, m.op('mul', k, m.constant(LN2_HI)));
  const lo = m.op('mul', k, m.constant(LN2_LO));
  return { k, hi, lo, r: m.op('sub', hi, lo) };
}

const P = [0.16666666666666602, -0.0027777777777015593, 0.00006613756321437934, -0.0000016533902205465252, 4.1381367970572385e-8];

export function exp(m: LaneCode, x: Lane): Lane {
  const one = m.constant(1);
  const { k, hi, lo, r } = reduced(m, x);
  const rest = m.op('sub', m.op('sub', hi, r), lo);
  const t = m.op('mul', r, r);
  const c = m.op('sub', r, m.op('mul', t, polynomial(m, P, t)));
  const sum = m.op('add', one, r);
  const quotient = m.op('div', m.op('mul', r, c), m.op('sub', m.constant(2), c));
  const tail = m.op('add', m.op('add', quotient, rest), m.op('mul', rest, r));
  const value = m.op('add', sum, m.op('add', m.op('add', m.op('sub', one, sum), r), tail));
  let out = scale(m, value, k);
  out = m.select(m.op('lt', m.op('abs', x), m.constant(3.725290298461914e-9)), m.op('add', one, x), out);
  out = m.select(m.op('gt', x, m.constant(709.782712893384)), m.constant(Number.POSITIVE_INFINITY), out);
  out = m.bit('andnot', out, m.op('lt', x, m.constant(-745.1332191019411)));
  return m.select(m.op('ne', x, x), x, out);
}

const Q = [1, -0.03333333333333313, 0.0015873015872548146, -0.0000793650757867488, 0.000004008217827329362, -2.0109921818362437e-7];

export function expm1(m: LaneCode, x: Lane): Lane {
  const [one, half] = [m.constant(1), m.constant(0.5)];
  const { k, hi, lo, r: y } = reduced(m, x);
  const c = m.op('sub', m.op('sub', hi, y), lo);
  const hfx = m.op('mul', half, y);
  const hxs = m.op('mul', y, hfx);
  const r1 = polynomial(m, Q, hxs);
  const t = m.op('sub', m.constant(3), m.op('mul', r1, hfx));
  const e0 = m.op('mul', hxs, m.op('div', m.op('sub', r1, t), m.op('sub', m.constant(6), m.op('mul', y, t))));
  const whole = m.op('sub', y, m.op('sub', m.op('mul', y, e0), hxs));
  const e = m.op('sub', m.op('sub', m.op('mul', y, m.op('sub', e0, c)), c), hxs);
  const gap = m.op('sub', e, y);
  const atMinusOne = m.op('sub', m.op('mul', half, m.op('sub', y, e)), half);
  const atOne = m.select(
    m.op('lt', y, m.constant(-0.25)),
    m.op('mul', m.constant(-2), m.op('sub', e, m.op('add', y, half))),
    m.op('add', one, m.op('mul', m.constant(2), m.op('sub', y, e))),
  );
  const outer = m.bit('or', m.op('le', k, m.constant(-2)), m.op('gt', k, m.constant(56)));
  const small = powerOfTwo(m, m.op('neg', m.op('max', m.op('min', k, m.constant(1000)), m.constant(-1000))));
  const middle = m.select(
    m.op('lt', k, m.constant(20)),
    m.op('sub', m.op('sub', one, small), gap),
    m.op('add', m.op('sub', y, m.op('add', e, small)), one),
  );
  const scaled = scale(m, m.select(outer, m.op('sub', one, gap), middle), k);
  let out = m.select(outer, m.op('sub', scaled, one), scaled);
  out = m.select(m.op('eq', k, one), atOne, out);
  out = m.select(m.op('eq', k, m.constant(-1)), atMinusOne, out);
  out = m.select(m.op('eq', k, m.constant(0)), whole, out);
  out = m.select(m.op('lt', m.op('abs', x), m.constant(5.551115123125783e-17)), x, out);
  out = m.select(m.op('gt', x, m.constant(709.782712893384)), m.constant(Number.POSITIVE_INFINITY), out);
  out = m.select(m.op('lt', x, m.constant(-38.816242111356935)), m.constant(-1), out);
  return m.select(m.op('ne', x, x), x, out);
}

export function tanh(m: LaneCode, x: Lane): Lane {
  const size = m.op('abs', x);
  const one = m.constant(1);
  const two = m.constant(2);
  const large = m.op('ge', size, one);
  const t = expm1(m, m.op('mul', m.select(large, two, m.constant(-2)), size));
  const q = m.op('div', m.select(large, two, m.op('neg', t)), m.op('add', t, two));
  const z = m.select(m.op('lt', size, m.constant(22)), m.select(large, m.op('sub', one, q), q), one);
  const signed = m.bit('or', z, m.bit('and', x, m.constant(-0)));
  const untouched = m.bit('or', m.op('lt', size, m.constant(3.725290298461914e-9)), m.op('ne', x, x));
  return m.select(untouched, x, signed);
}

export function sigmoid(m: LaneCode, x: Lane): Lane {
  return m.op('div', m.constant(1), m.op('add', m.constant(1), exp(m, m.op('neg', x))));
}

/** What exponent and mantissa of a positive x become when √½ counts as 1: of x = m · 2^k the exponent is k + 1023. */
const lowered = (m: LaneCode, x: Lane): Lane => m.bit('iadd', x, m.bits(0x95f62n << 32n));

/** The k of x = m · 2^k with √½ ≤ m < √2. */
export function binade(m: LaneCode, x: Lane): Lane {
  const exponent = m.shift('down', lowered(m, x), 52);
  return m.op('sub', m.bit('or', exponent, m.constant(2 ** 52)), m.constant(2 ** 52 + 1023));
}

/** The m. */
export function fraction(m: LaneCode, x: Lane): Lane {
  return m.bit('iadd', m.bit('and', lowered(m, x), m.bits(0xfffffffffffffn)), m.bits(0x3fe6a09en << 32n));
}

const LG = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805, 0.15313837699209373,
  0.14798198605116586,
];
const words = (high: number): bigint => BigInt(high);

export function log(m: LaneCode, input: Lane): Lane {
  const zero = m.constant(0);
  const subnormal = m.op('lt', input, m.constant(2.2250738585072014e-308));
  const x = m.select(subnormal, m.op('mul', input, m.constant(2 ** 54)), input);
  const lifted = m.bit('and', subnormal, m.bits(-54n));
  const high = m.shift('right', x, 32);
  const hx = m.bit('and', high, m.bits(0xfffffn));
  const i = m.bit('and', m.bit('iadd', hx, m.bits(0x95f64n)), m.bits(0x100000n));
  const top = m.bit('or', hx, m.bit('xor', i, m.bits(words(0x3ff00000))));
  const near = m.bit('or', m.bit('and', x, m.bits(0xffffffffn)), m.shift('left', top, 32));
  const exponent = m.bit('isub', m.bit('iadd', m.shift('right', high, 20), m.shift('right', i, 20)), m.bits(1023n));
  const k = m.fromInteger(m.bit('iadd', exponent, lifted));
  const f = m.op('sub', near, m.constant(1));
  const [up, low] = [m.op('mul', k, m.constant(LN2_HI)), m.op('mul', k, m.constant(LN2_LO))];
  const square = m.op('mul', f, f);
  const r0 = m.op('mul', square, m.op('sub', m.constant(0.5), m.op('mul', m.constant(0.3333333333333333), f)));
  const closest = m.op('sub', up, m.op('sub', m.op('sub', r0, low), f));
  const s = m.op('div', f, m.op('add', m.constant(2), f));
  const z = m.op('mul', s, s);
  const w = m.op('mul', z, z);
  const odd = m.op('mul', z, polynomial(m, [LG[0], LG[2], LG[4], LG[6]], w));
  const r = m.op('add', odd, m.op('mul', w, polynomial(m, [LG[1], LG[3], LG[5]], w)));
  // The reference multiplies ½·f first.
  const half = m.op('mul', m.op('mul', m.constant(0.5), f), f);
  const wide = m.op('sub', m.op('sub', half, m.op('add', m.op('mul', s, m.op('add', half, r)), low)), f);
  const narrow = m.op('sub', m.op('sub', m.op('mul', s, m.op('sub', f, r)), low), f);
  const between = m.bit('or', m.bit('isub', hx, m.bits(0x6147an)), m.bit('isub', m.bits(0x6b851n), hx));
  let out = m.op('sub', up, m.select(m.bit('igt', between, m.bits(0n)), wide, narrow));
  const tiny = m.bit('ilt', m.bit('and', m.bit('iadd', hx, m.bits(2n)), m.bits(0xfffffn)), m.bits(3n));
  out = m.select(tiny, closest, out);
  out = m.select(m.op('eq', input, m.constant(Number.POSITIVE_INFINITY)), input, out);
  out = m.select(m.op('gt', input, zero), out, m.constant(Number.NaN));
  return m.select(m.op('eq', input, zero), m.constant(Number.NEGATIVE_INFINITY), out);
}

export function log1p(m: LaneCode, x: Lane): Lane {
  const one = m.constant(1);
  const size = m.op('abs', x);
  const direct = m.bit('and', m.op('lt', x, m.constant(0.41421356237309503)), m.op('gt', x, m.constant(-0.29289321881345254)));
  const beyond = m.op('ge', x, m.constant(2 ** 53));
  const u0 = m.select(beyond, x, m.op('add', one, x));
  const high = m.shift('right', u0, 32);
  const k0 = m.bit('isub', m.shift('right', high, 20), m.bits(1023n));
  const lost = m.op(
    'div',
    m.select(m.bit('igt', k0, m.bits(0n)), m.op('sub', one, m.op('sub', u0, x)), m.op('sub', x, m.op('sub', u0, one))),
    u0,
  );
  const hu0 = m.bit('and', high, m.bits(0xfffffn));
  const under = m.bit('ilt', hu0, m.bits(0x6a09en));
  const top = m.bit('or', hu0, m.select(under, m.bits(words(0x3ff00000)), m.bits(words(0x3fe00000))));
  const u = m.bit('or', m.bit('and', u0, m.bits(0xffffffffn)), m.shift('left', top, 32));
  const hu = m.select(under, hu0, m.shift('right', m.bit('isub', m.bits(0x100000n), hu0), 2));
  const stepped = m.select(under, k0, m.bit('iadd', k0, m.bits(1n)));
  const k = m.bit('andnot', m.fromInteger(stepped), direct);
  const c = m.bit('andnot', m.bit('andnot', lost, beyond), direct);
  const f = m.select(direct, x, m.op('sub', u, one));
  const flat = m.bit('andnot', m.bit('ieq', hu, m.bits(0n)), direct);
  const [up, low] = [m.op('mul', k, m.constant(LN2_HI)), m.op('mul', k, m.constant(LN2_LO))];
  const rest = m.op('add', low, c);
  const half = m.op('mul', m.op('mul', m.constant(0.5), f), f);
  const r0 = m.op('mul', half, m.op('sub', one, m.op('mul', m.constant(0.6666666666666666), f)));
  const level = m.select(
    m.op('eq', f, m.constant(0)),
    m.op('add', up, m.op('add', c, low)),
    m.op('sub', up, m.op('sub', m.op('sub', r0, rest), f)),
  );
  const s = m.op('div', f, m.op('add', m.constant(2), f));
  const z = m.op('mul', s, s);
  const r = m.op('mul', z, polynomial(m, LG, z));
  const core = m.op('mul', s, m.op('add', half, r));
  const whole = m.op('eq', k, m.constant(0));
  const general = m.select(
    whole,
    m.op('sub', f, m.op('sub', half, core)),
    m.op('sub', up, m.op('sub', m.op('sub', half, m.op('add', core, rest)), f)),
  );
  const flatOut = m.select(whole, m.select(m.op('eq', f, m.constant(0)), m.constant(0), m.op('sub', f, r0)), level);
  let out = m.select(flat, flatOut, general);
  const small = m.op('sub', x, m.op('mul', m.op('mul', x, x), m.constant(0.5)));
  out = m.select(m.op('lt', size, m.constant(1.862645149230957e-9)), small, out);
  out = m.select(m.op('lt', size, m.constant(5.551115123125783e-17)), x, out);
  out = m.select(m.op('eq', x, m.constant(Number.POSITIVE_INFINITY)), x, out);
  out = m.select(m.op('gt', x, m.constant(-1)), out, m.constant(Number.NaN));
  return m.select(m.op('eq', x, m.constant(-1)), m.constant(Number.NEGATIVE_INFINITY), out);
}
