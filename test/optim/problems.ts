// The two problems of the golden trajectories with their gradients written out by hand, so that optimizers are judged without autograd.
import { tanh } from '../../core/tensor/math.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

export type Precision = 'float32' | 'float64';

export interface Problem {
  /** By name, in the order the golden parameters are flattened. */
  parameters: Map<string, Tensor>;
  /** Sets every parameter's `grad`. */
  setGradients(): void;
}

export interface Problems {
  mlp: { x: number[][]; y: number[][]; params: Record<string, number[] | number[][]> };
  rosenbrock: { params: { xy: number[] } };
}

function leaf(values: number[] | number[][], dtype: Precision): Tensor {
  const tensor = Tensor.from(values, { dtype });
  tensor.requiresGrad = true;
  return tensor;
}

function setGrad(tensor: Tensor, values: number[]): void {
  const grad = Tensor.fromTyped(values, { shape: tensor.shape, dtype: tensor.dtype });
  tensor.grad = grad;
  grad.release();
}

export function problem(name: 'mlp' | 'rosenbrock', problems: Problems, dtype: Precision): Problem {
  const parameters = new Map(Object.entries(problems[name].params).map(([key, values]) => [key, leaf(values, dtype)]));
  const read = (key: string): number[] => (parameters.get(key) as Tensor).toArray();
  if (name === 'rosenbrock') {
    return {
      parameters,
      setGradients() {
        const [x, y] = read('xy');
        setGrad(parameters.get('xy') as Tensor, [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]);
      },
    };
  }
  const { x, y } = problems.mlp;
  return {
    parameters,
    setGradients() {
      const [w1, b1, w2, b2] = ['w1', 'b1', 'w2', 'b2'].map(read);
      const grads = { w1: new Array(6).fill(0), b1: new Array(3).fill(0), w2: new Array(3).fill(0), b2: [0] };
      for (const [i, row] of x.entries()) {
        const hidden = b1.map((bias, j) => tanh(row[0] * w1[2 * j] + row[1] * w1[2 * j + 1] + bias));
        const error = hidden.reduce((sum, h, j) => sum + h * w2[j], b2[0]) - y[i][0];
        const upstream = (2 * error) / x.length;
        grads.b2[0] += upstream;
        for (const [j, h] of hidden.entries()) {
          grads.w2[j] += upstream * h;
          const inner = upstream * w2[j] * (1 - h * h);
          grads.b1[j] += inner;
          grads.w1[2 * j] += inner * row[0];
          grads.w1[2 * j + 1] += inner * row[1];
        }
      }
      for (const [key, values] of Object.entries(grads)) setGrad(parameters.get(key) as Tensor, values);
    },
  };
}
