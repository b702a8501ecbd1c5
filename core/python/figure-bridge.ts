// The function our pyplot calls: a figure's JSON in, its SVG out. It knows no session; showing is the runtime's `display`.
import { figureSvg } from './figure.ts';
import type { FigureSpec } from './figure-spec.ts';

/** For the `_nabla` module. */
export function figureBridge(): Record<string, (...values: never[]) => unknown> {
  return { figure_svg: (json: string) => figureSvg(JSON.parse(json) as FigureSpec) };
}
