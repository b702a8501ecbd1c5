// Python's objects by address, through its C interface: what a native function is handed and what it gives back.
// It knows numbers, texts and nothing of tensors.

/** The part of Python's C interface that is used here, as Pyodide exports it: functions by name, and the addresses of its own objects. */
export interface PythonInterface {
  readonly HEAP32: Int32Array;
  readonly HEAPU8: Uint8Array;
  readonly wasmTable: { grow(by: number): number; set(index: number, f: unknown): void };
  readonly __PyRuntime: number;
  readonly __Py_NoneStruct: number;
  readonly __Py_TrueStruct: number;
  readonly __Py_FalseStruct: number;
  readonly _PyLong_Type: number;
  readonly _PyFloat_Type: number;
  readonly _PyBool_Type: number;
  readonly _PyUnicode_Type: number;
  readonly _PyTuple_Type: number;
  readonly _PyList_Type: number;
  readonly _PyCode_Type: number;
  readonly _PyExc_RuntimeError: number;
  _malloc(bytes: number): number;
  _free(address: number): void;
  UTF8ToString(address: number, bytes: number, past0: boolean): string;
  stringToNewUTF8(text: string): number;
  lengthBytesUTF8(text: string): number;
  _Py_IncRef(object: number): void;
  _Py_DecRef(object: number): void;
  _PyErr_Occurred(): number;
  _PyErr_Clear(): void;
  _PyErr_SetString(type: number, text: number): void;
  _PyLong_AsLong(object: number): number;
  _PyLong_FromLong(value: number): number;
  _PyLong_FromDouble(value: number): number;
  _PyLong_FromString(text: number, end: number, base: number): number;
  _PyNumber_ToBase(object: number, base: number): number;
  _PyFloat_AsDouble(object: number): number;
  _PyFloat_FromDouble(value: number): number;
  _PyUnicode_AsUTF8AndSize(object: number, size: number): number;
  _PyUnicode_FromStringAndSize(text: number, bytes: number): number;
  _PyObject_CallNoArgs(callable: number): number;
  _PyObject_CallOneArg(callable: number, argument: number): number;
  _PyObject_Vectorcall(callable: number, args: number, count: number, names: number): number;
  _PyObject_SetAttrString(object: number, name: number, value: number): number;
  _PyObject_GetAttr(object: number, name: number): number;
  _PyObject_GenericGetDict(object: number, context: number): number;
  __PyType_Lookup(type: number, name: number): number;
  readonly _PyFunction_Type: number;
  _PyDict_Size(dict: number): number;
  _PyObject_GetAttrString(object: number, name: number): number;
  _PyCFunction_NewEx(definition: number, self: number, module: number): number;
  _PyImport_AddModule(name: number): number;
  _PyDescr_NewMethod(type: number, definition: number): number;
  _PyType_IsSubtype(type: number, base: number): number;
  _PyType_GenericAlloc(type: number, items: number): number;
  _PyTuple_New(size: number): number;
  _PyTuple_Size(tuple: number): number;
  _PyTuple_GetItem(tuple: number, index: number): number;
  _PyTuple_SetItem(tuple: number, index: number, item: number): number;
  _PyList_Size(list: number): number;
  _PyList_GetItem(list: number, index: number): number;
  _PyDict_Next(dict: number, position: number, key: number, value: number): number;
  _PyDict_GetItem(dict: number, key: number): number;
  _PyThreadState_Get(): number;
  _PyCode_Addr2Line(code: number, offset: number): number;
}

/** What crosses as a plain value. */
export type PlainValue = number | bigint | boolean | string | undefined;

/** `read` where the object is no plain value. */
export const notPlain: unique symbol = Symbol('not plain');

export class PythonObjects {
  readonly python: PythonInterface;
  readonly #size: number;

  constructor(python: PythonInterface) {
    this.python = python;
    this.#size = python._malloc(8);
  }

  /** Address of the object's class: it stands behind the object's count. */
  typeOf(object: number): number {
    return this.python.HEAP32[(object >> 2) + 1];
  }

  /** An exact int, float, bool, str or None. */
  read(object: number): PlainValue | typeof notPlain {
    const { python } = this;
    const type = python.HEAP32[(object >> 2) + 1];
    if (type === python._PyLong_Type) return this.integer(object);
    if (type === python._PyFloat_Type) return python._PyFloat_AsDouble(object);
    if (type === python._PyBool_Type) return object === python.__Py_TrueStruct;
    if (type === python._PyUnicode_Type) return this.text(object);
    return object === python.__Py_NoneStruct ? undefined : notPlain;
  }

  /** A Python int; a bigint where a number would not hold it. */
  integer(object: number): number | bigint {
    const { python } = this;
    const value = python._PyLong_AsLong(object);
    if (value !== -1 || python._PyErr_Occurred() === 0) return value;
    python._PyErr_Clear();
    const digits = python._PyNumber_ToBase(object, 16);
    const text = this.text(digits);
    python._Py_DecRef(digits);
    const big = text[0] === '-' ? -BigInt(text.slice(1)) : BigInt(text);
    const near = Number(big);
    return Number.isSafeInteger(near) ? near : big;
  }

  text(object: number): string {
    const { python } = this;
    const at = python._PyUnicode_AsUTF8AndSize(object, this.#size);
    if (at === 0) {
      // Half a character pair.
      python._PyErr_Clear();
      return '\ufffd';
    }
    return python.UTF8ToString(at, python.HEAP32[this.#size >> 2], true);
  }

  /** A new Python object for a value; whole numbers become ints, as Pyodide has it. */
  write(value: unknown): number {
    const { python } = this;
    switch (typeof value) {
      case 'number':
        if (value === (value | 0)) return python._PyLong_FromLong(value);
        return Number.isSafeInteger(value) ? python._PyLong_FromDouble(value) : python._PyFloat_FromDouble(value);
      case 'boolean':
        return this.counted(value ? python.__Py_TrueStruct : python.__Py_FalseStruct);
      case 'string':
        return this.#passing(value, (at, bytes) => python._PyUnicode_FromStringAndSize(at, bytes));
      case 'bigint':
        return this.#passing(String(value), (at) => python._PyLong_FromString(at, 0, 10));
      default:
        return this.counted(python.__Py_NoneStruct);
    }
  }

  /** A result of `f` on text that stands in Python's memory while it is made. */
  #passing(text: string, f: (at: number, bytes: number) => number): number {
    const at = this.lasting(text);
    const made = f(at, this.python.lengthBytesUTF8(text));
    this.python._free(at);
    return made;
  }

  /** Raises RuntimeError on Python's side; what a native function then returns. */
  raise(message: string): 0 {
    return this.#passing(message, (at) => {
      this.python._PyErr_SetString(this.python.HEAP32[this.python._PyExc_RuntimeError >> 2], at);
      return 0;
    }) as 0;
  }

  /** Calls a function with `self` before the arguments a native function was handed. */
  callWith(callable: number, self: number, args: number, count: number, names: number): number {
    const { python } = this;
    const all = count + (names === 0 ? 0 : python._PyTuple_Size(names));
    const room = python._malloc(4 * all + 4);
    python.HEAP32[room >> 2] = self;
    python.HEAP32.copyWithin((room >> 2) + 1, args >> 2, (args >> 2) + all);
    const result = python._PyObject_Vectorcall(callable, room, count + 1, names);
    python._free(room);
    return result;
  }

  counted(object: number): number {
    this.python._Py_IncRef(object);
    return object;
  }

  /** Text in Python's memory, ended by a zero; lives as long as Python. */
  lasting(text: string): number {
    return this.python.stringToNewUTF8(text);
  }
}
