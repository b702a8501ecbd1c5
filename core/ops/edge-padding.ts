// Padding: by a constant, by mirrored or repeated edges, by the other side; torch's one door to all of them.
import { deviceOf } from '../tensor/device.ts';
import { sizesText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';
import { type InputLike, linearMap } from './linear-map.ts';
import { over } from './storage-views.ts';
import { chosen } from './taps.ts';

/** Padding lists name the last dimension first: begin and end of dimension `d` of `rank`. */
function edges(pad: readonly number[], d: number, rank: number): [number, number] {
  const at = 2 * (rank - 1 - d);
  return at < pad.length ? [pad[at], pad[at + 1]] : [0, 0];
}

function constant(self: Tensor, pad: readonly number[], value: number | bigint | boolean): Tensor {
  const rank = self.shape.length;
  if (pad.length % 2 !== 0) throw new TorchError(`Length of pad must be even but instead it equals ${pad.length}`);
  if (pad.length > 2 * rank)
    throw new TorchError(
      `Length of pad should be no more than twice the number of dimensions of the input. Pad length is ${pad.length} while the input has ${rank} dimensions.`,
    );
  const shape = self.shape.map((n, d) => {
    const [begin, end] = edges(pad, d, rank);
    const size = n + begin + end;
    if (size < 0 && pad.every((v) => v <= 0)) throw new TorchError('narrow(): length must be non-negative.');
    if (size < 0)
      throw new TorchError(
        `The input size ${n}, plus negative padding ${begin} and ${end} resulted in a negative output size, which is invalid. Check dimension ${d} of your input.`,
      );
    return size;
  });
  const out = Tensor.empty(shape, self.dtype, self.device);
  deviceOf(out).fill(out, typeof value === 'boolean' ? Number(value) : value);
  // What both have: the input without what negative padding cuts off, at its place in the output.
  const begin = shape.map((_, d) => edges(pad, d, rank)[0]);
  const kept = shape.map((n, d) => Math.max(Math.min(n - Math.max(begin[d], 0), self.shape[d] - Math.max(-begin[d], 0)), 0));
  const place = (t: Tensor, sign: number): Tensor =>
    over(t, kept, t.strides, t.offset + begin.reduce((sum, b, d) => sum + Math.max(sign * b, 0) * t.strides[d], 0));
  if (kept.every((n) => n > 0)) deviceOf(out).elementwise('a', [place(self, -1)], [], place(out, 1), self.dtype);
  return out;
}

const constantPad: OpDescriptor = {
  name: 'constant_pad_nd',
  kind: 'file',
  overloads: [
    {
      schema: 'constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor',
      // F unseen: the handles on parts are let go with the scope
      forward: ([self, pad, value], _F) => constant(self, pad, value),
      grad: {
        name: 'ConstantPadNdBackward0',
        keep: (args) => ({ pad: args[1] }),
        backward: (g, { F, k }) =>
          F.constant_pad_nd(
            g,
            k.pad.map((v: number) => -v),
            0n,
          ),
      },
    },
  ],
  samples: [{ args: [{ tensor: [2, 3] }, [1, 2], 3] }, { args: [{ tensor: [2, 3, 2] }, [1, -1, -1, 1], 0] }],
};

const axes = ['D', 'H', 'W'];

function checkEdges(n: number, input: InputLike, pad: readonly number[], mirrored: boolean): void {
  const rank = input.shape.length;
  if ((rank !== n + 1 && rank !== n + 2) || input.shape.slice(rank === n + 2 ? 1 : 0).some((size) => size === 0))
    throw new TorchError(
      `Expected ${n + 1}D or ${n + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${sizesText(input.shape)}`,
    );
  for (let d = rank - 1; d >= rank - n; d--) {
    const [begin, end] = edges(pad, d, rank);
    if (mirrored && (begin >= input.shape[d] || end >= input.shape[d]))
      throw new TorchError(
        `Argument #${2 * (rank - d) + 2}: Padding size should be less than the corresponding input dimension, but got: padding (${begin}, ${end}) at dimension ${d} of input ${sizesText(input.shape)}`,
      );
  }
  const size = (d: number): number => input.shape[d] + edges(pad, d, rank)[0] + edges(pad, d, rank)[1];
  const dims = Array.from({ length: n }, (_, i) => rank - n + i);
  // torch looks whether any dimension is left, then finds no room for a negative one.
  if (dims.every((d) => size(d) < 1)) {
    const names = axes.slice(-n);
    const list = (value: (d: number) => number): string => dims.map((d, i) => `${names[i]}: ${value(d)}`).join(' ');
    throw new TorchError(`input (${list((d) => input.shape[d])}) is too small. Calculated output ${list(size)}`);
  }
  const negative = dims.find((d) => size(d) < 0);
  if (negative !== undefined) {
    const out = input.shape.map((own, d) => (d < rank - n ? own : size(d)));
    throw new TorchError(`Trying to create tensor with negative dimension ${size(negative)}: ${sizesText(out)}`);
  }
}

function edgePad(n: number, mirrored: boolean): OpDescriptor[] {
  const length = 2 * n;
  return linearMap({
    name: `${mirrored ? 'reflection' : 'replication'}_pad${n}d`,
    title: `${mirrored ? 'Reflection' : 'Replication'}Pad${n}D`,
    params: `SymInt[${length}] padding`,
    saves: 'self',
    keep: ([pad]) => ({ padding: pad }),
    taps: (input, [pad]) => {
      checkEdges(n, input, pad, mirrored);
      const rank = input.shape.length;
      return input.shape.slice(-n).map((size, i) => {
        const [begin, end] = edges(pad, rank - n + i, rank);
        return chosen(size, size + begin + end, (o) => {
          const at = o - begin;
          if (!mirrored) return Math.min(Math.max(at, 0), size - 1);
          return at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
        });
      });
    },
    samples: [{ args: [{ tensor: [1, 2, ...[3, 2, 3].slice(-n)] }, [2, 1, 1, 0, 2, -1].slice(0, length)] }],
  });
}

/** The other side's elements before and after: written part by part into an empty tensor, as torch's graph shows it. */
function circular(F: Ops, self: Tensor, pad: readonly number[]): Tensor {
  const rank = self.shape.length;
  const lead = rank - pad.length / 2;
  const sizes = self.shape.map((size, d) => {
    const [begin, end] = edges(pad, d, rank);
    if (begin > size || end > size) throw new TorchError('Padding value causes wrapping around more than once.');
    if (size + begin + end < 0) throw new TorchError('Negative padding value is resulting in an empty dimension');
    return size + begin + end;
  });
  // Cleared: with padding of both signs torch reads what it never wrote.
  const out = F.zeros(sizes, { dtype: self.dtype, device: self.device }) as Tensor;
  let to = out;
  let from = self;
  for (let d = rank - 1; d >= lead; d--) {
    const [begin, end] = edges(pad, d, rank);
    to = F.slice(to, d, Math.max(begin, 0), sizes[d] - Math.max(end, 0), 1);
    from = F.slice(from, d, Math.max(-begin, 0), self.shape[d] - Math.max(-end, 0), 1);
  }
  F.copy_(to, from);
  for (let d = lead; d < rank; d++) {
    const [begin, end] = edges(pad, d, rank);
    const rest = Math.max(end, 0);
    if (begin > 0) F.copy_(F.slice(out, d, 0, begin, 1), F.slice(out, d, sizes[d] - begin - rest, sizes[d] - rest, 1));
    if (end > 0) F.copy_(F.slice(out, d, sizes[d] - end, sizes[d], 1), F.slice(out, d, Math.max(begin, 0), Math.max(begin, 0) + end, 1));
  }
  return out;
}

function padded(F: Ops, self: Tensor, pad: readonly number[], mode: string, value: number | null): Tensor {
  const rank = self.shape.length;
  if (pad.length % 2 !== 0) throw new TorchError('Padding length must be divisible by 2');
  if (pad.length > 2 * rank)
    throw new TorchError(
      `Padding length should be less than or equal to two times the input dimension but got padding length ${pad.length} and input of dimension ${rank}`,
    );
  if (mode === 'constant') return F.constant_pad_nd(self, pad, value ?? 0);
  if (value !== null && value !== 0) throw new TorchError(`Padding mode "${mode}" doesn't take in value argument`);
  const n = pad.length / 2;
  if (n <= 3 && (rank === n + 1 || rank === n + 2)) {
    if (mode === 'circular') return circular(F, self, pad);
    if (mode === 'reflect') return F[`reflection_pad${n}d`](self, pad);
    if (mode === 'replicate') return F[`replication_pad${n}d`](self, pad);
    throw new TorchError(`Unrecognised padding mode ${mode}`, 'NotImplementedError');
  }
  throw new TorchError(`Padding size ${pad.length} is not supported for ${rank}D input tensor.`, 'NotImplementedError');
}

export const padding: OpDescriptor[] = [
  constantPad,
  ...[1, 2, 3].flatMap((n) => [...edgePad(n, true), ...edgePad(n, false)]),
  {
    name: 'pad',
    kind: 'composite',
    overloads: [
      {
        schema: 'pad(Tensor self, SymInt[] pad, str mode="constant", float? value=None) -> Tensor',
        forward: ([self, pad, mode, value], F) => padded(F, self, pad, mode, value),
      },
    ],
    samples: [{ args: [{ tensor: [1, 2, 3] }, [1, 2], 'circular'] }],
  },
];
