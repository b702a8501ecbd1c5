// Straight-line SIMD code as a graph of values: equal values are one value; constants and scalars stay outside the loop. Knows WebAssembly's
// bytes, no expression and no tensor. Opcodes: WebAssembly Core Specification 2.0, section 5.4.9.

/** A value of the graph. */
export type Lane = number;
export type LaneType = 'f32' | 'f64';

interface Node {
  readonly code: readonly number[];
  readonly args: readonly Lane[];
  /** Set once, before the loop. */
  readonly fixed: boolean;
}

/** Unsigned LEB128. */
export function leb(value: number): number[] {
  const out: number[] = [];
  let v = value;
  do {
    const byte = v & 127;
    v = Math.floor(v / 128);
    out.push(v > 0 ? byte | 128 : byte);
  } while (v > 0);
  return out;
}
export const simd = (opcode: number, ...rest: number[]): number[] => [0xfd, ...leb(opcode), ...rest];

const bytes = new Uint8Array(16);
const asF32 = new Float32Array(bytes.buffer);
const asF64 = new Float64Array(bytes.buffer);
const asI64 = new BigInt64Array(bytes.buffer);

/** [float32, float64] of each lane operation. */
const ops = {
  eq: [0x41, 0x47],
  ne: [0x42, 0x48],
  lt: [0x43, 0x49],
  gt: [0x44, 0x4a],
  le: [0x45, 0x4b],
  ge: [0x46, 0x4c],
  ceil: [0x67, 0x74],
  floor: [0x68, 0x75],
  trunc: [0x69, 0x7a],
  nearest: [0x6a, 0x94],
  abs: [0xe0, 0xec],
  neg: [0xe1, 0xed],
  sqrt: [0xe3, 0xef],
  add: [0xe4, 0xf0],
  sub: [0xe5, 0xf1],
  mul: [0xe6, 0xf2],
  div: [0xe7, 0xf3],
  min: [0xe8, 0xf4],
  max: [0xe9, 0xf5],
  /** pmin(x, y) = y < x ? y : x, pmax likewise: one instruction, NaN where x is. */
  pmin: [0xea, 0xf6],
  pmax: [0xeb, 0xf7],
} as const;
export type LaneOp = keyof typeof ops;

/** Operations on bits and on 64-bit integers in the lanes. */
const bitOps = {
  not: 0x4d,
  and: 0x4e,
  andnot: 0x4f,
  or: 0x50,
  xor: 0x51,
  iadd: 0xce,
  isub: 0xd1,
  igt: 0xd9,
  ilt: 0xd8,
  ieq: 0xd6,
} as const;
export type BitOp = keyof typeof bitOps;

export class LaneCode {
  readonly type: LaneType;
  readonly #nodes: Node[] = [];
  readonly #known = new Map<string, Lane>();

  constructor(type: LaneType) {
    this.type = type;
  }

  #make(code: readonly number[], args: readonly Lane[], fixed = false): Lane {
    const key = `${code.join(' ')}|${args.join(' ')}`;
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    const at = this.#nodes.push({ code, args, fixed }) - 1;
    this.#known.set(key, at);
    return at;
  }

  /** The same number in every lane. */
  constant(value: number): Lane {
    if (this.type === 'f32') asF32.fill(value);
    else asF64.fill(value);
    return this.#make(simd(12, ...bytes), [], true);
  }
  /** The same 64-bit pattern in both lanes. */
  bits(value: bigint): Lane {
    asI64.fill(value);
    return this.#make(simd(12, ...bytes), [], true);
  }
  /** The function's parameter number `index` (a float64) in every lane. */
  scalar(index: number): Lane {
    return this.#make([0x20, ...leb(index), ...(this.type === 'f32' ? [0xb6, ...simd(0x13)] : simd(0x14))], [], true);
  }
  /** A value that code before the loop's body leaves in a local: see `emit`. */
  input(slot: number): Lane {
    return this.#make([-1 - slot], []);
  }
  op(name: LaneOp, ...args: Lane[]): Lane {
    return this.#make(simd(ops[name][this.type === 'f32' ? 0 : 1]), args);
  }
  bit(name: BitOp, ...args: Lane[]): Lane {
    return this.#make(simd(bitOps[name]), args);
  }
  /** Integer lanes of 64 bits, shifted: `left`, `right` (keeps the sign), `down` (without a sign). */
  shift(direction: 'left' | 'right' | 'down', x: Lane, by: number): Lane {
    return this.#make([0x41, ...leb(by), ...simd(direction === 'left' ? 0xcb : direction === 'right' ? 0xcc : 0xcd)], [x]);
  }
  /** x where the mask is set, else y. */
  select(mask: Lane, x: Lane, y: Lane): Lane {
    return this.#make(simd(0x52), [x, y, mask]);
  }
  /** Rounded to float32 and back (float64 lanes). */
  single(x: Lane): Lane {
    return this.#make(simd(0x5f), [this.#make(simd(0x5e), [x])]);
  }
  /** Whole numbers of float64 lanes as 64-bit integers. */
  toInteger(x: Lane): Lane {
    return this.#make(simd(0xc7), [this.#make(simd(0xfc), [x])]);
  }
  /** 64-bit integers below 2^51 as float64. */
  fromInteger(x: Lane): Lane {
    const magic = 6755399441055744; // 1.5 · 2^52: adding an integer to its bits adds it to the number
    return this.op('sub', this.bit('iadd', x, this.bits(0x4338000000000000n)), this.constant(magic));
  }

  /** Values to compute for each vector. */
  get size(): number {
    return this.#nodes.reduce((n, node) => n + (node.fixed ? 0 : 1), 0);
  }

  /** Code that sets the fixed values; they take locals from `first` on. Then `body` may be emitted any number of times. */
  emit(result: Lane, first: number): { setup: number[]; body: (inputLocals: readonly number[]) => number[]; locals: number } {
    const uses = new Array<number>(this.#nodes.length).fill(0);
    const visit = (lane: Lane): void => {
      if (uses[lane]++ > 0) return;
      for (const arg of this.#nodes[lane].args) visit(arg);
    };
    visit(result);
    const setup: number[] = [];
    const home = new Map<Lane, number>();
    let next = first;
    for (let i = 0; i < this.#nodes.length; i++) {
      if (!this.#nodes[i].fixed || uses[i] === 0) continue;
      setup.push(...this.#nodes[i].code, 0x21, ...leb(next));
      home.set(i, next++);
    }
    for (let i = 0; i < this.#nodes.length; i++) {
      const { fixed, code } = this.#nodes[i];
      if (!fixed && uses[i] > 1 && code[0] >= 0) home.set(i, next++);
    }
    const body = (inputLocals: readonly number[]): number[] => {
      const out: number[] = [];
      const done = new Set<Lane>();
      // In the order of making: every argument comes first. What is used once is written where it is used.
      const write = (lane: Lane): void => {
        const { code, args, fixed } = this.#nodes[lane];
        if (code[0] < 0) {
          out.push(0x20, ...leb(inputLocals[-1 - code[0]]));
          return;
        }
        const local = home.get(lane);
        if (fixed || (local !== undefined && done.has(lane))) {
          out.push(0x20, ...leb(local as number));
          return;
        }
        for (const arg of args) write(arg);
        out.push(...code);
        if (local !== undefined) {
          out.push(0x22, ...leb(local));
          done.add(lane);
        }
      };
      write(result);
      return out;
    };
    return { setup, body, locals: next - first };
  }
}
