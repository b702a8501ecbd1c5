// The cases of test/golden/graphs.json.gz written in TypeScript, and why the others are not here yet. Values do not matter to make_dot.
import { grad } from '../../core/autograd/backward.ts';
import { call } from '../../core/autograd/funnel.ts';
import { noGrad } from '../../core/autograd/modes.ts';
import { Linear, Module, MSELoss, Sequential, Tanh } from '../../core/nn/index.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

export interface DotCase {
  readonly out: Tensor | readonly Tensor[];
  readonly params: ReadonlyMap<Tensor, string>;
}

/** Ops as Python calls them: a number beside a tensor becomes a tensor, where the engine's own code keeps it a number. */
const ops = new Proxy({} as Record<string, (...args: Parameters<typeof call>[1][number][]) => Tensor>, {
  get:
    (_, name: string) =>
    (...args: Parameters<typeof call>[1][number][]) =>
      call(name, args),
});
const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const data = (...shape: number[]): Tensor =>
  Tensor.from(
    Array.from({ length: size(shape) }, (_, i) => 0.3 + i / 7),
    { shape, dtype: 'float32' },
  );
const leaf = (...shape: number[]): Tensor => {
  const t = data(...shape);
  t.requiresGrad = true;
  return t;
};
const scalar = (value: number): Tensor => Tensor.from([value], { shape: [], dtype: 'float32', requiresGrad: true });
const one = (result: Tensor | Tensor[]): Tensor => result as Tensor;
const named = (entries: Record<string, Tensor>): ReadonlyMap<Tensor, string> =>
  new Map(Object.entries(entries).map(([name, t]) => [t, name]));
const parametersOf = (model: Module): ReadonlyMap<Tensor, string> => new Map(model.namedParameters().map(([name, t]) => [t, name]));
/** Python's int in a place where a tensor could stand. */
const int = (n: number): bigint => BigInt(n);

class ManualLinearRegression extends Module {
  readonly type = 'ManualLinearRegression';
  readonly a = this.registerParameter('a', leaf(1));
  readonly b = this.registerParameter('b', leaf(1));
  forward(x: Tensor): Tensor {
    return one(ops.add(this.a, ops.mul(this.b, x)));
  }
}
class LayerLinearRegression extends Module {
  readonly type = 'LayerLinearRegression';
  readonly linear = this.registerModule('linear', new Linear(1, 1));
  forward(x: Tensor): Tensor {
    return this.linear.call(x);
  }
}

export const dotCases: Readonly<Record<string, () => DotCase>> = {
  notebook_manual: () => {
    const [x, y, a, b] = [data(80, 1), data(80, 1), leaf(1), leaf(1)];
    const error = ops.sub(y, ops.add(a, ops.mul(b, x)));
    return { out: one(ops.mean(ops.pow(error, int(2)))), params: named({ a, b }) };
  },
  notebook_yhat: () => {
    const [x, a, b] = [data(80, 1), leaf(1), leaf(1)];
    return { out: one(ops.add(a, ops.mul(b, x))), params: named({ a, b }) };
  },
  notebook_mse_loss: () => {
    const [x, y, a, b] = [data(80, 1), data(80, 1), leaf(1), leaf(1)];
    return { out: new MSELoss().call(y, one(ops.add(a, ops.mul(b, x)))), params: named({ a, b }) };
  },
  notebook_manual_model: () => {
    const model = new ManualLinearRegression();
    return { out: new MSELoss().call(data(80, 1), model.call(data(80, 1))), params: parametersOf(model) };
  },
  notebook_layer_model: () => {
    const model = new LayerLinearRegression();
    return { out: new MSELoss().call(data(80, 1), model.call(data(80, 1))), params: parametersOf(model) };
  },
  notebook_sequential: () => {
    const model = new Sequential(new Linear(1, 1));
    return { out: new MSELoss().call(data(80, 1), model.call(data(80, 1))), params: parametersOf(model) };
  },
  expression: () => {
    const [a, b] = [scalar(2), scalar(3)];
    const c = one(ops.sub(ops.add(ops.mul(a, b), ops.div(ops.exp(a), b)), ops.pow(b, int(2))));
    const inner = ops.add(ops.add(ops.sin(c), ops.mul(c, int(2))), ops.mul(ops.reciprocal(a), int(1)));
    return { out: one(ops.tanh(inner)), params: named({ a, b }) };
  },
  shared_weights: () => {
    const cell = new Linear(4, 4);
    let h = data(2, 4);
    for (let i = 0; i < 3; i++) h = one(ops.tanh(cell.call(h)));
    return { out: one(ops.sum(h)), params: parametersOf(cell) };
  },
  double_backward: () => {
    const [x, w] = [leaf(3), leaf(3)];
    const y = one(ops.sum(ops.pow(ops.mul(x, w), int(3))));
    const [gx] = grad(y, x, { createGraph: true });
    return { out: one(ops.sum(ops.pow(gx as Tensor, int(2)))), params: named({ x, w }) };
  },
  inplace_and_views: () => {
    const x = leaf(3, 4);
    const y = one(ops.mul(x, int(2)));
    ops.mul_(ops.select(y, 0, 0), int(3));
    ops.fill_(ops.slice(y, 1, 1, 3, 1), int(0));
    const z = one(ops.t(y));
    ops.add_(z, int(1));
    return { out: one(ops.sum(z)), params: named({ x }) };
  },
  view_output: () => {
    const w = leaf(4, 6);
    return { out: one(ops.transpose(ops.view(ops.mul(w, int(2)), [2, 12]), 0, 1)), params: named({ w }) };
  },
  view_of_leaf: () => {
    const w = leaf(4, 6);
    return { out: one(ops.slice(ops.slice(w, 0, 1, null, 1), 1, null, null, 2)), params: named({ w }) };
  },
  view_base_shared: () => {
    const w = leaf(4);
    const h = one(ops.exp(w));
    return { out: [h, one(ops.view(h, [2, 2]))], params: named({ w }) };
  },
  detach_and_no_grad: () => {
    const [w, v] = [leaf(3), leaf(3)];
    const frozen = ops.detach(ops.mul(w, int(2)));
    const k = noGrad(() => ops.add(ops.exp(v), int(1)));
    return { out: one(ops.sum(ops.add(ops.mul(w, frozen), ops.mul(k, w)))), params: named({ w, v }) };
  },
  regularised_loss: () => {
    const model = new Sequential(new Linear(2, 3), new Tanh(), new Linear(3, 1));
    const loss = ops.mse_loss(model.call(data(4, 2)), data(4, 1));
    let penalty: Tensor | null = null;
    for (const p of model.parameters()) {
      const term = ops.sum(ops.pow(p, int(2)));
      penalty = one(penalty === null ? ops.add(term, int(0)) : ops.add(penalty, term));
    }
    return { out: one(ops.add(loss, ops.mul(penalty as Tensor, 0.01))), params: parametersOf(model) };
  },
  leaf_output: () => {
    const w = leaf(3);
    return { out: w, params: named({ w }) };
  },
  no_grad_output: () => ({ out: one(ops.mul(data(3), int(2))), params: new Map() }),
  long_chain: () => {
    const x = leaf(2);
    let h = x;
    for (let i = 0; i < 20; i++) h = one(ops.tanh(ops.add(h, x)));
    return { out: h, params: named({ x }) };
  },
};

/** Cases that are run from Python only (make-dot-python.test.ts), which also lists what is not in Nabla yet. */
export const fromPython: readonly string[] = [
  'mlp',
  'mlp_with_input',
  'lenet',
  'residual_block',
  'lstm_cell_unrolled',
  'lstm_module',
  'transformer_encoder_layer',
  'custom_function',
  'gradient_penalty',
  'vae',
  'gan_discriminator_step',
  'gan_generator_step',
  'siamese',
  'attention_by_hand',
  'batch_norm',
  'batch_norm_eval',
  'embedding_bag_of_words',
  'multiple_outputs',
  'cat_split_index',
  'conv_autoencoder',
  'unnamed_and_constants',
  'lstm_module_float64',
  'sdpa_block',
  'sdpa_math',
  'rms_norm_swiglu',
  'weight_norm_parametrized',
  'spectral_norm_parametrized',
  'functional_call',
  'gru_module',
];
