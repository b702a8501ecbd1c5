// What nn modules, losses, loaders and make_dot tell the recorder. Nothing is told unless something records.
import { gradMode } from '../autograd/modes.ts';
import { type ModuleScope, observation } from '../autograd/observer.ts';
import { zeroGrad } from '../autograd/zero-grad.ts';
import type { BridgeFunctions, BridgeHost } from './bridge-host.ts';
import type { Pauses } from './pauses.ts';

/** A module the recorder was told of: its scope in either mode, and what its values go by where it is a loss. */
export interface KnownModule {
  readonly training: ModuleScope;
  readonly evaluating: ModuleScope;
  readonly loss: string | null;
}

/** The modules whose forward runs. */
export class ModuleCalls {
  readonly known = new Map<number, KnownModule>();
  depth = 0;
  /** What a loss belongs to: the mode of the model called last, and the loss module whose forward runs. */
  training = true;
  loss: string | null = null;

  enter(module: KnownModule, training: boolean): void {
    if (module.loss !== null) this.loss = module.loss;
    else if (this.depth === 0) this.training = training;
    this.depth++;
    observation.observer?.moduleEnter(training ? module.training : module.evaluating);
  }

  exit(module: KnownModule): void {
    this.depth--;
    if (module.loss !== null) this.loss = null;
    observation.observer?.moduleExit();
  }

  forget(): void {
    this.known.clear();
    this.depth = 0;
    this.training = true;
    this.loss = null;
  }
}

export function moduleFunctions(host: BridgeHost, pauses: Pauses, calls: ModuleCalls): BridgeFunctions {
  const { tensors } = host;
  const known = (key: number): KnownModule => calls.known.get(key) as KnownModule;

  return {
    recording: (): number => (observation.observer === null ? 0 : 1),
    module_depth: (): number => calls.depth,
    /** `isLoss`: torch's loss modules. */
    module_about: (key: number, name: string, type: string, label: string, isLoss: boolean) => {
      const about = { key, name, type, label };
      calls.known.set(key, {
        training: { ...about, training: true },
        evaluating: { ...about, training: false },
        loss: isLoss ? `${type}#${key}` : null,
      });
    },
    module_known: (key: number): number => (calls.known.has(key) ? 1 : 0),
    module_enter: (key: number, training: boolean) => calls.enter(known(key), training),
    module_exit: (key: number) => calls.exit(known(key)),
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
    /** A value of the loss module whose forward runs, else of the function `name`. A validation where nothing is recorded for backward, or the model is in eval mode. */
    loss: (name: string, h: number) => {
      host.enter();
      observation.observer?.loss(calls.loss ?? name, tensors.get(h), !calls.training || !gradMode.enabled);
    },
    /** Events: 0 start, 1 batch, 2 end. */
    loader: (number: number, event: number) => {
      host.enter();
      observation.observer?.loaderPass(number, event === 0 ? 'start' : event === 1 ? 'batch' : 'end');
      if (event === 2) pauses.at('epoch');
    },
  };
}
