// The backward walk: from roots along `next`, node by node in torch's order, summing what meets, into `.grad` or captured inputs.
import { deviceOf } from '../tensor/device.ts';
import type { Edge, GradNode } from '../tensor/grad-node.ts';
import { arena, closeScope, handOn, openScope, outsideScopes } from '../tensor/scope.ts';
import { sameShape, sizesText, tupleText } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { accumulate } from './accumulate.ts';
import { anomaly, watched } from './anomaly.ts';
import { fitted } from './fit-gradient.ts';
import { ops, plainWalk } from './funnel.ts';
import { leafHooked, runHooks, runPostHooks, runPreHooks } from './hooks.ts';
import { gradMode } from './modes.ts';
import { AccumulateGrad, gradientEdge } from './node.ts';
import { observation } from './observer.ts';
import { ReadyQueue } from './ready-queue.ts';
import { enter, leave, type Work } from './work.ts';

export interface BackwardOptions {
  readonly retainGraph?: boolean;
  readonly createGraph?: boolean;
  /** Accumulate into these leaves only. */
  readonly inputs?: readonly Tensor[];
}
/** A place in the graph instead of a tensor: the gradient that arrives there. */
export type GradientEdge = Edge;

export interface GradOptions {
  readonly gradOutputs?: readonly (Tensor | null)[] | null;
  readonly retainGraph?: boolean;
  readonly createGraph?: boolean;
  readonly allowUnused?: boolean;
}

let walks = 0;
/** Nodes of the walk, kept to clear their state; one list per nesting level. */
const levels: GradNode[][] = [];
let level = 0;
const running: { id: number; chosen: boolean }[] = [];

/** The number of the walk under way, 0 outside. */
export function currentWalk(): number {
  return level > 0 ? running[level - 1].id : 0;
}

/** True where the walk under way gives gradients to chosen inputs only. */
export function walkCaptures(): boolean {
  return level > 0 && running[level - 1].chosen;
}

/** Whether the walk under way reaches the tensor. */
export function inWalk(tensor: Tensor): boolean {
  const work = gradientEdge(tensor)?.node.work as Work | null | undefined;
  return work != null && work.walk === currentWalk() && (work.needed || work.captures !== null);
}

/** `torch.autograd.backward`: adds the gradients of the leaves to their `.grad`. */
export function backward(
  roots: Tensor | readonly Tensor[],
  grads?: Tensor | null | readonly (Tensor | null)[],
  options: BackwardOptions = {},
): void {
  const list = roots instanceof Tensor ? [roots] : roots;
  const seeds = grads === undefined || grads === null ? list.map(() => null) : grads instanceof Tensor ? [grads] : grads;
  if (options.inputs !== undefined && options.inputs.length === 0) throw new TorchError("'inputs' argument to backward() cannot be empty.");
  const inputs = options.inputs ?? null;
  walk(list, seeds, options.retainGraph ?? options.createGraph ?? false, options.createGraph ?? false, inputs, inputs !== null, true);
}

/** `torch.autograd.grad`: the gradients of `inputs`, which the caller then owns; `.grad` stays as it is. */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly (Tensor | GradientEdge)[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const list = outputs instanceof Tensor ? [outputs] : outputs;
  const wanted = inputs instanceof Tensor ? [inputs] : inputs;
  const seeds = options.gradOutputs ?? list.map(() => null);
  const result = walk(
    list,
    seeds,
    options.retainGraph ?? options.createGraph ?? false,
    options.createGraph ?? false,
    wanted,
    false,
    options.allowUnused ?? false,
  );
  for (const g of result) if (g !== null) own(g);
  return result;
}

/** The walk's count of a result goes to the scope around the call, or to the caller where there is none. */
function own(g: Tensor): void {
  if (arena.depth === 0) return;
  if (g.inScope) g.release();
  else handOn(g);
}

function seedFor(root: Tensor, seed: Tensor | null, index: number): Tensor {
  if (seed === null) {
    if (root.numel !== 1) {
      throw new TorchError('grad can be implicitly created only for scalar outputs', 'RuntimeError', [
        `This tensor has shape ${tupleText(root.shape)}. Reduce it first (.sum() or .mean()), or pass gradient=.`,
      ]);
    }
    const one = Tensor.empty(root.shape, root.dtype, root.device);
    deviceOf(one).fill(one, 1);
    return one;
  }
  if (!sameShape(seed.shape, root.shape)) {
    throw new TorchError(
      `Mismatch in shape: grad_output[${index}] has a shape of torch.Size(${sizesText(seed.shape)}) and output[${index}] has a shape of torch.Size(${sizesText(root.shape)}).`,
    );
  }
  return seed;
}

function walk(
  roots: readonly Tensor[],
  seeds: readonly (Tensor | null)[],
  retainGraph: boolean,
  createGraph: boolean,
  inputs: readonly (Tensor | GradientEdge)[] | null,
  accumulateInputs: boolean,
  allowUnused: boolean,
): (Tensor | null)[] {
  const rootEdges: Edge[] = [];
  for (let i = 0; i < roots.length; i++) {
    const edge = gradientEdge(roots[i]);
    if (edge === null)
      throw new TorchError(`element ${i} of tensors does not require grad and does not have a grad_fn`, 'RuntimeError', [noGradHint]);
    rootEdges.push(edge);
  }
  const id = ++walks;
  const visited = level < levels.length ? levels[level] : [];
  running[level] = { id, chosen: inputs !== null };
  levels[level++] = visited;
  const enabled = gradMode.enabled;
  const plain = plainWalk.active;
  const mark = openScope();
  gradMode.enabled = createGraph;
  plainWalk.active = !createGraph;
  const captured: (Tensor | null)[] = [];
  if (inputs !== null) while (captured.length < inputs.length) captured.push(null);
  const observer = observation.observer;
  let started = false;
  try {
    for (const edge of rootEdges) edge.node.retain();
    const first: Tensor[] = [];
    for (let i = 0; i < roots.length; i++) first.push(seedFor(roots[i], seeds[i] ?? null, i));
    const wantedEdges = inputs === null ? null : inputs.map(wantedEdge);
    countDependencies(rootEdges, id, visited);
    if (wantedEdges !== null) markNeeded(wantedEdges, id, visited);
    started = true;
    if (observer !== null) observer.backwardStart(roots);
    for (let i = 0; i < rootEdges.length; i++) addTo(enter(rootEdges[i].node, id, visited), rootEdges[i].inputNr, first[i]);
    const queue = new ReadyQueue();
    for (let i = 0; i < rootEdges.length; i++) {
      const node = rootEdges[i].node;
      if ((node.work as Work).dependencies === 0 && firstOf(rootEdges, node) === i) queue.push(node);
    }
    while (queue.size > 0) step(queue.pop(), queue, retainGraph, createGraph, captured, inputs, accumulateInputs);
    if (inputs !== null && !accumulateInputs && !allowUnused) checkUsed(captured);
    return captured;
  } catch (error) {
    for (const g of captured) g?.release();
    throw error;
  } finally {
    gradMode.enabled = enabled;
    plainWalk.active = plain;
    level--;
    for (let i = 0; i < visited.length; i++) leave(visited[i]);
    visited.length = 0;
    closeScope(mark);
    for (const edge of rootEdges) edge.node.release();
    if (started && observer !== null) observer.backwardEnd();
  }
}

const noGradHint = 'Some tensor it is computed from must have requires_grad=True, and no torch.no_grad() or .detach() may stand between.';

function wantedEdge(input: Tensor | GradientEdge, index: number): { node: GradNode; inputNr: number } {
  if (!(input instanceof Tensor)) return input;
  const edge = gradientEdge(input);
  if (edge === null)
    throw new TorchError('One of the differentiated Tensors does not require grad', 'RuntimeError', [`It is number ${index} of inputs.`]);
  return edge;
}

function firstOf(edges: readonly Edge[], node: GradNode): number {
  let i = 0;
  while (edges[i].node !== node) i++;
  return i;
}

function checkUsed(captured: readonly (Tensor | null)[]): void {
  const at = captured.indexOf(null);
  if (at < 0) return;
  throw new TorchError(
    `The differentiated Tensor at index ${at} appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.`,
  );
}

/** How many gradients each node waits for. */
function countDependencies(roots: readonly Edge[], id: number, visited: GradNode[]): void {
  for (const root of roots) enter(root.node, id, visited);
  for (let i = 0; i < visited.length; i++) {
    const next = visited[i].next;
    for (let j = 0; j < next.length; j++) {
      const edge = next[j];
      if (edge !== null) enter(edge.node, id, visited).dependencies++;
    }
  }
}

/** Only nodes on the way to a wanted input are run. */
function markNeeded(wanted: readonly { node: GradNode; inputNr: number }[], id: number, visited: GradNode[]): void {
  for (const node of visited) (node.work as Work).needed = false;
  wanted.forEach((edge, index) => {
    const work = enter(edge.node, id, visited);
    (work.captures ??= []).push({ index, inputNr: edge.inputNr });
  });
  // Children come before parents in sequence, AccumulateGrads aside; a fixpoint from the wanted ones upwards.
  const parents = new Map<GradNode, GradNode[]>();
  for (const node of visited)
    for (const edge of node.next) {
      if (edge === null) continue;
      const known = parents.get(edge.node);
      if (known === undefined) parents.set(edge.node, [node]);
      else known.push(node);
    }
  const stack = wanted.map((edge) => edge.node);
  const seen = new Set<GradNode>(stack);
  while (stack.length > 0) {
    const node = stack.pop() as GradNode;
    for (const parent of parents.get(node) ?? []) {
      (parent.work as Work).needed = true;
      if (!seen.has(parent)) {
        seen.add(parent);
        stack.push(parent);
      }
    }
  }
}

/** Adds a gradient to a node's input buffer, which holds one count of it. */
function addTo(work: Work, inputNr: number, g: Tensor): void {
  const grads = work.grads;
  while (grads.length <= inputNr) grads.push(null);
  const before = grads[inputNr];
  if (before === null) grads[inputNr] = g.retain();
  else {
    const sum = ops.add(before, g) as Tensor;
    grads[inputNr] = sum.retain();
    before.release();
  }
}

function step(
  node: GradNode,
  queue: ReadyQueue,
  retainGraph: boolean,
  createGraph: boolean,
  captured: (Tensor | null)[],
  inputs: readonly (Tensor | GradientEdge)[] | null,
  accumulateInputs: boolean,
): void {
  const work = node.work as Work;
  const grads = work.grads;
  if (node.accumulates && work.captures === null && node.tensorHooks === null && node.retained === null) {
    const g = grads[0];
    if (inputs !== null || g === null) return;
    grads[0] = null;
    accumulateLeaf(node as AccumulateGrad, g, createGraph);
    return;
  }
  const mark = openScope();
  try {
    if (node.tensorHooks !== null) runHooks(node, grads);
    if (node.retained !== null) {
      for (let i = 0; i < node.retained.length; i++) {
        const tensor = node.retained[i];
        const g = grads[i];
        if (tensor && g) addRetained(tensor, g);
      }
    }
    if (work.captures !== null) {
      for (const capture of work.captures) {
        const g = grads[capture.inputNr] ?? null;
        if (accumulateInputs) {
          if (!(node instanceof AccumulateGrad) && g !== null && inputs !== null)
            accumulate(inputs[capture.index] as Tensor, g.retain(), createGraph);
        } else if (g !== null) {
          captured[capture.index]?.release();
          captured[capture.index] = leafHooked(node, g).retain();
        }
      }
    }
    if (node.accumulates) {
      if (inputs === null || (accumulateInputs && work.captures !== null)) {
        const g = grads[0];
        if (g !== null) {
          grads[0] = null;
          accumulateLeaf(node as AccumulateGrad, g, createGraph);
        }
      }
      return;
    }
    if (!work.needed) return;
    if (node.preHooks !== null) runPreHooks(node, grads);
    let outgoing = anomaly.active ? watched(node, () => applied(node, grads)) : applied(node, grads);
    const next = node.next;
    if (node.postHooks !== null) outgoing = runPostHooks(node, outgoing, grads);
    for (let i = 0; i < next.length; i++) {
      const edge = next[i];
      const g = outgoing[i] ?? null;
      if (edge === null || g === null) continue;
      outgoing[i] = fitted(g, node, edge.node, edge.inputNr, i);
    }
    const observer = observation.observer;
    if (observer !== null) observer.backwardNode(node, grads, outgoing);
    for (let i = 0; i < next.length; i++) {
      const edge = next[i];
      if (edge === null) continue;
      const child = edge.node.work as Work;
      const g = outgoing[i] ?? null;
      if (g !== null) addTo(child, edge.inputNr, g);
      if (--child.dependencies === 0 && (child.needed || child.captures !== null)) queue.push(edge.node);
    }
    if (!retainGraph) node.freeSaved();
  } finally {
    for (let i = 0; i < grads.length; i++) {
      const g = grads[i];
      if (g !== null) {
        grads[i] = null;
        g.release();
      }
    }
    closeScope(mark);
  }
}

/** What a custom function made outside every scope (in Python) goes to the walk's. */
function applied(node: GradNode, grads: (Tensor | null)[]): (Tensor | null)[] {
  if (!node.ownsResults) return node.apply(grads);
  const results = outsideScopes(() => node.apply(grads));
  for (const g of results) {
    if (g === null) continue;
    if (g.inScope) g.release();
    else handOn(g);
  }
  return results;
}

function addRetained(tensor: Tensor, g: Tensor): void {
  const before = tensor.grad;
  if (before === null) tensor.grad = g;
  else tensor.grad = ops.add(before, g) as Tensor;
}

/** Takes over the walk's count of `g`. */
function accumulateLeaf(node: AccumulateGrad, g: Tensor, createGraph: boolean): void {
  const variable = node.variable;
  const extras = variable.extras;
  let value = g;
  try {
    if (extras !== null && extras.hooks.length > 0) value = leafHooked(node, g);
    if (value !== g) {
      value.retain();
      g.release();
    }
    if (node.preHooks !== null) {
      const grads: (Tensor | null)[] = [value];
      runPreHooks(node, grads);
      if (grads[0] === null) return;
      value = grads[0];
    }
  } catch (error) {
    // A hook that raises: the walk's count was taken over, so it is given back here.
    value.release();
    throw error;
  }
  const shown = node.postHooks === null ? null : value.retain();
  accumulate(variable, value, createGraph);
  if (shown !== null) {
    runPostHooks(node, [], [shown]);
    shown.release();
  }
  const observer = observation.observer;
  if (observer !== null) observer.backwardNode(node, [variable.grad], []);
  if (extras !== null) for (const hook of [...extras.postAccumulate]) outsideScopes(() => hook(variable));
}
