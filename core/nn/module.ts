// nn.Module: a tree of named parameters, buffers and modules; train and eval, state dicts, moving, printing.
// Calling one opens a scope for the observer; everything else about recording lives elsewhere.
import { type ModuleScope, type Observer, observation } from '../autograd/observer.ts';
import { zeroGrad } from '../autograd/zero-grad.ts';
import { type Device, type DType, isFloating } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { moveInPlace } from './parameter.ts';
import { loadStateDict, type StateDict } from './state-dict.ts';

let keys = 0;

/** The module call under way: its depth, and whether the last outermost one was in training mode. */
export const calls: { depth: number; lastTraining: boolean } = { depth: 0, lastTraining: true };

export abstract class Module {
  /** Class name, as it prints. */
  abstract readonly type: string;
  readonly key = keys++;
  training = true;
  /** The attribute it has in its parent; '' at the root. */
  attribute = '';
  protected readonly ownParameters = new Map<string, Tensor | null>();
  protected readonly ownBuffers = new Map<string, { tensor: Tensor; persistent: boolean }>();
  protected readonly children = new Map<string, Module>();
  private toldTo: Observer | null = null;
  private reported: ModuleScope | null = null;

  /** The computation itself; call it through `call`. */
  abstract forward(...inputs: Tensor[]): Tensor;

  /** Runs `forward` inside this module's scope. */
  call(...inputs: Tensor[]): Tensor {
    const observer = observation.observer;
    if (calls.depth === 0) calls.lastTraining = this.training;
    if (observer === null) {
      calls.depth++;
      try {
        return this.forward(...inputs);
      } finally {
        calls.depth--;
      }
    }
    if (calls.depth === 0 && this.toldTo !== observer) this.tellNames(observer);
    calls.depth++;
    observer.moduleEnter(this.reportedScope());
    try {
      return this.forward(...inputs);
    } finally {
      observer.moduleExit();
      calls.depth--;
    }
  }

  /** The same object while nothing of it changed. */
  private reportedScope(): ModuleScope {
    const before = this.reported;
    if (before !== null && before.training === this.training && before.name === this.attribute) return before;
    this.reported = { key: this.key, name: this.attribute, type: this.type, label: this.label(), training: this.training };
    return this.reported;
  }

  /** Owns `tensor` (taking over the caller's count) under `name`. */
  registerParameter<T extends Tensor | null>(name: string, tensor: T): T {
    this.ownParameters.set(name, tensor);
    return tensor;
  }

  registerBuffer(name: string, tensor: Tensor, persistent = true): Tensor {
    this.ownBuffers.set(name, { tensor, persistent });
    return tensor;
  }

  registerModule<T extends Module>(name: string, module: T): T {
    module.attribute = name;
    this.children.set(name, module);
    return module;
  }

  /** `[dotted name, module]`, itself first; each module once. */
  *namedModules(prefix = '', seen: Set<Module> = new Set()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.children) yield* child.namedModules(joined(prefix, name), seen);
  }

  namedChildren(): [string, Module][] {
    return [...this.children];
  }

  /** `[dotted name, parameter]` in torch's order; a shared parameter once. */
  namedParameters(): [string, Tensor][] {
    const seen = new Set<Tensor>();
    const out: [string, Tensor][] = [];
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, tensor] of module.ownParameters) {
        if (tensor === null || seen.has(tensor)) continue;
        seen.add(tensor);
        out.push([joined(prefix, name), tensor]);
      }
    }
    const observer = observation.observer;
    if (observer !== null) {
      this.toldTo = observer;
      observer.parameterNames(
        out.map(([name]) => name),
        out.map(([, tensor]) => tensor),
      );
    }
    return out;
  }

  parameters(): Tensor[] {
    return this.namedParameters().map(([, tensor]) => tensor);
  }

  namedBuffers(): [string, Tensor][] {
    const out: [string, Tensor][] = [];
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, { tensor }] of module.ownBuffers) out.push([joined(prefix, name), tensor]);
    }
    return out;
  }

  private tellNames(observer: Observer): void {
    this.namedParameters();
    this.toldTo = observer;
  }

  train(mode = true): this {
    this.training = mode;
    for (const child of this.children.values()) child.train(mode);
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  requiresGrad_(requiresGrad = true): this {
    for (const [, tensor] of this.namedParameters()) tensor.requiresGrad = requiresGrad;
    return this;
  }

  zeroGrad(setToNone = true): void {
    zeroGrad(this.parameters(), setToNone);
  }

  /** Dotted name → the module's own tensor, in torch's order. */
  stateDict(prefix = ''): StateDict {
    const out: StateDict = new Map();
    for (const [name, tensor] of this.ownParameters) if (tensor !== null) out.set(joined(prefix, name), tensor);
    for (const [name, { tensor, persistent }] of this.ownBuffers) if (persistent) out.set(joined(prefix, name), tensor);
    for (const [name, child] of this.children) for (const [key, tensor] of child.stateDict(joined(prefix, name))) out.set(key, tensor);
    return out;
  }

  /** Copies values in. @throws RuntimeError naming missing, unexpected and misshapen entries. */
  loadStateDict(given: StateDict | Readonly<Record<string, Tensor>>, strict = true): { missingKeys: string[]; unexpectedKeys: string[] } {
    return loadStateDict(this.type, this.stateDict(), given instanceof Map ? given : new Map(Object.entries(given)), strict);
  }

  /** Moves parameters and buffers, keeping their identity; floating types only change floating tensors. */
  to(target: Device | DType): this {
    const device = target === 'cpu' || target === 'cuda' ? target : null;
    const dtype = device === null ? (target as DType) : null;
    if (dtype !== null && !isFloating(dtype)) {
      throw new TorchError(`nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.${dtype}`, 'TypeError');
    }
    for (const [, tensor] of this.namedParameters()) moveInPlace(tensor, device, dtype);
    for (const [, tensor] of this.namedBuffers()) moveInPlace(tensor, device, dtype);
    return this;
  }

  /** Gives back every parameter and buffer. */
  dispose(): void {
    const tensors = new Set<Tensor>();
    for (const [, module] of this.namedModules()) {
      for (const tensor of module.ownParameters.values()) if (tensor !== null) tensors.add(tensor);
      for (const { tensor } of module.ownBuffers.values()) tensors.add(tensor);
      module.ownParameters.clear();
      module.ownBuffers.clear();
    }
    for (const tensor of tensors) tensor.release();
  }

  /** What stands in the brackets: `in_features=1, out_features=1, bias=True`. */
  extraRepr(): string {
    return '';
  }

  /** A short name for the graph: `Linear(1, 1)`. */
  label(): string {
    return this.type;
  }

  /** `repr` as torch prints it. */
  toString(): string {
    const extra = this.extraRepr();
    const rows = [...this.children].map(([name, child]) => `(${name}): ${child.toString().split('\n').join('\n  ')}`);
    if (rows.length === 0) return `${this.type}(${extra})`;
    const lines = extra === '' ? rows : [extra, ...rows];
    return `${this.type}(\n  ${lines.join('\n  ')}\n)`;
  }
}

function joined(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
