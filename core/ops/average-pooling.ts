// Pooling by mean: windows that slide, and windows that share the input out evenly.
import { isFloating, scalarTypeName } from '../tensor/dtype.ts';
import { sizesText } from '../tensor/shape.ts';
import type { Taps } from '../tensor/spatial-device.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Args, OpDescriptor, Sample } from './descriptor.ts';
import { type InputLike, linearMap } from './linear-map.ts';
import { checkRange, each, oneSize } from './max-pooling.ts';
import { adaptiveFrom, adaptiveTo, poolSettings, poolSizes } from './pool-windows.ts';
import { perDimension } from './spatial.ts';
import { averaged } from './taps.ts';

const params = (n: number): string =>
  `int[${n}] kernel_size, int[${n}]? stride=[], int[${n}] padding=0, bool ceil_mode=False, bool count_include_pad=True`;

function checkRank(input: InputLike, n: number): void {
  const rank = input.shape.length;
  if (rank === n + 1 || rank === n + 2) return;
  if (n === 2)
    throw new TorchError(`Dimension out of range (expected to be in range of [${-rank}, ${rank - 1}], but got ${-3})`, 'IndexError');
  throw new TorchError(`non-empty ${n + 1}D or ${n + 2}D (batch mode) tensor expected for input`);
}

/** Each dimension's windows; their common divisor is shared out over the dimensions. */
function slidingTaps(n: number, input: InputLike, settings: Args): Taps[] {
  const [kernel, stride, padding, ceil, countPadding, divisor] = settings;
  checkRank(input, n);
  const s = poolSettings(`avg_pool${n}d`, n, kernel, stride, padding, 1, ceil);
  if (divisor === 0) throw new TorchError('divisor must be not zero');
  const sizes = input.shape.slice(-n);
  if (n === 3 && sizes.some((size, i) => size < s.kernel[i])) {
    const named = (values: readonly number[], before: string): string =>
      ['T', 'H', 'W'].map((a, i) => `${before}${a}: ${values[i]}`).join(' ');
    throw new TorchError(`input image (${named(sizes, '')}) smaller than kernel size (${named(s.kernel, 'k')})`);
  }
  const out = poolSizes(input.shape, s);
  if (!isFloating(input.dtype) && input.dtype !== 'int64')
    throw new TorchError(
      `"avg_pool${n}d${n === 3 ? '_out_frame' : ''}" not implemented for '${scalarTypeName(input.dtype)}'`,
      'NotImplementedError',
    );
  return sizes.map((size, i) => {
    const begin = (o: number): number => o * s.stride[i] - s.padding[i];
    const from = (o: number): number => Math.max(begin(o), 0);
    const padded = (o: number): number => Math.min(begin(o) + s.kernel[i], size + s.padding[i]);
    const to = (o: number): number => Math.min(padded(o), size);
    const count = (o: number): number => (countPadding ? padded(o) - begin(o) : Math.max(to(o) - from(o), 1));
    return averaged(size, out[i], from, to, divisor === null || divisor === undefined ? count : () => (i === 0 ? divisor : 1));
  });
}

function sliding(n: number, samples: readonly Sample[]): OpDescriptor[] {
  return linearMap({
    name: `avg_pool${n}d`,
    title: `AvgPool${n}D`,
    params: `${params(n)}, int? divisor_override=None`,
    taps: (input, settings) => slidingTaps(n, input, settings),
    saves: 'self',
    keep: ([kernel, stride, padding, ceil, countPadding, divisor]) => ({
      kernel_size: each(kernel, n),
      stride: each(stride, n),
      padding: each(padding, n),
      ceil_mode: ceil,
      count_include_pad: countPadding,
      divisor_override: divisor,
    }),
    samples,
  });
}

/** torch's internal op, behind a door that takes the plain mean for a single output. */
function adaptive(n: number): OpDescriptor[] {
  const door = `adaptive_avg_pool${n}d`;
  return [
    ...linearMap({
      name: `_${door}`,
      title: `AdaptiveAvgPool${n}D`,
      params: `SymInt[${n}] output_size`,
      taps: (input, [goal]) => {
        const rank = input.shape.length;
        if (rank !== n + 1 && rank !== n + 2)
          throw new TorchError(`${door}(): Expected ${n + 1}D or ${n + 2}D tensor, but got ${sizesText(input.shape)}`);
        for (let d = rank - n; d < rank; d++)
          if (input.shape[d] === 0)
            throw new TorchError(
              `${door}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${sizesText(input.shape)} with dimension ${d} being empty`,
            );
        if (!isFloating(input.dtype))
          throw new TorchError(`"${door}" not implemented for '${scalarTypeName(input.dtype)}'`, 'NotImplementedError');
        return input.shape.slice(-n).map((size, i) => {
          const from = (o: number): number => adaptiveFrom(size, goal[i], o);
          const to = (o: number): number => adaptiveTo(size, goal[i], o);
          return averaged(size, goal[i], from, to, (o) => to(o) - from(o));
        });
      },
      saves: 'self',
      samples: [{ args: [{ tensor: [1, 2, ...[5, 3, 4].slice(0, n)] }, [2, 3, 3].slice(0, n)] }],
    }),
    {
      name: door,
      kind: 'composite',
      overloads: [
        {
          schema: `${door}(Tensor self, SymInt[${n}] output_size) -> Tensor`,
          forward: ([self, size], F) => {
            const goal = perDimension(size, n);
            if (goal.length !== n) throw new TorchError(`${door}: output_size must be ${n}`);
            if (goal.some((v) => v < 0))
              throw new TorchError(`${door}: elements of output_size must be greater than or equal to 0 but received {${goal.join(', ')}}`);
            const dims = [-1, -2, -3].slice(0, n);
            return goal.every((v) => v === 1) ? F.mean(self, dims, true) : F[`_${door}`](self, goal);
          },
        },
      ],
    },
  ];
}

const lines: OpDescriptor[] = [
  {
    name: 'avg_pool1d',
    kind: 'composite',
    overloads: [
      {
        schema: `avg_pool1d(Tensor self, ${params(1)}) -> Tensor`,
        forward: ([self, kernel, stride, padding, ceil, countPadding], F) => {
          const one = (name: string, v: number | number[]): number => oneSize('avg_pool1d', v, name);
          const k = one('kernel_size', kernel);
          checkRange('avg_pool1d', self);
          const step = each(stride, 1).length === 0 ? k : one('stride', stride);
          const out = F.avg_pool2d(F.unsqueeze(self, -2), [1, k], [1, step], [0, one('padding', padding)], ceil, countPadding);
          return F.squeeze(out, -2);
        },
      },
    ],
  },
  {
    name: 'adaptive_avg_pool1d',
    kind: 'composite',
    overloads: [
      {
        schema: 'adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor',
        forward: ([self, goal], F) => {
          const size = oneSize('adaptive_avg_pool1d', goal);
          checkRange('adaptive_avg_pool1d', self);
          return F.squeeze(F.adaptive_avg_pool2d(F.unsqueeze(self, -2), [1, size]), -2);
        },
      },
    ],
  },
];

const x = { tensor: [1, 2, 4, 5] } as const;

export const averagePooling: OpDescriptor[] = [
  ...lines,
  ...sliding(2, [{ args: [x, [2, 3], [2, 1], [1, 0], true, false] }, { args: [x, [2, 2], [], [1, 1], false, true, 3n] }]),
  ...sliding(3, [{ args: [{ tensor: [2, 3, 3, 4] }, [2, 2, 2], [1, 2, 1], [1, 0, 1], true, true] }]),
  ...adaptive(2),
  ...adaptive(3),
];
