// grad_fn objects for Python: edges, saved attributes, hooks on nodes, and the hooks on what they save.
// Python functions called from here raise on Python's side; the engine only sees that one did.
import { currentWalk, inWalk, walkCaptures } from '../autograd/backward.ts';
import { type RemoveHook, registerHook, registerNodeHook, registerNodePreHook, registerPostAccumulateGradHook } from '../autograd/hooks.ts';
import { gradMode } from '../autograd/modes.ts';
import { AccumulateGrad } from '../autograd/node.ts';
import { type GradNode, type SavedHooks, savedHooks } from '../tensor/grad-node.ts';
import { outsideScopes, scope } from '../tensor/scope.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { type BridgeFunctions, type BridgeHost, PythonRaised } from './bridge-host.ts';
import type { PythonFunction } from './pyodide-host.ts';

const packMessage =
  'A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook cannot be modified by in-place operations as this can lead to unexpected side-effects. Please open an issue if you need to perform in-place operations on the input to a pack hook.';

/** The text a Python function returned; its exception goes on. */
export function said<T>(answer: unknown): T {
  if (answer === -1) throw new PythonRaised();
  return answer as T;
}

export function nodeFunctions(host: BridgeHost): BridgeFunctions {
  const { tensors, nodes } = host;
  const hooks = new Map<number, RemoveHook>();
  let nextHook = 1;
  let onSaved: { pack: PythonFunction; unpack: PythonFunction; drop: PythonFunction } | null = null;

  const removeHook = (number: number): void => {
    hooks.get(number)?.();
    hooks.delete(number);
  };
  /** A hook goes with its node, where it sits on one. */
  const keepHook = (remove: RemoveHook, f: PythonFunction, node: GradNode | null): number => {
    const number = nextHook++;
    hooks.set(number, () => {
      remove();
      f.destroy();
    });
    if (node !== null && !(node instanceof AccumulateGrad)) {
      node.finalizers ??= [];
      node.finalizers.push(() => removeHook(number));
    }
    return number;
  };
  const orNull = (handle: number): Tensor | null => (handle === 0 ? null : tensors.get(handle));
  const handle = (tensor: Tensor | null): number => (tensor === null ? 0 : tensors.add(tensor.retain()));

  host.asked.set('node_next', (number: number) =>
    nodes.get(number).next.map((edge) => (edge === null ? [0, 0] : [nodes.number(edge.node), edge.inputNr])),
  );
  host.asked.set('node_attributes', (number: number) =>
    scope(() =>
      nodes
        .get(number)
        .attributes()
        .map(([name]) => name),
    ),
  );
  host.asked.set('node_attribute', (number: number, name: string) =>
    scope(() => {
      const node = nodes.get(number);
      node.checkAlive();
      const row = node.attributes().find(([key]) => key === name);
      if (row === undefined) return null;
      const value = row[1];
      if (value instanceof Tensor) return ['t', handle(value)];
      if (Array.isArray(value)) return ['l', value.map((v) => (v instanceof Tensor ? handle(v) : 0))];
      return ['s', value];
    }),
  );

  return {
    node_name: (number: number): string => nodes.get(number).name,
    node_hold: (number: number): void => nodes.hold(number),
    node_sequence: (number: number): number => nodes.get(number).seq,
    node_outputs: (number: number): string =>
      JSON.stringify(nodes.get(number).outputs.map(({ shape, dtype, device }) => [shape, dtype, device])),
    node_variable: host.guard((number: number) => {
      const node = nodes.get(number);
      return node instanceof AccumulateGrad ? tensors.known(node.variable) : 0;
    }),

    tensor_hook: host.guard((h: number, f: PythonFunction) => {
      const hook = f.copy();
      const tensor = tensors.get(h);
      return keepHook(
        registerHook(tensor, (g) => {
          const answer = said<number>(hook(tensors.add(g.retain())));
          return answer === 0 ? null : tensors.get(answer);
        }),
        hook,
        tensor.gradFn,
      );
    }),
    accumulate_hook: host.guard((h: number, f: PythonFunction) => {
      const hook = f.copy();
      return keepHook(
        registerPostAccumulateGradHook(tensors.get(h), (tensor) => void said(hook(tensors.known(tensor)))),
        hook,
        null,
      );
    }),
    node_prehook: host.guard((number: number, f: PythonFunction) => {
      const hook = f.copy();
      return keepHook(
        registerNodePreHook(nodes.get(number), (incoming) => {
          const answer = said<string>(hook(JSON.stringify(incoming.map((g) => handle(g ?? null))), ''));
          return answer === '' ? null : (JSON.parse(answer) as number[]).map(orNull);
        }),
        hook,
        nodes.get(number),
      );
    }),
    node_hook: host.guard((number: number, f: PythonFunction) => {
      const hook = f.copy();
      return keepHook(
        registerNodeHook(nodes.get(number), (outgoing, incoming) => {
          const answer = said<string>(
            hook(JSON.stringify(outgoing.map((g) => handle(g ?? null))), JSON.stringify(incoming.map((g) => handle(g ?? null)))),
          );
          return answer === '' ? null : (JSON.parse(answer) as number[]).map((h) => orNull(h));
        }),
        hook,
        nodes.get(number),
      );
    }),
    remove_hook: removeHook,

    /** Python's side of `saved_tensors_hooks`: `pack(hooks, tensor)` → a number, `unpack(number)` → a tensor, `drop(number)`. */
    on_saved: (pack: PythonFunction, unpack: PythonFunction, drop: PythonFunction): void => {
      onSaved = { pack: pack.copy(), unpack: unpack.copy(), drop: drop.copy() };
    },
    /** The pair of hooks number `pair` is in force; 0: none; -1 only asks. Returns whether some were. */
    saved_hooks: (pair: number): number => {
      const before = savedHooks.active === null ? 0 : 1;
      if (pair >= 0) savedHooks.active = pair === 0 || onSaved === null ? null : hooksOf(pair);
      return before;
    },
    /** The backward walk under way, and whether it will give the tensor a gradient. */
    walk_number: (): number => currentWalk(),
    in_walk: (h: number): number => (inWalk(tensors.get(h)) ? 1 : 0),
    walk_captures: (): number => (walkCaptures() ? 1 : 0),

    forget_hooks: () => {
      hooks.clear();
      savedHooks.active = null;
    },
  };

  function hooksOf(pair: number): SavedHooks {
    return {
      pack(tensor) {
        const before = tensor.storage.version;
        const recorded = gradMode.enabled;
        gradMode.enabled = false;
        try {
          const packed = outsideScopes(() => said<number>(onSaved?.pack(pair, tensors.add(tensor.alias()))));
          if (tensor.storage.version !== before) throw new TorchError(packMessage);
          return packed;
        } finally {
          gradMode.enabled = recorded;
        }
      },
      unpack: (packed) => outsideScopes(() => tensors.get(said<number>(onSaved?.unpack(packed as number))).retain()),
      drop: (packed) => void onSaved?.drop(packed as number),
    };
  }
}
