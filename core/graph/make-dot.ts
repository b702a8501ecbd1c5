// torchviz 0.0.3's make_dot over grad_fn nodes: same nodes, labels, colours, edges and order, as DOT text.
// Source: torchviz/dot.py (MIT) and graphviz 0.21's quoting. Ids are n0, n1, … by first appearance.
import type { GradNode } from '../tensor/grad-node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { attributeRows, isTensor } from './attributes.ts';
import { variableOf } from './step-state.ts';

export interface DotOptions {
  readonly showAttrs: boolean;
  readonly showSaved: boolean;
  readonly maxAttrChars: number;
}

export const defaultDotOptions: DotOptions = { showAttrs: false, showSaved: false, maxAttrChars: 50 };

/** `(80, 1)`, `(1)`, `()`. */
const sizeText = (shape: readonly number[]): string => `(${shape.join(', ')})`;

const identifier = /^([a-zA-Z_\u0080-\uffff][a-zA-Z0-9_\u0080-\uffff]*|-?(\.[0-9]+|[0-9]+(\.[0-9]*)?))$/;
const keyword = /^(node|edge|graph|digraph|subgraph|strict)$/i;
const html = /^\s*<[\s\S]*>\s*$/;

/** A DOT id as graphviz's `quote`. */
export function quoteDot(text: string): string {
  if (html.test(text)) return text;
  if (identifier.test(text) && !keyword.test(text)) return text;
  return `"${text.replace(/\\*"/g, (match) => (match.length % 2 === 1 ? `\\${match}` : match))}"`;
}

/** The label of a backward function, with its attributes in two columns when asked for: torchviz's `get_fn_name`. */
export function functionLabel(name: string, rows: readonly (readonly [string, string])[], maxAttrChars: number): string {
  if (rows.length === 0) return name;
  // Python counts code points.
  const length = (text: string) => Array.from(text).length;
  const first = Math.max(...rows.map(([key]) => length(key)));
  const second = Math.min(Math.max(...rows.map(([, text]) => length(text))), Math.max(maxAttrChars, 3));
  const cut = (text: string) =>
    length(text) > second
      ? `${Array.from(text)
          .slice(0, sliceEnd(second - 3))
          .join('')}...`
      : text;
  const lines = rows.map(([key, text]) => `${key}${' '.repeat(first - length(key))}: ${cut(text).padStart(second)}`);
  return `${name}\n${'-'.repeat(Math.max(first + second + 2, length(name)))}\n${lines.join('\n')}`;
}

/** Python's `s[:n]` with n of at least 0 here. */
const sliceEnd = (n: number): number => Math.max(0, n);

class DotText {
  readonly body: string[] = [];
  readonly #ids = new Map<object, string>();

  #id(thing: object): string {
    let id = this.#ids.get(thing);
    if (id === undefined) {
      id = `n${this.#ids.size}`;
      this.#ids.set(thing, id);
    }
    return id;
  }

  node(thing: object, label: string, fill: string | null): void {
    this.body.push(`\t${this.#id(thing)} [label=${quoteDot(label)}${fill === null ? '' : ` fillcolor=${fill}`}]\n`);
  }

  edge(from: object, to: object, attribute = ''): void {
    const tail = this.#id(from);
    this.body.push(`\t${tail} -> ${this.#id(to)}${attribute === '' ? '' : ` [${attribute}]`}\n`);
  }
}

/** DOT of everything that leads to `roots`. `params` names leaves; null names none. */
export function drawDot(roots: readonly Tensor[], params: ReadonlyMap<Tensor, string> | null, options: DotOptions): string {
  const dot = new DotText();
  const seen = new Set<object>();
  const tensorLabel = (t: Tensor, name = ''): string => `${name || (params?.get(t) ?? '')}\n ${sizeText(t.shape)}`;

  const addSaved = (fn: GradNode): void => {
    for (const [key, value] of fn.attributes()) {
      if (isTensor(value)) {
        seen.add(value);
        dot.edge(fn, value, 'dir=none');
        dot.node(value, tensorLabel(value, key), 'orange');
      } else if (Array.isArray(value)) {
        value.forEach((t: unknown, i) => {
          if (!isTensor(t)) return;
          dot.edge(fn, t, 'dir=none');
          dot.node(t, tensorLabel(t, `${key}[${i}]`), 'orange');
        });
      }
    }
  };

  // torchviz recurses; a stack of what is left of each node keeps long chains from overflowing ours.
  const addFunctions = (start: GradNode): void => {
    const open: { fn: GradNode; at: number }[] = [];
    const enter = (fn: GradNode): void => {
      if (seen.has(fn)) return;
      seen.add(fn);
      if (options.showSaved) addSaved(fn);
      const variable = variableOf(fn);
      if (variable !== undefined) {
        seen.add(variable);
        dot.node(variable, tensorLabel(variable), 'lightblue');
        dot.edge(variable, fn);
      }
      dot.node(fn, options.showAttrs ? functionLabel(fn.name, attributeRows(fn), options.maxAttrChars) : fn.name, null);
      open.push({ fn, at: 0 });
    };
    enter(start);
    while (open.length > 0) {
      const top = open[open.length - 1];
      if (top.at < top.fn.next.length) {
        const next = top.fn.next[top.at++];
        if (next === null) continue;
        dot.edge(next.node, top.fn);
        enter(next.node);
        continue;
      }
      open.pop();
      for (const t of customSaved(top.fn)) {
        seen.add(t);
        dot.edge(t, top.fn, 'dir=none');
        dot.node(t, tensorLabel(t), 'orange');
      }
    }
  };

  const addTensor = (t: Tensor, colour: string): void => {
    if (seen.has(t)) return;
    seen.add(t);
    dot.node(t, tensorLabel(t), colour);
    const made = t.gradFn;
    if (made !== null) {
      addFunctions(made);
      dot.edge(made, t);
    }
    if (t.base !== null) {
      addTensor(t.base, 'darkolivegreen3');
      dot.edge(t.base, t, 'style=dotted');
    }
  };
  for (const root of roots) addTensor(root, 'darkolivegreen1');

  const size = sizeOf(dot.body.length);
  return `digraph {\n\tgraph [size="${size},${size}"]\n\tnode [align=left fontname=monospace fontsize=10 height=0.2 ranksep=0.1 shape=box style=filled]\n${dot.body.join('')}}\n`;
}

/** torchviz's resize_graph: 0.15 in per statement, at least 12, as Python prints a float. */
export function sizeOf(statements: number): string {
  const size = statements * 0.15;
  if (size <= 12) return '12';
  return Number.isInteger(size) ? `${size}.0` : String(size);
}

/** Tensors a custom autograd.Function saved; torchviz always draws those. */
function customSaved(fn: GradNode): readonly Tensor[] {
  const custom = fn as GradNode & { savedForUse?: () => readonly (Tensor | null)[] };
  return custom.savedForUse?.().filter((t): t is Tensor => t !== null) ?? [];
}
