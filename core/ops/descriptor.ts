// What an op of the table says about itself. Types only, and the small helpers rows are written with.
import type { DType } from '../tensor/dtype.ts';
import type { AttributeValue } from '../tensor/grad-node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Schema } from './schema.ts';

/**
 * An argument. Python's int is a bigint where its type matters (`2` and `2.0` promote differently), its float a number;
 * where a schema says `int`, whole numbers do as well. Types are named by strings.
 */
export type Arg = Tensor | number | bigint | boolean | string | null | undefined | readonly Arg[];
/** Arguments in schema order with defaults filled in; numbers for tensors are already wrapped. */
// biome-ignore lint/suspicious/noExplicitAny: each descriptor knows the types its own schema gives.
export type Args = any[];

/** Op functions as formulas get them: positional arguments, then an object of keyword arguments. Ops with several outputs return arrays. */
// biome-ignore lint/suspicious/noExplicitAny: outputs are a tensor for almost all ops.
export type OpFunction = (...args: (Arg | Readonly<Record<string, Arg>>)[]) => any;
export type Ops = Readonly<Record<string, OpFunction>>;

/** A tensor to keep: an argument by position, or an output. `when`: only if one of these gradients (bits over the differentiable inputs) is needed. */
export interface SavedSpec {
  readonly name: string;
  readonly argument?: number;
  readonly output?: number;
  readonly when?: number;
}

/** What a formula may look at. */
export interface GradContext {
  readonly F: Ops;
  /** Saved tensors in the order of `saved`; null where absent or not kept. */
  readonly s: readonly Tensor[];
  /** What `keep` returned. */
  // biome-ignore lint/suspicious/noExplicitAny: typed by the descriptor that wrote it.
  readonly k: any;
  /** Bit i: input i's gradient is needed. */
  readonly needs: number;
  /** Gradients of all outputs. */
  readonly grads: readonly (Tensor | null)[];
  /** Whether a gradient of the gradient may be asked for. */
  readonly createGraph: boolean;
}

export interface GradRule {
  /** torch's name for the grad_fn. */
  readonly name: string;
  readonly saved?: readonly SavedSpec[];
  /** An argument that is a list of tensors, kept whole; its entries follow those of `saved`. */
  readonly savedList?: { readonly name: string; readonly argument: number };
  /** Other facts kept for backward. Keys are torch's `_saved_*` names; those starting with `_` are not shown. */
  readonly keep?: (args: Args, out: Tensor, needs: number) => Record<string, AttributeValue | readonly number[] | undefined>;
  /** Per differentiable input its gradient, or null; broadcasting is undone by the funnel. `g` is the gradient of output 0. */
  readonly backward: (g: Tensor, c: GradContext) => Tensor | null | readonly (Tensor | null)[];
  /** The formula handles outputs without a gradient itself. */
  readonly partial?: boolean;
  /** Outputs that carry no history, though floating. */
  readonly constant?: readonly number[];
}

export interface Overload {
  /** In torch's schema language: `add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`. */
  readonly schema: string;
  /** Not for Python's argument parser: what formulas get when they pass a number (torch's C++ does so too). Must come first. */
  readonly native?: boolean;
  /** Where it differs from the op's. */
  readonly kind?: 'composite';
  /** Infers, allocates and computes. A composite calls other ops through `F`; a kernel that takes `F` does so unseen. */
  readonly forward: (args: Args, F: Ops) => Tensor | Tensor[];
  readonly grad?: GradRule;
  /** Positions of the differentiable arguments; all tensor arguments unless said. */
  readonly inputs?: readonly number[];
  /** Outputs that are values, the first so many; what follows is memory for the backward, which no observer is told of. All unless said. */
  readonly values?: number;
}

export interface OpDescriptor {
  readonly name: string;
  readonly kind: 'row' | 'file' | 'composite';
  readonly overloads: readonly Overload[];
  readonly samples?: readonly Sample[];
}

/** Input for generated tests: shapes of the tensor arguments (with a range or listed values) and other arguments. */
export interface Sample {
  readonly args: readonly SampleArg[];
  readonly kwargs?: Readonly<Record<string, Arg>>;
  /** No second derivative worth checking (kinks, or constant). */
  readonly rough?: boolean;
}
export type SampleArg =
  | Arg
  | readonly SampleArg[]
  | {
      readonly tensor: readonly number[];
      readonly low?: number;
      readonly high?: number;
      readonly dtype?: DType;
      readonly values?: readonly number[];
    };

/** As `SavedSpec`; -1: no argument, no output, whichever gradients are needed. */
export interface CompiledSaved {
  readonly name: string;
  readonly argument: number;
  readonly output: number;
  readonly when: number;
}

/** A rule with every field filled in. */
export interface CompiledRule {
  readonly name: string;
  readonly saved: readonly CompiledSaved[];
  readonly savedList: { readonly name: string; readonly argument: number } | null;
  readonly keep: NonNullable<GradRule['keep']> | null;
  readonly backward: GradRule['backward'];
  readonly constant: readonly number[] | null;
}

/** An overload with its schema parsed and what the funnel asks often precomputed. */
export interface CompiledOverload {
  readonly schema: string;
  readonly native: boolean;
  readonly forward: Overload['forward'];
  readonly grad: CompiledRule | null;
  readonly op: string;
  readonly kind: OpDescriptor['kind'];
  /** A kernel that calls other ops. */
  readonly inner: boolean;
  readonly parsed: Schema;
  readonly diff: readonly number[];
  /** Some differentiable argument is a list of tensors. */
  readonly hasList: boolean;
  readonly inPlace: boolean;
  readonly view: 'none' | 'one' | 'many';
  readonly tensorPositions: readonly number[];
  /** Some of them are lists of tensors. */
  readonly lists: boolean;
  readonly values: number;
}
