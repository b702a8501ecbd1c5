// Views and writes by explicit strides, and detach.
import { deviceOf } from '../tensor/device.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { OpDescriptor } from './descriptor.ts';
import { over, write } from './storage-views.ts';

const x = { tensor: [2, 3] } as const;

export const strided: OpDescriptor[] = [
  {
    name: 'as_strided',
    kind: 'file',
    overloads: [
      {
        schema: 'as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)',
        forward: ([self, size, stride, offset]) => over(self, size, stride, offset ?? self.offset),
        grad: {
          name: 'AsStridedBackward0',
          keep: (args) => ({
            size: args[1],
            storage_offset: args[3] ?? null,
            stride: args[2],
            _sizes: args[0].shape,
            _offset: (args[3] ?? args[0].offset) - args[0].offset,
          }),
          backward: (g, { F, k }) => F._as_strided_accumulate(g, k._sizes, k.size, k.stride, k._offset),
        },
      },
    ],
    samples: [{ args: [x, [2, 2], [1, 2]] }],
  },
  {
    name: '_as_strided_accumulate',
    kind: 'file',
    overloads: [
      {
        schema: '_as_strided_accumulate(Tensor grad, SymInt[] sizes, SymInt[] size, SymInt[] stride, SymInt offset) -> Tensor',
        forward: ([g, sizes, size, stride, offset], F) => {
          const out = F.zeros(sizes, { dtype: g.dtype, device: g.device }) as Tensor;
          const values = g.toArray();
          const target = out.typedView() as Float32Array;
          let i = 0;
          const walk = (d: number, at: number): void => {
            if (d === size.length) target[at] += values[i++];
            else for (let j = 0; j < size[d]; j++) walk(d + 1, at + j * stride[d]);
          };
          walk(0, offset);
          return out;
        },
        grad: {
          name: 'AsStridedBackwardBackward0',
          keep: (args) => ({ _size: args[2], _stride: args[3], _offset: args[4] }),
          backward: (h, { F, k }) => F.as_strided(F.contiguous(h), k._size, k._stride, k._offset),
        },
      },
    ],
  },
  {
    name: 'as_strided_scatter',
    kind: 'file',
    overloads: [
      {
        schema: 'as_strided_scatter(Tensor self, Tensor src, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor',
        forward: ([self, src, size, stride, offset]) => {
          const out = Tensor.empty(self.shape, self.dtype, self.device);
          deviceOf(out).elementwise('a', [self], [], out, self.dtype);
          write(out, src, size, stride, offset ?? 0);
          return out;
        },
        grad: {
          name: 'AsStridedScatterBackward0',
          keep: (args) => ({ _size: args[2], _stride: args[3], _offset: args[4] ?? 0, _sizes: args[0].shape }),
          backward: (h, { F, k, needs }) => [
            // torch hands self the gradient of the part that was written over, and none of the rest.
            needs & 1
              ? F.as_strided_scatter(
                  F.zeros(k._sizes, { dtype: h.dtype, device: h.device }),
                  F.as_strided(F.contiguous(h), k._size, k._stride, k._offset),
                  k._size,
                  k._stride,
                  k._offset,
                )
              : null,
            needs & 2 ? F.as_strided(F.contiguous(h), k._size, k._stride, k._offset) : null,
          ],
        },
      },
    ],
  },
  {
    name: 'detach',
    kind: 'file',
    overloads: [{ schema: 'detach(Tensor self) -> Tensor', forward: ([self]) => over(self, self.shape, self.strides) }],
  },
];
