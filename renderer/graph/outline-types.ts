// The Outline: which boxes a view of a Graph has, how large, and which edges join them. No positions, no values.
import type { NodeKind, Site } from '../../core/index.ts';
import type { SceneEdge, SceneRole, ViewKind } from './scene-types.ts';

export interface OutlineFace {
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly name: string;
  readonly shape: string;
  /** Holds more than one number: shown as a strip with its range. */
  readonly many: boolean;
}

/** A box that hangs beside its host (leaves at the left, saved tensors at the right) instead of taking part in the layering. */
export interface Dock {
  readonly host: string;
  readonly side: 'left' | 'right';
  /** Column counted from the host outwards, row from the top. */
  readonly column: number;
  readonly row: number;
  /** How many rows its column has. */
  readonly rows: number;
}

export interface OutlineBox {
  readonly id: string;
  readonly role: SceneRole;
  readonly faces: readonly OutlineFace[];
  readonly scope: string;
  /** Innermost region it is drawn in, '' outside of all. */
  readonly region: string;
  readonly title: string;
  readonly label: string;
  readonly site: Site | null;
  readonly folded: number | null;
  readonly error: string | null;
  readonly width: number;
  readonly height: number;
  readonly dock: Dock | null;
}

export interface OutlineEdge {
  readonly id: string;
  readonly kind: SceneEdge['kind'];
  readonly from: string;
  readonly to: string;
  readonly graphEdges: readonly string[];
  readonly arrow: SceneEdge['arrow'];
  /** Lowest argument position (value) or `next` slot (gradient) among the edges it stands for: orders the ports. */
  readonly order: number;
  /** Joins two boxes that a longer way joins too. */
  readonly skip: boolean;
}

export interface OutlineRegion {
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  readonly label: string;
  readonly depth: number;
}

export interface Outline {
  readonly view: ViewKind;
  readonly graphHash: string;
  readonly boxes: readonly OutlineBox[];
  readonly edges: readonly OutlineEdge[];
  readonly regions: readonly OutlineRegion[];
}

export interface OutlineOptions {
  readonly view: ViewKind;
  /** Ids of folded scopes. */
  readonly folded: ReadonlySet<string>;
  /** Autograd view: draw the tensors kept for backward. */
  readonly showSaved: boolean;
}

/** Layout runs from inputs to outputs: gradient edges are laid out against their own direction. */
export const upperEnd = (edge: OutlineEdge): string => (edge.kind === 'gradient' ? edge.to : edge.from);
export const lowerEnd = (edge: OutlineEdge): string => (edge.kind === 'gradient' ? edge.from : edge.to);
