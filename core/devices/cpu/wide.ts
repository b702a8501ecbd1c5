// From which sizes on WebAssembly computes: below, a call costs more than it saves and TypeScript computes in doubles. Tests set all to 0.

export const wide = {
  /** Elements of an elementwise result, and of the runs it is made of. */
  elements: 1024,
  run: 32,
  /** How often an expression is computed on small tensors before a module is made of it; takes as long as some hundred of them. */
  often: 200,
  /** Multiplications of a matrix product, of a convolution. */
  products: 4096,
  windows: 2048,
  /** Numbers folded in one run; elements of a tensor summed by rows. */
  fold: 64,
  folded: 1024,
  /** Numbers under softmax. */
  softmax: 64,
  /** Elements that are normalised. */
  normalized: 512,
  /** Cells of one step of a recurrent layer. */
  cells: 64,
  /** Windows whose largest value is taken. */
  pooled: 256,
};
