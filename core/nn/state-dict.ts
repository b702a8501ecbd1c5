// Loading a state dict: what is missing, unexpected or of the wrong shape is said in torch's words; else values are copied in.

import { setFrom } from '../tensor/set-all.ts';
import { sameShape, sizesText } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';

export type StateDict = Map<string, Tensor>;

/** Copies `given` into `own`. @throws RuntimeError with torch's list of problems. */
export function loadStateDict(
  type: string,
  own: StateDict,
  given: StateDict,
  strict: boolean,
): { missingKeys: string[]; unexpectedKeys: string[] } {
  const missingKeys = [...own.keys()].filter((key) => !given.has(key));
  const unexpectedKeys = [...given.keys()].filter((key) => !own.has(key));
  const problems: string[] = [];
  if (strict && missingKeys.length > 0) problems.push(`Missing key(s) in state_dict: ${quoted(missingKeys)}. `);
  if (strict && unexpectedKeys.length > 0) problems.push(`Unexpected key(s) in state_dict: ${quoted(unexpectedKeys)}. `);
  for (const [key, tensor] of own) {
    const source = given.get(key);
    if (source === undefined) continue;
    if (sameShape(source.shape, tensor.shape)) {
      if (source !== tensor) setFrom(tensor, source.toTyped());
    } else {
      problems.push(
        `size mismatch for ${key}: copying a param with shape torch.Size(${sizesText(source.shape)}) from checkpoint, the shape in current model is torch.Size(${sizesText(tensor.shape)}).`,
      );
    }
  }
  if (problems.length > 0) throw new TorchError(`Error(s) in loading state_dict for ${type}:\n\t${problems.join('\n\t')}`);
  return { missingKeys, unexpectedKeys };
}

function quoted(keys: readonly string[]): string {
  return keys.map((key) => `"${key}"`).join(', ');
}
