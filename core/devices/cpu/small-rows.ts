// Elementwise kernels in WebAssembly for small tensors: once an expression has been computed often enough to be worth a module. The bits are those of
// the blocks, so that nothing shows when it takes over. Names no op.
import type { DType } from '../../tensor/dtype.ts';
import type { Expr } from '../../tensor/expr.ts';
import { heap } from '../../tensor/heap.ts';
import { sameShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { kernels } from './kernels.ts';
import type { Program } from './program.ts';
import { makeLoop, type RowLoop, SHORT } from './row-module.ts';
import { wide } from './wide.ts';

/** Codes of the types that are read and written, 1 … 4; a single number is 0, any other type -1. */
const codeOf = (dtype: DType): number =>
  dtype === 'float32' ? 1 : dtype === 'float64' ? 2 : dtype === 'bool' ? 3 : dtype === 'uint8' ? 4 : -1;
const pointers = [0, 0, 0, 0];
const numbers = [0, 0, 0, 0];

/** Computes as `elementwise` says, for row-major tensors and single numbers; false where the blocks must, or may as well. */
export function smallRow(
  program: Program,
  expr: Expr,
  inputs: readonly Tensor[],
  params: readonly number[],
  out: Tensor,
  compute: DType,
): boolean {
  if (program.runs < wide.often) {
    program.runs++;
    return false;
  }
  if (!out.isContiguous || kernels() === null) return false;
  const single = compute === 'float32';
  if (!single && compute !== 'float64') return false;
  let key = codeOf(out.dtype) * 2 + (single ? 1 : 0);
  if (key < 0) return false;
  for (let k = 0; k < inputs.length; k++) {
    const t = inputs[k];
    const code = codeOf(t.dtype);
    const at = t.storage.ptr + (code === 1 ? t.offset << 2 : code === 2 ? t.offset << 3 : t.offset);
    if (code < 0) return false;
    if (t.numel === 1) {
      const number = code === 1 ? heap.F32[at >>> 2] : code === 2 ? heap.F64[at >>> 3] : heap.U8[at];
      numbers[k] = single ? Math.fround(number) : number;
      pointers[k] = 0;
      key *= 5;
    } else {
      if (!t.isContiguous || !sameShape(t.shape, out.shape)) return false;
      pointers[k] = at;
      numbers[k] = 0;
      key = key * 5 + code;
    }
  }
  let loop = program.lastLoop;
  if (program.lastKey !== key) {
    const known = program.loops.get(key);
    loop = known === undefined ? made(program, expr, key, inputs, out, single) : known;
    program.lastKey = key;
    program.lastLoop = loop;
  }
  if (loop === null) return false;
  const p = params.length > 0 ? (single ? Math.fround(params[0]) : params[0]) : 0;
  const q = params.length > 1 ? (single ? Math.fround(params[1]) : params[1]) : 0;
  const r = params.length > 2 ? (single ? Math.fround(params[2]) : params[2]) : 0;
  const to = out.storage.ptr + (out.dtype === 'float32' ? out.offset << 2 : out.dtype === 'float64' ? out.offset << 3 : out.offset);
  loop(out.numel, to, pointers[0], pointers[1], pointers[2], pointers[3], numbers[0], numbers[1], numbers[2], numbers[3], p, q, r);
  return true;
}

function made(program: Program, expr: Expr, key: number, inputs: readonly Tensor[], out: Tensor, single: boolean): RowLoop | null {
  const operands = inputs.map((t) => (t.numel === 1 ? null : t.dtype));
  const loop = makeLoop(expr, single ? 'float32' : 'float64', operands, out.dtype, SHORT);
  program.loops.set(key, loop);
  return loop;
}
