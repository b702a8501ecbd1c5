// `npm run -s golden -- DIR [FILE…]`: the golden matrix over a folder, counts per file and the first misses.
import { statSync, writeFileSync } from 'node:fs';
import { goldenFiles, goldenLeftOut, plainName } from './golden-folder.ts';
import { noCases } from './kinds/index.ts';
import { kernelPaths, type MatrixPath, pathText, usualPath } from './on-path.ts';
import { type FileResult, MatrixRun, type StartWorker } from './run.ts';

const help = `golden DIR [FILE…] [--misses N] [--all] [--record OUT] [--seconds N] [--path NAME] [--threads N] [--errors]
DIR holds files in the golden formats (.json or .json.gz); FILE is a name in it, with or without .json (default: every file).
Prints passed/total for each file and its first misses; ends with 1 where any case misses.
  --misses N   show N misses of each file (default 10)
  --all        show every miss
  --seconds N  how long one case may take (default 60)
  --path NAME  the kernels, for tensors of every size: reference, plain, relaxed, or all of them in turn
               (default: what a host takes, each kernel from the size on that pays)
  --threads N  share every matrix product among N threads (default 1)
  --errors     show for the ten worst operations of each ops file how far float32 lies from float64
  --record OUT write every miss with its reason as JSON (test/golden/matrix/known-misses.json is such a file)
`;

interface Words {
  readonly folder: string;
  readonly files: readonly string[];
  readonly shown: number;
  readonly record: string | null;
  readonly caseSeconds: number;
  readonly paths: readonly MatrixPath[];
  readonly errors: boolean;
}

interface Sum {
  passed: number;
  total: number;
  failed: boolean;
}

export async function main(words: readonly string[], start: StartWorker): Promise<number> {
  if (words.length === 0 || words.includes('--help')) {
    process.stdout.write(help);
    return words.length === 0 ? 2 : 0;
  }
  const asked = parsed(words);
  if (typeof asked === 'string' || !statSync(asked.folder, { throwIfNoEntry: false })?.isDirectory()) {
    print(typeof asked === 'string' ? asked : `there is no folder ${asked.folder}`);
    return 2;
  }
  const recorded: Record<string, Record<string, string>> = {};
  const sum = { passed: 0, total: 0, failed: false };
  for (const path of asked.paths) {
    const text = pathText(path);
    if (text !== '') print(`on ${text}`);
    await onePath(asked, path, start, sum, recorded);
  }
  if (asked.record !== null) writeFileSync(asked.record, `${JSON.stringify(recorded, null, 2)}\n`);
  print(`total ${sum.passed}/${sum.total}`);
  return sum.failed || sum.passed < sum.total || sum.total === 0 ? 1 : 0;
}

async function onePath(
  { folder, files, shown, caseSeconds, errors }: Words,
  path: MatrixPath,
  start: StartWorker,
  sum: Sum,
  recorded: Record<string, Record<string, string>>,
): Promise<void> {
  const run = new MatrixRun(start, { caseMs: caseSeconds * 1000, fileMs: 600_000 }, path);
  for (const file of files.length > 0 ? files : goldenFiles(folder)) {
    try {
      const result = await run.file(folder, file);
      if (result === null) {
        print(`${file}: no cases (${noCases(file)})`);
        if (files.length > 0) sum.failed = true;
        continue;
      }
      sum.passed += result.total - result.misses.length;
      sum.total += result.total;
      if (result.misses.length > 0) recorded[file] = Object.fromEntries(result.misses.map(({ id, reason }) => [id, reason]));
      print(countText(result));
      for (const part of goldenLeftOut(folder, file)) print(`  left out: ${part}`);
      for (const { id, rule, difference } of result.owing) print(`  ${rule}: ${id}: ${difference}`);
      for (const { id, reason } of result.misses.slice(0, shown)) print(`  ${id}: ${reason}`);
      if (result.misses.length > shown) print(`  … and ${result.misses.length - shown} more`);
      if (errors) for (const line of (await run.errors(folder, file)).slice(0, 10)) print(`  float32 against float64: ${line}`);
    } catch (error) {
      sum.failed = true;
      print(`${file}: ${(error as Error).message}`);
    }
  }
  await run.end();
}

/** `scripts 40/40 (39 exact + 1 in the last digit)`. */
export function countText({ file, total, misses, owing }: FileResult): string {
  const passed = total - misses.length;
  if (owing.length === 0) return `${file} ${passed}/${total}`;
  return `${file} ${passed}/${total} (${passed - owing.length} exact + ${owing.length} ${owing[0].rule})`;
}

/** What is wanted, or what is wrong with it. */
function parsed(words: readonly string[]): Words | string {
  const plain: string[] = [];
  let shown = 10;
  let record: string | null = null;
  let caseSeconds = 60;
  let path: string | null = null;
  let threads = 1;
  let errors = false;
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--all') shown = Number.POSITIVE_INFINITY;
    else if (words[i] === '--misses') shown = Number(words[++i]);
    else if (words[i] === '--seconds') caseSeconds = Number(words[++i]);
    else if (words[i] === '--record') record = words[++i];
    else if (words[i] === '--path') path = words[++i];
    else if (words[i] === '--threads') threads = Number(words[++i]);
    else if (words[i] === '--errors') errors = true;
    else if (words[i].startsWith('--')) return `there is no option ${words[i]}`;
    else plain.push(words[i]);
  }
  if (plain.length === 0) return 'which folder?';
  if (!(shown >= 0 && caseSeconds > 0) || (words.includes('--record') && record === undefined)) return 'an option lacks its value';
  const [folder, ...files] = plain;
  const known = kernelPaths.filter((name) => path === 'all' || name === path);
  if (path !== null && known.length === 0) return `--path is one of ${kernelPaths.join(', ')}, all`;
  if (!(threads >= 1)) return '--threads is a number from 1 on';
  if (record !== null && known.length > 1) return '--record goes with one path';
  const paths = path === null ? [{ ...usualPath, threads }] : known.map((name) => ({ path: name, threads }));
  return { folder, files: files.map(plainName), shown, record, caseSeconds, paths, errors };
}

const print = (line: string) => process.stdout.write(`${line}\n`);
