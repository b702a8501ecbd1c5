// Matches arguments against an op's overloads, fills in defaults, and says in torch's words what does not fit.
import { type Device, isDType } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Arg, Args, CompiledOverload } from './descriptor.ts';
import { type Parameter, parameterTypeText, signatureText } from './schema.ts';

const REJECT = Symbol('reject');

/** Elementwise ops that take a Python number for their first tensor: for most, a number is no `input`. */
const numberFirst = new Set(
  'add sub mul div floor_divide remainder pow bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift xlogy special_xlogy'.split(
    ' ',
  ),
);
/** Elementwise ops of several tensors that have no overload for a number at all. */
const tensorsOnly = new Set(
  `fmax fmin hypot logaddexp logaddexp2 heaviside nextafter gcd lcm igamma igammac ldexp logical_and logical_or logical_xor maximum minimum
  atan2 addcmul addcdiv _prelu_kernel`
    .split(/\s+/)
    .flatMap((name) => [name, `${name}_`]),
);

/** Whether a row takes a number for the tensor at a place, going by torch's overloads. */
function takesNumber(op: string, place: number): boolean {
  if (place === 0) return numberFirst.has(op);
  if (place === 1 && /^(masked_fill|lerp)_?$/.test(op)) return false;
  return !tensorsOnly.has(op);
}

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
      // The first item decides whether an overload fits.
      if (one === REJECT && p.type === 'int' && out.length > 0) throw new LateItem(p, out.length + 1, item);
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

/** A list of ints that turns out not to be one behind its first item. */
class LateItem {
  constructor(
    readonly parameter: Parameter,
    readonly place: number,
    readonly item: Arg,
  ) {}
}

interface Mismatch {
  readonly parameter: Parameter | null;
  readonly position: number;
  readonly value: unknown;
  readonly message: string | null;
}

const isInt = (value: Arg): boolean => isNumber(value) || value instanceof Tensor;

function says(message: string): Mismatch {
  return { parameter: null, position: 0, value: null, message };
}

function tooMany({ params, positional }: CompiledOverload['parsed'], given: number): Mismatch {
  const least = params.filter((p) => !p.hasDefault).length;
  const takes =
    least < positional
      ? `from ${least} to ${positional} positional arguments`
      : `${positional} positional argument${positional === 1 ? '' : 's'}`;
  return says(`takes ${takes} but ${given} ${given === 1 ? 'was' : 'were'} given`);
}

function missing(params: readonly Parameter[], from: number, kwargs: Readonly<Record<string, Arg>> | null): Mismatch {
  const names = params
    .slice(from)
    .filter((p) => !p.hasDefault && !(kwargs !== null && p.name in kwargs))
    .map((p) => `"${p.name === 'self' ? 'input' : p.name}"`);
  return says(`missing ${names.length} required positional arguments: ${names.join(', ')}`);
}

/** Positional and keyword arguments in schema order, or what did not fit. */
function match(o: CompiledOverload, args: readonly Arg[], kwargs: Readonly<Record<string, Arg>> | null, strict: boolean): Args | Mismatch {
  const { params, positional } = o.parsed;
  const out: Args = new Array(params.length);
  const isRow = o.kind === 'row';
  let used = 0;
  let given = 0;
  if (args.length > positional) {
    const last = params[positional - 1];
    const spread = positional > 0 && last.list && last.type === 'int' && args[positional - 1] !== null && isInt(args[positional - 1]);
    if (!spread) return tooMany(o.parsed, args.length);
  }
  for (let i = 0; i < params.length; i++) {
    const p = params[i];
    let value: Arg;
    if (i < positional && i < args.length) {
      value = args[i];
      given++;
      // f(2, 3) for a last list of ints
      if (p.list && p.type === 'int' && isInt(value) && i === positional - 1 && (args.length > positional || p.length === 0)) {
        value = args.slice(i) as readonly Arg[];
        given = args.length;
      }
    } else if (kwargs !== null && (p.name in kwargs || (p.name === 'self' && 'input' in kwargs))) {
      value = p.name in kwargs ? kwargs[p.name] : kwargs.input;
      used++;
    } else if (p.hasDefault) {
      out[i] = p.default;
      continue;
    } else return missing(params, i, kwargs);
    const converted = accept(p, value, isRow && (!strict || typeof value === 'object' || takesNumber(o.op, i)));
    if (converted === REJECT) return { parameter: p, position: i + 1, value, message: null };
    out[i] = converted;
  }
  if (args.length > given) return tooMany(o.parsed, args.length);
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

/** Picks the first overload the arguments fit; `strict`: numbers stand for tensors only where torch's parser lets them. Raises TypeError in its words. */
export function bind(
  overloads: readonly CompiledOverload[],
  args: readonly Arg[],
  kwargs: Readonly<Record<string, Arg>> | null,
  strict = false,
): { overload: CompiledOverload; args: Args } {
  const misses: Mismatch[] = [];
  try {
    for (const overload of overloads) {
      const bound = match(overload, args, kwargs, strict);
      if (Array.isArray(bound)) return { overload, args: bound };
      misses.push(bound);
    }
  } catch (error) {
    if (!(error instanceof LateItem)) throw error;
    const { parameter, place, item } = error;
    throw new TorchError(
      `${overloads[0].op}(): argument '${parameter.name}' failed to unpack the object at pos ${place} with error "type must be ${parameterTypeText(parameter)},but got ${typeText(item)}"`,
      'TypeError',
    );
  }
  throw argumentError(overloads, args, kwargs, misses);
}

/** The overloads whose number of parameters fits; torch says what is wrong with the one, where there is one. */
function plausible(overloads: readonly CompiledOverload[], given: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < overloads.length; i++) {
    const { params } = overloads[i].parsed;
    if (given <= params.length && given >= params.filter((p) => !p.hasDefault).length) found.push(i);
  }
  return found;
}

function argumentError(
  overloads: readonly CompiledOverload[],
  args: readonly Arg[],
  kwargs: Readonly<Record<string, Arg>> | null,
  misses: readonly Mismatch[],
): TorchError {
  const name = overloads[0].op;
  const keys = Object.entries(kwargs ?? {});
  const fitting = plausible(overloads, args.length + keys.length);
  const told = overloads.length === 1 ? 0 : fitting.length === 1 ? fitting[0] : -1;
  if (told >= 0) {
    const miss = misses[told];
    const signature = [`Signature: ${name}${signatureText(overloads[told].parsed)}`];
    if (miss.message !== null) return new TorchError(`${name}() ${miss.message}`, 'TypeError', signature);
    return new TorchError(mismatchText(name, miss, args.length), 'TypeError', signature);
  }
  const given = args.map(typeText).join(', ');
  const named = keys.map(([key, value]) => `${key}=${typeText(value)}`).join(', ');
  const list = overloads.map((o) => ` * ${signatureText(o.parsed)}`).join('\n');
  return new TorchError(
    `${name}() received an invalid combination of arguments - got (${given}${given && named && ', '}${named}${given === '' && named !== '' ? ', ' : ''}), but expected one of:\n${list}\n`,
    'TypeError',
  );
}

function mismatchText(name: string, miss: Mismatch, positional: number): string {
  const p = miss.parameter as Parameter;
  const { value } = miss;
  if (p.list && p.type === 'Tensor' && Array.isArray(value) && value.length > 0) {
    const at = value.findIndex((item) => !(item instanceof Tensor));
    return `expected Tensor as element ${at} in argument ${miss.position - 1}, but got ${typeText(value[at])}`;
  }
  const where = miss.position <= positional ? ` (position ${miss.position})` : '';
  const start = `${name}(): argument '${p.name === 'self' ? 'input' : p.name}'${where} must be ${parameterTypeText(p)}`;
  if (p.list && p.type === 'int' && Array.isArray(value) && value.length > 0)
    return `${start}, but found element of type ${typeText(value[0])} at pos 0`;
  return `${start}, not ${typeText(value)}`;
}
