// Op calls straight from Python's objects: arguments are read by their class, results are made as tensors. It knows the funnel's `call` and no op.
import { call } from '../autograd/funnel.ts';
import type { Arg } from '../ops/descriptor.ts';
import { isFloating } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { BridgeHost } from './bridge-host.ts';
import type { NativeBody, NativeFunctions } from './native-functions.ts';
import type { Pauses } from './pauses.ts';
import type { TensorObjects } from './tensor-objects.ts';

/** An argument that no op takes, or one whose reading raised: the Python function called in the first place says so. */
class Unreadable {}
const unreadable = new Unreadable();

/** Names that ops know under another one, or not at all: Python's affair. */
const foreignNames = new Set(['axis', 'keepdims', 'out']);

const KNOWN_NAMES = 1024;

/** '': a function. 'any': a method. 'numbers', 'tensors': an operator, which leaves it to the other operand where that is none of these. */
type Takes = '' | 'any' | 'numbers' | 'tensors';

/** Builtins of the `_nabla` module that take and give Python's objects as they are. */
export function nativeOps(
  host: BridgeHost,
  pauses: Pauses,
  natives: NativeFunctions,
  tensorObjects: TensorObjects,
): { readonly bodies: Record<string, NativeBody>; forget(): void } {
  const { objects } = natives;
  const { python } = objects;
  /** Python's functions: raises what the engine refused; says that an argument is none; gives the plain value a seldom one stands for. */
  let fail = 0;
  let refuse = 0;
  let simpler = 0;
  /** Names of arguments by the address of Python's text; held, so that an address stays theirs. */
  const names = new Map<number, string>();
  /** Three words for what a call gives back through pointers. */
  const scratch = python._malloc(12) >> 2;
  /** What the natives of a run hold on to. */
  let held: number[] = [];
  const hold = (object: number): number => {
    held.push(objects.counted(object));
    return object;
  };

  const nameAt = (object: number): string => {
    const known = names.get(object);
    if (known !== undefined) return known;
    const text = objects.text(object);
    if (names.size < KNOWN_NAMES) names.set(objects.counted(object), text);
    return text;
  };

  const sequence = (object: number, count: number, item: (sequence: number, i: number) => number): Arg[] => {
    const list: Arg[] = [];
    for (let i = 0; i < count; i++) list.push(read(item(object, i), true));
    return list;
  };

  /** A whole number is a bigint, but in a list: a number there is a float, as `call` has it. */
  function read(object: number, inList: boolean): Arg {
    const type = objects.typeOf(object);
    if (tensorObjects.isTensorClass(type)) return tensorObjects.tensorOf(object);
    switch (type) {
      case python._PyLong_Type: {
        const value = objects.integer(object);
        return inList ? Number(value) : BigInt(value);
      }
      case python._PyFloat_Type:
        return python._PyFloat_AsDouble(object);
      case python._PyTuple_Type:
        return sequence(object, python._PyTuple_Size(object), (from, i) => python._PyTuple_GetItem(from, i));
      case python._PyList_Type:
        return sequence(object, python._PyList_Size(object), (from, i) => python._PyList_GetItem(from, i));
      case python._PyBool_Type:
        return object === python.__Py_TrueStruct;
      case python._PyUnicode_Type:
        return objects.text(object);
    }
    if (object === python.__Py_NoneStruct) return null;
    if (python._PyType_IsSubtype(type, python._PyTuple_Type) !== 0)
      return sequence(object, python._PyTuple_Size(object), (from, i) => python._PyTuple_GetItem(from, i));
    const plain = python._PyObject_CallOneArg(simpler, object);
    if (plain === 0) throw unreadable;
    try {
      if (plain === object) throw unreadable;
      return read(plain, inList);
    } finally {
      python._Py_DecRef(plain);
    }
  }

  const wrapped = (made: Tensor): number => tensorObjects.make(made);

  /** A result that *is* an argument comes without a count of its own. */
  function several(made: readonly Tensor[], args: readonly Arg[]): number {
    const [first] = args;
    const given = (tensor: Tensor): boolean => first === tensor || (Array.isArray(first) && first.includes(tensor));
    const tuple = python._PyTuple_New(made.length);
    made.forEach((tensor, i) => {
      python._PyTuple_SetItem(tuple, i, wrapped(given(tensor) ? tensor.retain() : tensor));
    });
    return tuple;
  }

  /** Runs the op; `self`: the object of the first argument, which some results are. */
  function run(op: string, args: readonly Arg[], keywords: Record<string, Arg> | null, self: number, inPlace: boolean): number {
    if (pauses.wantsOps) pauses.at('op');
    const made = call(op, args, keywords);
    if (Array.isArray(made)) return several(made, args);
    if (inPlace || made === args[0]) return objects.counted(self);
    return wrapped(made as Tensor);
  }

  const isOperand = (takes: Takes, type: number): boolean =>
    tensorObjects.isTensorClass(type) ||
    (takes === 'numbers' && (type === python._PyFloat_Type || type === python._PyLong_Type || type === python._PyBool_Type));

  /** `slow`: the function in Python, for arguments that are not of the common kinds. `failing`: raises what the engine refused. */
  function opBody(op: string, takes: Takes, slow: number, failing: number): NativeBody {
    const inPlace = isInPlace(op);
    const isMethod = takes !== '';
    const isOperator = takes === 'numbers' || takes === 'tensors';
    return (self, args, count, given) => {
      const argument = (i: number): number => python.HEAP32[(args >> 2) + i];
      if (isOperator && !isOperand(takes, objects.typeOf(argument(0)))) return objects.callWith(slow, self, args, count, given);
      try {
        host.enter();
        const values: Arg[] = isMethod ? [tensorObjects.tensorOf(self)] : [];
        let keywords: Record<string, Arg> | null = null;
        try {
          for (let i = 0; i < count; i++) values.push(read(argument(i), false));
          if (given !== 0) {
            keywords = {};
            const n = python._PyTuple_Size(given);
            for (let i = 0; i < n; i++) {
              const name = nameAt(python._PyTuple_GetItem(given, i));
              if (foreignNames.has(name)) throw unreadable;
              keywords[name] = read(argument(count + i), false);
            }
          }
        } catch (error) {
          if (error !== unreadable) throw error;
          if (python._PyErr_Occurred() !== 0) return 0;
          return isMethod ? objects.callWith(slow, self, args, count, given) : python._PyObject_Vectorcall(slow, args, count, given);
        }
        return run(op, values, keywords, isMethod ? self : argument(0), inPlace);
      } catch (error) {
        host.fail(error);
        return python._PyObject_CallNoArgs(failing);
      }
    };
  }

  /** `dispatch(op, args, kwargs)`: any op with its arguments in a tuple and a dict. In place it gives None. */
  const dispatch: NativeBody = (_self, args, count, given) => {
    const argument = (i: number): number => python.HEAP32[(args >> 2) + i];
    try {
      host.enter();
      const op = nameAt(argument(0));
      const values: Arg[] = [];
      let keywords: Record<string, Arg> | null = null;
      try {
        const n = python._PyTuple_Size(argument(1));
        for (let i = 0; i < n; i++) values.push(read(python._PyTuple_GetItem(argument(1), i), false));
        if (count > 2 && argument(2) !== python.__Py_NoneStruct) keywords = readKeywords(argument(2));
      } catch (error) {
        if (error !== unreadable) throw error;
        return python._PyErr_Occurred() !== 0 ? 0 : python._PyObject_Vectorcall(refuse, args, count, given);
      }
      const inPlace = isInPlace(op);
      return run(
        op,
        values,
        keywords,
        inPlace || values.length === 0 ? python.__Py_NoneStruct : python._PyTuple_GetItem(argument(1), 0),
        inPlace,
      );
    } catch (error) {
      host.fail(error);
      return python._PyObject_CallNoArgs(fail);
    }
  };

  function readKeywords(dict: number): Record<string, Arg> | null {
    const keywords: Record<string, Arg> = {};
    let position = 0;
    for (;;) {
      // Written and read around the call: reading an argument may run Python, which comes here again.
      python.HEAP32[scratch] = position;
      if (python._PyDict_Next(dict, 4 * scratch, 4 * scratch + 4, 4 * scratch + 8) === 0) return position === 0 ? null : keywords;
      position = python.HEAP32[scratch];
      const value = python.HEAP32[scratch + 2];
      keywords[nameAt(python.HEAP32[scratch + 1])] = read(value, false);
    }
  }

  const methods: Record<string, NativeBody> = {
    __del__: (self) => {
      const handle = tensorObjects.handleOf(self);
      if (handle !== 0) host.letGo(handle);
      return objects.write(undefined);
    },
    item: (self) => {
      try {
        host.enter();
        const tensor = tensorObjects.tensorOf(self);
        const value = tensor.item();
        return typeof value === 'number' && isFloating(tensor.dtype) ? python._PyFloat_FromDouble(value) : objects.write(value);
      } catch (error) {
        host.fail(error);
        return python._PyObject_CallNoArgs(fail);
      }
    },
  };

  const argumentsOf = (args: number, count: number): number[] => Array.from(python.HEAP32.subarray(args >> 2, (args >> 2) + count));

  const bodies: Record<string, NativeBody> = {
    dispatch,
    /** `(fail, refuse, simpler)` */
    engine_functions: (_self, args, count) => {
      [fail, refuse, simpler] = argumentsOf(args, count).map(hold);
      return objects.write(undefined);
    },
    /** `(Tensor, probe, marker)`; gives the class the methods that are no ops. */
    tensor_class: (_self, args, count) => {
      const [type, probe, marker] = argumentsOf(args, count);
      tensorObjects.learn(type, probe, marker);
      for (const [name, body] of Object.entries(methods)) {
        const method = python._PyDescr_NewMethod(type, natives.define(`Tensor.${name}`, name, body));
        python._PyObject_SetAttrString(type, objects.lasting(name), method);
        python._Py_DecRef(method);
      }
      return objects.write(undefined);
    },
    /** `(op, name, doc, slow, failing, owner, module)`: a builtin function. */
    op_function: (_self, args, count) => {
      const [op, name, doc, slow, failing, owner, module] = argumentsOf(args, count);
      const definition = natives.define(
        `${objects.text(module)}.${objects.text(name)}=${objects.text(op)}`,
        objects.text(name),
        opBody(objects.text(op), '', hold(slow), hold(failing)),
        objects.text(doc),
      );
      return python._PyCFunction_NewEx(definition, owner === python.__Py_NoneStruct ? 0 : owner, module);
    },
    /** `(op, name, doc, slow, failing, Tensor, takes)`: a method. `takes`: see `Takes`. */
    op_method: (_self, args, count) => {
      const [op, name, doc, slow, failing, type, takes] = argumentsOf(args, count);
      const definition = natives.define(
        `Tensor.${objects.text(name)}=${objects.text(op)}`,
        objects.text(name),
        opBody(objects.text(op), objects.text(takes) as Takes, hold(slow), hold(failing)),
        objects.text(doc),
      );
      return python._PyDescr_NewMethod(type, definition);
    },
  };
  return {
    bodies,
    forget() {
      tensorObjects.forget();
      for (const object of [...held, ...names.keys()]) python._Py_DecRef(object);
      held = [];
      names.clear();
    },
  };
}

const isInPlace = (op: string): boolean => op.endsWith('_') && !op.endsWith('__');
