// What each operation does and what its gradient is, in one line of maths. Part of the words catalogue; `^{…}` and `_{…}` are set high and low.
// Every formula was read off torch's derivatives (tools/autograd/derivatives.yaml); g is the incoming gradient.

export interface OpWords {
  readonly forward: string;
  readonly backward: string;
}

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
};

const accumulate = '.grad = .grad + g, or g where it was None';

/** `MseLossBackward0` → `mse_loss`. */
export function opOfFunction(name: string): string {
  return name
    .replace(/Backward\d*$/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** One line of maths for a node; null where none is known. */
export function formulaOf(kind: string, name: string): string | null {
  if (kind === 'backward') {
    if (name.startsWith('AccumulateGrad')) return accumulate;
    return formulas[opOfFunction(name)]?.backward ?? null;
  }
  return kind === 'op' ? (formulas[name.replace(/_$/, '')]?.forward ?? null) : null;
}
