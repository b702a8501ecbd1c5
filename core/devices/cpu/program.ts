// Expressions compiled to a list of instructions over blocks of doubles (no eval: strict CSP). Names no op.
import type { Binary, Expr, Unary } from '../../tensor/expr.ts';
import { binaryLoops, unaryLoops } from './primitives.ts';
import type { RowLoop } from './row-module.ts';
import { shortFunctions } from './short-functions.ts';

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
/** By identity first; an expression written anew at every call is found by what it says. For results in float32, and others. */
const [single, others] = [0, 1].map(() => ({ byIdentity: new WeakMap<object, Program>(), byText: new Map<string, Program>() }));

/** `short`: by the functions for float32 results. */
export function compile(expr: Expr, short: boolean): Program {
  const { byIdentity, byText } = short ? single : others;
  const known = typeof expr === 'object' ? byIdentity.get(expr) : undefined;
  if (known !== undefined) return known;
  const text = textOf(expr);
  let program = byText.get(text);
  if (program === undefined) {
    program = translate(expr, short);
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

const constants = new Map<string, Float64Array<ArrayBuffer>>();
function constant(value: number): Float64Array<ArrayBuffer> {
  const text = textOf(value);
  let filled = constants.get(text);
  if (filled === undefined) {
    filled = new Float64Array(BLOCK).fill(value);
    constants.set(text, filled);
  }
  return filled;
}

function translate(expr: Expr, short: boolean): Program {
  const instructions: Instruction[] = [];
  const registers = shared.slice();
  const known = new Map<string, number>();
  const seen = new Map<Expr, number>();
  const visit = (e: Expr): number => {
    if (typeof e === 'string') return inputs.includes(e) ? inputs.indexOf(e) : 4 + params.indexOf(e);
    if (typeof e === 'number') {
      const at = registers.indexOf(constant(e));
      return at >= 0 ? at : registers.push(constant(e)) - 1;
    }
    const found = seen.get(e);
    if (found !== undefined) return found;
    const longer = short ? shortFunctions[e[0]] : undefined;
    const at = longer === undefined ? step(e) : visit(longer(e[1], e[2] as Expr));
    seen.set(e, at);
    return at;
  };
  const step = (e: Exclude<Expr, string | number>): number => {
    const [x, y, z] = [visit(e[1]), e.length > 2 ? visit(e[2] as Expr) : 0, e.length > 3 ? visit(e[3] as Expr) : 0];
    const key = `${e[0]} ${x} ${y} ${z}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const out = registers.push(none) - 1;
    known.set(key, out);
    const unary = e.length === 2 ? unaryLoops[e[0] as Unary] : null;
    const binary = e.length === 3 ? binaryLoops[e[0] as Binary] : null;
    instructions.push({ unary, binary, x, y, z, out });
    return out;
  };
  const result = visit(expr);
  share(instructions, registers, result);
  const single =
    typeof expr === 'object' && expr.length <= 3 && expr[1] === 'a' && (expr.length === 2 || expr[2] === 'b')
      ? (expr[0] as string)
      : expr === 'a'
        ? 'copy'
        : null;
  return { instructions, registers, result, single, runs: 0, loops: new Map(), lastKey: -1, lastLoop: null };
}
const none = new Float64Array(0);

/** Gives results their registers; a register is another's again after its last use. */
function share(instructions: readonly Instruction[], registers: Float64Array[], result: number): void {
  const last = new Map<number, number>();
  instructions.forEach(({ x, y, z }, i) => {
    for (const used of [x, y, z]) last.set(used, i);
  });
  last.set(result, instructions.length);
  const free: Float64Array[] = [];
  const results = new Set(instructions.map((step) => step.out));
  instructions.forEach(({ x, y, z, out }, i) => {
    registers[out] = free.pop() ?? new Float64Array(BLOCK);
    for (const used of new Set([x, y, z])) if (results.has(used) && last.get(used) === i) free.push(registers[used]);
  });
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
