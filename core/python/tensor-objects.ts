// Python's tensor objects by address: the handle in one, and a new one around a handle. It knows no op.
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorTable } from './handles.ts';
import type { PythonObjects } from './python-objects.ts';

/** Words of an object among which its handle's slot is looked for. */
const WORDS = 32;

export class TensorObjects {
  readonly objects: PythonObjects;
  readonly #table: TensorTable;
  #class = 0;
  #slot = 0;
  /** Subclasses met so far; held, so that an address stays theirs. */
  readonly #subclasses = new Set<number>();

  constructor(objects: PythonObjects, table: TensorTable) {
    this.objects = objects;
    this.#table = table;
  }

  /** `type` is Python's class of tensors from now on; in `probe`, one of them, the handle's slot holds `marker`. */
  learn(type: number, probe: number, marker: number): void {
    this.forget();
    this.#class = this.objects.counted(type);
    const memory = this.objects.python.HEAP32;
    this.#slot = 0;
    for (let i = 2; i < WORDS && this.#slot === 0; i++) if (memory[(probe >> 2) + i] === marker) this.#slot = 4 * i;
    if (this.#slot === 0) throw new Error('a tensor object holds no handle');
  }

  /** After a run, whose classes go. */
  forget(): void {
    const { python } = this.objects;
    if (this.#class !== 0) python._Py_DecRef(this.#class);
    for (const type of this.#subclasses) python._Py_DecRef(type);
    this.#subclasses.clear();
    this.#class = 0;
  }

  /** Whether objects of this class are tensors. */
  isTensorClass(type: number): boolean {
    if (type === this.#class || this.#subclasses.has(type)) return true;
    if (this.#class === 0 || this.objects.python._PyType_IsSubtype(type, this.#class) === 0) return false;
    this.#subclasses.add(this.objects.counted(type));
    return true;
  }

  /** The handle in an object of such a class; 0 where it holds none yet. */
  handleOf(object: number): number {
    const { python } = this.objects;
    const number = python.HEAP32[(object + this.#slot) >> 2];
    return number === 0 ? 0 : python._PyLong_AsLong(number);
  }

  /** The engine's tensor behind an object of such a class. */
  tensorOf(object: number): Tensor {
    return this.#table.get(this.handleOf(object));
  }

  /** A new object, which takes over one count of `tensor`. */
  make(tensor: Tensor): number {
    const { python } = this.objects;
    const object = python._PyType_GenericAlloc(this.#class, 0);
    const number = python._PyLong_FromLong(this.#table.add(tensor));
    python.HEAP32[(object + this.#slot) >> 2] = number;
    return object;
  }
}
