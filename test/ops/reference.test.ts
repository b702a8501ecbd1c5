// The reference page tells what the table holds; and what an op costs to write: lines and places, counted over the sources.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { OpDescriptor } from '../../core/ops/descriptor.ts';
import { table } from '../../core/ops/index.ts';
import { referenceIndex, referencePage } from '../../core/ops/reference-page.ts';
import { pythonPackages } from '../python/load-session.ts';

const ops = join(dirname(fileURLToPath(import.meta.url)), '../../core/ops');
const python = { torch: new Set(['mul', 'add']), 'torch.Tensor': new Set(['mul', 'mul_']) };

test('a page has the signatures, the gradient with what it keeps, the names in Python and the shapes it is checked with', () => {
  const page = referencePage('torch.mul', python) as string;
  for (const part of [
    '# mul',
    'mul_.Tensor(Tensor(a!) self, Tensor other)',
    '`MulBackward0`, which keeps `other`, `self`',
    '`torch.Tensor.mul_`',
  ])
    expect(page).toContain(part);
  expect(page).toMatch(/## Checked with\n\n- float64\[2, 3\]/);
  expect(referencePage('no_such_op', python)).toBeNull();
});

test('every op has a page, and a line in the list', () => {
  const index = referenceIndex(python);
  for (const { name } of table) {
    expect(referencePage(name, python)).toContain(`# ${name}\n`);
    if (!name.endsWith('_')) expect(index).toContain(`| ${name} | `);
  }
});

const isOps = (value: unknown): value is OpDescriptor[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'object' && one !== null && 'overloads' in one);

/** Lines that are neither empty nor comments. */
const linesOf = (text: string): number => text.split('\n').filter((line) => /\S/.test(line) && !/^\s*(\/\/|\/?\*)/.test(line)).length;

test('lines and places of an op, on average', async () => {
  const files: { count: number; lines: number; rows: number }[] = [];
  for (const name of readdirSync(ops).filter((file) => file.endsWith('.ts') && file !== 'index.ts')) {
    const module = (await import(join(ops, name))) as Record<string, unknown>;
    const made = Object.values(module).filter(isOps).flat();
    // The in-place form is said by the row it belongs to.
    const count = new Set(made.map((op) => op.name.replace(/_$/, ''))).size;
    const rows = made.filter(({ kind }) => kind === 'row').length;
    if (count > 0) files.push({ count, lines: linesOf(readFileSync(join(ops, name), 'utf8')), rows: rows / made.length });
  }
  const written = Object.values(pythonPackages()).join('\n');
  const names = [...new Set(table.map(({ name }) => name.replace(/_$/, '')))];
  const inPython = names.filter((name) => written.includes(`\ndef ${name}(`)).length;
  const mean = (some: typeof files) => (sum(some, 'lines') / sum(some, 'count')).toFixed(1);
  const places = (1 + inPython / names.length).toFixed(2);
  process.stderr.write(
    `ops: ${names.length}, ${mean(files)} lines each on average (${mean(files.filter(({ rows }) => rows > 0.8))} in files of rows) ` +
      `in ${places} places (the table; for ${inPython} a function that torch, too, writes in Python)\n`,
  );
  expect(Number(places)).toBeLessThan(2);
});

function sum(files: readonly { count: number; lines: number }[], key: 'count' | 'lines'): number {
  return files.reduce((total, file) => total + file[key], 0);
}
