// What a backward function keeps besides tensors, as text: torchviz's rows for show_attrs.
import type { AttributeValue, GradNode } from '../tensor/grad-node.ts';
import type { Tensor } from '../tensor/tensor.ts';

export const isTensor = (value: unknown): value is Tensor => typeof value === 'object' && value !== null && 'storage' in value;

function text(value: Exclude<AttributeValue, Tensor>): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `(${value.map(text as (v: unknown) => string).join(', ')}${value.length === 1 ? ',' : ''})`;
  return String(value);
}

/** Key and text of each `_saved_…` attribute, untruncated, in torch's order; tensors as `[saved tensor]`. */
export function attributeRows(node: GradNode): (readonly [string, string])[] {
  return node.attributes().map(([key, value]) => {
    if (isTensor(value)) return [key, '[saved tensor]'] as const;
    if (Array.isArray(value) && value.some(isTensor)) return [key, '[saved tensors]'] as const;
    return [key, text(value as Exclude<AttributeValue, Tensor>)] as const;
  });
}
