// Matches arguments against an op's overloads, fills in defaults, and says in torch's words what does not fit.
import { type Device, isDType } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Arg, Args, CompiledOverload } from './descriptor.ts';
import { type Parameter, parameterTypeText, signatureText } from './schema.ts';

const REJECT = Symbol('reject');

/** A 0-d tensor that ranks as a Python number. */
export function wrapNumber(value: number | bigint | boolean, device: Device): Tensor {
  const dtype = typeof value === 'number' ? 'float64' : typeof value === 'bigint' ? 'int64' : 'bool';
  const out = Tensor.empty([], dtype, device);
  const view = out.typedView();
  view[0] = (typeof value === 'boolean' ? Number(value) : value) as never;
  out.wrapped = true;
  return out;
}

function whole(value: Arg): number | typeof REJECT {
  if (typeof value === 'number') return Number.isInteger(value) ? value : REJECT;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (value instanceof Tensor && value.numel === 1 && value.dtype !== 'float32' && value.dtype !== 'float64') return Number(value.item());
  return REJECT;
}

/** torch's numbers for `reduction`. */
const reductions: Record<string, number> = { none: 0, mean: 1, sum: 2 };

function isNumber(value: unknown): value is number | bigint | boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

function accept(p: Parameter, value: Arg, numbersAsTensors: boolean): unknown {
  if (value === null || value === undefined) return p.optional ? null : REJECT;
  if (p.list) {
    if (!Array.isArray(value)) {
      if (p.type === 'int' && p.length > 0) {
        const one = whole(value);
        return one === REJECT ? REJECT : [one];
      }
      return REJECT;
    }
    if (p.type === 'Tensor') {
      for (const item of value) if (!(item instanceof Tensor) && !(p.optionalItems && (item === null || item === undefined))) return REJECT;
      return value;
    }
    const out: unknown[] = [];
    for (const item of value as Arg[]) {
      const one = p.type === 'int' ? whole(item) : isNumber(item) ? item : REJECT;
      if (one === REJECT) return REJECT;
      out.push(one);
    }
    return out;
  }
  switch (p.type) {
    case 'Tensor':
      return value instanceof Tensor || (numbersAsTensors && isNumber(value)) ? value : REJECT;
    case 'Scalar':
      if (value instanceof Tensor) return !numbersAsTensors && value.shape.length === 0 && !value.requiresGrad ? scalarOf(value) : REJECT;
      return isNumber(value) ? value : REJECT;
    case 'int':
      if (typeof value === 'string' && p.name === 'reduction' && value in reductions) return reductions[value];
      return whole(value);
    case 'float':
      if (value instanceof Tensor) return value.shape.length === 0 && !value.requiresGrad ? Number(value.item()) : REJECT;
      return isNumber(value) ? Number(value) : REJECT;
    case 'bool':
      return typeof value === 'boolean' ? value : REJECT;
    case 'str':
      return typeof value === 'string' ? value : REJECT;
    case 'ScalarType':
      return typeof value === 'string' && isDType(value) ? value : REJECT;
    case 'Device':
      return typeof value === 'string' ? value : REJECT;
    default:
      return value;
  }
}

function scalarOf(value: Tensor): number | bigint | boolean {
  const item = value.item();
  return value.dtype === 'float32' || value.dtype === 'float64' || typeof item === 'boolean' ? item : BigInt(item);
}

interface Mismatch {
  readonly parameter: Parameter | null;
  readonly position: number;
  readonly value: unknown;
  readonly message: string | null;
}

/** Positional and keyword arguments in schema order, or what did not fit. */
function match(o: CompiledOverload, args: readonly Arg[], kwargs: Readonly<Record<string, Arg>> | null): Args | Mismatch {
  const { params, positional } = o.parsed;
  const out: Args = new Array(params.length);
  const numbersAsTensors = o.kind === 'row';
  let used = 0;
  let given = 0;
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    let value: Arg;
    if (i < positional && i < args.length) {
      value = args[i];
      given++;
      // f(2, 3) for a last list of ints
      if (
        p.list &&
        p.type === 'int' &&
        !Array.isArray(value) &&
        value !== null &&
        i === positional - 1 &&
        (args.length > positional || p.length === 0)
      ) {
        value = args.slice(i) as readonly Arg[];
        given = args.length;
      }
    } else if (kwargs !== null && (p.name in kwargs || (p.name === 'self' && 'input' in kwargs))) {
      value = p.name in kwargs ? kwargs[p.name] : kwargs.input;
      used++;
    } else if (p.hasDefault) {
      out[i] = p.default;
      continue;
    } else
      return {
        parameter: p,
        position: i + 1,
        value: undefined,
        message: `missing 1 required positional arguments: "${p.name === 'self' ? 'input' : p.name}"`,
      };
    const converted = accept(p, value, numbersAsTensors);
    if (converted === REJECT) return { parameter: p, position: i + 1, value, message: null };
    out[i] = converted;
  }
  if (args.length > given) {
    return {
      parameter: null,
      position: 0,
      value: null,
      message: `takes ${positional} positional argument${positional === 1 ? '' : 's'} but ${args.length} were given`,
    };
  }
  if (kwargs !== null && used < Object.keys(kwargs).length) {
    const extra = Object.keys(kwargs).find((key) => !params.some((p) => p.name === key || (key === 'input' && p.name === 'self')));
    if (extra !== undefined) return { parameter: null, position: 0, value: null, message: `got an unexpected keyword argument '${extra}'` };
    return { parameter: null, position: 0, value: null, message: 'got multiple values for an argument' };
  }
  return out;
}

/** Python's name for a value's type, as torch prints it in argument errors. */
function typeText(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (value instanceof Tensor) return 'Tensor';
  if (Array.isArray(value))
    return value.length > 0 && value.every((v) => v instanceof Tensor) ? `tuple of (${value.map(typeText).join(', ')})` : 'list';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return isDType(value) ? 'torch.dtype' : 'str';
  return typeof value;
}

/** Picks the first overload the arguments fit. Raises TypeError as torch's parser does. */
export function bind(
  overloads: readonly CompiledOverload[],
  args: readonly Arg[],
  kwargs: Readonly<Record<string, Arg>> | null,
): { overload: CompiledOverload; args: Args } {
  let first: Mismatch | null = null;
  for (const overload of overloads) {
    const bound = match(overload, args, kwargs);
    if (Array.isArray(bound)) return { overload, args: bound };
    first ??= bound;
  }
  throw argumentError(overloads, args, kwargs, first as Mismatch);
}

function argumentError(
  overloads: readonly CompiledOverload[],
  args: readonly Arg[],
  kwargs: Readonly<Record<string, Arg>> | null,
  miss: Mismatch,
): TorchError {
  const name = overloads[0].op;
  if (overloads.length === 1) {
    if (miss.message !== null)
      return new TorchError(`${name}() ${miss.message}`, 'TypeError', [`Signature: ${name}${signatureText(overloads[0].parsed)}`]);
    const p = miss.parameter as Parameter;
    const label = p.name === 'self' ? 'input' : p.name;
    const where = miss.position <= args.length ? ` (position ${miss.position})` : '';
    return new TorchError(
      `${name}(): argument '${label}'${where} must be ${parameterTypeText(p)}, not ${typeText(miss.value)}`,
      'TypeError',
      [`Signature: ${name}${signatureText(overloads[0].parsed)}`],
    );
  }
  const given = [...args.map(typeText), ...Object.entries(kwargs ?? {}).map(([key, value]) => `${key}=${typeText(value)}`)].join(', ');
  const list = overloads.map((o) => ` * ${signatureText(o.parsed)}`).join('\n');
  return new TorchError(
    `${name}() received an invalid combination of arguments - got (${given}), but expected one of:\n${list}\n`,
    'TypeError',
  );
}
