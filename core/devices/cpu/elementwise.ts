// Elementwise kernels of the CPU: direct loops for one-step float32 expressions, blocks for the rest. Names no op.
import { type DType, isHalf, isInteger, itemSize } from '../../tensor/dtype.ts';
import type { Expr } from '../../tensor/expr.ts';
import { roundTo } from '../../tensor/half.ts';
import { broadcastStrides, sameShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { loadRun, roundBlock, storeRun } from './block-io.ts';
import { directLoop } from './direct-loops.ts';
import { exactElementwise, needsExact } from './exact-integers.ts';
import { BLOCK, compile, type Program, runBlock } from './program.ts';
import { smallRow } from './small-rows.ts';
import { forEachRow, mergeDims } from './walk.ts';
import { wide } from './wide.ts';
import { wideRows } from './wide-rows.ts';

/** Elements up to which a loop here takes less time than a call of WebAssembly. */
const DIRECT = 32;

function startOf(tensor: Tensor): number {
  return tensor.storage.ptr / itemSize(tensor.dtype) + tensor.offset;
}

export function elementwise(expr: Expr, inputs: readonly Tensor[], params: readonly number[], out: Tensor, compute: DType): void {
  if (out.numel >= wide.elements && wideRows(expr, inputs, params, out, compute)) return;
  if (out.numel === 0) return;
  if (isHalf(compute)) {
    halfElementwise(expr, inputs, params, out, compute);
    return;
  }
  const program = compile(expr, compute === 'float32');
  const direct = compute === 'float32' ? program.single : null;
  if (direct !== null && out.numel < DIRECT && directLoop(direct, inputs, out)) return;
  if (smallRow(program, expr, inputs, params, out, compute)) return;
  if (direct !== null && directLoop(direct, inputs, out)) return;
  if (isInteger(compute) && needsExact(expr, inputs, compute)) {
    exactElementwise(expr, inputs, params, out);
    return;
  }
  const single = compute === 'float32';
  for (let k = 0; k < params.length; k++) program.registers[4 + k].fill(single ? Math.fround(params[k]) : params[k]);
  runBlocks(program, inputs, out, single ? compute : null);
}

/** `rounded`: the type operands are rounded to first; null where they are taken as they are. */
function runBlocks(program: Program, inputs: readonly Tensor[], out: Tensor, rounded: DType | null): void {
  let straight = out.isContiguous;
  for (let k = 0; k < inputs.length; k++) {
    const t = inputs[k];
    if (!(t.isContiguous && sameShape(t.shape, out.shape)) && t.numel !== 1) straight = false;
  }
  if (straight) blocksStraight(program, inputs, out, rounded);
  else blocksStrided(program, inputs, out, rounded);
}

const binaryOf = (expr: Expr): string | null => (typeof expr === 'object' && expr.length === 3 ? expr[0] : null);
/** torch's products and quotients of the 16-bit types take a single second operand in float32; all others round it to the type. */
const inFloat = new Set(['mul', 'div', 'floordiv', 'truncdiv']);
const roundedSums = { float16: new Map<Expr, Expr>(), bfloat16: new Map<Expr, Expr>() };

function halfElementwise(
  expr: Expr,
  inputs: readonly Tensor[],
  params: readonly number[],
  out: Tensor,
  type: 'float16' | 'bfloat16',
): void {
  const name = binaryOf(expr);
  const parts = expr as readonly Expr[];
  let used = expr;
  if ((name === 'add' || name === 'sub') && binaryOf(parts[2]) === 'mul') {
    // a + α·b rounds the product before the sum.
    const known = roundedSums[type].get(expr);
    used = known ?? ([name, parts[1], [type === 'float16' ? 'f16' : 'bf16', parts[2]]] as Expr);
    if (known === undefined) roundedSums[type].set(expr, used);
  }
  const program = compile(used, false);
  const wide = name !== null && inFloat.has(name);
  const flat = name !== null && typeof parts[1] === 'string' && typeof parts[2] === 'string';
  for (let k = 0; k < params.length; k++) program.registers[4 + k].fill(flat && !wide ? roundTo(type, params[k]) : Math.fround(params[k]));
  runBlocks(program, inputs, out, wide && inputs.length === 2 && inputs[1].shape.length === 0 ? 'float32' : type);
}

/** Everything row-major, inputs of the output's shape or of one element. */
function blocksStraight(program: Program, inputs: readonly Tensor[], out: Tensor, rounded: DType | null): void {
  const n = out.numel;
  const to = startOf(out);
  for (let at = 0; at < n; at += BLOCK) {
    const m = Math.min(BLOCK, n - at);
    for (let k = 0; k < inputs.length; k++) {
      const t = inputs[k];
      const one = t.numel === 1;
      if (one && at > 0) continue;
      const register = program.registers[k];
      loadRun(t.dtype, startOf(t) + (one ? 0 : at), one ? 0 : 1, register, 0, one ? Math.min(BLOCK, n) : m);
      if (rounded !== null && t.dtype !== rounded) roundBlock(register, one ? Math.min(BLOCK, n) : m, rounded);
    }
    storeRun(out.dtype, to + at, 1, runBlock(program, m), 0, m);
  }
}

function blocksStrided(program: Program, inputs: readonly Tensor[], out: Tensor, rounded: DType | null): void {
  const strides = [out.strides as number[]];
  for (const t of inputs) strides.push(broadcastStrides(t.shape, t.strides, out.shape));
  const walk = mergeDims(out.shape, strides);
  const last = walk.shape.length - 1;
  const width = walk.shape[last];
  const starts = inputs.map(startOf);
  const to = startOf(out);
  const registers = program.registers;
  if (width >= 32) {
    forEachRow(walk, (offsets) => {
      for (let at = 0; at < width; at += BLOCK) {
        const m = Math.min(BLOCK, width - at);
        for (let k = 0; k < inputs.length; k++) {
          const step = walk.strides[k + 1][last];
          loadRun(inputs[k].dtype, starts[k] + offsets[k + 1] + at * step, step, registers[k], 0, m);
          if (rounded !== null && inputs[k].dtype !== rounded) roundBlock(registers[k], m, rounded);
        }
        const step = walk.strides[0][last];
        storeRun(out.dtype, to + offsets[0] + at * step, step, runBlock(program, m), 0, m);
      }
    });
    return;
  }
  // Narrow rows: gather many into one block.
  const targets: number[] = [];
  let filled = 0;
  const flush = (): void => {
    if (filled === 0) return;
    if (rounded !== null)
      for (let k = 0; k < inputs.length; k++) if (inputs[k].dtype !== rounded) roundBlock(registers[k], filled, rounded);
    const result = runBlock(program, filled);
    for (let r = 0, at = 0; r < targets.length; r++, at += width) storeRun(out.dtype, targets[r], walk.strides[0][last], result, at, width);
    targets.length = 0;
    filled = 0;
  };
  forEachRow(walk, (offsets) => {
    if (filled + width > BLOCK) flush();
    for (let k = 0; k < inputs.length; k++)
      loadRun(inputs[k].dtype, starts[k] + offsets[k + 1], walk.strides[k + 1][last], registers[k], filled, width);
    targets.push(to + offsets[0]);
    filled += width;
  });
  flush();
}
