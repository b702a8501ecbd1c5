// The small language in which elementwise ops say what they compute; every device reads it. Knows no device and no op.

/** Tensor operands in order. */
export type Input = 'a' | 'b' | 'c' | 'd';
/** Number operands in order. */
type Param = 'p' | 'q' | 'r';
const unaryNames = [
  'neg',
  'abs',
  'sign',
  'sqrt',
  'rsqrt',
  'exp',
  'exp2',
  'expm1',
  'log',
  'log2',
  'log10',
  'log1p',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'erf',
  'erfc',
  'floor',
  'ceil',
  'round',
  'trunc',
  'isnan',
  'isinf',
  'not',
  'sigmoid',
  'f32',
] as const;
const binaryNames = [
  'add',
  'sub',
  'mul',
  'div',
  'pow',
  'atan2',
  'maximum',
  'minimum',
  'fmod',
  'remainder',
  'floordiv',
  'truncdiv',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'and',
  'or',
  'xor',
  'bitand',
  'bitor',
  'bitxor',
] as const;
export type Unary = (typeof unaryNames)[number];
export type Binary = (typeof binaryNames)[number];
/** A scalar expression; truth values are 1 and 0. `select` takes its second operand where the first is not 0. */
export type Expr = number | Input | Param | readonly [Unary, Expr] | readonly [Binary, Expr, Expr] | readonly ['select', Expr, Expr, Expr];
