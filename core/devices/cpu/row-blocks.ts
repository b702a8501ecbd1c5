// An elementwise expression over runs at addresses, by the reference's blocks: for numbers the SIMD code of row-module.ts does not serve.
import { type DType, itemSize } from '../../tensor/dtype.ts';
import type { Expr } from '../../tensor/expr.ts';
import { loadRun, storeRun } from './block-io.ts';
import { BLOCK, compile, runBlock } from './program.ts';
import type { RowLoop } from './row-module.ts';

/** Computes as a loop of the same expression and types (null: a single number) does. */
export function rowBlocks(expr: Expr, compute: 'float32' | 'float64', operands: readonly (DType | null)[], out: DType): RowLoop {
  const program = compile(expr, compute === 'float32');
  return (n, to, ...rest) => {
    const [pointers, numbers] = [rest.slice(0, 4), rest.slice(4)];
    const { registers } = program;
    for (let k = 0; k < 7; k++) if (k > 3 || (operands[k] ?? null) === null) registers[k].fill(numbers[k]);
    for (let at = 0; at < n; at += BLOCK) {
      const m = Math.min(BLOCK, n - at);
      for (const [k, dtype] of operands.entries())
        if (dtype !== null) loadRun(dtype, pointers[k] / itemSize(dtype) + at, 1, registers[k], 0, m);
      storeRun(out, to / itemSize(out) + at, 1, runBlock(program, m), 0, m);
    }
    return 0;
  };
}
