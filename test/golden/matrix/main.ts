// `npm run -s golden -- DIR [FILE…]`: the golden matrix over a folder, counts per file and the first misses.
import { existsSync, writeFileSync } from 'node:fs';
import { goldenFiles, goldenLeftOut, plainName } from './golden-folder.ts';
import { noCases } from './kinds/index.ts';
import { MatrixRun, type StartWorker } from './run.ts';

const help = `golden DIR [FILE…] [--misses N] [--all] [--record OUT] [--seconds N]
DIR holds files in the golden formats (.json or .json.gz); FILE is a name in it, with or without .json (default: every file).
Prints passed/total for each file and its first misses; ends with 1 where any case misses.
  --misses N   show N misses of each file (default 10)
  --all        show every miss
  --seconds N  how long one case may take (default 60)
  --record OUT write every miss with its reason as JSON (test/golden/matrix/known-misses.json is such a file)
`;

interface Words {
  readonly folder: string;
  readonly files: readonly string[];
  readonly shown: number;
  readonly record: string | null;
  readonly caseSeconds: number;
}

export async function main(words: readonly string[], start: StartWorker): Promise<number> {
  if (words.length === 0 || words.includes('--help')) {
    process.stdout.write(help);
    return words.length === 0 ? 2 : 0;
  }
  const { folder, files, shown, record, caseSeconds } = parsed(words);
  const recorded: Record<string, Record<string, string>> = {};
  const run = new MatrixRun(start, { caseMs: caseSeconds * 1000, fileMs: 600_000 });
  const sum = { passed: 0, total: 0, failed: false };
  if (!existsSync(folder)) {
    print(`there is no folder ${folder}`);
    return 2;
  }
  for (const file of files.length > 0 ? files : goldenFiles(folder)) {
    try {
      const result = await run.file(folder, file);
      if (result === null) {
        print(`${file}: no cases (${noCases(file)})`);
        if (files.length > 0) sum.failed = true;
        continue;
      }
      const passed = result.total - result.misses.length;
      sum.passed += passed;
      sum.total += result.total;
      print(`${file} ${passed}/${result.total}`);
      if (result.misses.length > 0) recorded[file] = Object.fromEntries(result.misses.map(({ id, reason }) => [id, reason]));
      for (const part of goldenLeftOut(folder, file)) print(`  left out: ${part}`);
      for (const { id, reason } of result.misses.slice(0, shown)) print(`  ${id}: ${reason}`);
      if (result.misses.length > shown) print(`  … and ${result.misses.length - shown} more`);
    } catch (error) {
      sum.failed = true;
      print(`${file}: ${(error as Error).message}`);
    }
  }
  await run.end();
  if (record !== null) writeFileSync(record, `${JSON.stringify(recorded, null, 2)}\n`);
  print(`total ${sum.passed}/${sum.total}`);
  return sum.failed || sum.passed < sum.total || sum.total === 0 ? 1 : 0;
}

function parsed(words: readonly string[]): Words {
  const plain: string[] = [];
  let shown = 10;
  let record: string | null = null;
  let caseSeconds = 60;
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--all') shown = Number.POSITIVE_INFINITY;
    else if (words[i] === '--misses') shown = Number(words[++i]);
    else if (words[i] === '--seconds') caseSeconds = Number(words[++i]);
    else if (words[i] === '--record') record = words[++i];
    else plain.push(words[i]);
  }
  const [folder, ...files] = plain;
  return { folder, files: files.map(plainName), shown, record, caseSeconds };
}

const print = (line: string) => process.stdout.write(`${line}\n`);
