// nn.Sequential: modules one after the other, named by their place or by their key.
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { Module } from './module.ts';

export class Sequential extends Module {
  readonly type: string = 'Sequential';

  /** @throws TypeError for an entry that is no module. */
  constructor(...modules: Module[] | [Readonly<Record<string, Module>>]) {
    super();
    const named =
      modules.length === 1 && !(modules[0] instanceof Module) && typeof modules[0] === 'object' ? Object.entries(modules[0]) : null;
    const entries = named ?? (modules as Module[]).map((module, i) => [String(i), module] as const);
    for (const [name, module] of entries) {
      if (!(module instanceof Module)) throw new TorchError(`${typeof module} is not a Module subclass`, 'TypeError');
      this.registerModule(name, module);
    }
  }

  get length(): number {
    return this.children.size;
  }

  /** The module at a place; negative ones count from the end. @throws IndexError. */
  at(index: number): Module {
    const module = [...this.children.values()].at(index);
    if (module === undefined || index < -this.length) throw new TorchError(`index ${index} is out of range`, 'IndexError');
    return module;
  }

  forward(x: Tensor): Tensor {
    let out = x;
    for (const module of this.children.values()) out = module.call(out);
    return out;
  }
}
