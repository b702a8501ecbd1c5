// The Graph: one recorded computation as a plain JSON-able value. Knows nothing of engines, layout or drawing.
import type { Site } from '../autograd/observer.ts';

export type { Site };

/**
 * What a node is.
 * - `op`: a forward operation; `backward`: a `grad_fn` (AccumulateGrad included);
 * - `leaf`: a tensor that requires grad and has no `grad_fn` (parameters included);
 * - `input`: a tensor that enters from outside and needs no grad (data, targets, constants of more than one element);
 * - `saved`: a tensor kept for backward; `output`: a root (`loss`, or what make_dot was given); `base`: the base of a view.
 */
export type NodeKind = 'op' | 'backward' | 'leaf' | 'input' | 'saved' | 'output' | 'base';

export interface GraphNode {
  /** Stable from step to step and run to run: scope/op@cell:line#ordinal (`model/0/addmm@22:48#1`; `@48` in a plain script). */
  readonly id: string;
  readonly kind: NodeKind;
  /** Op name (`addmm`), class of the grad_fn (`AddmmBackward0`), dotted parameter name (`0.weight`), or a variable's name where known; '' if none. */
  readonly name: string;
  /** Shape of the (first) tensor it stands for; null for backward functions without one. */
  readonly shape: readonly number[] | null;
  readonly dtype: string | null;
  readonly device: string | null;
  /** Id of the innermost Scope, '' for the top level. */
  readonly scope: string;
  readonly site: Site | null;
  /** op ↔ its backward node, leaf ↔ its AccumulateGrad: id of the other face, null if none. */
  readonly pair: string | null;
  /** Backward nodes: torchviz's `show_attrs` rows, untruncated, in its order. */
  readonly attrs?: readonly (readonly [string, string])[];
  /** Bytes kept for backward (saved tensors), where it applies. */
  readonly sizeBytes?: number;
  /** Saved tensors: id of the leaf, input or op whose value it is, where known. */
  readonly source?: string;
  /** An op that refused its arguments: the first line of the error. */
  readonly error?: string;
}

/**
 * - `value`: a tensor flows from `from` to `to` (leaf/input/op → op → output);
 * - `gradient`: `from` (a backward node or the output) hands a gradient to `to` (the next backward node); `slot` is the index in from's `next`;
 * - `saved`: saved tensor → backward node; `view`: base → view, dotted.
 */
export type EdgeKind = 'value' | 'gradient' | 'saved' | 'view';

export interface GraphEdge {
  /** from + kind + slot + to, stable like the nodes' ids. */
  readonly id: string;
  readonly kind: EdgeKind;
  readonly from: string;
  readonly to: string;
  /** value: output index of `from`. gradient: index in `from`'s next edges. */
  readonly slot: number;
  /** value: argument position in `to`. gradient: `to`'s input number. */
  readonly toSlot: number;
}

/** A module's forward call. */
export interface Scope {
  /** Path of module names, the root module as `model` unless it has a name: `model/0`; a repeated call gets `#2`. */
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  readonly type: string;
  readonly label: string;
  /** The same for every call of the same module object. */
  readonly moduleKey: number;
}

export interface Graph {
  /** Structural hash over nodes, edges and scopes (not values). */
  readonly hash: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly scopes: readonly Scope[];
}

/** One call of `make_dot` in a script: the DOT as asked for, and the Graph it drew. */
export interface DotCall {
  readonly dot: string;
  readonly graph: Graph;
  readonly options: { readonly showAttrs: boolean; readonly showSaved: boolean; readonly maxAttrChars: number; readonly params: boolean };
  readonly site: Site;
}
