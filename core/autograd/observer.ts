// The one slot through which the funnel, autograd, nn and optim report what they do. `core/graph` fills it.
// It names no recorder; with no observer attached every call site is a single null check.
import type { Tensor } from '../tensor/tensor.ts';
import type { GradNode } from './node.ts';

/** A place in the script: the cell (0 for a plain script) and the line in it, both from the innermost script frame. Lines count from 1; 0 means unknown. */
export interface Site {
  readonly cell: number;
  readonly line: number;
}

/** A module whose `forward` is running. `name` is its attribute in its parent ('' for the root), `type` its class. */
export interface ModuleScope {
  /** Identity of the module object: the same module called twice has the same key. */
  readonly key: number;
  readonly name: string;
  /** Class name, as `Linear`. */
  readonly type: string;
  /** What `repr` shows after the name, as `Linear(1, 1)`. */
  readonly label: string;
  readonly training: boolean;
}

/** Hyper-parameters an optimizer used in a step: its first parameter group, numbers only (`lr`, `momentum`, …). */
export type HyperParameters = Readonly<Record<string, number>>;

/**
 * All tensors handed over are alive during the call only: an observer copies, or retains and later releases. Lists are filled anew for the next call.
 * Calls arrive in execution order. An op run inside `backward()` (when recorded with `create_graph`) arrives as `op` too.
 */
export interface Observer {
  /** An op of the table ran. `node` is the `grad_fn` it made, null where no output requires grad. */
  op(name: string, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[], node: GradNode | null): void;
  /** An op refused its arguments or failed; `message` is torch's first line. */
  opFailed(name: string, inputs: readonly (Tensor | null)[], message: string): void;
  moduleEnter(scope: ModuleScope): void;
  moduleExit(): void;
  /** `nn.Module` told its parameters' dotted names (`0.weight`), as `named_parameters()` lists them. */
  parameterNames(names: readonly string[], parameters: readonly Tensor[]): void;
  backwardStart(roots: readonly Tensor[]): void;
  /** A backward function ran: `incoming` per output of its forward op, `outgoing` per entry of `node.next`. For AccumulateGrad `outgoing` is empty and `node.variable.grad` already holds the sum. */
  backwardNode(node: GradNode, incoming: readonly (Tensor | null)[], outgoing: readonly (Tensor | null)[]): void;
  backwardEnd(): void;
  /** `optimizer.step()` begins; parameters still hold their old values. */
  optimizerStepStart(optimizer: string, hyper: HyperParameters, parameters: readonly Tensor[]): void;
  /** `optimizer.step()` is over; the same parameters hold their new values. */
  optimizerStepEnd(parameters: readonly Tensor[]): void;
  zeroGrad(parameters: readonly Tensor[]): void;
  /** A callable loss (an `nn` loss module or `F.*_loss`) returned `loss`; `key` identifies the callable. `validation` under `no_grad` or with every module it came from in eval mode. */
  loss(key: string, loss: Tensor, validation: boolean): void;
  /** One pass of a DataLoader begins, hands out its next batch, or is exhausted. `loader` identifies it. */
  loaderPass(loader: number, event: 'start' | 'batch' | 'end'): void;
}

/** Where the script stands now; the Python side keeps it up to date, the recorder reads it when it records. */
export interface CallSite {
  /** Innermost script line. */
  innermost(): Site;
  /** The line of the outermost script frame: the top-level statement being run. */
  topLevel(): Site;
}

const nowhere: Site = { cell: 0, line: 0 };

/** The two slots. Plain mutable fields: read on the hot path. */
export const observation: { observer: Observer | null; site: CallSite } = {
  observer: null,
  site: { innermost: () => nowhere, topLevel: () => nowhere },
};
