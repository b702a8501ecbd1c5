// Elements of a drawing as DOM nodes. The only place that turns El into something on screen.
import type { El } from '../graph/el.ts';

const SVG = 'http://www.w3.org/2000/svg';

export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attrs: Readonly<Record<string, string | number>> = {},
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attrs)) element.setAttribute(name, String(value));
  return element;
}

export function toDom(el: El): SVGElement {
  const element = document.createElementNS(SVG, el.tag);
  for (const name of Object.keys(el.attrs)) element.setAttribute(name, String(el.attrs[name]));
  for (const child of el.children) element.append(typeof child === 'string' ? child : toDom(child));
  return element;
}

export function fill(group: SVGElement, els: readonly El[]): void {
  group.replaceChildren(...els.map(toDom));
}
