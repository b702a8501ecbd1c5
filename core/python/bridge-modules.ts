// What nn modules, losses, loaders and make_dot tell the recorder. Nothing crosses unless something records.
import { gradMode } from '../autograd/modes.ts';
import { type ModuleScope, observation } from '../autograd/observer.ts';
import { zeroGrad } from '../autograd/zero-grad.ts';
import type { BridgeFunctions, BridgeHost } from './bridge-host.ts';
import type { Pauses } from './pauses.ts';

export function moduleFunctions(host: BridgeHost, pauses: Pauses): BridgeFunctions & { forgetModules: () => void } {
  const { tensors } = host;
  host.moduleEvent = (event) => {
    const { observer } = observation;
    if (observer === null) return;
    const about = known.get(event >> 1);
    if (about === undefined) observer.moduleExit();
    else observer.moduleEnter({ ...about, training: (event & 1) === 1 });
  };
  const known = new Map<number, Omit<ModuleScope, 'training'>>();

  return {
    forgetModules: () => known.clear(),
    recording: (): number => (observation.observer === null ? 0 : 1),
    module_about: (key: number, name: string, type: string, label: string) => {
      known.set(key, { key, name, type, label });
    },
    parameter_names: host.guard((names: string, handles: string) => {
      observation.observer?.parameterNames(
        JSON.parse(names) as string[],
        (JSON.parse(handles) as number[]).map((h) => tensors.get(h)),
      );
      return 0;
    }),
    /** `handles`: a JSON list. */
    module_zero_grad: host.guard((handles: string, setToNone: boolean) => {
      zeroGrad(
        (JSON.parse(handles) as number[]).map((h) => tensors.get(h)),
        setToNone,
      );
      return 0;
    }),
    /** A validation where nothing is recorded for backward, or the model is in eval mode. */
    loss: (key: string, h: number, evaluating: boolean) => {
      host.enter();
      observation.observer?.loss(key, tensors.get(h), evaluating || !gradMode.enabled);
    },
    /** Events: 0 start, 1 batch, 2 end. */
    loader: (number: number, event: number) => {
      host.enter();
      observation.observer?.loaderPass(number, event === 0 ? 'start' : event === 1 ? 'batch' : 'end');
      if (event === 2) pauses.at('epoch');
    },
  };
}
