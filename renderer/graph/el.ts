// A drawing as plain data: elements with attributes and children. svg.ts writes it as text, the explorer makes DOM nodes of it.

export interface El {
  readonly tag: string;
  readonly attrs: Readonly<Record<string, string | number>>;
  readonly children: readonly (El | string)[];
}

export const el = (tag: string, attrs: El['attrs'], ...children: readonly (El | string)[]): El => ({ tag, attrs, children });
