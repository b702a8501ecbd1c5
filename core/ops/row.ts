// Rows: elementwise ops said by one expression. This builds their forward, their in-place form and the type rules.
import { deviceOf } from '../tensor/device.ts';
import { canCast, type DType, defaultDType, isFloating, resultType, scalarTypeName } from '../tensor/dtype.ts';
import type { Expr } from '../tensor/expr.ts';
import { broadcastShapes, sameShape, sizesText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { emptyAs } from './creation.ts';
import type { Args, GradRule, OpDescriptor, Overload, Sample } from './descriptor.ts';

export interface RowForm {
  /** Overload name in the schema: `Tensor`. */
  readonly overload?: string;
  /** Parameters in the schema language; tensors are the operands a, b, c in order. */
  readonly params: string;
  readonly expr: Expr | ((args: Args) => Expr);
  /** Values of p, q, r. */
  readonly scalars?: (args: Args) => readonly number[];
  /** Result type: promoted operands, at least floating, truth, or the first operand's. */
  readonly result?: 'promote' | 'float' | 'bool' | 'same';
  /** Positions of Scalars that take part in promotion as Python numbers do. */
  readonly promoting?: readonly number[];
  readonly grad?: GradRule;
  readonly inputs?: readonly number[];
  readonly native?: boolean;
  /** Raises where torch does, before anything is computed. */
  readonly check?: (args: Args, compute: DType) => void;
}

interface RowSpec {
  readonly name: string;
  readonly forms: readonly RowForm[];
  /** Also make `name_`. */
  readonly inPlace?: boolean;
  readonly samples?: readonly Sample[];
}

function number(dtype: DType): { dtype: DType; shape: readonly number[]; wrapped: boolean } {
  return { dtype, shape: [], wrapped: true };
}

function operands(args: Args): Tensor[] {
  const n = args.length;
  const a = args[0];
  const b = args[1];
  if (n === 1) return [a];
  if ((n === 2 || (n === 3 && !(args[2] instanceof Tensor))) && a instanceof Tensor) return b instanceof Tensor ? [a, b] : [a];
  const out: Tensor[] = [];
  for (let i = 0; i < args.length; i++) if (args[i] instanceof Tensor) out.push(args[i]);
  return out;
}

const noScalars: readonly number[] = [];

function computeType(form: RowForm, args: Args, tensors: readonly Tensor[]): DType {
  let type: DType;
  const promoting = form.promoting;
  const a = tensors[0];
  if (promoting === undefined && (tensors.length === 1 || (tensors.length === 2 && a.dtype === tensors[1].dtype)))
    type = a.wrapped && tensors.length === 1 ? resultType(tensors) : a.dtype;
  else {
    type = resultType(tensors);
    for (const i of promoting ?? []) {
      const value = args[i];
      if (value === null || value === undefined) continue;
      const kind = typeof value === 'number' ? 'float64' : typeof value === 'bigint' ? 'int64' : 'bool';
      type = resultType([{ dtype: type, shape: [1], wrapped: false }, number(kind)]);
    }
  }
  if (form.result === 'float' && !isFloating(type)) type = defaultDType.value;
  return type;
}

function shapeOf(tensors: readonly Tensor[]): readonly number[] {
  let shape = tensors[0].shape;
  for (let i = 1; i < tensors.length; i++) if (!sameShape(shape, tensors[i].shape)) shape = broadcastShapes(shape, tensors[i].shape);
  return shape;
}

function deviceName(tensors: readonly Tensor[]): Tensor['device'] {
  for (let i = 0; i < tensors.length; i++) if (tensors[i].device === 'cuda') return 'cuda';
  return 'cpu';
}

/** Laid out as the first operand that has the result's shape: what is turned stays turned. */
function emptyLikeFirst(tensors: readonly Tensor[], shape: readonly number[], type: DType): Tensor {
  for (let i = 0; i < tensors.length; i++) {
    const t = tensors[i];
    if (!sameShape(t.shape, shape)) continue;
    if (t.isContiguous) break;
    return emptyAs(t, type, deviceName(tensors), null);
  }
  return Tensor.empty(shape, type, deviceName(tensors));
}

function compute(form: RowForm, args: Args): Tensor {
  const tensors = operands(args);
  const type = computeType(form, args, tensors);
  form.check?.(args, type);
  const shape = shapeOf(tensors);
  const out = emptyLikeFirst(tensors, shape, form.result === 'bool' ? 'bool' : type);
  const expr = typeof form.expr === 'function' ? form.expr(args) : form.expr;
  deviceOf(out).elementwise(expr, tensors, form.scalars === undefined ? noScalars : form.scalars(args), out, type);
  return out;
}

function computeInto(form: RowForm, args: Args): Tensor {
  const tensors = operands(args);
  const self = tensors[0];
  const type = computeType(form, args, tensors);
  form.check?.(args, type);
  const result = form.result === 'bool' ? 'bool' : type;
  if (!canCast(result, self.dtype)) {
    throw new TorchError(`result type ${scalarTypeName(result)} can't be cast to the desired output type ${scalarTypeName(self.dtype)}`);
  }
  const shape = shapeOf(tensors);
  if (!sameShape(shape, self.shape))
    throw new TorchError(`output with shape ${sizesText(self.shape)} doesn't match the broadcast shape ${sizesText(shape)}`);
  const expr = typeof form.expr === 'function' ? form.expr(args) : form.expr;
  let copies: Tensor[] | null = null;
  for (let i = 1; i < tensors.length; i++) {
    const t = tensors[i];
    if (t.storage === self.storage && !(t.offset === self.offset && sameShape(t.shape, self.shape) && sameShape(t.strides, self.strides))) {
      const copy = Tensor.empty(t.shape, t.dtype, t.device);
      deviceOf(copy).elementwise('a', [t], noScalars, copy, t.dtype);
      tensors[i] = copy;
      (copies ??= []).push(copy);
    }
  }
  deviceOf(self).elementwise(expr, tensors, form.scalars === undefined ? noScalars : form.scalars(args), self, type);
  if (copies !== null) for (const copy of copies) copy.dispose();
  return self;
}

export function row(spec: RowSpec): OpDescriptor[] {
  const suffix = (form: RowForm): string => (form.overload === undefined ? '' : `.${form.overload}`);
  const overloads: Overload[] = spec.forms.map((form) => ({
    schema: `${spec.name}${suffix(form)}(${form.params}) -> Tensor`,
    forward: (args) => compute(form, args),
    grad: form.grad,
    inputs: form.inputs,
    native: form.native,
  }));
  const ops: OpDescriptor[] = [{ name: spec.name, kind: 'row', overloads, samples: spec.samples }];
  if (spec.inPlace) {
    ops.push({
      name: `${spec.name}_`,
      kind: 'row',
      overloads: spec.forms
        .filter((form) => form.params.startsWith('Tensor self') && !form.native)
        .map((form) => ({
          schema: `${spec.name}_${suffix(form)}(${form.params.replace('Tensor self', 'Tensor(a!) self')}) -> Tensor(a!)`,
          forward: (args) => computeInto(form, args),
          grad: form.grad,
          inputs: form.inputs,
        })),
    });
  }
  return ops;
}

/** A row of one tensor without numbers: name, expression, gradient. */
export function unary(
  name: string,
  expr: Expr,
  grad: GradRule | undefined,
  options: { result?: RowForm['result']; samples?: readonly Sample[]; check?: RowForm['check'] } = {},
): OpDescriptor[] {
  return row({
    name,
    forms: [{ params: 'Tensor self', expr, grad, result: options.result ?? 'float', check: options.check }],
    inPlace: options.result !== 'bool',
    samples: grad === undefined ? [] : (options.samples ?? [{ args: [{ tensor: [2, 3] }] }]),
  });
}

export function toNumber(value: number | bigint | boolean): number {
  return Number(value);
}
