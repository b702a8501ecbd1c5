// An elementwise loop over one long run, shared out among threads. Names no op.
import type { Expr } from '../../tensor/expr.ts';
import type { Kernels } from './kernels.ts';
import type { RowLoop } from './row-module.ts';
import { helpersFor, partsOf, rowCall, shared, together } from './threads.ts';

/** What an element costs, in multiplications of a matrix product: to be read and written, each plain step, each function. */
const [MEMORY, STEP, FUNCTION] = [10, 2, 100];
const steps = new Set<string>([
  ...['add', 'sub', 'mul', 'neg', 'abs', 'maximum', 'minimum', 'select', 'f32'],
  ...['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and', 'or', 'xor', 'not'],
]);
const known = new WeakMap<object, number>();
/** Elements of one part at least: whole lines of memory. */
const LEAST = 64;

function costOf(expr: Expr): number {
  if (typeof expr !== 'object') return 0;
  let cost = known.get(expr);
  if (cost === undefined) {
    cost = steps.has(expr[0]) ? STEP : FUNCTION;
    for (let i = 1; i < expr.length; i++) cost += costOf(expr[i] as Expr);
    known.set(expr, cost);
  }
  return cost;
}

/** Whether so many elements may be worth sharing. */
export function manyElements(n: number): boolean {
  return n * 10 * FUNCTION >= shared.products;
}

/** Computes `n` elements as `loop` does, operands of the given sizes in bytes; false where it is not worth sharing. */
export function sharedRow(
  fast: Kernels,
  loop: RowLoop,
  expr: Expr,
  n: number,
  to: number,
  item: number,
  at: readonly number[],
  items: readonly number[],
  numbers: readonly number[],
  params: readonly [p: number, q: number, r: number],
): boolean {
  const helpers = helpersFor(fast, n * (MEMORY + costOf(expr)));
  if (helpers.length === 0) return false;
  const [a, b, c, d] = numbers;
  const lists = partsOf(n, helpers.length + 1, LEAST).map(([from, end]) => {
    const place = (k: number): number => at[k] + from * (items[k] ?? 0);
    return [rowCall(loop, end - from, to + from * item, place(0), place(1), place(2), place(3), a, b, c, d, ...params)];
  });
  together(fast, helpers, lists);
  return true;
}
