// WebAssembly modules made at run time, one loop each: an elementwise expression over contiguous runs and single numbers. Bytes, not text, so
// that a strict content security policy and a realm without `eval` allow it. Knows no tensor.
import type { DType } from '../../tensor/dtype.ts';
import type { Expr } from '../../tensor/expr.ts';
import { heap } from '../../tensor/heap.ts';
import { type Lane, leb, simd } from './lane-code.ts';
import { textOf } from './program.ts';
import { rowBlocks } from './row-blocks.ts';
import { rowCode } from './row-code.ts';

/** Computes `n` elements: addresses of the output and the operands in bytes, then the operands that are single numbers, then p, q, r. Gives 0. */
export type RowLoop = (
  ...args: [
    ...[n: number, out: number, a: number, b: number, c: number, d: number],
    ...[a: number, b: number, c: number, d: number, p: number, q: number, r: number],
  ]
) => number;

const I32 = 0x7f;
const F64 = 0x7c;
const V128 = 0x7b;
const signature = [I32, I32, I32, I32, I32, I32, F64, F64, F64, F64, F64, F64, F64];
const N = 0;
const OUT = 1;
const FIRST_OPERAND = 2;
const FIRST_SCALAR = 6;
const FIRST_LOCAL = signature.length;

const get = (local: number): number[] => [0x20, ...leb(local)];
const set = (local: number): number[] => [0x21, ...leb(local)];
/** Positive constants below 2^13. */
const constant = (value: number): number[] => [0x41, ...(value < 64 ? [value] : [(value & 127) | 128, value >> 7])];
/** Vectors a round of loops over long runs, and over short ones. */
export const LONG = 8;
export const SHORT = 2;
/** Values of an expression from which on so many vectors at once do not stay in registers. */
const MANY = 48;

const anyTrue = simd(0x53);
const section = (id: number, body: readonly number[]): number[] => [id, ...leb(body.length), ...body];
const list = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
const name = (text: string): number[] => [...leb(text.length), ...Array.from(text, (c) => c.charCodeAt(0))];

const itemSizes: Partial<Record<DType, number>> = { float32: 4, float64: 8, bool: 1, uint8: 1 };

/** Code that leaves a full vector, or one element in its first lane, as lanes of `lane`; its address, `past` elements before it, is on the stack. */
function loads(dtype: DType, lane: 'f32' | 'f64', whole: boolean, past: number): number[] {
  const at = [0, ...leb(past * (itemSizes[dtype] as number))];
  if (dtype === 'float32') {
    if (lane === 'f32') return whole ? simd(0x00, ...at) : simd(0x5c, ...at);
    return [...(whole ? simd(0x5d, ...at) : simd(0x5c, ...at)), ...simd(0x5f)];
  }
  if (dtype === 'float64') return whole ? simd(0x00, ...at) : simd(0x5d, ...at);
  const packed = !whole ? simd(0x07, ...at) : lane === 'f32' ? simd(0x5c, ...at) : simd(0x08, ...at);
  return [...packed, ...simd(0x89), ...simd(0xa9), ...(lane === 'f32' ? simd(0xfb) : simd(0xff))];
}

/** Code that stores lanes on the stack, its address, `past` elements before it, below them. */
function stores(dtype: DType, lane: 'f32' | 'f64', whole: boolean, past: number): number[] {
  const at = [0, ...leb(past * (itemSizes[dtype] as number))];
  if (dtype === 'float32') {
    if (lane === 'f32') return whole ? simd(0x0b, ...at) : simd(0x5a, ...at, 0);
    return [...simd(0x5e), ...(whole ? simd(0x5b, ...at, 0) : simd(0x5a, ...at, 0))];
  }
  return whole ? simd(0x0b, ...at) : simd(0x5b, ...at, 0);
}

/** Masks as bytes of 1 and 0. */
function storesTruth(lane: 'f32' | 'f64', whole: boolean, scratch: number, past: number): number[] {
  const at = [0, ...leb(past)];
  const picks = lane === 'f32' ? [0, 4, 8, 12] : [0, 8];
  const order = Array.from({ length: 16 }, (_, i) => picks[i % picks.length]);
  const bytes = [
    ...set(scratch),
    ...get(scratch),
    ...get(scratch),
    ...simd(0x0d, ...order),
    ...simd(0x0c, ...new Array(16).fill(1)),
    ...simd(0x4e),
  ];
  const store = !whole ? simd(0x58, ...at, 0) : lane === 'f32' ? simd(0x5a, ...at, 0) : simd(0x59, ...at, 0);
  return [...bytes, ...store];
}

/**
 * The loop for these operand types (null: a single number), or null where a type or primitive has no SIMD form. `most`: vectors a round.
 * Where its code serves not all numbers (see `wound`), the module looks first and traps; the blocks compute then.
 */
export function makeLoop(
  expr: Expr,
  compute: 'float32' | 'float64',
  operands: readonly (DType | null)[],
  out: DType,
  most: number,
): RowLoop | null {
  for (const dtype of [out, ...operands]) if (dtype !== null && itemSizes[dtype] === undefined) return null;
  if (out === 'uint8' || (out === 'float64' && compute === 'float32')) return null;
  if (compute === 'float32' && operands.includes('float64')) return null;
  const row = rowCode(
    expr,
    compute,
    operands.map((dtype) => dtype === null),
    FIRST_SCALAR,
  );
  if (row === null) return null;
  const { code } = row;
  let { result } = row;
  if (out === 'bool' && !row.truth) result = code.op('ne', result, code.constant(0));
  if (out !== 'bool' && row.truth) result = code.bit('and', result, code.constant(1));
  const lanes = code.type === 'f32' ? 4 : 2;
  const round = code.size > MANY ? Math.min(most, 5) : most;
  const scratch = FIRST_LOCAL + 5 * round;
  /** A function that writes `value` as type `sink`, or (null) says 1 where a lane of it is not 0. */
  const loopOf = (value: Lane, sink: DType | null): number[] => {
    const { setup, body, locals } = code.emit(value, scratch + 1);
    /** A loop over `times` vectors a round, or over single elements. */
    const pass = (whole: boolean, times: number): number[] => {
      const step = whole ? lanes : 1;
      const advance = (pointer: number, dtype: DType): number[] => [
        ...get(pointer),
        ...constant(times * step * (itemSizes[dtype] as number)),
        0x6a,
        ...set(pointer),
      ];
      const work: number[] = [];
      // Reads, then what they give, then writes: so the host's compiler may weave the vectors of a round into one another.
      for (let t = 0; t < times; t++)
        for (const [k, dtype] of operands.entries())
          if (dtype !== null)
            work.push(...get(FIRST_OPERAND + k), ...loads(dtype, code.type, whole, t * step), ...set(FIRST_LOCAL + 4 * t + k));
      const results = FIRST_LOCAL + 4 * round;
      for (let t = 0; t < times; t++) work.push(...body([0, 1, 2, 3].map((k) => FIRST_LOCAL + 4 * t + k)), ...set(results + t));
      for (let t = 0; t < times; t++) {
        if (sink === null) work.push(...get(results + t), ...anyTrue, 0x04, 0x40, ...constant(1), 0x0f, 0x0b);
        else {
          const write = sink === 'bool' ? storesTruth(code.type, whole, scratch, t * step) : stores(sink, code.type, whole, t * step);
          work.push(...get(OUT), ...get(results + t), ...write);
        }
      }
      const moves = operands.flatMap((dtype, k) => (dtype === null ? [] : advance(FIRST_OPERAND + k, dtype)));
      const leave = [...get(N), ...constant(times * step), 0x48, 0x0d, 1];
      const stored = sink === null ? [] : advance(OUT, sink);
      const next = [...moves, ...stored, ...get(N), ...constant(times * step), 0x6b, ...set(N), 0x0c, 0];
      return [0x02, 0x40, 0x03, 0x40, ...leave, ...work, ...next, 0x0b, 0x0b];
    };
    const bytes = [
      ...list([[...leb(5 * round + 1 + locals), V128]]),
      ...setup,
      ...(round > 1 ? pass(true, round) : []),
      ...pass(true, 1),
      ...pass(false, 1),
      ...constant(0),
      0x0b,
    ];
    return [...leb(bytes.length), ...bytes];
  };
  if (row.beyond === null) return instance([loopOf(result, out)]);
  const given = signature.flatMap((_, k) => get(k));
  const checked = [0, ...given, 0x10, 1, 0x04, 0x40, 0x00, 0x0b, ...given, 0x10, 2, 0x0b];
  const loop = instance([[...leb(checked.length), ...checked], loopOf(row.beyond, null), loopOf(result, out)]);
  const others = rowBlocks(expr, compute, operands, out);
  const either: RowLoop = (...args) => {
    try {
      return loop(...args);
    } catch {
      // A number beyond: nothing is written yet.
      return others(...args);
    }
  };
  modules.set(either, moduleOf(loop));
  return either;
}

/** The first function of these. */
function instance(functions: readonly (readonly number[])[]): RowLoop {
  const shared = !(heap.memory.buffer instanceof ArrayBuffer);
  const memory = [...name('env'), ...name('memory'), 2, shared ? 3 : 1, ...leb(1), ...leb(65536)];
  const bytes = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([[0x60, ...list(signature.map((t) => [t])), ...list([[I32]])]])),
    ...section(2, list([memory])),
    ...section(3, list(functions.map(() => [0]))),
    ...section(7, list([[...name('run'), 0, 0]])),
    ...section(10, list(functions)),
  ]);
  const loop = new Instance(new Module(bytes), { env: { memory: heap.memory } }).exports.run as RowLoop;
  modules.set(loop, bytes);
  return loop;
}

const modules = new WeakMap<RowLoop, Uint8Array>();

/** The module a loop was made of, for other threads to make it too. */
export function moduleOf(loop: RowLoop): Uint8Array {
  return modules.get(loop) as Uint8Array;
}

const { Module, Instance } = WebAssembly;
/** By identity first; an expression written anew at every call is found by what it says. */
const byIdentity = new WeakMap<object, Map<string, RowLoop | null>>();
const byText = new Map<string, Map<string, RowLoop | null>>();

function loopsOf(expr: Expr): Map<string, RowLoop | null> {
  const known = typeof expr === 'object' ? byIdentity.get(expr) : undefined;
  if (known !== undefined) return known;
  const text = textOf(expr);
  let loops = byText.get(text);
  if (loops === undefined) {
    loops = new Map();
    byText.set(text, loops);
  }
  if (typeof expr === 'object') byIdentity.set(expr, loops);
  return loops;
}

/** As `makeLoop`, once for each expression and types. */
export function rowLoop(expr: Expr, compute: 'float32' | 'float64', operands: readonly (DType | null)[], out: DType): RowLoop | null {
  const loops = loopsOf(expr);
  let key: string = compute === 'float32' ? out : `${out}!`;
  for (let k = 0; k < operands.length; k++) key += operands[k] ?? '-';
  let loop = loops.get(key);
  if (loop === undefined) {
    loop = makeLoop(expr, compute, operands, out, LONG);
    loops.set(key, loop);
  }
  return loop;
}
