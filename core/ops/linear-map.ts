// Ops that map the last dimensions linearly, each by itself: their forward, their adjoint, and the derivatives of both.
import { deviceOf } from '../tensor/device.ts';
import type { AttributeValue } from '../tensor/grad-node.ts';
import type { Taps } from '../tensor/spatial-device.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Args, OpDescriptor, Sample } from './descriptor.ts';
import { rowMajor } from './spatial.ts';

interface LinearMap {
  readonly name: string;
  /** In torch's grad_fn names: `AvgPool2D`. */
  readonly title: string;
  /** Parameters after the input. */
  readonly params: string;
  /** The maps of the last dimensions, for an input of this shape and type. Checks both. */
  readonly taps: (input: Tensor | InputLike, settings: Args) => readonly (Taps | null)[];
  /** The maps whose transpose torch's backward takes, where they are not always the same. */
  readonly adjointTaps?: LinearMap['taps'];
  /** Whether the node keeps the input itself or its sizes. */
  readonly saves: 'self' | 'sizes';
  readonly keep?: (settings: Args) => Record<string, AttributeValue | readonly number[] | undefined>;
  readonly samples?: readonly Sample[];
}

/** What an adjoint knows of the input. */
export interface InputLike {
  readonly shape: readonly number[];
  readonly dtype: Tensor['dtype'];
}

function forward(map: LinearMap, args: Args): Tensor {
  const [self, ...settings] = args;
  const taps = map.taps(self, settings);
  const lead = self.shape.length - taps.length;
  const shape = self.shape.map((n: number, d: number) => {
    const one = d < lead ? null : taps[d - lead];
    return one === null ? n : one.start.length - 1;
  });
  const out = Tensor.empty(shape, self.dtype, self.device);
  deviceOf(out).resample(rowMajor(self), out, taps);
  return out;
}

function adjoint(map: LinearMap, args: Args): Tensor {
  const [g, self, ...settings] = args;
  const shape: readonly number[] = Array.isArray(self) ? self : self.shape;
  const out = Tensor.empty(shape, g.dtype, g.device);
  deviceOf(out).resampleAdjoint(rowMajor(g), out, (map.adjointTaps ?? map.taps)({ shape, dtype: g.dtype }, settings));
  return out;
}

export function linearMap(map: LinearMap): OpDescriptor[] {
  const back = `${map.name}_backward`;
  const keepsSelf = map.saves === 'self';
  const params = map.params === '' ? '' : `, ${map.params}`;
  return [
    {
      name: map.name,
      kind: 'file',
      overloads: [
        {
          schema: `${map.name}(Tensor self${params}) -> Tensor`,
          // F unseen: row-major copies are let go with the scope
          forward: (args, _F) => forward(map, args),
          grad: {
            name: `${map.title}Backward0`,
            saved: keepsSelf ? [{ name: 'self', argument: 0 }] : undefined,
            keep: (args) => ({
              ...map.keep?.(args.slice(1)),
              ...(keepsSelf ? {} : { self_sym_sizes: args[0].shape }),
              _settings: args.slice(1) as never,
            }),
            backward: (g, { F, s, k }) => F[back](g, keepsSelf ? s[0] : k.self_sym_sizes, ...k._settings),
          },
        },
      ],
      samples: map.samples,
    },
    {
      name: back,
      kind: 'file',
      overloads: [
        {
          schema: `${back}(Tensor grad_output, ${keepsSelf ? 'Tensor self' : 'SymInt[] input_size'}${params}) -> Tensor`,
          forward: (args, _F) => adjoint(map, args),
          grad: {
            name: `${map.title}BackwardBackward0`,
            keep: (args) => ({
              ...map.keep?.(args.slice(2)),
              _settings: args.slice(2) as never,
              _sizes: keepsSelf ? args[1].shape : args[1],
            }),
            // Linear in the gradient, and it does not depend on the input.
            backward: (g, { F, k, needs }) => {
              const up = needs & 1 ? F[map.name](g, ...k._settings) : null;
              if (!keepsSelf) return up;
              return [up, needs & 2 ? F.zeros(k._sizes, { dtype: g.dtype, device: g.device }) : null];
            },
          },
        },
      ],
    },
  ];
}
