// Autograd for Python: backward and grad, grad_fn objects, hooks, custom functions, grad modes.
// Python functions called from here raise on Python's side; the engine only sees that one did.
import { anomaly, anomalyHost, resetAnomaly, setAnomaly } from '../autograd/anomaly.ts';
import { backward, grad } from '../autograd/backward.ts';
import { followBatches, forgetBatches, isBatched, leaveBatches, markBatched } from '../autograd/batched.ts';
import { type FunctionNode, makeFunctionNode } from '../autograd/function-node.ts';
import { gradMode } from '../autograd/modes.ts';
import { dependsOnOthers, finishLeaves } from '../autograd/reach.ts';
import { outsideScopes } from '../tensor/scope.ts';
import { inferenceMode } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { BridgeFunctions, BridgeHost } from './bridge-host.ts';
import { said } from './bridge-nodes.ts';
import type { Pauses } from './pauses.ts';
import type { PythonFunction } from './pyodide-host.ts';

export function autogradFunctions(host: BridgeHost, pauses: Pauses): BridgeFunctions {
  const { tensors, nodes } = host;
  /** What the script asked for; in inference mode nothing is recorded all the same. */
  let wanted = true;
  const setMode = (enabled: boolean): void => {
    wanted = enabled;
    gradMode.enabled = enabled && !inferenceMode.active;
  };
  const orNull = (handle: number): Tensor | null => (handle === 0 ? null : tensors.get(handle));
  const handle = (tensor: Tensor | null): number => (tensor === null ? 0 : tensors.add(tensor.retain()));
  host.asked.set(
    'grad',
    (
      outputs: number[],
      inputs: (number | [number, number])[],
      seeds: number[] | null,
      retain: boolean,
      create: boolean,
      unused: boolean,
    ) => {
      const found = grad(
        outputs.map((h) => tensors.get(h)),
        inputs.map((one) => (typeof one === 'number' ? tensors.get(one) : { node: nodes.get(one[0]), inputNr: one[1] })),
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

  host.asked.set('finish_leaves', (leaves: number[]) => {
    finishLeaves(leaves.map((h) => tensors.get(h)));
    return null;
  });
  host.asked.set('depends_on_others', (roots: number[], own: number[]) =>
    dependsOnOthers(
      roots.map((h) => tensors.get(h)),
      own.map((h) => tensors.get(h)),
    ),
  );

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
      const before = (inferenceMode.active ? wanted : gradMode.enabled) ? 1 : 0;
      if (mode >= 0) setMode(mode === 1);
      return before;
    },
    inference_mode: (mode: number): number => {
      const before = inferenceMode.active ? 1 : 0;
      if (mode >= 0) {
        inferenceMode.active = mode === 1;
        setMode(wanted);
      }
      return before;
    },

    /**
     * Makes `outputs` results of a custom function of `inputs` (JSON lists of handles, 0 for None); returns the node's number, 0 where nothing is to be noted.
     * `f(gradients)` takes and returns JSON lists.
     */
    function_node: host.guard(
      (name: string, inputs: string, outputs: string, saved: string, dirty: string, constant: string, f: PythonFunction) => {
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
          {
            saved: (JSON.parse(saved) as number[]).map(orNull),
            dirty: (JSON.parse(dirty) as number[]).map((h) => tensors.get(h)),
            constant: (JSON.parse(constant) as number[]).map((h) => tensors.get(h)),
          },
        );
        if (node === null) {
          hook.destroy();
          return 0;
        }
        node.ownsResults = true;
        const number = nodes.pin(node);
        node.finalizers = [
          () => {
            hook.destroy();
            nodes.drop(number);
          },
        ];
        return number;
      },
    ),
    /** `ctx.saved_tensors` while the node runs. */
    function_saved: host.guard((number: number) => {
      const node = nodes.get(number) as FunctionNode;
      return host.many(node.savedForUse().map(handle));
    }),
    /** Python tells how to take a traceback and how to warn. */
    on_anomaly: (traceback: PythonFunction, warn: PythonFunction): void => {
      const take = traceback.copy();
      const give = warn.copy();
      anomalyHost.traceback = () => said(take());
      anomalyHost.warn = (text) => void said(give(text));
    },
    /** mode -1 only asks; returns 1 (active) + 2 (looks for NaN) as it was. */
    anomaly_mode: (mode: number, checkNan: boolean): number => {
      const before = (anomaly.active ? 1 : 0) + (anomaly.checkNan ? 2 : 0);
      if (mode >= 0) setAnomaly(mode === 1, checkNan);
      return before;
    },
    /** 1: a vmap begins, 0: it ends. */
    follow_batches: (on: number): void => (on === 1 ? followBatches() : leaveBatches()),
    mark_batched: (h: number): void => markBatched(tensors.get(h)),
    is_batched: (h: number): number => (isBatched(tensors.get(h)) ? 1 : 0),
    forget_modes: () => {
      forgetBatches();
      inferenceMode.active = false;
      setMode(true);
      resetAnomaly();
    },
  };
}
