// An elementwise expression as SIMD code: in float32 lanes where every result is rounded but once, else in float64 lanes as the reference
// computes. Both give the reference's bits. Knows no tensor; null where a primitive has no SIMD form.
import type { Expr } from '../../tensor/expr.ts';
import { type Lane, LaneCode, type LaneOp, type LaneType } from './lane-code.ts';
import * as math from './lane-math.ts';
import { shortFunctions } from './short-functions.ts';

const roundings = new Set<string>(['add', 'sub', 'mul', 'div', 'sqrt']);
/** What moves, compares or picks numbers without rounding. */
const exactUnary = new Set<string>(['neg', 'abs', 'floor', 'ceil', 'round', 'trunc', 'sign', 'isnan', 'isinf', 'not']);
const comparisons = new Set<string>(['eq', 'ne', 'lt', 'le', 'gt', 'ge']);
const logic = new Set<string>(['and', 'or', 'xor']);
const functions: Record<string, (m: LaneCode, x: Lane) => Lane> = {
  exp: math.exp,
  expm1: math.expm1,
  log: math.log,
  log1p: math.log1p,
  tanh: math.tanh,
  sigmoid: math.sigmoid,
};

/** Roundings a float32 value has behind it when computed in float32: 0, 1, or 2 for "more than doubles would do". */
function roundingsOf(e: Expr): 0 | 1 | 2 {
  if (typeof e === 'number') return Math.fround(e) === e || Number.isNaN(e) ? 0 : 2;
  if (typeof e === 'string') return 0;
  const parts = e.slice(1).map((part) => roundingsOf(part as Expr));
  const most = Math.max(...parts) as 0 | 1 | 2;
  const name = e[0];
  if (most === 2) return 2;
  if (name === 'f32') return 0;
  if (roundings.has(name)) return most === 0 ? 1 : 2;
  // Rounding keeps order, so the larger of two rounded numbers is the larger one, rounded.
  if (name === 'neg' || name === 'abs' || name === 'maximum' || name === 'minimum') return most;
  if (name === 'select') return parts[0] === 0 ? (Math.max(parts[1], parts[2]) as 0 | 1) : 2;
  if (exactUnary.has(name) || comparisons.has(name) || logic.has(name)) return most === 0 ? 0 : 2;
  return 2;
}

export interface RowCode {
  readonly code: LaneCode;
  readonly result: Lane;
  /** The result is a mask: all bits of a lane, for true. */
  readonly truth: boolean;
  /** A mask of vectors with a number this code does not serve; null where it serves all. */
  readonly beyond: Lane | null;
}

/** `scalarOperands[k]`: operand k is one number, function parameter `firstScalar + k`; numbers p, q, r follow the four operands. */
export function rowCode(
  expr: Expr,
  compute: 'float32' | 'float64',
  scalarOperands: readonly boolean[],
  firstScalar: number,
): RowCode | null {
  const type: LaneType = compute === 'float32' && roundingsOf(expr) < 2 ? 'f32' : 'f64';
  const m = new LaneCode(type);
  const masks = new Set<Lane>();
  const truth = (lane: Lane): Lane => {
    masks.add(lane);
    return lane;
  };
  const one = (): Lane => m.constant(1);
  const asNumber = (lane: Lane): Lane => (masks.has(lane) ? m.bit('and', lane, one()) : lane);
  const asMask = (lane: Lane): Lane => (masks.has(lane) ? lane : m.op('ne', lane, m.constant(0)));
  let beyond: Lane | null = null;
  const seen = new Map<Expr, Lane | null>();
  /** null: no SIMD form. */
  const visit = (e: Expr): Lane | null => {
    if (typeof e === 'number') return m.constant(e);
    if (typeof e === 'string') {
      const operand = 'abcd'.indexOf(e);
      if (operand < 0) return m.scalar(firstScalar + 4 + 'pqr'.indexOf(e));
      return scalarOperands[operand] ? m.scalar(firstScalar + operand) : m.input(operand);
    }
    const found = seen.get(e);
    if (found !== undefined) return found;
    const longer = compute === 'float32' ? shortFunctions[e[0]] : undefined;
    const lane = longer === undefined ? step(e) : visit(longer(e[1], e[2] as Expr));
    seen.set(e, lane);
    return lane;
  };
  const step = (e: Exclude<Expr, string | number>): Lane | null => {
    const name: string = e[0];
    const parts: Lane[] = [];
    for (let i = 1; i < e.length; i++) {
      const part = visit(e[i] as Expr);
      if (part === null) return null;
      parts.push(part);
    }
    if (name === 'select') return m.select(asMask(parts[0]), asNumber(parts[1]), asNumber(parts[2]));
    if (name === 'not') return truth(m.bit('not', asMask(parts[0])));
    if (logic.has(name)) return truth(m.bit(name as 'and', asMask(parts[0]), asMask(parts[1])));
    const [x, y] = parts.map(asNumber);
    if (comparisons.has(name)) return truth(m.op(name as LaneOp, x, y));
    if (roundings.has(name) || name === 'neg' || name === 'abs' || name === 'floor' || name === 'ceil' || name === 'trunc')
      return m.op(name as LaneOp, ...(e.length === 2 ? [x] : [x, y]));
    switch (name) {
      case 'maximum':
        return m.op('max', x, y);
      case 'minimum':
        return m.op('min', x, y);
      case 'atmost':
        return m.op('pmin', x, y);
      case 'atleast':
        return m.op('pmax', x, y);
      case 'copysign':
        return m.bit('or', m.op('abs', x), m.bit('and', y, m.constant(-0)));
      case 'flipped':
        return m.bit('xor', x, m.shift('left', y, 63));
      case 'wound': {
        const size = m.op('abs', x);
        const large = m.bit('and', m.op('gt', size, m.constant(1e6)), m.op('lt', size, m.constant(Number.POSITIVE_INFINITY)));
        beyond = beyond === null ? large : m.bit('or', beyond, large);
        return x;
      }
      case 'lifted':
        return m.bit('iadd', x, m.shift('left', y, 52));
      case 'binade':
        return math.binade(m, x);
      case 'fraction':
        return math.fraction(m, x);
      case 'round':
        return m.op('nearest', x);
      case 'truncdiv':
        return m.op('trunc', m.op('div', x, y));
      case 'rsqrt':
        return m.op('div', one(), m.op('sqrt', x));
      case 'isnan':
        return truth(m.op('ne', x, x));
      case 'isinf':
        return truth(m.op('eq', m.op('abs', x), m.constant(Number.POSITIVE_INFINITY)));
      case 'sign':
        return m.op('sub', m.bit('and', m.op('gt', x, m.constant(0)), one()), m.bit('and', m.op('lt', x, m.constant(0)), one()));
      case 'f32':
        return type === 'f32' ? x : m.single(x);
      default:
        return functions[name]?.(m, x) ?? null;
    }
  };
  const result = visit(expr);
  return result === null ? null : { code: m, result, truth: masks.has(result), beyond };
}
