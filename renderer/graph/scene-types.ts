// The Scene: boxes, routes and labels, ready to draw, in graph pixels (coordinates rounded to 0.01). No DOM, no theme, no values.
import type { NodeKind, Site } from '../../core/index.ts';

export type ViewKind = 'autograd' | 'paired';

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** One half of a paired box, or the whole of a single one. */
export interface Face {
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** As torch shows it: `(16, 1)`; '' if none. */
  readonly shape: string;
  readonly box: Box;
}

export type SceneRole = 'op' | 'parameter' | 'function' | 'accumulate' | 'leaf' | 'saved' | 'input' | 'output' | 'base' | 'scope';

export interface SceneNode {
  /** Id of the first face's graph node, or of the folded scope (`scope:model/0`). */
  readonly id: string;
  readonly box: Box;
  readonly role: SceneRole;
  readonly faces: readonly Face[];
  /** The innermost scope it belongs to, drawn as a region or not; of a folded scope its own id. */
  readonly scope: string;
  /** A folded scope's name and label; of other nodes ''. */
  readonly title: string;
  readonly label: string;
  readonly site: Site | null;
  /** A folded scope: how many nodes it holds. */
  readonly folded: number | null;
  readonly error: string | null;
}

export interface Crossing extends Point {
  readonly region: string;
  /** The direction of this edge there. */
  readonly upright: boolean;
}

export interface SceneEdge {
  readonly id: string;
  readonly kind: 'value' | 'gradient' | 'saved' | 'view';
  /** Ids of scene nodes. */
  readonly from: string;
  readonly to: string;
  /** Graph edges it stands for; more than one where folding joined them. */
  readonly graphEdges: readonly string[];
  /** Orthogonal polyline from `from` to `to`; corners are rounded when drawn. */
  readonly route: readonly Point[];
  /** Which end wears the arrow head. In the autograd view arrows go input to output, against the gradient. */
  readonly arrow: 'from' | 'to' | 'none';
  /** A connection that skips over others: drawn heavier. */
  readonly skip: boolean;
  /** Leads into an op that failed. */
  readonly failed: boolean;
  /** Points where it passes over an edge drawn before it, each with the region behind it ('' for the canvas). */
  readonly crossings: readonly Crossing[];
  /** Where a tag may stand beside the edge: the left end of its baseline. */
  readonly tag: Point | null;
}

/** An open module scope, drawn behind its nodes. */
export interface Region {
  /** The scope's id. */
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly box: Box;
  readonly depth: number;
}

export interface Scene {
  readonly view: ViewKind;
  readonly graphHash: string;
  readonly width: number;
  readonly height: number;
  readonly regions: readonly Region[];
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
}
