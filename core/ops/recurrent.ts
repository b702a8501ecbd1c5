// Recurrent networks: cells, and stacks of layers unrolled step by step or, for the LSTM, a fused op per layer. Composites in torch's order.
import { wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

type Mode = 'lstm' | 'gru' | 'rnn_tanh' | 'rnn_relu';
/** One tensor, or hidden and cell state. */
type State = readonly Tensor[];
type Cell = (F: Ops, input: Tensor, state: State, p: Weights, ready: boolean) => State;

/** The parameters of one layer and direction. */
interface Weights {
  readonly ih: Tensor;
  readonly hh: Tensor;
  readonly bih: Tensor | null;
  readonly bhh: Tensor | null;
  readonly hr: Tensor | null;
}

interface Run {
  readonly F: Ops;
  readonly cell: Cell;
  readonly mode: Mode;
  /** Sizes of a packed batch by step; null for padded input. */
  readonly batchSizes: readonly number[] | null;
}

const fromInput = (F: Ops, x: Tensor, p: Weights): Tensor => F.linear(x, p.ih, p.bih);
const fromHidden = (F: Ops, h: Tensor, p: Weights): Tensor => F.linear(h, p.hh, p.bhh);

const cells: Record<Mode, Cell> = {
  lstm: (F, x, [h, c], p, ready) => {
    const hidden = fromHidden(F, h, p);
    const gates = F.unsafe_chunk(F.add(hidden, ready ? x : fromInput(F, x, p)), 4, 1) as Tensor[];
    const [i, f, g, o] = [F.sigmoid(gates[0]), F.sigmoid(gates[1]), F.tanh(gates[2]), F.sigmoid(gates[3])];
    const kept = F.mul(f, c);
    const next = F.add(kept, F.mul(i, g));
    const out = F.mul(o, F.tanh(next));
    return [p.hr === null ? out : F.matmul(out, F.t(p.hr)), next];
  },
  gru: (F, x, [h], p, ready) => {
    const [ri, zi, ni] = F.unsafe_chunk(ready ? x : fromInput(F, x, p), 3, 1) as Tensor[];
    const [rh, zh, nh] = F.unsafe_chunk(fromHidden(F, h, p), 3, 1) as Tensor[];
    const reset = F.sigmoid(F.add(rh, ri));
    const update = F.sigmoid(F.add(zh, zi));
    const fresh = F.tanh(F.add(ni, F.mul(nh, reset)));
    return [F.add(F.mul(F.sub(h, fresh), update), fresh)];
  },
  rnn_tanh: (F, x, [h], p, ready) => {
    const hidden = fromHidden(F, h, p);
    return [F.tanh(F.add(hidden, ready ? x : fromInput(F, x, p)))];
  },
  rnn_relu: (F, x, [h], p, ready) => {
    const hidden = fromHidden(F, h, p);
    return [F.relu(F.add(hidden, ready ? x : fromInput(F, x, p)))];
  },
};

interface Pass {
  readonly output: Tensor;
  readonly final: State;
}

const narrowed = (F: Ops, state: State, from: number, to: number): State => state.map((t) => F.narrow(t, 0, from, to - from));
const joined = (F: Ops, states: readonly State[]): State => states[0].map((_, i) => F.cat(states.map((s) => s[i])));

/** One direction over padded input: the input's products first, then the steps. */
function through({ F, cell }: Run, input: Tensor, state: State, p: Weights, reverse: boolean): Pass {
  const steps = F.unbind(fromInput(F, input, p), 0) as Tensor[];
  if (steps.length === 0) throw new TorchError('Expected sequence length to be larger than 0 in RNN');
  if (reverse) steps.reverse();
  const outputs: Tensor[] = [];
  let now = state;
  for (const step of steps) {
    now = cell(F, step, now, p, true);
    outputs.push(now[0]);
  }
  if (reverse) outputs.reverse();
  return { output: F.stack(outputs, 0), final: now };
}

/** Packed input, forwards: sequences that have ended drop out of the state. */
function throughPacked({ F, cell }: Run, sizes: readonly number[], input: Tensor, state: State, p: Weights): Pass {
  const ready = fromInput(F, input, p);
  const outputs: Tensor[] = [];
  const ended: State[] = [];
  let now = state;
  let at = 0;
  let last = sizes[0];
  for (const size of sizes) {
    const step = F.narrow(ready, 0, at, size);
    at += size;
    if (size < last) {
      ended.push(narrowed(F, now, size, last));
      now = narrowed(F, now, 0, size);
    }
    last = size;
    now = cell(F, step, now, p, true);
    outputs.push(now[0]);
  }
  ended.push(now);
  return { output: F.cat(outputs, 0), final: joined(F, ended.reverse()) };
}

/** Packed input, backwards: the state grows as longer sequences come in. */
function throughPackedReversed({ F, cell }: Run, sizes: readonly number[], input: Tensor, state: State, p: Weights): Pass {
  const ready = fromInput(F, input, p);
  const outputs: Tensor[] = [];
  let at = input.shape[0];
  let last = sizes[sizes.length - 1];
  let now = narrowed(F, state, 0, last);
  for (let t = sizes.length - 1; t >= 0; t--) {
    const size = sizes[t];
    if (size > last) now = joined(F, [now, narrowed(F, state, last, size)]);
    at -= size;
    const step = F.narrow(ready, 0, at, size);
    last = size;
    now = cell(F, step, now, p, true);
    outputs.push(now[0]);
  }
  return { output: F.cat(outputs.reverse(), 0), final: now };
}

function oneWay(run: Run, input: Tensor, state: State, p: Weights, reverse: boolean): Pass {
  const sizes = run.batchSizes;
  if (sizes === null) return through(run, input, state, p, reverse);
  return reverse ? throughPackedReversed(run, sizes, input, state, p) : throughPacked(run, sizes, input, state, p);
}

function weightsOf(params: readonly Tensor[], biases: boolean, projection: boolean): Weights[] {
  const size = 2 + (biases ? 2 : 0) + (projection ? 1 : 0);
  if (params.length % size !== 0) throw new TorchError('got an incorrect number of RNN parameters');
  return Array.from({ length: params.length / size }, (_, n) => {
    const [ih, hh, ...rest] = params.slice(n * size, (n + 1) * size);
    return { ih, hh, bih: biases ? rest[0] : null, bhh: biases ? rest[1] : null, hr: projection ? rest[rest.length - 1] : null };
  });
}

/** Layers one over the other, dropout between them; states by layer and direction. */
function stacked(run: Run, input: Tensor, states: readonly State[], weights: readonly Weights[], dropout: number, ways: number) {
  const { F } = run;
  const finals: State[] = [];
  let output = input;
  for (let layer = 0; layer < weights.length / ways; layer++) {
    const outputs: Tensor[] = [];
    for (let way = 0; way < ways; way++) {
      const n = layer * ways + way;
      const pass = oneWay(run, output, states[n], weights[n], way === 1);
      outputs.push(pass.output);
      finals.push(pass.final);
    }
    output = ways === 1 ? outputs[0] : F.cat(outputs, outputs[0].shape.length - 1);
    if (dropout !== 0 && layer < weights.length / ways - 1) output = F.dropout(output, dropout, true);
  }
  return { output, finals };
}

/** oneDNN's way through an LSTM: an op per layer and direction. */
function fused(F: Ops, input: Tensor, [hx, cx]: State, params: readonly Tensor[], o: Options): Tensor[] {
  let output: Tensor = F.contiguous(o.batchFirst ? F.transpose(input, 0, 1) : input);
  const [h, c] = [F.contiguous(hx) as Tensor, F.contiguous(cx) as Tensor];
  const ways = o.bidirectional ? 2 : 1;
  const size = o.biases ? 4 : 2;
  const hidden = hx.shape[2];
  const [hy, cy]: [Tensor[], Tensor[]] = [[], []];
  for (let layer = 0; layer < o.layers; layer++) {
    const outputs: Tensor[] = [];
    for (let way = 0; way < ways; way++) {
      const n = layer * ways + way;
      const [w, r, ...rest] = params.slice(n * size, (n + 1) * size);
      const zeros = (): Tensor => F.zeros([w.shape[0]], { dtype: w.dtype, device: w.device });
      const [b, d] = o.biases ? rest : [zeros(), zeros()];
      const [state, cell] = [F.select(h, 0, n), F.select(c, 0, n)];
      const facts = [way === 1, [], 2n, BigInt(hidden), BigInt(o.layers), o.biases, o.bidirectional, o.batchFirst, o.train];
      const made = F.mkldnn_rnn_layer(output, w, r, b, d, state, cell, ...facts) as Tensor[];
      outputs.push(made[0]);
      hy.push(made[1]);
      cy.push(made[2]);
    }
    output = ways === 1 ? outputs[0] : F.cat(outputs, -1);
    if (o.dropout !== 0 && layer < o.layers - 1) output = F.dropout(output, o.dropout, true);
  }
  const [first, second] = [F.stack(hy, 0), F.stack(cy, 0)];
  return [o.batchFirst ? F.transpose(output, 0, 1) : output, first, second];
}

interface Options {
  readonly mode: Mode;
  readonly biases: boolean;
  readonly layers: number;
  readonly train: boolean;
  /** 0 outside training. */
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly batchFirst: boolean;
  readonly batchSizes: readonly number[] | null;
}

function unrolled(F: Ops, given: Tensor, hx: readonly Tensor[], params: readonly Tensor[], o: Options): Tensor[] {
  const input = o.batchFirst ? F.transpose(given, 0, 1) : given;
  const lstm = o.mode === 'lstm';
  const weights = weightsOf(params, o.biases, lstm && hx[0].shape[2] !== hx[1].shape[2]);
  const columns = hx.map((t) => F.unbind(t, 0) as Tensor[]);
  const states = columns[0].map((_, n) => columns.map((column) => column[n]));
  const run: Run = { F, cell: cells[o.mode], mode: o.mode, batchSizes: o.batchSizes };
  const { output, finals } = stacked(run, input, states, weights, o.dropout, o.bidirectional ? 2 : 1);
  const last = hx.map((_, i) =>
    F.stack(
      finals.map((state) => state[i]),
      0,
    ),
  );
  if (!o.batchFirst) return [output, ...last];
  // The others turn their own output around in place, which has another name.
  return [lstm ? F.transpose(output, 0, 1) : F._transpose_result(output, 0, 1), ...last];
}

function checkCell(input: Tensor, hx: readonly Tensor[], ih: Tensor, hh: Tensor): void {
  if (input.shape[1] !== ih.shape[1])
    throw new TorchError(`input has inconsistent input_size: got ${input.shape[1]} expected ${ih.shape[1]}`);
  hx.forEach((h, i) => {
    if (input.shape[0] !== h.shape[0])
      throw new TorchError(`Input batch size ${input.shape[0]} doesn't match hidden${i} batch size ${h.shape[0]}`);
    if (h.shape[1] !== hh.shape[1])
      throw new TorchError(`hidden${i} has inconsistent hidden_size: got ${h.shape[1]}, expected ${hh.shape[1]}`);
  });
}

const WEIGHTS = 'Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None';

function cellOp(name: string, mode: Mode): OpDescriptor {
  const gates = mode === 'gru' ? 3 : 1;
  return {
    name,
    kind: 'composite',
    overloads: [
      {
        schema: `${name}(Tensor input, Tensor hx, ${WEIGHTS}) -> Tensor`,
        forward: ([input, hx, ih, hh, bih, bhh], F) => {
          checkCell(input, [hx], ih, hh);
          return cells[mode](F, input, [hx], { ih, hh, bih, bhh, hr: null }, false)[0];
        },
      },
    ],
    samples: [
      {
        args: [
          { tensor: [2, 3] },
          { tensor: [2, 2] },
          { tensor: [2 * gates, 3] },
          { tensor: [2 * gates, 2] },
          { tensor: [2 * gates] },
          { tensor: [2 * gates] },
        ],
        rough: mode === 'rnn_relu',
      },
    ],
  };
}

export const recurrent: OpDescriptor[] = [
  {
    name: 'unsafe_split',
    kind: 'file',
    overloads: [
      {
        // Parts of their own, which no view rule ties to what they came from.
        schema: 'unsafe_split.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]',
        forward: ([self, size, dim], F) => {
          const whole = F.split(F.detach(self), size, dim) as Tensor[];
          return whole.map((part) => F._to_copy(part));
        },
        grad: {
          name: 'UnsafeSplitBackward0',
          keep: (args) => ({ dim: args[2], self_sym_sizes: args[0].shape, split_size: args[1] }),
          backward: (g, { F, k, grads }) => {
            const sizes = k.self_sym_sizes as number[];
            const d = wrapDim(k.dim, sizes.length);
            const part = (i: number): number[] => sizes.map((n, j) => (j === d ? Math.min(k.split_size, n - i * k.split_size) : n));
            return F.cat(
              grads.map((given, i) => given ?? F.zeros(part(i), { dtype: g.dtype, device: g.device })),
              k.dim,
            );
          },
          partial: true,
        },
      },
    ],
  },
  {
    name: 'unsafe_chunk',
    kind: 'composite',
    overloads: [
      {
        schema: 'unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]',
        forward: ([self, chunks, dim], F) => {
          if (chunks <= 0) throw new TorchError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
          const size = self.shape[wrapDim(dim, self.shape.length)];
          return F.unsafe_split(self, Math.max(Math.ceil(size / chunks), 1), dim);
        },
      },
    ],
  },
  {
    name: 'lstm_cell',
    kind: 'composite',
    overloads: [
      {
        schema: `lstm_cell(Tensor input, Tensor[] hx, ${WEIGHTS}) -> (Tensor, Tensor)`,
        forward: ([input, hx, ih, hh, bih, bhh], F) => {
          if (hx.length !== 2) throw new TorchError('lstm_cell expects two hidden states');
          checkCell(input, hx, ih, hh);
          return [...cells.lstm(F, input, hx, { ih, hh, bih, bhh, hr: null }, false)];
        },
      },
    ],
  },
  cellOp('gru_cell', 'gru'),
  cellOp('rnn_tanh_cell', 'rnn_tanh'),
  cellOp('rnn_relu_cell', 'rnn_relu'),
  {
    name: '_recurrent',
    kind: 'composite',
    overloads: [
      {
        // What lstm, gru, rnn_tanh and rnn_relu have in common.
        schema:
          '_recurrent(Tensor input, int[]? batch_sizes, Tensor[] hx, Tensor[] params, str mode, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first, bool fuse) -> Tensor[]',
        forward: ([input, batchSizes, hx, params, mode, biases, layers, p, train, bidirectional, batchFirst, fuse], F) => {
          const options: Options = { mode, biases, layers, train, dropout: train ? p : 0, bidirectional, batchFirst, batchSizes };
          return (fuse ? fused : unrolled)(F, input, hx, params, options);
        },
      },
    ],
  },
];
