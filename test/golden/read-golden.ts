// Reads the golden data under test/golden: gzipped JSON whose `about` tells where the values come from.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export function readGolden<T>(name: string): T {
  return JSON.parse(gunzipSync(readFileSync(new URL(name, import.meta.url))).toString('utf8')) as T;
}

/** A tensor as the golden files hold it: flat, row-major; not finite numbers and large integers as strings. */
export interface GoldenTensor {
  dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool';
  shape: number[];
  data: (number | string)[];
}

export function goldenNumber(value: number | string): number {
  return typeof value === 'number' ? value : Number(value);
}
