// `nabla docs`: the reference page of one op, or the list of all, as Markdown. Runs no script.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PythonNames, referenceIndex, referencePage } from '../core/index.ts';
import { UsageError } from './command-line.ts';
import { writeOut } from './streams.ts';

/** The sets of public names that the Python side is made by. */
const homes: Readonly<Record<string, string>> = {
  TORCH: 'torch',
  TENSOR: 'torch.Tensor',
  FUNCTIONAL: 'torch.nn.functional',
  LINALG: 'torch.linalg',
};

export function docsCommand(assets: string, name: string | null): number {
  const python = pythonNames(assets);
  const page = name === null ? referenceIndex(python) : referencePage(name, python);
  if (page === null) throw new UsageError(`no op ${name}; nabla docs lists all`);
  writeOut(1, page);
  return 0;
}

function pythonNames(assets: string): PythonNames {
  const packages = JSON.parse(readFileSync(join(assets, 'python-lib.json'), 'utf8')) as Record<string, string>;
  const found: Record<string, Set<string>> = {};
  for (const [, set, text] of packages['torch/_names.py'].matchAll(/^(\w+) = frozenset\(\s*"""(.*?)"""/gms)) {
    const home = homes[set];
    if (home !== undefined) found[home] = new Set(text.split(/\s+/).filter(Boolean));
  }
  return found;
}
