// Moves elements between the heap and blocks of doubles, whatever the type and strides. Names no op.
import { type DType, isHalf } from '../../tensor/dtype.ts';
import { fromBrain, fromHalf, roundTo, toBrain, toHalf } from '../../tensor/half.ts';
import { heap } from '../../tensor/heap.ts';

const TWO32 = 4294967296;

/** out[i] = element at `start + i·step` (elements from address 0 of that type's view). */
export function loadRun(dtype: DType, start: number, step: number, out: Float64Array, at: number, n: number): void {
  switch (dtype) {
    case 'float32': {
      const H = heap.F32;
      for (let i = 0; i < n; i++) out[at + i] = H[start + i * step];
      break;
    }
    case 'float64': {
      const H = heap.F64;
      for (let i = 0; i < n; i++) out[at + i] = H[start + i * step];
      break;
    }
    case 'int64': {
      const H = heap.I32;
      for (let i = 0; i < n; i++) {
        const j = (start + i * step) * 2;
        out[at + i] = (H[j] >>> 0) + H[j + 1] * TWO32;
      }
      break;
    }
    case 'int32': {
      const H = heap.I32;
      for (let i = 0; i < n; i++) out[at + i] = H[start + i * step];
      break;
    }
    case 'float16': {
      const H = heap.U16;
      for (let i = 0; i < n; i++) out[at + i] = fromHalf(H[start + i * step]);
      break;
    }
    case 'bfloat16': {
      const H = heap.U16;
      for (let i = 0; i < n; i++) out[at + i] = fromBrain(H[start + i * step]);
      break;
    }
    case 'int16': {
      const H = heap.I16;
      for (let i = 0; i < n; i++) out[at + i] = H[start + i * step];
      break;
    }
    case 'int8': {
      const H = heap.I8;
      for (let i = 0; i < n; i++) out[at + i] = H[start + i * step];
      break;
    }
    default: {
      const H = heap.U8;
      for (let i = 0; i < n; i++) out[at + i] = H[start + i * step];
    }
  }
}

/** Writes block elements to `start + i·step`; whole numbers wrap, truth is 0 or 1. */
export function storeRun(dtype: DType, start: number, step: number, from: Float64Array, at: number, n: number): void {
  switch (dtype) {
    case 'float32': {
      const H = heap.F32;
      for (let i = 0; i < n; i++) H[start + i * step] = from[at + i];
      break;
    }
    case 'float64': {
      const H = heap.F64;
      for (let i = 0; i < n; i++) H[start + i * step] = from[at + i];
      break;
    }
    case 'int64': {
      const H = heap.I32;
      for (let i = 0; i < n; i++) {
        const v = Math.trunc(from[at + i]);
        const j = (start + i * step) * 2;
        if (Math.abs(v) < 9223372036854775808) {
          H[j] = v;
          H[j + 1] = Math.floor(v / TWO32);
        } else {
          // C's conversion of what does not fit, NaN included.
          H[j] = 0;
          H[j + 1] = -2147483648;
        }
      }
      break;
    }
    case 'int32': {
      const H = heap.I32;
      for (let i = 0; i < n; i++) H[start + i * step] = from[at + i];
      break;
    }
    case 'uint8': {
      const H = heap.U8;
      for (let i = 0; i < n; i++) H[start + i * step] = from[at + i];
      break;
    }
    case 'float16': {
      const H = heap.U16;
      for (let i = 0; i < n; i++) H[start + i * step] = toHalf(from[at + i]);
      break;
    }
    case 'bfloat16': {
      const H = heap.U16;
      for (let i = 0; i < n; i++) H[start + i * step] = toBrain(from[at + i]);
      break;
    }
    case 'int16': {
      const H = heap.I16;
      for (let i = 0; i < n; i++) H[start + i * step] = from[at + i];
      break;
    }
    case 'int8': {
      const H = heap.I8;
      for (let i = 0; i < n; i++) H[start + i * step] = from[at + i];
      break;
    }
    default: {
      const H = heap.U8;
      for (let i = 0; i < n; i++) H[start + i * step] = from[at + i] !== 0 ? 1 : 0;
    }
  }
}

/** Rounds a block to the precision of `dtype`. */
export function roundBlock(block: Float64Array, n: number, dtype: DType = 'float32'): void {
  if (isHalf(dtype)) for (let i = 0; i < n; i++) block[i] = roundTo(dtype, block[i]);
  else for (let i = 0; i < n; i++) block[i] = Math.fround(block[i]);
}
