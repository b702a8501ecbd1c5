// One LSTM layer of any size on the device, forward and backward, for the tests of its kernels and of threads.
import '../../core/devices/cpu/index.ts';
import { deviceOf } from '../../core/tensor/device.ts';
import { scope } from '../../core/tensor/scope.ts';
import { Tensor } from '../../core/tensor/tensor.ts';
import { tensorOf } from './layouts.ts';

export interface LayerCase {
  readonly steps: number;
  readonly batch: number;
  readonly size: number;
  readonly hidden: number;
  readonly reverse: boolean;
  /** Which of the gradients of output, hy and cy are there, by bits. */
  readonly given: number;
  readonly seed: number;
  readonly odd: number | null;
}

/** Everything a layer computes, forward and backward. */
export function layerResults({ steps, batch, size, hidden, reverse, given, seed, odd }: LayerCase): number[][] {
  return scope(() => {
    let next = seed;
    const of = (...shape: number[]): Tensor =>
      tensorOf(shape, { order: [0, 1, 2], gap: 1, offset: 0, repeat: -1, seed: next++ }, 'float32', -1, 1);
    const input = of(steps, batch, size);
    if (odd !== null) input.typedView()[0] = odd;
    const [hx, cx, hy, cy] = [0, 1, 2, 3].map(() => of(batch, hidden));
    const weights = [of(4 * hidden, size), of(4 * hidden, hidden)] as const;
    const biases = [of(4 * hidden), of(4 * hidden)] as const;
    const [output, gates, cells] = [of(steps, batch, hidden), of(steps, batch, 4 * hidden), of(steps, batch, hidden)];
    const layer = { input, weights, biases, hx, cx, reverse, output, hy, cy, gates, cells };
    const device = deviceOf(hx);
    device.lstmLayer(layer);
    const grads = [of(steps, batch, hidden), of(batch, hidden), of(batch, hidden)].map((g, i) => (given & (1 << i) ? g : null));
    const like = (t: Tensor): Tensor => Tensor.empty(t.shape, 'float32', 'cpu');
    const out = { input: like(input), weights: weights.map(like), biases: biases.map(like), hx: like(hx), cx: like(cx) };
    device.lstmLayerBackward(layer, grads, out);
    return [output, hy, cy, gates, cells, out.input, ...out.weights, ...out.biases, out.hx, out.cx].map((t) =>
      Array.from(t.toTyped() as Float32Array),
    );
  });
}
