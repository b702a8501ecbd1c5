// The op table as pages to read: signatures, gradients, names in Python. Everything comes from the descriptors; it runs no op.
import type { GradRule, OpDescriptor, SampleArg } from './descriptor.ts';
import { table } from './index.ts';

/** Where Python has an op's name: `torch`, `torch.Tensor`, … → its public names. */
export type PythonNames = Readonly<Record<string, ReadonlySet<string>>>;

const kinds = {
  row: 'a row: one expression, on every device',
  file: 'a kernel of its own',
  composite: 'made of other ops, which stand in the graph',
} as const;

const byName = new Map(table.map((op) => [op.name, op]));

/** Every op in one line, as a Markdown table, and how many there are of each kind. */
export function referenceIndex(python: PythonNames): string {
  const lines = [...byName.values()]
    .filter(({ name }) => !isInPlace(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((op) => `| ${op.name} | ${op.kind} | ${gradNames(op).join(', ') || '-'} | ${pythonNames(op.name, python).join(', ') || '-'} |`);
  const count = (kind: OpDescriptor['kind']) => [...byName.values()].filter((op) => op.kind === kind).length;
  return `# Ops

| op | kind | gradient | Python |
| --- | --- | --- | --- |
${lines.join('\n')}

${byName.size} ops, in-place forms counted: ${count('row')} rows, ${count('file')} kernels of their own, ${count('composite')} made of others.
`;
}

/** One op's page; null where there is no such op. A Python name (`torch.add`, `F.relu`) stands for its op. */
export function referencePage(name: string, python: PythonNames): string | null {
  const op = byName.get(name) ?? byName.get(name.split('.').at(-1) as string);
  if (op === undefined) return null;
  const inPlace = byName.get(`${op.name}_`);
  const schemas = [op, ...(inPlace === undefined ? [] : [inPlace])].flatMap(({ overloads }) => overloads.map(({ schema }) => schema));
  const rules = [...new Set(op.overloads.flatMap(({ grad }) => (grad === undefined ? [] : [grad])))];
  const shapes = (op.samples ?? []).map(({ args }) => `- ${args.map(sampleText).join(', ')}`);
  return [
    `# ${op.name}`,
    kinds[op.kind][0].toUpperCase() + kinds[op.kind].slice(1),
    code('', schemas.join('\n')),
    `Python: ${[...pythonNames(op.name, python), ...pythonNames(`${op.name}_`, python)].join(', ') || 'none: other functions are made of it'}`,
    inPlace === undefined ? 'No in-place form.' : `In place: \`${inPlace.name}\``,
    ...(rules.length === 0 ? ['No gradient of its own.'] : ['## Gradient', ...rules.map(ruleText)]),
    ...(shapes.length === 0 ? [] : ['## Checked with', shapes.join('\n')]),
  ]
    .join('\n\n')
    .concat('\n');
}

const isInPlace = (name: string): boolean => name.endsWith('_') && byName.has(name.slice(0, -1));

const gradNames = (op: OpDescriptor): string[] => [...new Set(op.overloads.flatMap(({ grad }) => (grad === undefined ? [] : [grad.name])))];

function pythonNames(name: string, python: PythonNames): string[] {
  return Object.entries(python).flatMap(([home, names]) => (names.has(name) ? [`\`${home}.${name}\``] : []));
}

function ruleText({ name, saved = [], savedList, backward }: GradRule): string {
  const kept = [...saved.map((one) => one.name), ...(savedList === undefined ? [] : [savedList.name])];
  return `\`${name}\`${kept.length === 0 ? '' : `, which keeps ${kept.map((one) => `\`${one}\``).join(', ')}`}\n\n${code('ts', String(backward))}`;
}

const code = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

function sampleText(arg: SampleArg): string {
  if (Array.isArray(arg)) return `[${arg.map(sampleText).join(', ')}]`;
  if (typeof arg === 'object' && arg !== null && 'tensor' in arg) {
    const { tensor, dtype } = arg as { tensor: readonly number[]; dtype?: string };
    return `${dtype ?? 'float64'}[${tensor.join(', ')}]`;
  }
  return String(arg);
}
