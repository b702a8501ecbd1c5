// What all optimizers share: parameter groups, defaults, state, `zero_grad`, `state_dict`, printing as PyTorch 2.13 prints,
// and the reports to the observer. An update rule is a subclass.

import { enableGrad } from '../autograd/modes.ts';
import { observation } from '../autograd/observer.ts';
import { zeroGrad } from '../autograd/zero-grad.ts';
import { tensorTypeName } from '../tensor/dtype.ts';
import { pythonFloat } from '../tensor/format-number.ts';
import { outsideScopes } from '../tensor/scope.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';

export type OptionValue = number | boolean | null | string | readonly number[] | Tensor;
/** Options by torch's names (`weight_decay`). */
export type Options = Record<string, OptionValue>;

export interface ParamGroup {
  params: Tensor[];
  [option: string]: OptionValue | Tensor[];
}

/** What a caller gives for a group: options missing here come from the defaults. */
export type GroupLike = { params: Tensor | readonly Tensor[] } & { [option: string]: unknown };
export type ParamsLike = readonly (Tensor | GroupLike)[] | Iterable<Tensor>;

/** Per parameter, by torch's names (`momentum_buffer`). */
export type ParamState = Record<string, Tensor | number>;

export interface OptimizerStateDict {
  state: Record<number, ParamState>;
  param_groups: ({ params: number[] } & Record<string, OptionValue | number[]>)[];
}

export abstract class Optimizer {
  abstract readonly name: string;
  readonly defaults: Options;
  readonly paramGroups: ParamGroup[] = [];
  readonly state = new Map<Tensor, ParamState>();
  private readonly all: Tensor[] = [];
  private told: Readonly<Record<string, number>> = {};
  private toldCount = 0;

  /** @throws TypeError, ValueError as torch. The optimizer holds one count of each parameter until `dispose`. */
  constructor(params: ParamsLike, defaults: Options) {
    this.defaults = defaults;
    if (params instanceof Tensor) {
      const type = tensorTypeName(params.dtype, params.device);
      throw new TorchError(
        `params argument given to the optimizer should be an iterable of Tensors or dicts, but got ${type}`,
        'TypeError',
      );
    }
    const list = [...params] as (Tensor | GroupLike)[];
    if (list.length === 0) throw new TorchError('optimizer got an empty parameter list', 'ValueError');
    if (isGroup(list[0])) for (const group of list) this.addParamGroup(group as GroupLike);
    else this.addParamGroup({ params: list as Tensor[] });
  }

  /** Adds a group; options it does not name are the defaults. @throws TypeError, ValueError as torch. */
  addParamGroup(given: GroupLike): void {
    const params = given.params instanceof Tensor ? [given.params] : [...given.params];
    for (const param of params) {
      if (!(param instanceof Tensor))
        throw new TorchError(`optimizer can only optimize Tensors, but one of the params is ${typeof param}`, 'TypeError');
      if (!param.isLeaf) throw new TorchError("can't optimize a non-leaf Tensor", 'ValueError');
    }
    if (new Set(params).size !== params.length) {
      throw new TorchError(
        'optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; see github.com/pytorch/pytorch/issues/40967 for more information',
        'ValueError',
      );
    }
    if (params.some((param) => this.all.includes(param)))
      throw new TorchError('some parameters appear in more than one parameter group', 'ValueError');
    const group: ParamGroup = { ...(given as Options), params };
    for (const [key, value] of Object.entries(this.defaults)) if (!(key in group)) group[key] = value;
    this.paramGroups.push(group);
    for (const param of params) this.all.push(param.retain());
  }

  /** Every parameter, group after group. */
  get parameters(): readonly Tensor[] {
    return this.all;
  }

  /** Sets every gradient to null, or (when told not to) to zeros in place. */
  zeroGrad(setToNone = true): void {
    zeroGrad(this.all, setToNone);
  }

  /** One update; a closure is run first (with gradients on) and its result returned. */
  step<T>(closure?: () => T): T | undefined {
    const result = closure === undefined ? undefined : enableGrad(closure);
    const observer = observation.observer;
    if (observer !== null) observer.optimizerStepStart(this.name, this.hyperParameters(), this.all);
    this.update();
    if (observer !== null) observer.optimizerStepEnd(this.all);
    return result;
  }

  /** The update rule, for every group. */
  protected abstract update(): void;

  /** The first group's numbers. Asked for at every recorded step: the same object as long as they are the same. */
  hyperParameters(): Readonly<Record<string, number>> {
    const group = this.paramGroups[0];
    const told = this.told;
    let known = 0;
    for (const key in group) {
      const value = group[key];
      if (typeof value === 'number' && value === told[key]) known++;
      else if (typeof value === 'number' || value instanceof Tensor) known = -1000;
    }
    if (known > 0 && known === this.toldCount) return told;
    const numbers: Record<string, number> = {};
    for (const key in group) {
      const value = group[key];
      if (typeof value === 'number') numbers[key] = value;
      else if (value instanceof Tensor && value.numel === 1) numbers[key] = Number(value.item());
    }
    this.told = numbers;
    this.toldCount = Object.keys(numbers).length;
    return numbers;
  }

  /** torch's `state_dict()`; tensors in it are the optimizer's own. */
  stateDict(): OptimizerStateDict {
    const state: Record<number, ParamState> = {};
    for (const [i, param] of this.all.entries()) {
      const entry = this.state.get(param);
      if (entry !== undefined) state[i] = { ...entry };
    }
    let next = 0;
    const groups = this.paramGroups.map(({ params, ...options }) => ({ ...options, params: params.map(() => next++) }));
    return { state, param_groups: groups as OptimizerStateDict['param_groups'] };
  }

  /** Takes over copies of the state and the groups' options. @throws ValueError when the groups do not fit. */
  loadStateDict(given: OptimizerStateDict): void {
    if (given.param_groups.length !== this.paramGroups.length) {
      throw new TorchError('loaded state dict has a different number of parameter groups', 'ValueError');
    }
    if (given.param_groups.some((group, i) => group.params.length !== this.paramGroups[i].params.length)) {
      throw new TorchError("loaded state dict contains a parameter group that doesn't match the size of optimizer's group", 'ValueError');
    }
    const ids = given.param_groups.flatMap((group) => group.params);
    for (const [i, id] of ids.entries()) {
      const entry = given.state[id];
      if (entry === undefined) continue;
      const copy: ParamState = {};
      for (const [key, value] of Object.entries(entry)) copy[key] = value instanceof Tensor ? ownCopy(value) : value;
      this.dropState(this.all[i]);
      this.state.set(this.all[i], copy);
    }
    for (const [i, { params: _, ...options }] of given.param_groups.entries()) Object.assign(this.paramGroups[i], options);
  }

  private dropState(param: Tensor): void {
    for (const value of Object.values(this.state.get(param) ?? {})) if (value instanceof Tensor) value.release();
    this.state.delete(param);
  }

  /** Gives back the parameters and the state's tensors. */
  dispose(): void {
    for (const param of this.all) {
      this.dropState(param);
      param.release();
    }
    this.all.length = 0;
    this.paramGroups.length = 0;
  }

  /** `repr`: every option of every group, sorted by name. */
  toString(): string {
    let text = `${this.name} (`;
    for (const [i, group] of this.paramGroups.entries()) {
      text += `\nParameter Group ${i}\n`;
      for (const key of Object.keys(group).sort()) if (key !== 'params') text += `    ${key}: ${optionText(group[key] as OptionValue)}\n`;
    }
    return `${text})`;
  }
}

function isGroup(entry: Tensor | GroupLike): entry is GroupLike {
  return typeof entry === 'object' && !(entry instanceof Tensor);
}

function optionText(value: OptionValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : pythonFloat(value);
  if (value instanceof Tensor) return `tensor(${value.item()})`;
  return typeof value === 'string' ? value : `(${value.map((one) => optionText(one)).join(', ')})`;
}

/** The number an option holds; a one-element tensor counts as its value. */
export function scalarOption(value: OptionValue | Tensor[]): number {
  return typeof value === 'number' ? value : value instanceof Tensor ? Number(value.item()) : Number(value);
}

/** A tensor of zeros like `model` that no open scope takes: state that lives as long as the optimizer. */
export function stateLike(model: Tensor): Tensor {
  return outsideScopes(() => {
    const out = Tensor.empty(model.shape, model.dtype, model.device);
    out.typedView().fill(0 as never);
    return out;
  });
}

function ownCopy(model: Tensor): Tensor {
  return outsideScopes(() => Tensor.fromTyped(model.toTyped(), { shape: model.shape, dtype: model.dtype, device: model.device }));
}
