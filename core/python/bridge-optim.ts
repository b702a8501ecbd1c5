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

const ruleNames = Object.keys(updateRules);
const rules = Object.values(updateRules);

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

  /** The first group's numbers as an optimizer told them last: they cross when they change. */
  const told = new Map<number, Record<string, number>>();
  const stepEnds = (optimizer: Optimizer): void => {
    observation.observer?.optimizerStepEnd(optimizer.parameters);
    pauses.at('step');
  };

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
      told.clear();
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
    /** The number of a formula of the table, for `opt_rule`. */
    opt_rule_number: (name: string) => ruleNames.indexOf(name),
    /**
     * One group's update. At `address` are int32: for each parameter its handle, its step counter's (0: none) and those of `states` state tensors
     * (0: left out). `ending`: the number of the optimizer whose step is over with this group, or 0. `hyper`: the formula's own numbers.
     */
    opt_rule: (
      rule: number,
      address: number,
      count: number,
      states: number,
      maximize: boolean,
      decay: number,
      shrink: number,
      ending: number,
      ...hyper: number[]
    ): number => {
      try {
        host.enter();
        const formula = rules[rule];
        const common = { maximize, decay, shrink };
        const handles = host.integers(address, count);
        const tensor = (h: number) => (h === 0 ? null : tensors.get(h));
        for (let at = 0; at < count; at += 2 + states) {
          const param = tensors.get(handles[at]);
          if (param.grad === null) continue;
          const state: (Tensor | null)[] = [];
          for (let i = 0; i < states; i++) state.push(tensor(handles[at + 2 + i]));
          applyRule(formula, { param, grad: param.grad, step: tensor(handles[at + 1]), state }, common, hyper);
        }
        if (ending !== 0) stepEnds(optimizers.get(ending));
        return 0;
      } catch (error) {
        return host.fail(error);
      }
    },
    zero_grad: (number: number, setToNone: boolean): number => {
      try {
        host.enter();
        optimizers.get(number).zeroGrad(setToNone);
        return 0;
      } catch (error) {
        return host.fail(error);
      }
    },
    /** A step whose update is Python's begins (`true`) or is over. `hyper`: JSON of the first group's numbers; '' where they are as they were. */
    opt_report: host.guard((number: number, begins: boolean, hyper: string) => {
      const optimizer = optimizers.get(number);
      if (begins) {
        if (hyper !== '') told.set(number, JSON.parse(hyper) as Record<string, number>);
        observation.observer?.optimizerStepStart(optimizer.name, told.get(number) ?? {}, optimizer.parameters);
      } else stepEnds(optimizer);
      return 0;
    }),
    opt_drop: (number: number) => {
      const optimizer = optimizers.get(number);
      all = all.filter((one) => one !== optimizer);
      optimizer.dispose();
      optimizers.drop(number);
      told.delete(number);
    },
  };
}
