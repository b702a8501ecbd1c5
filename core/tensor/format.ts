// A tensor as torch prints it: str() and repr() are the same. The rules are those of torch/_tensor_str.py (PyTorch 2.13).
// It reads a tensor and writes text; it knows no op.
import { type DType, defaultDType, isFloating } from './dtype.ts';
import { exponential, fixed } from './format-number.ts';
import { type PrintOptions, printOptions } from './format-options.ts';
import { tupleText } from './shape.ts';
import type { Tensor, TypedArray } from './tensor.ts';

export { type PrintOptions, printOptions, setPrintOptions } from './format-options.ts';

/** `tensor([0.3367], requires_grad=True)`. */
export function formatTensor(tensor: Tensor, options: PrintOptions = printOptions): string {
  const indent = 'tensor('.length;
  const node = tensor.gradFn;
  const suffixes: string[] = [];
  if (tensor.device !== 'cpu') suffixes.push(`device='cuda:0'`);
  let body: string;
  if (tensor.numel === 0) {
    if (tensor.shape.length !== 1) suffixes.push(`size=${tupleText(tensor.shape)}`);
    if (tensor.dtype !== defaultDType.value) suffixes.push(`dtype=torch.${tensor.dtype}`);
    body = '[]';
  } else {
    if (options.edgeitems === 0) suffixes.push(`size=${tupleText(tensor.shape)}`);
    if (!(tensor.dtype === defaultDType.value || tensor.dtype === 'int64' || tensor.dtype === 'bool'))
      suffixes.push(`dtype=torch.${tensor.dtype}`);
    body = contents(tensor.toTyped(), tensor.shape, tensor.dtype, indent, options);
  }
  if (node !== null) suffixes.push(`grad_fn=<${node.name}>`);
  else if (tensor.requiresGrad) suffixes.push('requires_grad=True');
  return withSuffixes(`tensor(${body}`, suffixes, indent, options.linewidth);
}

function withSuffixes(text: string, suffixes: readonly string[], indent: number, linewidth: number): string {
  let out = text;
  let lastLine = text.length - text.lastIndexOf('\n') + 1;
  for (const suffix of suffixes) {
    if (lastLine + suffix.length + 2 > linewidth) {
      out += `,\n${' '.repeat(indent)}${suffix}`;
      lastLine = indent + suffix.length;
    } else {
      out += `, ${suffix}`;
      lastLine += suffix.length + 2;
    }
  }
  return `${out})`;
}

/** Row-major elements in brackets. */
function contents(data: TypedArray, shape: readonly number[], dtype: DType, indent: number, options: PrintOptions): string {
  const summarize = data.length > options.threshold;
  const shown: (number | bigint)[] = [];
  if (summarize) collectEdges(data, shape, 0, 0, options.edgeitems, shown);
  const format = elementFormat(summarize ? shown : (data as ArrayLike<number | bigint>), dtype, options);
  const write = (start: number, dim: number, margin: number): string => {
    if (dim === shape.length) return format.write(data[start]);
    const size = shape[dim];
    const edge = options.edgeitems;
    const cut = summarize && (size > 2 * edge || edge === 0);
    if (dim === shape.length - 1) {
      const words: string[] = [];
      if (cut && edge === 0) words.push('...');
      else if (cut) {
        for (let i = 0; i < edge; i++) words.push(format.write(data[start + i]));
        words.push(' ...');
        for (let i = size - edge; i < size; i++) words.push(format.write(data[start + i]));
      } else for (let i = 0; i < size; i++) words.push(format.write(data[start + i]));
      return lines(words, Math.max(1, Math.floor((options.linewidth - margin) / (format.width + 2))), margin);
    }
    let step = 1;
    for (let d = dim + 1; d < shape.length; d++) step *= shape[d];
    const slices: string[] = [];
    for (let i = 0; i < size; i++) {
      if (cut && i === edge) {
        slices.push('...');
        i = Math.max(size - edge, i);
        if (i >= size) break;
      }
      slices.push(write(start + i * step, dim + 1, margin + 1));
    }
    return `[${slices.join(`,${'\n'.repeat(shape.length - dim - 1)}${' '.repeat(margin + 1)}`)}]`;
  };
  return write(0, 0, indent);
}

function lines(words: readonly string[], perLine: number, margin: number): string {
  const out: string[] = [];
  for (let i = 0; i < words.length; i += perLine) out.push(words.slice(i, i + perLine).join(', '));
  return `[${out.join(`,\n${' '.repeat(margin + 1)}`)}]`;
}

/** The elements a summary shows: they alone decide its number format. */
function collectEdges(
  data: TypedArray,
  shape: readonly number[],
  dim: number,
  start: number,
  edge: number,
  into: (number | bigint)[],
): void {
  if (dim === shape.length) {
    into.push(data[start]);
    return;
  }
  if (edge === 0 && shape.length > 1) return;
  const size = shape[dim];
  let step = 1;
  for (let d = dim + 1; d < shape.length; d++) step *= shape[d];
  for (let i = 0; i < size; i++) {
    if (edge > 0 && size > 2 * edge && i === edge) i = size - edge;
    collectEdges(data, shape, dim + 1, start + i * step, edge, into);
  }
}

interface ElementFormat {
  readonly width: number;
  write(value: number | bigint): string;
}

function elementFormat(values: ArrayLike<number | bigint>, dtype: DType, options: PrintOptions): ElementFormat {
  const digits = options.precision;
  let width = 1;
  let word: (value: number | bigint) => string;
  if (!isFloating(dtype)) {
    word = dtype === 'bool' ? (value) => (value ? 'True' : 'False') : String;
    for (let i = 0; i < values.length; i++) width = Math.max(width, word(values[i]).length);
  } else {
    let smallest = Infinity;
    let largest = 0;
    let whole = true;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const magnitude = Math.abs(value);
      if (magnitude === 0 || !(magnitude < Infinity)) continue;
      if (magnitude < smallest) smallest = magnitude;
      if (magnitude > largest) largest = magnitude;
      if (whole && value !== Math.ceil(value)) whole = false;
    }
    const any = largest > 0;
    const science = any && (options.sciMode ?? (largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4));
    if (science) word = (value) => exponential(value as number, digits);
    else if (whole) word = (value) => fixed(value as number, 0) + (Number.isFinite(value as number) ? '.' : '');
    else word = (value) => fixed(value as number, digits);
    if (any) {
      for (let i = 0; i < values.length; i++) {
        const magnitude = Math.abs(values[i] as number);
        if (magnitude > 0 && magnitude < Infinity) width = Math.max(width, word(values[i]).length);
      }
    }
  }
  return { width, write: (value) => word(value).padStart(width) };
}
