// Scopes: every tensor made inside one is released at its end, except what it returns. Knows no op.
import type { Tensor } from './tensor.ts';

/** Tensors made since the outermost open scope began, in `made[0 … top)`; `depth` 0 means no scope is open and nothing is noted. */
export const arena: { depth: number; top: number; readonly made: Tensor[] } = { depth: 0, top: 0, made: [] };

type Held = Tensor | null | undefined | readonly Held[] | object | string | number | bigint | boolean;

/** Opens a scope by hand, for hot paths; the mark goes to `closeScope`. */
export function openScope(): number {
  arena.depth++;
  return arena.top;
}

/** Ends the scope opened at `mark`: what was made since and has no other holder is freed. To return a tensor retain it first, or see `scope`. */
export function closeScope(mark: number): void {
  const made = arena.made;
  arena.depth--;
  // Releasing makes nothing new, so the entries above stay as they are.
  for (let i = mark; i < arena.top; i++) {
    const tensor = made[i];
    if (tensor.inScope) {
      tensor.inScope = false;
      tensor.release();
    }
  }
  arena.top = mark;
}

/** Takes a tensor made since `mark` out of the scope; false where it was made elsewhere. */
export function takeOut(tensor: Tensor, mark: number): boolean {
  if (!tensor.inScope) return false;
  const made = arena.made;
  for (let i = arena.top - 1; i >= mark; i--) {
    if (made[i] === tensor) {
      tensor.inScope = false;
      return true;
    }
  }
  return false;
}

/** Gives a tensor to the innermost open scope, or to the caller where there is none. */
export function handOn(tensor: Tensor): void {
  if (arena.depth > 0) {
    tensor.inScope = true;
    arena.made[arena.top++] = tensor;
  }
}

function collect(value: Held, into: Tensor[], isTensor: (value: object) => value is Tensor): void {
  if (value === null || typeof value !== 'object') return;
  if (isTensor(value)) into.push(value);
  else if (Array.isArray(value)) for (const item of value) collect(item as Held, into, isTensor);
  else if (Object.getPrototypeOf(value) === Object.prototype)
    for (const item of Object.values(value)) collect(item as Held, into, isTensor);
}

const isTensor = (value: object): value is Tensor => 'storage' in value && 'strides' in value;

/** Runs `body` and releases every tensor made inside except those it returns (in arrays and plain objects too), which then belong to the caller. */
export function scope<T>(body: () => T): T {
  const mark = openScope();
  const returned: Tensor[] = [];
  try {
    const result = body();
    collect(result as unknown as Held, returned, isTensor);
    return result;
  } finally {
    const kept = returned.filter((tensor) => takeOut(tensor, mark));
    closeScope(mark);
    for (const tensor of kept) handOn(tensor);
  }
}

/** Keeps a tensor beyond the scopes it was made in; the caller owns one count of it. */
export function keep(tensor: Tensor): Tensor {
  return tensor.retain();
}

/** Runs code whose tensors other holders own (Python, hooks): no open scope takes them. */
export function outsideScopes<T>(body: () => T): T {
  const depth = arena.depth;
  arena.depth = 0;
  try {
    return body();
  } finally {
    arena.depth = depth;
  }
}
