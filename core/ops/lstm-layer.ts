// One direction of one LSTM layer as a single op, as oneDNN computes it in float32: one node in the graph.
import { deviceOf, type LstmLayer } from '../tensor/device.ts';
import { type DType, itemSize } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { GradContext, OpDescriptor, Ops } from './descriptor.ts';

const PAGE = 4096;
const aligned = (n: number): number => Math.ceil(n / 16) * 16;
/** oneDNN's leading dimension: whole cache lines, no multiple of 256 elements. */
const leading = (n: number): number => (aligned(n) % 256 === 0 ? aligned(n) + 16 : aligned(n));

/** Bytes oneDNN would keep for the backward; what is kept here fits into it. */
function workspaceBytes(steps: number, batch: number, size: number, hidden: number, dtype: DType): number {
  const item = itemSize(dtype);
  const pages = (elements: number): number => Math.ceil((elements * item) / PAGE);
  const states = 2 * (steps + 1) * batch * leading(Math.max(size, hidden));
  const found =
    pages(steps * batch * leading(4 * hidden)) +
    3 * pages(states) +
    pages(steps * batch * leading(hidden)) +
    2 * pages((steps + 1) * batch * 2 * hidden);
  return found * PAGE;
}

/** Gates and cells as views of the kept bytes. */
function kept(workspace: Tensor, like: Tensor, steps: number, batch: number, hidden: number): [Tensor, Tensor] {
  const view = (shape: readonly number[], start: number): Tensor =>
    Tensor.over(workspace.storage, like.dtype, like.device, shape, [shape[1] * shape[2], shape[2], 1], start);
  return [view([steps, batch, 4 * hidden], 0), view([steps, batch, hidden], steps * batch * 4 * hidden)];
}

const row = (F: Ops, t: Tensor): Tensor => (t.isContiguous ? t : F.clone(t, { memory_format: 'contiguous' }));

function layerOf(F: Ops, args: readonly Tensor[], reverse: boolean, outputs: readonly Tensor[]): LstmLayer {
  const [input, w, r, b, d, hx, cx] = args.map((t) => row(F, t));
  const [steps, batch] = input.shape;
  const [gates, cells] = kept(outputs[3], hx, steps, batch, hx.shape[1]);
  const [output, hy, cy] = outputs;
  return { input, weights: [w, r], biases: [b, d], hx, cx, reverse, output, hy, cy, gates, cells };
}

function backward(c: GradContext): (Tensor | null)[] {
  if (c.createGraph) return differentiable(c);
  const { F, s, needs, grads } = c;
  const args = s.slice(0, 7);
  const layer = layerOf(F, args, c.k.reverse, s.slice(7));
  const like = (i: number): Tensor | null => (needs & (1 << i) ? Tensor.empty(args[i].shape, args[i].dtype, args[i].device) : null);
  const [input, w, r, b, d] = [0, 1, 2, 3, 4].map(like);
  const hx = Tensor.empty(args[5].shape, args[5].dtype, args[5].device);
  const cx = Tensor.empty(args[6].shape, args[6].dtype, args[6].device);
  const given = grads.slice(0, 3).map((g) => (g === null ? null : row(F, g)));
  deviceOf(hx).lstmLayerBackward(layer, given, { input, weights: [w, r], biases: [b, d], hx, cx });
  return [input, w, r, b, d, needs & 32 ? hx : null, needs & 64 ? cx : null];
}

interface Step {
  readonly i: Tensor;
  readonly f: Tensor;
  readonly g: Tensor;
  readonly o: Tensor;
  readonly x: Tensor;
  readonly h: Tensor;
  readonly c: Tensor;
  readonly tanhC: Tensor;
}

/** The same in ops, where the gradients themselves are to be differentiated: the steps again, then back through them. */
function differentiable({ F, s, k, needs, grads }: GradContext): (Tensor | null)[] {
  const [input, w, r, b, d, hx, cx] = s;
  const steps = input.shape[0];
  const order = Array.from({ length: steps }, (_, t) => (k.reverse ? steps - 1 - t : t));
  const done: Step[] = [];
  let [h, c] = [hx, cx];
  for (const t of order) {
    const x = F.select(input, 0, t) as Tensor;
    const gates = F.add(F.linear(x, w, b), F.linear(h, r, d));
    const [i, f, g, o] = (F.unsafe_chunk(gates, 4, 1) as Tensor[]).map((gate, n) => (n === 2 ? F.tanh(gate) : F.sigmoid(gate)));
    const next = F.add(F.mul(f, c), F.mul(i, g));
    const tanhC = F.tanh(next);
    done.push({ i, f, g, o, x, h, c, tanhC });
    [h, c] = [F.mul(o, tanhC), next];
  }
  const [gy, ghy, gcy] = grads;
  let dh: Tensor | null = ghy;
  let dc: Tensor | null = gcy;
  const sum = (a: Tensor | null, x: Tensor | null): Tensor | null => (a === null ? x : x === null ? a : F.add(a, x));
  const slopeOf = (gate: Tensor): Tensor => F.mul(gate, F.rsub(gate, 1n));
  const found: (Tensor | null)[] = [null, null, null, null];
  const dx: Tensor[] = new Array(steps);
  for (let n = steps - 1; n >= 0; n--) {
    const { i, f, g, o, x, h: h0, c: c0, tanhC } = done[n];
    const up = sum(dh, gy === null ? null : F.select(gy, 0, order[n])) ?? F.zeros_like(h0);
    const cell = sum(dc, F.mul(F.mul(up, o), F.rsub(F.mul(tanhC, tanhC), 1n))) as Tensor;
    const slope = F.cat(
      [
        F.mul(F.mul(cell, g), slopeOf(i)),
        F.mul(F.mul(cell, c0), slopeOf(f)),
        F.mul(F.mul(cell, i), F.rsub(F.mul(g, g), 1n)),
        F.mul(F.mul(up, tanhC), slopeOf(o)),
      ],
      1,
    );
    dx[order[n]] = F.mm(slope, w);
    found[0] = sum(found[0], F.mm(F.t(slope), x));
    found[1] = sum(found[1], F.mm(F.t(slope), h0));
    found[2] = sum(found[2], F.sum(slope, [0]));
    [dh, dc] = [F.mm(slope, r), F.mul(cell, f)];
  }
  found[3] = found[2];
  return [F.stack(dx, 0), ...found, dh, dc].map((g, n) => (needs & (1 << n) ? g : null));
}

const sample = (batch: number, reverse: boolean) => ({
  args: [
    { tensor: [3, batch, 2] },
    { tensor: [8, 2] },
    { tensor: [8, 2] },
    { tensor: [8] },
    { tensor: [8] },
    { tensor: [batch, 2] },
    { tensor: [batch, 2] },
    reverse,
    [],
    2n,
    2n,
    1n,
    true,
    false,
    false,
    true,
  ],
});

export const lstmLayers: OpDescriptor[] = [
  {
    name: 'mkldnn_rnn_layer',
    kind: 'file',
    overloads: [
      {
        schema:
          'mkldnn_rnn_layer(Tensor input, Tensor weight0, Tensor weight1, Tensor weight2, Tensor weight3, Tensor hx_, Tensor cx_, bool reverse, int[] batch_sizes, int mode, int hidden_size, int num_layers, bool has_biases, bool bidirectional, bool batch_first, bool train) -> (Tensor, Tensor, Tensor, Tensor)',
        forward: (args, F) => {
          const [input, , , , , hx, , reverse] = args;
          const [steps, batch, size] = input.shape;
          const hidden = hx.shape[1];
          const bytes = workspaceBytes(steps, batch, size, hidden, hx.dtype);
          const outputs = [
            Tensor.empty([steps, batch, hidden], hx.dtype, hx.device),
            Tensor.empty([batch, hidden], hx.dtype, hx.device),
            Tensor.empty([batch, hidden], hx.dtype, hx.device),
            Tensor.empty([bytes], 'uint8', hx.device),
          ];
          deviceOf(hx).lstmLayer(layerOf(F, args.slice(0, 7), reverse, outputs));
          return outputs;
        },
        values: 3,
        grad: {
          name: 'MkldnnRnnLayerBackward0',
          saved: [
            { name: 'input', argument: 0 },
            { name: 'weight0', argument: 1 },
            { name: 'weight1', argument: 2 },
            { name: 'weight2', argument: 3 },
            { name: 'weight3', argument: 4 },
            { name: 'hx_', argument: 5 },
            { name: 'cx_', argument: 6 },
            { name: 'result0', output: 0 },
            { name: 'result1', output: 1 },
            { name: 'result2', output: 2 },
            { name: 'result3', output: 3 },
          ],
          keep: (args) => ({
            reverse: args[7],
            batch_sizes: args[8],
            mode: args[9],
            hidden_size: args[10],
            num_layers: args[11],
            has_biases: args[12],
            bidirectional: args[13],
            batch_first: args[14],
            train: args[15],
          }),
          partial: true,
          backward: (_g, c) => backward(c),
        },
      },
    ],
    samples: [sample(2, false), sample(1, true)],
  },
];
