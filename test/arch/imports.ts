// Reads what a source file imports and holds it against the layers. Knows nothing of what the files do.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { contracts, layers, meetings, outside } from './layers.ts';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function sourceFiles(...folders: string[]): string[] {
  const found: string[] = [];
  const visit = (at: string) => {
    if (!existsSync(at)) return;
    if (statSync(at).isFile()) {
      if (/\.tsx?$/.test(at)) found.push(relative(root, at).split(sep).join('/'));
      return;
    }
    for (const name of readdirSync(at)) if (name !== 'node_modules' && !name.startsWith('.')) visit(join(at, name));
  };
  for (const folder of folders) visit(join(root, folder));
  return found.sort();
}

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

export interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

/** Every import of a file: static, dynamic, re-exports, `import('…')` types. */
export function importsOf(path: string, text: string): Import[] {
  const all = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
  const typeOnly = new Set<string>();
  const valued = new Set<string>();
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  for (const statement of file.statements) {
    if ((!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) || !statement.moduleSpecifier) continue;
    const specifier = (statement.moduleSpecifier as ts.StringLiteral).text;
    (isTypeOnly(statement) ? typeOnly : valued).add(specifier);
  }
  return [...new Set(all)].map((specifier) => ({ specifier, isTypeOnly: typeOnly.has(specifier) && !valued.has(specifier) }));
}

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const clause = statement.importClause;
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return !clause.name && named !== undefined && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly);
}

/** Where a relative import leads, from the root; null for packages. */
export function resolved(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), specifier.replace(/\?.*$/, ''))) : null;
}

const isIn = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

function layerOf(path: string): { place: string; height: number } | null {
  for (let height = 0; height < layers.length; height++) {
    for (const place of layers[height]) if (isIn(path, place)) return { place, height };
  }
  return null;
}

/** What the engine shows the outside, and what its helper threads run. */
const doors = ['core/index.ts', 'core/thread.ts'];

/** What is wrong with one import, null if nothing. */
export function violation(path: string, { specifier, isTypeOnly }: Import): string | null {
  const target = resolved(path, specifier);
  if (target === null) return null;
  const says = (why: string) => `${path} imports ${target}: ${why}`;
  if (!/\.[a-z]+$/.test(target)) return says('relative imports name their file with its extension');
  if (isTypeOnly && contracts.includes(target)) return null;
  if (isIn(path, 'electron')) {
    if (isIn(target, 'electron')) return null;
    return outside.electron.some((place) => isIn(target, place)) ? null : says(`electron may import only ${outside.electron.join(', ')}`);
  }
  if (isIn(target, 'electron')) return says('only types of electron/host.ts may be imported');
  const from = layerOf(path);
  const to = layerOf(target);
  if (!from) return says('the importing file belongs to no layer');
  if (!to) return says('the imported file belongs to no layer');
  if (from.place === to.place) return null;
  if (isIn(path, 'renderer') && isIn(target, 'core') && !doors.includes(target))
    return says(`outside core only ${doors.join(' and ')} are doors`);
  if (to.height < from.height) return null;
  if (to.height === from.height && meetings.some((meeting) => isIn(path, meeting.from) && isIn(target, meeting.to))) return null;
  return says(`${from.place} may not know ${to.place}`);
}
