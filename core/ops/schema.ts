// torch's schema language, parsed; arguments matched against it with torch's messages. Knows no particular op.

export interface Parameter {
  readonly name: string;
  /** `Tensor`, `Scalar`, `int`, `float`, `bool`, `str`, `ScalarType`, `Device`, `Generator`, … */
  readonly type: string;
  readonly list: boolean;
  /** A fixed length, as in `int[1]`: a single value is then taken as a list. */
  readonly length: number;
  /** `Tensor?[]`: entries may be None. */
  readonly optionalItems: boolean;
  readonly optional: boolean;
  readonly keywordOnly: boolean;
  readonly mutable: boolean;
  readonly aliased: boolean;
  readonly hasDefault: boolean;
  readonly default: unknown;
}

export interface Schema {
  readonly text: string;
  readonly name: string;
  readonly overload: string;
  readonly params: readonly Parameter[];
  readonly returns: string;
  /** Parameters before `*`. */
  readonly positional: number;
}

const cache = new Map<string, Schema>();

export function parseSchema(text: string): Schema {
  let schema = cache.get(text);
  if (schema === undefined) {
    schema = parse(text);
    cache.set(text, schema);
  }
  return schema;
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') depth--;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  const rest = text.slice(from).trim();
  if (rest !== '') parts.push(rest);
  return parts;
}

function parse(text: string): Schema {
  const head = /^([\w]+)(?:\.(\w+))?\(/.exec(text);
  const arrow = text.lastIndexOf(') -> ');
  if (head === null || arrow < 0) throw new Error(`Not a schema: ${text}`);
  const params: Parameter[] = [];
  let keywordOnly = false;
  for (const part of splitTop(text.slice(head[0].length, arrow))) {
    if (part === '*') keywordOnly = true;
    else params.push(parseParameter(part, keywordOnly, text));
  }
  return {
    text,
    name: head[1],
    overload: head[2] ?? '',
    params,
    returns: text.slice(arrow + 5),
    positional: params.filter((p) => !p.keywordOnly).length,
  };
}

function parseParameter(part: string, keywordOnly: boolean, text: string): Parameter {
  const m = /^([A-Za-z]+)(\([a-z]!?\))?(\?)?(\[(\d*)\])?(\?)? (\w+)(?:=(.*))?$/.exec(part);
  if (m === null) throw new Error(`Not a parameter: ${part} in ${text}`);
  const [, type, alias, inner, list, length, outer, name, value] = m;
  return {
    name,
    type: type === 'SymInt' ? 'int' : type,
    list: list !== undefined,
    length: length ? Number(length) : 0,
    optionalItems: list !== undefined && inner !== undefined,
    optional: list !== undefined ? outer !== undefined : inner !== undefined,
    keywordOnly,
    mutable: alias?.includes('!') ?? false,
    aliased: alias !== undefined,
    hasDefault: value !== undefined,
    default: value === undefined ? undefined : parseDefault(value, type),
  };
}

function parseDefault(value: string, type: string): unknown {
  if (value === 'None') return null;
  if (value === 'True' || value === 'False') return value === 'True';
  if (value.startsWith('['))
    return value
      .slice(1, -1)
      .split(',')
      .filter((v) => v.trim() !== '')
      .map(Number);
  if (value === 'Mean') return 1;
  if (/^-?\d+$/.test(value) && type === 'Scalar') return BigInt(value);
  if (/^-?[\d.]+(e-?\d+)?$/.test(value)) return Number(value);
  return value.replace(/^["']|["']$/g, '');
}

/** What a value is called in torch's messages. */
const pythonNames: Record<string, string> = {
  int: 'int',
  float: 'float',
  bool: 'bool',
  Scalar: 'Number',
  str: 'str',
  Tensor: 'Tensor',
  ScalarType: 'torch.dtype',
  Device: 'torch.device',
};

/** The parameter's type as torch's argument parser names it. */
export function parameterTypeText(p: Parameter): string {
  const base = pythonNames[p.type] ?? p.type;
  return p.list ? `tuple of ${base}s` : base;
}

/** `add(Tensor input, Tensor other, *, Number alpha = 1)` in the words of torch's parser, without the name. */
export function signatureText(schema: Schema): string {
  let star = false;
  const parts: string[] = [];
  for (const p of schema.params) {
    if (p.keywordOnly && !star) {
      parts.push('*');
      star = true;
    }
    const name = p.name === 'self' ? 'input' : p.name;
    const value = p.default === null ? 'None' : typeof p.default === 'boolean' ? (p.default ? 'True' : 'False') : String(p.default);
    parts.push(`${parameterTypeText(p)} ${name}${p.hasDefault ? ` = ${value}` : ''}`);
  }
  return `(${parts.join(', ')})`;
}
