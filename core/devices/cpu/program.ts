// Expressions compiled to a list of instructions over blocks of doubles (no eval: strict CSP). Names no op.
import type { Binary, Expr, Unary } from '../../tensor/expr.ts';
import { binaryLoops, unaryLoops } from './primitives.ts';
import type { RowLoop } from './row-module.ts';

/** Elements per block: registers stay in the first-level cache. */
export const BLOCK = 512;

interface Instruction {
  readonly unary: ((x: Float64Array, out: Float64Array, n: number) => void) | null;
  readonly binary: ((x: Float64Array, y: Float64Array, out: Float64Array, n: number) => void) | null;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly out: number;
}

/** Registers 0…3 hold the inputs, 4…6 the parameters, then constants and results. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly registers: readonly Float64Array[];
  readonly result: number;
  /** Primitive of a one-step expression over its inputs in order, for direct loops; null otherwise. */
  readonly single: string | null;
  /** For small-rows.ts: how often it was asked, its WebAssembly loops by operand types, and the loop taken last. */
  runs: number;
  readonly loops: Map<number, RowLoop | null>;
  lastKey: number;
  lastLoop: RowLoop | null;
}

const inputs = ['a', 'b', 'c', 'd'];
const params = ['p', 'q', 'r'];
/** By identity first; an expression written anew at every call is found by what it says. */
const byIdentity = new WeakMap<object, Program>();
const byText = new Map<string, Program>();

export function compile(expr: Expr): Program {
  const known = typeof expr === 'object' ? byIdentity.get(expr) : undefined;
  if (known !== undefined) return known;
  const text = textOf(expr);
  let program = byText.get(text);
  if (program === undefined) {
    program = translate(expr);
    byText.set(text, program);
  }
  if (typeof expr === 'object') byIdentity.set(expr, program);
  return program;
}

/** Equal for equal expressions only; signs of zero count. */
export function textOf(expr: Expr): string {
  return JSON.stringify(expr, (_, part) => (typeof part === 'number' ? `${Object.is(part, -0) ? '-0' : part}#` : part));
}

/** What operands and parameters are read into: every program's, as each fills them before it runs. */
const shared = Array.from({ length: 7 }, () => new Float64Array(BLOCK));

function translate(expr: Expr): Program {
  const instructions: Instruction[] = [];
  const registers = shared.slice();
  const known = new Map<string, number>();
  const visit = (e: Expr): number => {
    if (typeof e === 'string') return inputs.includes(e) ? inputs.indexOf(e) : 4 + params.indexOf(e);
    const key = textOf(e);
    const found = known.get(key);
    if (found !== undefined) return found;
    let at: number;
    if (typeof e === 'number') {
      at = registers.push(new Float64Array(BLOCK).fill(e)) - 1;
    } else {
      const [x, y, z] = [visit(e[1]), e.length > 2 ? visit(e[2] as Expr) : 0, e.length > 3 ? visit(e[3] as Expr) : 0];
      at = registers.push(new Float64Array(BLOCK)) - 1;
      const unary = e.length === 2 ? unaryLoops[e[0] as Unary] : null;
      const binary = e.length === 3 ? binaryLoops[e[0] as Binary] : null;
      instructions.push({ unary, binary, x, y, z, out: at });
    }
    known.set(key, at);
    return at;
  };
  const result = visit(expr);
  const single =
    typeof expr === 'object' && expr.length <= 3 && expr[1] === 'a' && (expr.length === 2 || expr[2] === 'b')
      ? (expr[0] as string)
      : expr === 'a'
        ? 'copy'
        : null;
  return { instructions, registers, result, single, runs: 0, loops: new Map(), lastKey: -1, lastLoop: null };
}

export function runBlock(program: Program, n: number): Float64Array {
  const registers = program.registers;
  for (const step of program.instructions) {
    const out = registers[step.out];
    if (step.unary !== null) step.unary(registers[step.x], out, n);
    else if (step.binary !== null) step.binary(registers[step.x], registers[step.y], out, n);
    else {
      const [c, x, y] = [registers[step.x], registers[step.y], registers[step.z]];
      for (let i = 0; i < n; i++) out[i] = c[i] !== 0 ? x[i] : y[i];
    }
  }
  return registers[program.result];
}
