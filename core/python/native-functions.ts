// JavaScript functions as Python's own builtins: a call costs a seventh of one through Pyodide's proxies. It knows no tensor.
import { notPlain, type PlainValue, type PythonObjects } from './python-objects.ts';

/**
 * A function as Python's C code calls it: addresses of `self`, of the arguments' addresses, how many there are by position, and of the tuple of the
 * names of those that follow them (0: none do). It returns a new reference, or 0 where it raised an exception.
 */
export type NativeBody = (self: number, args: number, count: number, names: number) => number;

// Python's `PyMethodDef`: name, code, flags, documentation; METH_FASTCALL | METH_KEYWORDS.
const DEFINITION_BYTES = 16;
const FLAGS = 0x80 | 0x02;
/** Table entries are made this many at a time. */
const BLOCK = 512;

const I32 = 0x7f;
const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)]);
const signed = (value: number): number[] => (value < 64 ? [value] : [(value & 127) | 128, ...signed(value >> 7)]);
const section = (id: number, body: readonly number[]): number[] => [id, ...leb(body.length), ...body];
const list = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
const name = (text: string): number[] => [...leb(text.length), ...Array.from(text, (c) => c.charCodeAt(0))];
const ints = (n: number): number[] => list(Array.from({ length: n }, () => [I32]));

/** `BLOCK` WebAssembly functions, the only kind that may stand in Python's table: each hands its number and its arguments on to `dispatch`. */
function block(first: number, dispatch: (number: number, ...values: never[]) => number): unknown[] {
  const all = Array.from({ length: BLOCK }, (_, i) => i);
  const types = list([
    [0x60, ...ints(5), ...ints(1)],
    [0x60, ...ints(4), ...ints(1)],
  ]);
  const imports = list([[...name('f'), ...name('f'), 0, 0]]);
  const exports = list(all.map((i) => [...name(String(i)), 0, ...leb(i + 1)]));
  const code = all.map((i) => {
    const body = [0, 0x41, ...signed(first + i), 0x20, 0, 0x20, 1, 0x20, 2, 0x20, 3, 0x10, 0, 0x0b];
    return [...leb(body.length), ...body];
  });
  const sections = [
    section(1, types),
    section(2, imports),
    section(3, list(all.map(() => [1]))),
    section(7, exports),
    section(10, list(code)),
  ];
  const bytes = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
  const { exports: made } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { f: { f: dispatch } });
  return all.map((i) => made[String(i)]);
}

/** Bodies by number, and Python's definitions of them, which live as long as Python does. */
export class NativeFunctions {
  readonly objects: PythonObjects;
  readonly #bodies: NativeBody[] = [];
  readonly #definitions = new Map<string, { readonly number: number; readonly address: number }>();
  #firstEntry = 0;

  constructor(objects: PythonObjects) {
    this.objects = objects;
  }

  /** The definition called `key`, with this body from now on; Python shows it by its name. */
  define(key: string, name: string, body: NativeBody, doc = ''): number {
    const known = this.#definitions.get(key);
    if (known !== undefined) {
      this.#bodies[known.number] = body;
      return known.address;
    }
    const { objects } = this;
    const { python } = objects;
    const number = this.#bodies.length;
    if (number % BLOCK === 0) this.#grow();
    this.#bodies.push(body);
    const address = python._malloc(DEFINITION_BYTES);
    const [called, told] = [objects.lasting(name), doc === '' ? 0 : objects.lasting(doc)];
    python.HEAP32.set([called, this.#firstEntry + (number % BLOCK), FLAGS, told], address >> 2);
    this.#definitions.set(key, { number, address });
    return address;
  }

  #grow(): void {
    const bodies = this.#bodies;
    const { python } = this.objects;
    this.#firstEntry = python.wasmTable.grow(BLOCK);
    const dispatch = (number: number, self: number, args: number, count: number, names: number): number => {
      try {
        return bodies[number](self, args, count, names);
      } catch (error) {
        // Python's frames must never be unwound past their backs.
        return this.objects.raise(error instanceof Error ? error.message : String(error));
      }
    };
    block(bodies.length, dispatch as never).forEach((f, i) => {
      python.wasmTable.set(this.#firstEntry + i, f);
    });
  }

  /** Puts each body into a Python module as a builtin function. */
  addTo(module: string, bodies: Readonly<Record<string, NativeBody>>): void {
    const { python } = this.objects;
    const home = python._PyImport_AddModule(this.objects.lasting(module));
    const from = this.objects.write(module);
    for (const [key, body] of Object.entries(bodies)) {
      const made = python._PyCFunction_NewEx(this.define(`${module}.${key}`, key, body), 0, from);
      python._PyObject_SetAttrString(home, this.objects.lasting(key), made);
      python._Py_DecRef(made);
    }
  }
}

/** A function of plain values as a builtin's body. `through`: the same function as a proxy, for arguments that are not plain. */
export function plainBody(objects: PythonObjects, f: (...values: PlainValue[]) => unknown, through: number): NativeBody {
  const { python } = objects;
  return (_self, args, count, names) => {
    if (names !== 0) return python._PyObject_Vectorcall(through, args, count, names);
    // The memory is asked for anew each time: reading a long text may let it grow.
    const at = args >> 2;
    let a: PlainValue | typeof notPlain;
    let b: PlainValue | typeof notPlain;
    switch (count) {
      case 0:
        return objects.write(f());
      case 1:
        a = objects.read(python.HEAP32[at]);
        if (a === notPlain) break;
        return objects.write(f(a));
      case 2:
        a = objects.read(python.HEAP32[at]);
        b = objects.read(python.HEAP32[at + 1]);
        if (a === notPlain || b === notPlain) break;
        return objects.write(f(a, b));
      default: {
        const values: PlainValue[] = [];
        let i = 0;
        for (; i < count; i++) {
          const value = objects.read(python.HEAP32[at + i]);
          if (value === notPlain) break;
          values.push(value);
        }
        if (i === count) return objects.write(f(...values));
      }
    }
    return python._PyObject_Vectorcall(through, args, count, 0);
  };
}
