// JavaScript functions as Python's own builtins: a call costs a seventh of one through Pyodide's proxies. It knows no tensor.
import { notPlain, type PlainValue, type PythonObjects } from './python-objects.ts';

/** A function as Python's C code calls it: addresses of `self`, of the arguments' addresses, and how many there are. 0: an exception was raised. */
export type NativeBody = (self: number, args: number, count: number) => number;

// Python's `PyMethodDef`: name, code, flags, documentation; METH_FASTCALL.
const DEFINITION_BYTES = 16;
const FASTCALL = 0x80;

const I32 = 0x7f;
const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)]);
const section = (id: number, body: readonly number[]): number[] => [id, ...leb(body.length), ...body];
const list = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
const name = (text: string): number[] => [...leb(text.length), ...Array.from(text, (c) => c.charCodeAt(0))];

/** WebAssembly functions of `arity` ints that give one, each of which calls its JavaScript function: only such may stand in Python's table. */
function wrapped(functions: readonly ((...values: number[]) => number)[], arity: number): unknown[] {
  const types = list([[0x60, ...list(Array.from({ length: arity }, () => [I32])), ...list([[I32]])]]);
  const imports = list(functions.map((_, i) => [...name('f'), ...name(String(i)), 0, 0]));
  const exports = list(functions.map((_, i) => [...name(String(i)), 0, ...leb(i)]));
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(1, types), ...section(2, imports), ...section(7, exports)];
  const given = Object.fromEntries(functions.map((f, i) => [String(i), f]));
  const { exports: made } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)), { f: given });
  return functions.map((_, i) => made[String(i)]);
}

/** Places functions in the table Python's C code calls through; returns the number of the first. */
export function tableEntries({ python }: PythonObjects, functions: readonly ((...values: number[]) => number)[], arity: number): number {
  const { wasmTable } = python;
  const first = wasmTable.grow(functions.length);
  wrapped(functions, arity).forEach((f, i) => {
    wasmTable.set(first + i, f);
  });
  return first;
}

/** Puts each function into the Python module `module` as a builtin. */
export function addBuiltins(objects: PythonObjects, module: string, functions: Readonly<Record<string, NativeBody>>): void {
  const { python } = objects;
  const first = tableEntries(objects, Object.values(functions), 3);
  const home = python._PyImport_AddModule(objects.lasting(module));
  const from = objects.write(module);
  Object.keys(functions).forEach((key, i) => {
    const called = objects.lasting(key);
    const definition = python._malloc(DEFINITION_BYTES);
    python.HEAP32.set([called, first + i, FASTCALL, 0], definition >> 2);
    const made = python._PyCFunction_NewEx(definition, 0, from);
    python._PyObject_SetAttrString(home, called, made);
    python._Py_DecRef(made);
  });
}

/** A function of plain values as a builtin's body. `through`: the same function as a proxy, for arguments that are not plain. */
export function plainBody(objects: PythonObjects, f: (...values: PlainValue[]) => unknown, through: number): NativeBody {
  const { python } = objects;
  return (_self, args, count) => {
    try {
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
    } catch (error) {
      // Python's frames must never be unwound past their backs.
      return objects.raise(error instanceof Error ? error.message : String(error));
    }
  };
}
