// Sequences of different lengths packed one step after the other, as recurrent networks take them.
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { OpDescriptor, Ops } from './descriptor.ts';

/** How many sequences are still going at each step; lengths in falling order. */
function batchSizes(lengths: readonly number[]): number[] {
  return Array.from({ length: lengths[0] }, (_, t) => lengths.filter((n) => n > t).length);
}

function checkLengths(lengths: readonly number[], batch: number): void {
  if (lengths.length !== batch)
    throw new TorchError(`Expected \`len(lengths)\` to be equal to batch_size, but got ${lengths.length} (batch_size=${batch})`);
  if (lengths[lengths.length - 1] <= 0)
    throw new TorchError("Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0");
  if (lengths.some((n, i) => i > 0 && n > lengths[i - 1]))
    throw new TorchError(
      '`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.',
    );
}

/** Steps [t, :size] of a [T, B, *] tensor one after the other. */
function packed(F: Ops, steps: Tensor, sizes: readonly number[]): Tensor {
  return F.cat(
    sizes.slice(0, steps.shape[0]).map((size, t) => F.narrow(F.select(steps, 0, t), 0, 0, size)),
    0,
  );
}

export const packing: OpDescriptor[] = [
  {
    name: '_pack_padded_sequence',
    kind: 'file',
    overloads: [
      {
        schema: '_pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first) -> (Tensor, Tensor)',
        inputs: [0],
        forward: ([input, lengths, batchFirst], F) => {
          const steps = batchFirst ? F.transpose(input, 0, 1) : input;
          const counts = (lengths as Tensor).toArray();
          checkLengths(counts, steps.shape[1]);
          const sizes = batchSizes(counts);
          return [packed(F, F.detach(steps), sizes), Tensor.fromTyped(BigInt64Array.from(sizes, BigInt))];
        },
        grad: {
          name: 'PackPaddedSequenceBackward0',
          saved: [{ name: 'result1', output: 1 }],
          keep: (args) => ({ batch_first: args[2], input_sym_sizes: args[0].shape }),
          partial: true,
          backward: (g, { F, s, k }) => {
            const sizes = s[0].toArray();
            const [a, b, ...rest] = k.input_sym_sizes as number[];
            const [steps, batch] = k.batch_first ? [b, a] : [a, b];
            let at = 0;
            const rows = sizes.slice(0, steps).map((size) => {
              const row = F.narrow(g, 0, at, size);
              at += size;
              return size === batch ? row : F.cat([row, F.zeros([batch - size, ...rest], { dtype: g.dtype, device: g.device })], 0);
            });
            while (rows.length < steps) rows.push(F.zeros([batch, ...rest], { dtype: g.dtype, device: g.device }));
            const out = F.stack(rows, 0);
            return k.batch_first ? F.transpose(out, 0, 1) : out;
          },
        },
      },
    ],
  },
];
