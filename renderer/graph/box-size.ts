// How large each kind of box is: the design sheet's sizes, widened where a name or shape needs more. Nothing is ever cut.
import { faceWidth, fitsOneLine, fontSize, isTrivial, metrics, rowWidth } from './metrics.ts';
import type { OutlineFace } from './outline-types.ts';
import type { SceneRole, ViewKind } from './scene-types.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** AccumulateGrad and the backward face of a trivial op are set small: they are seldom what one looks for. */
export const isQuiet = (face: Pick<OutlineFace, 'kind' | 'name'>, first: string): boolean =>
  face.kind === 'backward' && (face.name === 'AccumulateGrad' || isTrivial(first));

const lines = (face: OutlineFace): (readonly [string, number])[] => [
  [face.name, isQuiet(face, '') ? fontSize.shape : fontSize.name],
  [face.shape, fontSize.shape],
];

/** Name and shape share the first line of a low box. */
const lowWidth = (face: OutlineFace): number => rowWidth(face.name, fontSize.name, face.shape) - 4;

function pairedSize(faces: readonly OutlineFace[], base: Size, widths: readonly number[]): Size {
  const face = Math.max(base.width / faces.length, ...widths);
  return { width: face * faces.length, height: base.height };
}

/** An op that failed: its text stands on a plate inside the hatching. */
export const errorSize = (face: OutlineFace): Size => ({
  width: Math.max(
    metrics.paired.width,
    faceWidth([
      [face.name, fontSize.name],
      [face.shape, fontSize.shape],
    ]) + 24,
  ),
  height: metrics.paired.height,
});

/** Size of a box in graph pixels; `docked` leaves and saved tensors get the low, narrow form. */
export function boxSize(role: SceneRole, faces: readonly OutlineFace[], view: ViewKind, docked = false, title = '', label = ''): Size {
  const [face] = faces;
  switch (role) {
    case 'op': {
      if (isTrivial(face.name)) {
        const width = faces.length === 2 ? metrics.trivial.width : metrics.trivial.width / 2;
        return pairedSize(faces, { width, height: metrics.trivial.height }, [
          lowWidth(face),
          ...faces.slice(1).map((f) => faceWidth(lines(f))),
        ]);
      }
      const base = faces.length === 2 ? metrics.paired : metrics.single;
      const { width } = pairedSize(
        faces,
        base,
        faces.map((f) => faceWidth(lines(f))),
      );
      const stacked = faces[0].many && !fitsOneLine(face.name, face.shape, width / faces.length);
      return { width, height: stacked ? base.tensorHeight : base.height };
    }
    case 'parameter': {
      const width = faces.length === 2 ? metrics.parameter.width : metrics.parameter.width / 2;
      return pairedSize(
        faces,
        { width, height: metrics.parameter.height },
        faces.map((f) => faceWidth(lines(f))),
      );
    }
    case 'input':
      return { width: Math.max(metrics.input.width, faceWidth(lines(face))), height: metrics.input.height };
    case 'output':
      if (view === 'autograd')
        return {
          width: Math.max(metrics.function.width, rowWidth(face.name, fontSize.name, face.shape) + 72),
          height: metrics.function.height,
        };
      return { width: Math.max(metrics.output.width, rowWidth(face.name, fontSize.name, face.shape) + 72), height: metrics.output.height };
    case 'scope':
      return {
        width: Math.max(metrics.scope.width, faceWidth([[title, fontSize.name]]) + 24, faceWidth([[label, fontSize.shape]]) + 72),
        height: metrics.scope.height,
      };
    case 'leaf':
      return docked
        ? { width: Math.max(metrics.leaf.width, rowWidth(face.name, fontSize.shape, face.shape)), height: metrics.leaf.height }
        : { width: Math.max(metrics.function.width, rowWidth(face.name, fontSize.name, face.shape)), height: metrics.function.height };
    case 'accumulate':
      return docked
        ? { width: Math.max(metrics.accumulate.width, faceWidth([[face.name, fontSize.shape]])), height: metrics.accumulate.height }
        : { width: Math.max(metrics.function.width, faceWidth([[face.name, fontSize.name]])), height: metrics.function.height };
    case 'saved':
      return { width: Math.max(metrics.saved.width, rowWidth(face.name, fontSize.shape, face.shape)), height: metrics.saved.height };
    case 'function':
      return { width: Math.max(metrics.function.width, faceWidth([[face.name, fontSize.name]])), height: metrics.function.height };
    default:
      return { width: Math.max(metrics.function.width, rowWidth(face.name, fontSize.name, face.shape)), height: metrics.function.height };
  }
}
