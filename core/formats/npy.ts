// NumPy's .npy files: one array, a small header and the raw elements. The types that tensors have, in either byte order read, little-endian written.
// It knows no tensor and no file system. Format: numpy.lib.format, versions 1 to 3.
import { FormatError } from './format-error.ts';

export type NpyType = 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool';
export type NpyData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;

export interface NpyArray {
  readonly dtype: NpyType;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: NpyData;
}

const codes: Readonly<Record<NpyType, string>> = { float32: '<f4', float64: '<f8', int64: '<i8', int32: '<i4', uint8: '|u1', bool: '|b1' };
const sizes: Readonly<Record<NpyType, number>> = { float32: 4, float64: 8, int64: 8, int32: 4, uint8: 1, bool: 1 };
const magic = '\u0093NUMPY';

/** The bytes of a .npy file, version 1.0. */
export function encodeNpy(array: NpyArray): Uint8Array {
  const shape = array.shape.length === 1 ? `(${array.shape[0]},)` : `(${array.shape.join(', ')})`;
  let header = `{'descr': '${codes[array.dtype]}', 'fortran_order': False, 'shape': ${shape}, }`;
  // The data begins at a multiple of 64.
  header = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const out = new Uint8Array(10 + header.length + array.data.byteLength);
  for (let i = 0; i < magic.length; i++) out[i] = magic.charCodeAt(i);
  out[6] = 1;
  out[8] = header.length & 255;
  out[9] = header.length >> 8;
  for (let i = 0; i < header.length; i++) out[10 + i] = header.charCodeAt(i);
  out.set(new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength), 10 + header.length);
  return out;
}

/** Reads a .npy file. @throws FormatError: not one, an element type tensors do not have, or cut short. */
export function decodeNpy(bytes: Uint8Array): NpyArray {
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic.charCodeAt(i)) throw new FormatError('this is not a .npy file');
  const wide = bytes[6] >= 2;
  const at = wide ? 12 : 10;
  const length = bytes[8] + bytes[9] * 256 + (wide ? bytes[10] * 65536 + bytes[11] * 16777216 : 0);
  if (!(at + length <= bytes.length) || length > 65536) throw new FormatError('this .npy file is cut short');
  const header = String.fromCharCode(...bytes.subarray(at, at + length));
  const code = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*True/.test(header);
  const listed = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (code === undefined || listed === undefined) throw new FormatError('the header of this .npy file cannot be read');
  const found = (Object.keys(codes) as NpyType[]).find((dtype) => codes[dtype].slice(1) === code.slice(1));
  if (found === undefined) throw new FormatError(`this .npy file holds elements of type '${code}', which tensors here do not have`);
  const shape = listed
    .split(',')
    .map((n) => n.trim())
    .filter((n) => n !== '')
    .map(Number);
  const size = sizes[found];
  const count = shape.reduce((n, d) => n * d, 1);
  const from = at + length;
  if (!Number.isSafeInteger(count) || from + count * size > bytes.length) throw new FormatError('this .npy file is cut short');
  const raw = bytes.slice(from, from + count * size);
  if (code.startsWith('>')) for (let i = 0; i < raw.length; i += size) raw.subarray(i, i + size).reverse();
  const data = viewOf(found, raw.buffer);
  return { dtype: found, shape, data: fortran ? rowMajor(data, shape) : data };
}

function viewOf(dtype: NpyType, buffer: ArrayBuffer): NpyData {
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

/** Column-major elements in row-major order. */
function rowMajor(data: NpyData, shape: readonly number[]): NpyData {
  const out = data.slice();
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < data.length; i++) {
    let from = 0;
    for (let d = shape.length - 1; d >= 0; d--) from = from * shape[d] + index[d];
    out[i] = data[from];
    for (let d = shape.length - 1; d >= 0; d--) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  return out;
}
