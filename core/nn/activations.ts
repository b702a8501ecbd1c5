// Modules without parameters: activations and Flatten.
import { ops } from '../autograd/funnel.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';

export class ReLU extends Module {
  readonly type: string = 'ReLU';
  readonly inplace: boolean;

  constructor(inplace = false) {
    super();
    this.inplace = inplace;
  }

  forward(x: Tensor): Tensor {
    return this.inplace ? ops.relu_(x) : ops.relu(x);
  }

  override extraRepr(): string {
    return this.inplace ? 'inplace=True' : '';
  }
}

export class Tanh extends Module {
  readonly type: string = 'Tanh';

  forward(x: Tensor): Tensor {
    return ops.tanh(x);
  }
}

export class Sigmoid extends Module {
  readonly type: string = 'Sigmoid';

  forward(x: Tensor): Tensor {
    return ops.sigmoid(x);
  }
}

export class Identity extends Module {
  readonly type: string = 'Identity';

  forward(x: Tensor): Tensor {
    return x;
  }
}

export class Flatten extends Module {
  readonly type: string = 'Flatten';
  readonly startDim: number;
  readonly endDim: number;

  constructor(startDim = 1, endDim = -1) {
    super();
    this.startDim = startDim;
    this.endDim = endDim;
  }

  forward(x: Tensor): Tensor {
    return ops.flatten(x, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}
