// Expressions compiled to a list of instructions over blocks of doubles (no eval: strict CSP). Names no op.
import type { Binary, Expr, Unary } from '../../tensor/expr.ts';
import { binaryLoops, unaryLoops } from './primitives.ts';

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
}

const inputs = ['a', 'b', 'c', 'd'];
const params = ['p', 'q', 'r'];
const cache = new Map<Expr, Program>();

export function compile(expr: Expr): Program {
  let program = cache.get(expr);
  if (program === undefined) {
    program = translate(expr);
    cache.set(expr, program);
  }
  return program;
}

function translate(expr: Expr): Program {
  const instructions: Instruction[] = [];
  const registers: Float64Array[] = [];
  for (let i = 0; i < 7; i++) registers.push(new Float64Array(BLOCK));
  const known = new Map<string, number>();
  const visit = (e: Expr): number => {
    if (typeof e === 'string') return inputs.includes(e) ? inputs.indexOf(e) : 4 + params.indexOf(e);
    const key = JSON.stringify(e, (_, v) => (typeof v === 'number' ? String(v) + (Object.is(v, -0) ? '-' : '') : v));
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
  return { instructions, registers, result, single };
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
