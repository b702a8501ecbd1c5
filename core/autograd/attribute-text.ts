// Saved attributes as torchviz prints them. Knows no tensor.
import { pythonFloat } from '../tensor/format-number.ts';

/** Negative whole numbers print as unsigned 64-bit ones, as torch's dims do. */
function whole(value: number | bigint): string {
  // "To the end" of a slice is the largest int64 in torch, the largest safe integer here.
  return value < 0 ? String(2n ** 64n + BigInt(value)) : value >= Number.MAX_SAFE_INTEGER ? '9223372036854775807' : String(value);
}

/** A kept value's text; `type` is the parameter's type in the schema, where it is one. */
export function pythonText(value: unknown, type?: string): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return type === 'Scalar' || type === 'float' ? pythonFloat(value) : whole(value);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => pythonText(item));
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
  }
  return String(value);
}
