// Optimizers for Python: the engine's own, stepped in one crossing, and a shell for those written in Python.
import { observation } from '../autograd/observer.ts';
import { applyRule, Optimizer, type Options, SGD, updateRules } from '../optim/index.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { BridgeFunctions, BridgeHost } from './bridge-host.ts';
import { ObjectTable } from './handles.ts';
import type { Pauses } from './pauses.ts';

/** An optimizer whose update is Python's: it only clears gradients and reports. */
class PythonOptimizer extends Optimizer {
  readonly name: string;
  constructor(name: string, params: readonly Tensor[]) {
    super(params, {});
    this.name = name;
  }
  protected update(): void {}
}

type Given = { params: number[] } & Options;

/** SGD's options: they cross as numbers at each step, in this order. */
const sgdOptions = ['lr', 'momentum', 'dampening', 'weight_decay', 'nesterov', 'maximize'];

export function optimFunctions(
  host: BridgeHost,
  pauses: Pauses,
  made: (parameters: readonly Tensor[]) => void,
): BridgeFunctions & { disposeOptimizers: () => void } {
  const { tensors } = host;
  const optimizers = new ObjectTable<Optimizer>('optimizer');
  let all: Optimizer[] = [];

  const groupsOf = (groups: readonly Given[]) =>
    groups.map(({ params, ...options }) => ({ ...options, params: params.map((h) => tensors.get(h)) }));

  host.asked.set('optimizer', (kind: string, groups: Given[]) => {
    const optimizer =
      kind === 'SGD'
        ? new SGD(groupsOf(groups) as never)
        : new PythonOptimizer(
            kind,
            groupsOf(groups).flatMap((g) => g.params),
          );
    all.push(optimizer);
    pauses.hasOptimizer();
    made(optimizer.parameters);
    return optimizers.number(optimizer);
  });
  host.asked.set('add_param_group', (number: number, group: Given) => {
    optimizers.get(number).addParamGroup(groupsOf([group])[0] as never);
    return null;
  });
  host.asked.set('optimizer_state', (number: number) => {
    const { state } = optimizers.get(number).stateDict();
    return Object.entries(state).map(([index, entry]) => [
      Number(index),
      Object.entries(entry).map(([name, value]) => [name, typeof value === 'number' ? value : { t: tensors.add(value.retain()) }]),
    ]);
  });
  host.asked.set('load_optimizer_state', (number: number, state: [number, [string, number | { t: number }][]][]) => {
    const optimizer = optimizers.get(number);
    const current = optimizer.stateDict();
    optimizer.loadStateDict({
      param_groups: current.param_groups,
      state: Object.fromEntries(
        state.map(([index, entry]) => [
          index,
          Object.fromEntries(entry.map(([name, value]) => [name, typeof value === 'number' ? value : tensors.get(value.t)])),
        ]),
      ),
    });
    return null;
  });
  const set = (optimizer: Optimizer, numbers: readonly (number | boolean)[]) => {
    let at = 0;
    for (const group of optimizer.paramGroups) for (const name of sgdOptions) group[name] = numbers[at++];
  };

  return {
    disposeOptimizers: () => {
      for (const optimizer of all) optimizer.dispose();
      all = [];
      optimizers.clear();
    },
    opt_step: (number: number, ...numbers: (number | boolean)[]): number => {
      try {
        host.enter();
        const optimizer = optimizers.get(number);
        set(optimizer, numbers);
        optimizer.step();
        pauses.at('step');
        return 0;
      } catch (error) {
        return host.fail(error);
      }
    },
    /**
     * One group's update by a formula of the table. `numbers`: maximize, decay, shrink, then `hypers` numbers of the rule's own, then for each
     * parameter its handle, its step counter's (0: none) and those of `states` state tensors (0: left out).
     */
    opt_rule: host.guard(
      (name: string, hypers: number, states: number, maximize: number, decay: number, shrink: number, ...numbers: number[]) => {
        const rule = updateRules[name];
        const common = { maximize: maximize !== 0, decay, shrink };
        const hyper = numbers.slice(0, hypers);
        const tensor = (h: number) => (h === 0 ? null : tensors.get(h));
        for (let at = hypers; at < numbers.length; at += 2 + states) {
          const param = tensors.get(numbers[at]);
          if (param.grad === null) continue;
          const state = numbers.slice(at + 2, at + 2 + states).map(tensor);
          applyRule(rule, { param, grad: param.grad, step: tensor(numbers[at + 1]), state }, common, hyper);
        }
        return 0;
      },
    ),
    zero_grad: (number: number, setToNone: boolean): number => {
      try {
        host.enter();
        optimizers.get(number).zeroGrad(setToNone);
        return 0;
      } catch (error) {
        return host.fail(error);
      }
    },
    /** A step whose update is Python's begins (`true`) or is over. `hyper`: JSON of the first group's numbers. */
    opt_report: host.guard((number: number, begins: boolean, hyper: string) => {
      const optimizer = optimizers.get(number);
      const { observer } = observation;
      if (begins) observer?.optimizerStepStart(optimizer.name, JSON.parse(hyper) as Record<string, number>, optimizer.parameters);
      else {
        observer?.optimizerStepEnd(optimizer.parameters);
        pauses.at('step');
      }
      return 0;
    }),
    opt_drop: (number: number) => {
      const optimizer = optimizers.get(number);
      all = all.filter((one) => one !== optimizer);
      optimizer.dispose();
      optimizers.drop(number);
    },
  };
}
