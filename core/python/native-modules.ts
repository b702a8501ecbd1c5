// nn.Module's call as a builtin: it tells the recorder whose forward runs. A module with hooks is called in Python, as is one the recorder has not
// met. It knows no op and no tensor.
import { observation } from '../autograd/observer.ts';
import type { KnownModule, ModuleCalls } from './bridge-modules.ts';
import type { NativeBody, NativeFunctions } from './native-functions.ts';

export function nativeModules(
  natives: NativeFunctions,
  calls: ModuleCalls,
): { readonly bodies: Record<string, NativeBody>; forget(): void } {
  const { objects } = natives;
  const { python } = objects;
  const text = (name: string): number => objects.write(name);
  const [forward, hooked, key, training, told] = [text('forward'), text('_hooked'), text('_key'), text('training'), text('_told')];
  /** Python's dictionary of the hooks of all modules, and the call in Python. */
  let hooksOfAll = 0;
  let slow = 0;

  /** What the recorder knows of the module whose attributes these are; null where Python has to tell it first. */
  const knownBy = (attributes: number): KnownModule | null => {
    const number = python._PyDict_GetItem(attributes, key);
    const known = number === 0 ? undefined : calls.known.get(python._PyLong_AsLong(number));
    if (known === undefined || (calls.depth === 0 && python._PyDict_GetItem(attributes, told) === 0)) return null;
    return known;
  };

  /** `forward` with the arguments as they came: as a method of the class, or whatever else the module has under that name. */
  function goForward(self: number, attributes: number, args: number, count: number, given: number): number {
    const method = python.__PyType_Lookup(objects.typeOf(self), forward);
    // The callers that count have the module right before its arguments.
    if (
      method !== 0 &&
      objects.typeOf(method) === python._PyFunction_Type &&
      python.HEAP32[(args >> 2) - 1] === self &&
      python._PyDict_GetItem(attributes, forward) === 0
    )
      return python._PyObject_Vectorcall(method, args - 4, count + 1, given);
    const bound = python._PyObject_GetAttr(self, forward);
    if (bound === 0) return 0;
    const result = python._PyObject_Vectorcall(bound, args, count, given);
    python._Py_DecRef(bound);
    return result;
  }

  const call: NativeBody = (self, args, count, given) => {
    const attributes = python._PyObject_GenericGetDict(self, 0);
    try {
      const recording = observation.observer !== null;
      const plain = python._PyDict_GetItem(attributes, hooked) === python.__Py_FalseStruct && python._PyDict_Size(hooksOfAll) === 0;
      const known = plain && recording ? knownBy(attributes) : null;
      if (known === null)
        return plain && !recording ? goForward(self, attributes, args, count, given) : objects.callWith(slow, self, args, count, given);
      calls.enter(known, python._PyDict_GetItem(attributes, training) !== python.__Py_FalseStruct);
      try {
        return goForward(self, attributes, args, count, given);
      } finally {
        calls.exit(known);
      }
    } finally {
      python._Py_DecRef(attributes);
    }
  };

  let held: number[] = [];
  return {
    bodies: {
      /** `(slow, hooks of all modules, Module)`: gives the class its call. */
      module_call: (_self, args) => {
        const [inPython, hooks, type] = [0, 4, 8].map((at) => python.HEAP32[(args + at) >> 2]);
        held = [inPython, hooks];
        for (const object of held) objects.counted(object);
        [slow, hooksOfAll] = held;
        const method = python._PyDescr_NewMethod(type, natives.define('Module.__call__', '__call__', call));
        python._PyObject_SetAttrString(type, objects.lasting('__call__'), method);
        python._Py_DecRef(method);
        return objects.write(undefined);
      },
    },
    forget() {
      for (const object of held) python._Py_DecRef(object);
      held = [];
    },
  };
}
