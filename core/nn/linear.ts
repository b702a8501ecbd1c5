// nn.Linear: y = x·Wᵀ + b, with torch's initial values bit for bit.
import { ops } from '../autograd/funnel.ts';
import { type Device, type DType, defaultDType } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { kaiming_uniform_, uniform_ } from './init.ts';
import { Module } from './module.ts';
import { emptyParameter } from './parameter.ts';

export interface LinearOptions {
  bias?: boolean;
  device?: Device;
  dtype?: DType;
}

export class Linear extends Module {
  readonly type: string = 'Linear';
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** [out, in] */
  readonly weight: Tensor;
  /** [out] */
  readonly bias: Tensor | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    const dtype = options.dtype ?? defaultDType.value;
    const device = options.device ?? 'cpu';
    const shape = [outFeatures, inFeatures];
    for (const size of shape)
      if (size < 0) throw new TorchError(`Trying to create tensor with negative dimension ${size}: [${shape.join(', ')}]`);
    this.weight = this.registerParameter('weight', emptyParameter(shape, dtype, device));
    this.bias = this.registerParameter('bias', options.bias === false ? null : emptyParameter([outFeatures], dtype, device));
    this.resetParameters();
  }

  /** Weights uniform in ±1/√in (by way of kaiming_uniform with a = √5), then the bias likewise. */
  resetParameters(): void {
    kaiming_uniform_(this.weight, Math.sqrt(5));
    if (this.bias === null) return;
    const bound = this.inFeatures > 0 ? 1 / Math.sqrt(this.inFeatures) : 0;
    uniform_(this.bias, -bound, bound);
  }

  forward(x: Tensor): Tensor {
    return ops.linear(x, this.weight, this.bias);
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${this.bias === null ? 'False' : 'True'}`;
  }

  override label(): string {
    return `Linear(${this.inFeatures}, ${this.outFeatures})`;
  }
}
