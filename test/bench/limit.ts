// The most a core can do with 128-bit vectors: multiply-adds on registers alone, timed in the same run as the kernels measured against it.
import { leb, simd } from '../../core/devices/cpu/lane-code.ts';
import { medianMs } from './clock.ts';

const CHAINS = 10;
const ROUNDS = 400_000;
const get = (local: number): number[] => [0x20, ...leb(local)];
const set = (local: number): number[] => [0x21, ...leb(local)];

/** A module of one loop over ten independent chains: x = a·b + x fused, or x = x·a + b in two operations. */
function loop(double: boolean, fused: boolean): Uint8Array<ArrayBuffer> {
  const [a, b, first] = [1, 2, 3];
  const splat = (value: number): number[] => {
    const bytes = new Uint8Array((double ? new Float64Array(2) : new Float32Array(4)).fill(value).buffer);
    return simd(12, ...bytes);
  };
  const chain = (x: number): number[] =>
    fused
      ? [...get(a), ...get(b), ...get(x), ...simd(double ? 0x107 : 0x105), ...set(x)]
      : [...get(x), ...get(a), ...simd(double ? 0xf2 : 0xe6), ...get(b), ...simd(double ? 0xf0 : 0xe4), ...set(x)];
  const all = Array.from({ length: CHAINS }, (_, i) => first + i);
  const body = [
    ...[1, ...leb(2 + CHAINS), 0x7b],
    ...[...splat(0.5), ...set(a), ...splat(0.25), ...set(b)],
    ...[0x03, 0x40, ...all.flatMap(chain), ...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b],
    ...get(first),
    ...all.slice(1).flatMap((x) => [...get(x), ...simd(0x51)]),
    ...[...simd(0x1b, 0), 0x0b],
  ];
  const section = (id: number, bytes: number[]): number[] => [id, ...leb(bytes.length), ...bytes];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7f]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ]);
}

/** GFLOP/s; null where this host has no fused form. */
export function limitGflops(double: boolean, fused: boolean): number | null {
  const bytes = loop(double, fused);
  if (!WebAssembly.validate(bytes)) return null;
  const run = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f as (n: number) => number;
  const ms = Math.min(...[1, 2, 3].map(() => medianMs(() => run(ROUNDS), 60)));
  return (2 * (double ? 2 : 4) * CHAINS * ROUNDS) / ms / 1e6;
}
