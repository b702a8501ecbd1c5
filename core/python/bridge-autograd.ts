// Autograd for Python: backward and grad, grad_fn objects, hooks, custom functions, grad modes.
// Python functions called from here raise on Python's side; the engine only sees that one did.
import { backward, grad } from '../autograd/backward.ts';
import { type FunctionNode, makeFunctionNode } from '../autograd/function-node.ts';
import { type RemoveHook, registerHook, registerNodeHook, registerNodePreHook, registerPostAccumulateGradHook } from '../autograd/hooks.ts';
import { gradMode } from '../autograd/modes.ts';
import { AccumulateGrad } from '../autograd/node.ts';
import type { GradNode } from '../tensor/grad-node.ts';
import { outsideScopes } from '../tensor/scope.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type BridgeFunctions, type BridgeHost, PythonRaised } from './bridge-host.ts';
import type { Pauses } from './pauses.ts';
import type { PythonFunction } from './pyodide-host.ts';

export function autogradFunctions(host: BridgeHost, pauses: Pauses): BridgeFunctions {
  const { tensors, nodes } = host;
  const hooks = new Map<number, RemoveHook>();
  let nextHook = 1;

  const keepHook = (remove: RemoveHook, f: PythonFunction): number => {
    const number = nextHook++;
    hooks.set(number, () => {
      remove();
      f.destroy();
    });
    return number;
  };
  const orNull = (handle: number): Tensor | null => (handle === 0 ? null : tensors.get(handle));
  const handle = (tensor: Tensor | null): number => (tensor === null ? 0 : tensors.add(tensor.retain()));
  /** The text a Python function returned; its exception goes on. */
  const said = (answer: unknown): string => {
    if (answer === -1) throw new PythonRaised();
    return answer as string;
  };
  const said1 = (answer: unknown): number => {
    if (answer === -1) throw new PythonRaised();
    return answer as number;
  };

  host.asked.set('node_next', (number: number) =>
    nodes.get(number).next.map((edge) => (edge === null ? [0, 0] : [nodes.number(edge.node), edge.inputNr])),
  );
  host.asked.set('node_attributes', (number: number) =>
    nodes
      .get(number)
      .attributes()
      .map(([name]) => name),
  );
  host.asked.set('node_attribute', (number: number, name: string) => {
    const node = nodes.get(number);
    node.checkAlive();
    const row = node.attributes().find(([key]) => key === name);
    if (row === undefined) return null;
    const value = row[1];
    if (value instanceof Tensor) return ['t', handle(value)];
    if (Array.isArray(value)) return ['l', value.map((v) => (v instanceof Tensor ? handle(v) : 0))];
    return ['s', typeof value === 'string' ? value : value];
  });
  host.asked.set(
    'grad',
    (outputs: number[], inputs: number[], seeds: number[] | null, retain: boolean, create: boolean, unused: boolean) => {
      const found = grad(
        outputs.map((h) => tensors.get(h)),
        inputs.map((h) => tensors.get(h)),
        {
          gradOutputs: seeds === null ? null : seeds.map(orNull),
          retainGraph: retain,
          createGraph: create,
          allowUnused: unused,
        },
      );
      return found.map((g) => (g === null ? 0 : tensors.add(g)));
    },
  );
  host.asked.set('backward', (roots: number[], seeds: number[] | null, retain: boolean, create: boolean, inputs: number[] | null) => {
    pauses.at('backward');
    backward(
      roots.map((h) => tensors.get(h)),
      seeds === null ? null : seeds.map(orNull),
      {
        retainGraph: retain,
        createGraph: create,
        ...(inputs === null ? {} : { inputs: inputs.map((h) => tensors.get(h)) }),
      },
    );
    return null;
  });

  return {
    backward: (h: number): number => {
      try {
        host.enter();
        pauses.at('backward');
        backward(tensors.get(h));
        return 0;
      } catch (error) {
        return host.fail(error);
      }
    },

    /** -1 only asks. Returns the mode before. */
    grad_mode: (mode: number): number => {
      const before = gradMode.enabled ? 1 : 0;
      if (mode >= 0) gradMode.enabled = mode === 1;
      return before;
    },
    inference_mode: (mode: number): number => {
      const before = host.inferring ? 1 : 0;
      if (mode >= 0) host.inferring = mode === 1;
      return before;
    },

    node_name: (number: number): string => nodes.get(number).name,
    node_variable: host.guard((number: number) => {
      const node = nodes.get(number);
      return node instanceof AccumulateGrad ? tensors.known(node.variable) : 0;
    }),

    tensor_hook: host.guard((h: number, f: PythonFunction) => {
      const hook = f.copy();
      return keepHook(
        registerHook(tensors.get(h), (g) => {
          const answer = said1(hook(tensors.add(g.retain())));
          return answer === 0 ? null : tensors.get(answer);
        }),
        hook,
      );
    }),
    accumulate_hook: host.guard((h: number, f: PythonFunction) => {
      const hook = f.copy();
      return keepHook(
        registerPostAccumulateGradHook(tensors.get(h), (tensor) => void said1(hook(tensors.known(tensor)))),
        hook,
      );
    }),
    node_prehook: host.guard((number: number, f: PythonFunction) => {
      const hook = f.copy();
      return keepHook(
        registerNodePreHook(nodes.get(number), (incoming) => {
          const answer = said(hook(JSON.stringify(incoming.map((g) => handle(g ?? null))), ''));
          return answer === '' ? null : (JSON.parse(answer) as number[]).map(orNull);
        }),
        hook,
      );
    }),
    node_hook: host.guard((number: number, f: PythonFunction) => {
      const hook = f.copy();
      return keepHook(
        registerNodeHook(nodes.get(number), (outgoing, incoming) => {
          const answer = said(
            hook(JSON.stringify(outgoing.map((g) => handle(g ?? null))), JSON.stringify(incoming.map((g) => handle(g ?? null)))),
          );
          return answer === '' ? null : (JSON.parse(answer) as number[]).map((h) => orNull(h)?.retain() ?? null);
        }),
        hook,
      );
    }),
    remove_hook: (number: number) => {
      hooks.get(number)?.();
      hooks.delete(number);
    },

    /**
     * Makes `outputs` results of a custom function of `inputs` (JSON lists of handles, 0 for None); returns the node's number, 0 where nothing is to be noted.
     * `f(gradients)` takes and returns JSON lists.
     */
    function_node: host.guard((name: string, inputs: string, outputs: string, saved: string, f: PythonFunction) => {
      const hook = f.copy();
      const ins = (JSON.parse(inputs) as number[]).map(orNull);
      const outs = (JSON.parse(outputs) as number[]).map((h) => tensors.get(h));
      const node = makeFunctionNode(
        name,
        ins,
        outs,
        (grads) =>
          outsideScopes(() => {
            const answer = JSON.parse(said(hook(JSON.stringify(grads.map(handle))))) as number[];
            return answer.map((h) => (h === 0 ? null : tensors.get(h).retain()));
          }),
        (JSON.parse(saved) as number[]).map(orNull),
      );
      if (node === null) {
        hook.destroy();
        return 0;
      }
      node.ownsResults = true;
      return nodes.number(node as GradNode);
    }),
    /** `ctx.saved_tensors` while the node runs. */
    function_saved: host.guard((number: number) => {
      const node = nodes.get(number) as FunctionNode;
      return host.many(node.savedForUse().map(handle));
    }),
    forget_hooks: () => {
      hooks.clear();
      gradMode.enabled = true;
      host.inferring = false;
    },
  };
}
