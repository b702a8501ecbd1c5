// .npy files against bytes NumPy 2.4.6 wrote (np.save of the arrays named beside them).
import { describe, expect, test } from 'vitest';
import { decodeNpy, encodeNpy, type NpyArray } from '../../core/formats/npy.ts';

const written = {
  f: 'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAJIkSZIkScI/kiRJkiRJ0j/btm3btm3bP5IkSZIkSeI/t23btm3b5j8=',
  i: 'k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAAAAAAAAP7/////////AwAAAAAAAAA=',
  b: 'k05VTVBZAQB2AHsnZGVzY3InOiAnfGIxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAA==',
  s: 'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAACBA',
  F: 'k05VTVBZAQB2AHsnZGVzY3InOiAnPGk0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAwAAAAEAAAAEAAAAAgAAAAUAAAA=',
  big: 'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAP4AAAEAAAAA=',
} as const;
const bytes = (name: keyof typeof written) => new Uint8Array(Buffer.from(written[name], 'base64'));
const expected: Readonly<Record<keyof typeof written, NpyArray>> = {
  f: { dtype: 'float64', shape: [2, 3], data: Float64Array.of(0, 1 / 7, 2 / 7, 3 / 7, 4 / 7, 5 / 7) },
  i: { dtype: 'int64', shape: [3], data: BigInt64Array.of(1n, -2n, 3n) },
  b: { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) },
  s: { dtype: 'float32', shape: [], data: Float32Array.of(2.5) },
  F: { dtype: 'int32', shape: [2, 3], data: Int32Array.of(0, 1, 2, 3, 4, 5) },
  big: { dtype: 'float32', shape: [3], data: Float32Array.of(0, 1, 2) },
};

describe('.npy', () => {
  test.each(Object.keys(written) as (keyof typeof written)[])('reads %s', (name) => {
    expect(decodeNpy(bytes(name))).toEqual(expected[name]);
  });
  test.each(['f', 'i', 'b', 's'] as const)('writes the same bytes: %s', (name) => {
    expect(Buffer.from(encodeNpy(expected[name])).toString('base64')).toBe(written[name]);
  });
  test('refuses what it cannot read', () => {
    expect(() => decodeNpy(Uint8Array.of(1, 2, 3))).toThrow('this is not a .npy file');
    expect(() => decodeNpy(bytes('f').subarray(0, 100))).toThrow('cut short');
    expect(() => decodeNpy(bytes('f').subarray(0, 150))).toThrow('cut short');
    const complex = bytes('f');
    complex.set(Buffer.from('<c8'), Buffer.from(complex).indexOf('<f8'));
    expect(() => decodeNpy(complex)).toThrow("elements of type '<c8'");
  });
});
