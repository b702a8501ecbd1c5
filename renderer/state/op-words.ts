// What each operation does and what its gradient is, in one line of maths. Part of the words catalogue; `^{…}` and `_{…}` are set high and low.
// Checked against the derivatives PyTorch uses; g is the incoming gradient, x̂ a normalised x, σ() the logistic function, Φ and φ the normal distribution.

export interface OpWords {
  readonly forward: string;
  readonly backward: string;
}

const attention: OpWords = {
  forward: 'out = P V, P = softmax(Q K^{T} / √d)',
  backward: '∂V = P^{T} g, ∂Q = S K / √d, ∂K = S^{T} Q / √d, S = P · (G − Σ P · G), G = g V^{T}',
};

const normalised = (over: string): OpWords => ({
  forward: `out = w · x̂ + b, x̂ = (x − μ) / √(σ^{2} + ε) over ${over}`,
  backward: '∂x = (g w − mean(g w) − x̂ · mean(g w · x̂)) / σ, ∂w = Σ g · x̂, ∂b = Σ g',
});

const formulas: Readonly<Record<string, OpWords>> = {
  add: { forward: 'out = a + α b', backward: '∂a = g, ∂b = α g' },
  sub: { forward: 'out = a − α b', backward: '∂a = g, ∂b = −α g' },
  rsub: { forward: 'out = b − α a', backward: '∂a = −α g, ∂b = g' },
  mul: { forward: 'out = a · b', backward: '∂a = g · b, ∂b = g · a' },
  div: { forward: 'out = a / b', backward: '∂a = g / b, ∂b = −g · a / b^{2}' },
  neg: { forward: 'out = −a', backward: '∂a = −g' },
  pow: { forward: 'out = a^{n}', backward: '∂a = g · n · a^{n−1}' },
  exp: { forward: 'out = e^{a}', backward: '∂a = g · out' },
  log: { forward: 'out = ln a', backward: '∂a = g / a' },
  sqrt: { forward: 'out = √a', backward: '∂a = g / (2 out)' },
  sin: { forward: 'out = sin a', backward: '∂a = g · cos a' },
  cos: { forward: 'out = cos a', backward: '∂a = −g · sin a' },
  tanh: { forward: 'out = tanh a', backward: '∂a = g · (1 − out^{2})' },
  sigmoid: { forward: 'out = 1 / (1 + e^{−a})', backward: '∂a = g · out · (1 − out)' },
  relu: { forward: 'out = max(0, a)', backward: '∂a = g where out > 0, else 0' },
  abs: { forward: 'out = |a|', backward: '∂a = g · sign a' },
  mean: { forward: 'out = Σ a / n', backward: '∂a = g / n, at every element' },
  sum: { forward: 'out = Σ a', backward: '∂a = g, at every element' },
  mse_loss: { forward: 'loss = Σ (ŷ − y)^{2} / n', backward: '∂ŷ = g · 2 (ŷ − y) / n' },
  l1_loss: { forward: 'loss = Σ |ŷ − y| / n', backward: '∂ŷ = g · sign(ŷ − y) / n' },
  mm: { forward: 'out = A B', backward: '∂A = g B^{T}, ∂B = A^{T} g' },
  matmul: { forward: 'out = A B', backward: '∂A = g B^{T}, ∂B = A^{T} g' },
  mv: { forward: 'out = A v', backward: '∂A = g v^{T}, ∂v = A^{T} g' },
  dot: { forward: 'out = Σ a_{i} b_{i}', backward: '∂a = g · b, ∂b = g · a' },
  addmm: { forward: 'ŷ = b + x W^{T}', backward: '∂b = Σ g, ∂x = g W, ∂W^{T} = x^{T} g' },
  linear: { forward: 'ŷ = b + x W^{T}', backward: '∂b = Σ g, ∂x = g W, ∂W = g^{T} x' },
  t: { forward: 'out = a^{T}', backward: '∂a = g^{T}' },
  transpose: { forward: 'out = a with two dimensions swapped', backward: '∂a = g with them swapped back' },
  permute: { forward: 'out = a with its dimensions in another order', backward: '∂a = g in the first order again' },
  view: { forward: 'out = a in another shape', backward: '∂a = g in the shape of a' },
  reshape: { forward: 'out = a in another shape', backward: '∂a = g in the shape of a' },
  squeeze: { forward: 'out = a without dimensions of size 1', backward: '∂a = g with them again' },
  unsqueeze: { forward: 'out = a with a dimension of size 1 more', backward: '∂a = g without it' },
  expand: { forward: 'out = a repeated along new sizes', backward: '∂a = Σ g over what was repeated' },
  clone: { forward: 'out = a copy of a', backward: '∂a = g' },
  select: { forward: 'out = one slice of a', backward: '∂a = g at that slice, else 0' },
  slice: { forward: 'out = a range of a', backward: '∂a = g in that range, else 0' },
  index: { forward: 'out = the chosen elements of a', backward: '∂a = g added where each came from' },
  cat: { forward: 'out = the inputs, one behind the other', backward: '∂ of each input = its part of g' },
  stack: { forward: 'out = the inputs along a new dimension', backward: '∂ of each input = its slice of g' },
  split: { forward: 'outs = a in pieces', backward: '∂a = the pieces’ g, one behind the other' },
  unbind: { forward: 'outs = the slices of a', backward: '∂a = the slices’ g, stacked' },
  flip: { forward: 'out = a in reverse', backward: '∂a = g in reverse' },
  repeat: { forward: 'out = a, repeated', backward: '∂a = Σ g over the repetitions' },
  reshape_alias: { forward: 'out = a in another shape', backward: '∂a = g in the shape of a' },
  unsafe_view: { forward: 'out = a in another shape', backward: '∂a = g in the shape of a' },
  constant_pad_nd: { forward: 'out = a with a border', backward: '∂a = g without the border' },
  gather: { forward: 'out = the elements of a at the indices', backward: '∂a = g added where each came from' },
  where: { forward: 'out = a where the condition holds, else b', backward: '∂a = g where it holds, ∂b = g where not' },
  masked_fill: { forward: 'out = a, or the value where masked', backward: '∂a = g, 0 where masked' },
  tril: { forward: 'out = a below the diagonal, else 0', backward: '∂a = g below the diagonal, else 0' },
  triu: { forward: 'out = a above the diagonal, else 0', backward: '∂a = g above the diagonal, else 0' },
  log1p: { forward: 'out = ln (1 + a)', backward: '∂a = g / (1 + a)' },
  expm1: { forward: 'out = e^{a} − 1', backward: '∂a = g · (out + 1)' },
  rsqrt: { forward: 'out = 1 / √a', backward: '∂a = −g · out^{3} / 2' },
  reciprocal: { forward: 'out = 1 / a', backward: '∂a = −g · out^{2}' },
  clamp: { forward: 'out = a, kept between min and max', backward: '∂a = g where a lay between them, else 0' },
  maximum: { forward: 'out = the larger of a and b', backward: '∂a = g where a > b, ∂b = g where b > a, half each where equal' },
  minimum: { forward: 'out = the smaller of a and b', backward: '∂a = g where a < b, ∂b = g where b < a, half each where equal' },
  max: { forward: 'out = the largest of a', backward: '∂a = g where the largest was, else 0' },
  min: { forward: 'out = the smallest of a', backward: '∂a = g where the smallest was, else 0' },
  amax: { forward: 'out = the largest of a', backward: '∂a = g where the largest was, shared where several were, else 0' },
  amin: { forward: 'out = the smallest of a', backward: '∂a = g where the smallest was, shared where several were, else 0' },
  prod: { forward: 'out = Π a', backward: '∂a = g · out / a' },
  cumsum: { forward: 'out_{i} = a_{1} + … + a_{i}', backward: '∂a_{i} = g_{i} + g_{i+1} + …' },
  logsumexp: { forward: 'out = ln Σ e^{a}', backward: '∂a = g · e^{a − out}' },
  var: { forward: 'out = Σ (a − μ)^{2} / (n − c), μ the mean', backward: '∂a = g · 2 (a − μ) / (n − c)' },
  std: { forward: 'out = √(Σ (a − μ)^{2} / (n − c)), μ the mean', backward: '∂a = g · (a − μ) / (out · (n − c))' },
  linalg_vector_norm: { forward: 'out = (Σ |a|^{p})^{1/p}', backward: '∂a = g · a / out where p = 2' },
  bmm: { forward: 'out = A B, for each of the batch', backward: '∂A = g B^{T}, ∂B = A^{T} g' },
  baddbmm: { forward: 'out = β a + α A B, for each of the batch', backward: '∂a = β g, ∂A = α g B^{T}, ∂B = α A^{T} g' },
  gelu: { forward: 'out = a · Φ(a)', backward: '∂a = g · (Φ(a) + a · φ(a))' },
  silu: { forward: 'out = a · σ(a)', backward: '∂a = g · σ(a) · (1 + a · (1 − σ(a)))' },
  leaky_relu: { forward: 'out = a where a > 0, else s a', backward: '∂a = g where a > 0, else s g' },
  elu: { forward: 'out = a where a > 0, else α (e^{a} − 1)', backward: '∂a = g where a > 0, else g · α e^{a}' },
  softplus: { forward: 'out = ln (1 + e^{β a}) / β', backward: '∂a = g · σ(β a)' },
  hardtanh: { forward: 'out = a, kept between min and max', backward: '∂a = g where a lay between them, else 0' },
  log_sigmoid_forward: { forward: 'out = ln σ(a)', backward: '∂a = g · (1 − σ(a))' },
  softmax: { forward: 'out = e^{a} / Σ e^{a}', backward: '∂a = out · (g − Σ g · out)' },
  safe_softmax: { forward: 'out = e^{a} / Σ e^{a}, 0 where all of a is −∞', backward: '∂a = out · (g − Σ g · out)' },
  log_softmax: { forward: 'out = a − ln Σ e^{a}', backward: '∂a = g − e^{out} · Σ g' },
  nll_loss_forward: { forward: 'loss = −Σ a_{y} / n, y the target', backward: '∂a = −g / n at the target, else 0' },
  binary_cross_entropy: {
    forward: 'loss = −Σ (y ln p + (1 − y) ln (1 − p)) / n',
    backward: '∂p = g · (p − y) / (p (1 − p) n)',
  },
  binary_cross_entropy_with_logits: {
    forward: 'loss = −Σ (y ln σ(a) + (1 − y) ln (1 − σ(a))) / n',
    backward: '∂a = g · (σ(a) − y) / n',
  },
  huber_loss: {
    forward: 'loss = Σ (d^{2} / 2 where |d| < δ, else δ (|d| − δ / 2)) / n, d = ŷ − y',
    backward: '∂ŷ = g · d / n, d kept between −δ and δ',
  },
  smooth_l1_loss: {
    forward: 'loss = Σ (d^{2} / 2β where |d| < β, else |d| − β / 2) / n, d = ŷ − y',
    backward: '∂ŷ = g · (d / β) / n, d kept between −β and β',
  },
  native_dropout: { forward: 'out = a · mask / (1 − p)', backward: '∂a = g · mask / (1 − p)' },
  embedding: { forward: 'out = the rows of W at the indices', backward: '∂W = g added to the rows it came from' },
  convolution: { forward: 'out = b + W ∗ x', backward: '∂x = W turned round ∗ g, ∂W = x ∗ g, ∂b = Σ g' },
  max_pool2d_with_indices: { forward: 'out = the largest of each window', backward: '∂a = g where each largest was, else 0' },
  avg_pool2d: { forward: 'out = the mean of each window', backward: '∂a = Σ g / k over the windows of k it lay in' },
  adaptive_avg_pool2d: { forward: 'out = the mean of each window', backward: '∂a = Σ g / k over the windows of k it lay in' },
  native_batch_norm: normalised('each channel'),
  native_layer_norm: normalised('each sample'),
  native_group_norm: normalised('each group'),
  scaled_dot_product_attention: attention,
  scaled_dot_product_flash_attention_for_cpu: attention,
  mkldnn_rnn_layer: {
    forward: 'c = f · c + i · tanh(…), h = o · tanh c, step by step',
    backward: 'g of h and c, from the last step back to the first',
  },
};

const accumulate = '.grad = .grad + g, or g where it was None';

/** `MseLossBackward0` → `mse_loss`. */
export function opOfFunction(name: string): string {
  return name
    .replace(/Backward\d*$/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Names with and without underscores, digits joined or apart, meet here: `MaxPool2DWithIndices` and `max_pool2d_with_indices`. */
const squashed = (name: string): string => name.replaceAll('_', '').toLowerCase();
const bySquashed = new Map(Object.entries(formulas).map(([name, words]) => [squashed(name), words]));

/** Ops whose function goes by a shorter name. */
const forwardOf: Readonly<Record<string, string>> = { nllloss: 'nlllossforward', logsigmoid: 'logsigmoidforward' };

function wordsOf(name: string): OpWords | undefined {
  const key = squashed(name);
  return bySquashed.get(forwardOf[key] ?? key);
}

/** One line of maths for a node; null where none is known. */
export function formulaOf(kind: string, name: string): string | null {
  if (kind === 'backward') {
    if (name.startsWith('AccumulateGrad')) return accumulate;
    return wordsOf(opOfFunction(name))?.backward ?? null;
  }
  return kind === 'op' ? (wordsOf(name)?.forward ?? null) : null;
}
