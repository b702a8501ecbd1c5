// The tree of module scopes: ancestors, folds, and which open scopes are worth a region of their own.
import type { Scope } from '../../core/index.ts';
import type { OutlineBox, OutlineRegion } from './outline-types.ts';

export interface ScopeTree {
  readonly scopes: readonly Scope[];
  get(id: string): Scope;
  /** The id itself where the Graph lists it, '' where not: what a recording says is not trusted. */
  known(id: string): string;
  parent(id: string): string;
  /** From the scope itself outwards, '' not included. */
  path(id: string): string[];
  /** The innermost scope that holds both, '' if none. */
  common(a: string, b: string): string;
  /** The outermost of the scope and its ancestors that is in `set`, null if none. */
  outermost(id: string, set: ReadonlySet<string>): string | null;
  /** The innermost of the scope and its ancestors that is in `set`, '' if none. */
  nearest(id: string, set: ReadonlySet<string>): string;
}

export function scopeTree(scopes: readonly Scope[]): ScopeTree {
  const byId = new Map(scopes.map((scope) => [scope.id, scope]));
  const path = (id: string): string[] => {
    const result: string[] = [];
    for (let scope = byId.get(id); scope !== undefined && !result.includes(scope.id); scope = byId.get(scope.parent)) result.push(scope.id);
    return result;
  };
  return {
    scopes,
    get: (id) => byId.get(id) as Scope,
    known: (id) => (byId.has(id) ? id : ''),
    parent: (id) => path(id)[1] ?? '',
    path,
    common(a, b) {
      const other = new Set(path(b));
      return path(a).find((id) => other.has(id)) ?? '';
    },
    outermost: (id, set) => path(id).findLast((scope) => set.has(scope)) ?? null,
    nearest: (id, set) => path(id).find((scope) => set.has(scope)) ?? '',
  };
}

/**
 * Open scopes drawn as regions. Not drawn: a scope around a single box (a region says nothing there), a scope that only wraps
 * another region, and the root module where it is the only large one (it would frame the whole picture).
 */
export function openRegions(tree: ScopeTree, boxes: readonly OutlineBox[]): OutlineRegion[] {
  const held = new Map<string, number>();
  for (const box of boxes) {
    if (box.role === 'input' || box.role === 'output') continue;
    for (const id of tree.path(box.role === 'scope' ? tree.parent(box.scope) : box.scope)) held.set(id, (held.get(id) ?? 0) + 1);
  }
  const large = tree.scopes.filter((scope) => (held.get(scope.id) ?? 0) > 1);
  const roots = large.filter((scope) => tree.parent(scope.id) === '');
  const drawn = large.filter((scope) => {
    const children = tree.scopes.filter((child) => tree.parent(child.id) === scope.id);
    if (roots.length === 1 && roots[0] === scope && children.length > 0) return false;
    return !children.some((child) => held.get(child.id) === held.get(scope.id));
  });
  const ids = new Set(drawn.map((scope) => scope.id));
  return drawn.map((scope) => ({
    id: scope.id,
    parent: tree.nearest(tree.parent(scope.id), ids),
    name: scope.name === '' ? scope.type : scope.name,
    label: scope.name === '' ? '' : scope.label || scope.type,
    depth: tree.path(scope.id).filter((id) => ids.has(id)).length - 1,
  }));
}
