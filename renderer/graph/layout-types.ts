// The Layout: where the boxes, regions and routes of an Outline lie, in graph pixels. The same value from either layouter.
import type { Box, Point } from './scene-types.ts';

export interface Layout {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly regions: ReadonlyMap<string, Box>;
  /** Orthogonal, from the edge's `from` to its `to`. */
  readonly routes: ReadonlyMap<string, readonly Point[]>;
  readonly engine: 'elk' | 'layered';
}

/** The little of elkjs the layout needs; Node hands in the bundled one, the window one that runs in a worker. */
export interface ElkEngine {
  layout(graph: ElkNode): Promise<ElkNode>;
}

export interface ElkNode {
  id: string;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  layoutOptions?: Record<string, string>;
  ports?: { id: string; x: number; y: number; width: number; height: number; layoutOptions: Record<string, string> }[];
  children?: ElkNode[];
  edges?: ElkEdge[];
}

export interface ElkEdge {
  id: string;
  sources: string[];
  targets: string[];
  layoutOptions?: Record<string, string>;
  sections?: { startPoint: Point; endPoint: Point; bendPoints?: Point[] }[];
}
