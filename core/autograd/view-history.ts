// Views and in-place changes: what a view's base is, and how histories of base and views are rewritten (CopySlices, AsStridedBackward0).

import { type Edge, GradNode } from '../tensor/grad-node.ts';
import { inferenceMode } from '../tensor/storage.ts';
import { type Tensor, viewHistory } from '../tensor/tensor.ts';
import { gradMode } from './modes.ts';
import { formulaOps, gradientEdge } from './node.ts';

/** Notes that `view` was made from `source` by a view op. */
export function linkView(source: Tensor, view: Tensor, multiple: boolean): void {
  const base = source.base ?? source;
  view.base = base.retain();
  view.viewVersion = view.storage.version;
  view.viewKind = !gradMode.enabled
    ? inferenceMode.active
      ? 'inference'
      : 'noGrad'
    : multiple
      ? 'multiple'
      : source.base !== null && source.viewKind !== 'default'
        ? source.viewKind
        : 'default';
}

interface Geometry {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

function geometry(t: Tensor): Geometry {
  return { shape: t.shape, strides: t.strides, offset: t.offset };
}

/** The history a view gets when its base was changed in place: as if cut out of the base by `as_strided`. */
class AsStridedNode extends GradNode {
  readonly view: Geometry;
  readonly base: Geometry;

  constructor(view: Tensor, base: Tensor) {
    super('AsStridedBackward0', 'as_strided');
    this.view = geometry(view);
    this.base = geometry(base);
    this.connect([gradientEdge(base)]);
    this.outputs = [{ shape: view.shape, dtype: view.dtype, device: view.device }];
  }

  apply(incoming: (Tensor | null)[]): (Tensor | null)[] {
    const g = incoming[0];
    if (g === null) return [null];
    const { F } = formulaOps;
    return [
      F.as_strided_scatter(
        F.zeros(this.base.shape, { dtype: g.dtype, device: g.device }),
        g,
        this.view.shape,
        this.view.strides,
        this.view.offset - this.base.offset,
      ),
    ];
  }

  override attributes(): [string, string][] {
    const tuple = (v: readonly number[]): string => (v.length === 1 ? `(${v[0]},)` : `(${v.join(', ')})`);
    return [
      ['size', tuple(this.view.shape)],
      ['storage_offset', String(this.view.offset)],
      ['stride', tuple(this.view.strides)],
    ];
  }
}

/** The base's new history after a view of it was changed by `fn`: the rest passes through, the slice goes through `fn`. */
class CopySlices extends GradNode {
  readonly view: Geometry;
  readonly base: Geometry;
  readonly fn: GradNode;

  constructor(view: Tensor, base: Tensor, fn: GradNode, edges: readonly (Edge | null)[]) {
    super('CopySlices', 'copy_slices');
    this.view = geometry(view);
    this.base = geometry(base);
    this.fn = fn.retain();
    this.connect(edges);
    this.outputs = [{ shape: base.shape, dtype: base.dtype, device: base.device }];
  }

  apply(incoming: (Tensor | null)[]): (Tensor | null)[] {
    const g = incoming[0];
    if (g === null) return this.next.map(() => null);
    const { F } = formulaOps;
    const { shape, strides } = this.view;
    const offset = this.view.offset - this.base.offset;
    const slice = F.clone(F.as_strided(F.contiguous(g), shape, strides, offset));
    const inner = this.fn.apply([slice]);
    const first = inner[0] ?? F.zeros(shape, { dtype: g.dtype, device: g.device });
    return [this.next[0] === null ? null : F.as_strided_scatter(g, reduced(first, shape), shape, strides, offset), ...inner.slice(1)];
  }

  override freeSaved(): void {
    this.fn.freeSaved();
    super.freeSaved();
  }

  protected override dispose(): void {
    this.fn.release();
    super.dispose();
  }
}

function reduced(g: Tensor, shape: readonly number[]): Tensor {
  return g.shape.length === shape.length && g.shape.every((size, i) => size === shape[i]) ? g : formulaOps.F.sum_to_size(g, shape);
}

/** `self` was changed by `node` (whose first edge is self's old history): rewrites the history of self, or of its base. */
export function rebase(self: Tensor, node: GradNode): void {
  const base = self.base;
  if (base === null) {
    moveRetained(self, node);
    self.setHistory(node, 0);
    return;
  }
  const edges = [gradientEdge(base), ...node.next.slice(1)];
  const slices = new CopySlices(self, base, node, edges);
  base.setHistory(slices, 0);
  regenerate(self);
}

/** `retain_grad` follows the tensor to its new history. */
function moveRetained(self: Tensor, node: GradNode): void {
  const old = self.node;
  if (old?.retained?.[self.outputNr] === self) {
    old.retained[self.outputNr] = null;
    node.retained = [self];
  }
}

function regenerate(view: Tensor): void {
  const base = view.base as Tensor;
  if (view.node === null && !base.requiresGrad) {
    view.viewVersion = view.storage.version;
    return;
  }
  view.viewVersion = view.storage.version;
  if (!base.requiresGrad) return;
  view.setHistory(new AsStridedNode(view, base), 0);
}

viewHistory.regenerate = regenerate;
