// What a run printed and showed below its cells, as the recording keeps it. Read back, nothing of it is trusted.
import type { DotCall } from './graph.ts';
import { GraphFormatError, parseGraph } from './parse-graph.ts';

/** Text of many prints joined; or what a cell shows besides: the last expression's text, a figure's SVG, a make_dot call. */
export type ShownOutput =
  | { readonly type: 'output'; readonly cell: number; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly type: 'display';
      readonly cell: number;
      readonly text: string | null;
      readonly svg: string | null;
      readonly dot: DotCall | null;
    };

type Loose = Record<string, unknown>;
const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null;

/** Throws `GraphFormatError` where a field is missing or of another kind. */
export function parseShownOutput(value: unknown): ShownOutput {
  if (!isObject(value) || !isWhole(value.cell)) throw new GraphFormatError('an output names no cell');
  const { type, cell, text, stream, svg, dot } = value;
  if (type === 'output' && isText(text) && (stream === 'stdout' || stream === 'stderr')) return { type, cell, stream, text };
  if (type === 'display' && (text === null || isText(text)) && (svg === null || isText(svg)))
    return { type, cell, text, svg, dot: dot === null ? null : parseDotCall(dot) };
  throw new GraphFormatError(`an output of cell ${cell} is neither text nor a display`);
}

function parseDotCall(value: unknown): DotCall {
  const options = isObject(value) ? value.options : null;
  const site = isObject(value) ? value.site : null;
  if (!isObject(value) || !isText(value.dot) || !isObject(options) || !isObject(site) || !isWhole(site.cell) || !isWhole(site.line))
    throw new GraphFormatError('a make_dot call is incomplete');
  return {
    dot: value.dot,
    graph: parseGraph(value.graph),
    options: {
      showAttrs: options.showAttrs === true,
      showSaved: options.showSaved === true,
      maxAttrChars: isWhole(options.maxAttrChars) ? options.maxAttrChars : 50,
      params: options.params === true,
    },
    site: { cell: site.cell, line: site.line },
  };
}
