// The backward graph as a data structure: nodes, edges, saved tensors, all counted. How nodes are made and walked is autograd's affair.

import type { Device, DType } from './dtype.ts';
import type { Tensor } from './tensor.ts';
import { TorchError } from './torch-error.ts';

/** An entry of `next`: the gradient goes to `node` as its input number `inputNr`. */
export interface Edge {
  readonly node: GradNode;
  readonly inputNr: number;
}

/** Shape and type of a forward output: what a gradient for it must look like. */
export interface OutputMeta {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly device: Device;
}

/** What a `_saved_*` attribute may be. Numbers print as Python floats when not whole; `dim`s wrap to unsigned where torch's do. */
export type AttributeValue = string | number | bigint | boolean | null | Tensor | readonly (Tensor | null)[];

// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing.
export type Hook = (grad: Tensor) => Tensor | null | undefined | void;
/** Gradients by output or input number. */
type Grads = (Tensor | null)[];
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing.
export type NodePreHook = (incoming: Grads) => Grads | null | undefined | void;
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing.
export type NodePostHook = (outgoing: Grads, incoming: readonly (Tensor | null)[]) => Grads | null | undefined | void;

/** What `saved_tensors_hooks` do: keep something else instead of the tensor, and give the tensor back when it is needed. */
export interface SavedHooks {
  pack(tensor: Tensor): unknown;
  /** The caller owns one count of the result. */
  unpack(packed: unknown): Tensor;
  /** The packed value is needed no more. */
  drop(packed: unknown): void;
}
export const savedHooks: { active: SavedHooks | null } = { active: null };

const inferenceMessage =
  'Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`.';

/** A tensor kept for backward, with the version it had. An output is kept as an alias without history, so that it does not hold its own node. */
export class SavedTensor {
  readonly name: string;
  tensor: Tensor | null;
  /** What hooks put in the tensor's place, and where its gradients go (counted). */
  packed: unknown = undefined;
  hooks: SavedHooks | null = null;
  edge: Edge | null = null;
  readonly version: number;
  /** The number of the forward output it is, or -1 for an input. */
  readonly outputNr: number;

  constructor(name: string, tensor: Tensor | null, outputNr: number) {
    this.name = name;
    this.outputNr = outputNr;
    this.version = tensor === null ? 0 : tensor.storage.version;
    if (tensor?.storage.inference) throw new TorchError(inferenceMessage);
    if (tensor !== null && savedHooks.active !== null) {
      this.tensor = null;
      this.#pack(savedHooks.active, tensor);
    } else this.tensor = tensor === null ? null : outputNr < 0 ? tensor.retain() : tensor.alias();
  }

  #pack(hooks: SavedHooks, tensor: Tensor): void {
    this.hooks = hooks;
    this.packed = hooks.pack(tensor);
    if (this.outputNr >= 0 || !tensor.requiresGrad) return;
    const node = tensor.gradFn ?? tensor.accumulator;
    if (node !== null) this.edge = { node: node.retain(), inputNr: tensor.outputNr };
  }

  /** Lets go of what is kept. */
  free(): void {
    const { tensor, hooks, edge } = this;
    this.tensor = null;
    tensor?.release();
    if (hooks !== null) {
      this.hooks = null;
      this.edge = null;
      edge?.node.release();
      hooks.drop(this.packed);
    }
  }
}

export const freedMessage =
  'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.';

let sequence = 0;
const dying: GradNode[] = [];
let burying = false;
const noEdges: readonly (Edge | null)[] = [];

/** Told of every node as it is made, where someone wants to know (anomaly mode). */
export const nodeBirth: { hook: ((node: GradNode) => void) | null } = { hook: null };

export abstract class GradNode {
  /** torch's class name, as `AddmmBackward0`. */
  readonly name: string;
  /** Name of the op in the table. */
  readonly op: string;
  /** Forward order; AccumulateGrad counts as the latest. */
  readonly seq: number;
  /** Adds to a leaf's gradient and leads nowhere. */
  readonly accumulates: boolean;
  /** `apply` hands its results over with a count of their own. */
  ownsResults = false;
  /** Free slot for the recorder, -1 at birth. */
  tag = -1;
  next: readonly (Edge | null)[] = noEdges;
  /** Per forward output. */
  outputs: readonly OutputMeta[] = [];
  savedTensors: SavedTensor[] | null = null;
  /** Set when what was saved has been freed. */
  freed = false;
  count = 0;
  /** State of the backward walk under way, owned by autograd. */
  work: unknown = null;
  /** Hooks on the gradient of a forward output, by output number; a walk runs them before the node. */
  tensorHooks: Hook[][] | null = null;
  /** Outputs with `retain_grad()`, by output number (not counted: the tensor removes itself). */
  retained: (Tensor | null)[] | null = null;
  preHooks: NodePreHook[] | null = null;
  postHooks: NodePostHook[] | null = null;
  /** Called once the node is gone: what hangs on it elsewhere goes too. */
  finalizers: (() => void)[] | null = null;
  private ownEdge: Edge | null = null;

  constructor(name: string, op: string, seq?: number) {
    this.name = name;
    this.op = op;
    this.accumulates = seq !== undefined;
    this.seq = seq ?? sequence++;
    if (nodeBirth.hook !== null) nodeBirth.hook(this);
  }

  /** Gradients of the inputs (one per `next`) from those of the outputs. */
  abstract apply(incoming: (Tensor | null)[]): (Tensor | null)[];

  /** torch's `_saved_*` attributes, names without the prefix, in `dir()` order. Tensors as saved; formatted text for the rest. */
  attributes(): [string, AttributeValue][] {
    return [];
  }

  /** Tensors kept for backward, in the order the op named them. The tensors stay the node's. */
  saved(): { name: string; tensor: Tensor | null }[] {
    return (this.savedTensors ?? []).map((slot) => ({ name: slot.name, tensor: slot.tensor }));
  }

  /** The edge that leads to this node's input `inputNr`. */
  edge(inputNr: number): Edge {
    if (inputNr > 0) return { node: this, inputNr };
    let edge = this.ownEdge;
    if (edge === null) {
      edge = { node: this, inputNr };
      this.ownEdge = edge;
    }
    return edge;
  }

  /** Sets where gradients go; counts the nodes. */
  connect(next: readonly (Edge | null)[]): void {
    for (let i = 0; i < next.length; i++) {
      const edge = next[i];
      if (edge !== null) edge.node.retain();
    }
    this.next = next;
  }

  retain(): this {
    this.count++;
    return this;
  }

  release(): void {
    if (--this.count > 0) return;
    // A loop rather than recursion: graphs are deep.
    if (burying) {
      dying.push(this);
      return;
    }
    burying = true;
    try {
      this.dispose();
      while (dying.length > 0) (dying.pop() as GradNode).dispose();
    } finally {
      burying = false;
    }
  }

  /** Frees what was saved for backward. */
  freeSaved(): void {
    const slots = this.savedTensors;
    if (slots === null) return;
    this.savedTensors = null;
    this.freed = true;
    for (let i = 0; i < slots.length; i++) slots[i].free();
  }

  /** Called at count 0. */
  protected dispose(): void {
    this.freeSaved();
    const next = this.next;
    this.next = noEdges;
    for (let i = 0; i < next.length; i++) {
      const edge = next[i];
      if (edge !== null) edge.node.release();
    }
    const finalizers = this.finalizers;
    if (finalizers !== null) {
      this.finalizers = null;
      for (const finalizer of finalizers) finalizer();
    }
  }

  /** Raises torch's message where what was saved is gone. */
  checkAlive(): void {
    if (this.freed)
      throw new TorchError(freedMessage, 'RuntimeError', [
        'Call backward(retain_graph=True) the first time, or run the forward pass again.',
      ]);
  }
}
