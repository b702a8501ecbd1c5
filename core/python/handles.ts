// Tensors (and other engine objects) as the integers Python holds. It knows no op and no Python object.

import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';

/**
 * Handle ↔ tensor. A handle owns one count of its tensor. Most handles are anonymous: two may stand for one tensor.
 * A *known* handle is the one Python object of its tensor (parameters, leaves, gradients), so that identity holds.
 */
export class TensorTable {
  #tensors: (Tensor | null)[] = [null];
  #free: number[] = [];
  #known = new Map<Tensor, number>();
  #isKnown: boolean[] = [false];

  /** Takes over one count of `tensor`. */
  add(tensor: Tensor): number {
    const free = this.#free;
    const handle = free.length > 0 ? (free.pop() as number) : this.#tensors.length;
    this.#tensors[handle] = tensor;
    this.#isKnown[handle] = false;
    return handle;
  }

  get(handle: number): Tensor {
    const tensor = this.#tensors[handle];
    if (tensor == null) throw new TorchError('a tensor of an earlier run cannot be used again');
    return tensor;
  }

  /** 0 where no known handle stands for `tensor`. */
  find(tensor: Tensor): number {
    return this.#known.get(tensor) ?? 0;
  }

  /** The known handle of `tensor`: an existing one, without a new count, or a new one with a count of its own. */
  known(tensor: Tensor): number {
    const found = this.#known.get(tensor);
    if (found !== undefined) return found;
    const handle = this.add(tensor.retain());
    this.remember(handle);
    return handle;
  }

  /** Makes `handle` the one its tensor is known by. */
  remember(handle: number): void {
    const tensor = this.get(handle);
    if (this.#known.has(tensor)) return;
    this.#known.set(tensor, handle);
    this.#isKnown[handle] = true;
  }

  drop(handle: number): void {
    const tensor = this.#tensors[handle];
    if (tensor == null) return;
    if (this.#isKnown[handle]) this.#known.delete(tensor);
    this.#isKnown[handle] = false;
    this.#tensors[handle] = null;
    this.#free.push(handle);
    tensor.release();
  }

  /** Lets another tensor stand behind `handle` (`.data = …`); takes over one count of it. */
  replace(handle: number, tensor: Tensor): void {
    const old = this.get(handle);
    if (this.#isKnown[handle]) {
      this.#known.delete(old);
      this.#known.set(tensor, handle);
    }
    this.#tensors[handle] = tensor;
    old.release();
  }

  get count(): number {
    return this.#tensors.length - 1 - this.#free.length;
  }

  clear(): void {
    for (let handle = 1; handle < this.#tensors.length; handle++) this.drop(handle);
    this.#tensors = [null];
    this.#isKnown = [false];
    this.#free = [];
    this.#known.clear();
  }
}

/** Numbers for engine objects other than tensors (grad_fn nodes, generators, optimizers, loaders). Lives as long as a run. */
export class ObjectTable<T extends object> {
  #objects: (T | null)[] = [null];
  #numbers = new WeakMap<T, number>();
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }

  /** The same object keeps its number. */
  number(object: T): number {
    const known = this.#numbers.get(object);
    if (known !== undefined) {
      this.#objects[known] = object;
      return known;
    }
    this.#objects.push(object);
    this.#numbers.set(object, this.#objects.length - 1);
    return this.#objects.length - 1;
  }

  get(number: number): T {
    const object = this.#objects[number];
    if (object == null) throw new TorchError(`a ${this.what} of an earlier run cannot be used again`);
    return object;
  }

  drop(number: number): void {
    this.#objects[number] = null;
  }

  clear(): void {
    this.#objects = [null];
  }
}
