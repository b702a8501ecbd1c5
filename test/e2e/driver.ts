// What a person does in the window, as functions: run, walk, select, read, export. Finds things by test ids and roles only.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type OpenApp, root } from './app.ts';

/** A folder of its own for the files of a test file. */
export const scratch = (): string => mkdtempSync(join(tmpdir(), 'nabla-e2e-'));

/** Cells of code as a notebook; returns its path. */
export function notebook(folder: string, name: string, cells: readonly string[]): string {
  const path = join(folder, name);
  const code = cells.map((source) => ({ cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source }));
  writeFileSync(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: code }));
  return path;
}

export function script(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A small regression: one make_dot call, then `epochs` steps with an optimizer. */
export const regression = (epochs: number): string[] => [
  'import torch\nimport torch.nn as nn\nfrom torchviz import make_dot\n\ntorch.manual_seed(42)\nx = torch.rand(20, 1)\ny = 1 + 2 * x',
  "model = nn.Sequential(nn.Linear(1, 1))\nloss_fn = nn.MSELoss(reduction='mean')\noptimizer = torch.optim.SGD(model.parameters(), lr=0.1)\nmake_dot(loss_fn(model(x), y))",
  `for epoch in range(${epochs}):\n    loss = loss_fn(model(x), y)\n    loss.backward()\n    optimizer.step()\n    optimizer.zero_grad()\n\nprint(model.state_dict())`,
];

export const status = (page: Page): Promise<string> => page.getByTestId('run-status').innerText();

/** Python is there and the window has come to rest. */
export async function whenReady(page: Page): Promise<void> {
  await page.getByTestId('run').waitFor({ timeout: 60_000 });
}

export async function run(page: Page): Promise<void> {
  await whenReady(page);
  await page.getByTestId('run').click();
}

/** Runs to the end; returns what the title says. */
export async function runToEnd(page: Page, timeout = 60_000): Promise<string> {
  await run(page);
  await expect.poll(() => status(page), { timeout }).toMatch(/^(recorded|finished|stopped)/);
  await page.getByTestId('run').waitFor();
  return await status(page);
}

export interface Where {
  readonly step: number;
  readonly phase: string;
  readonly op: number;
}

/** The playhead, as the track tells it to a screen reader: steps and ops from 1, op 0 before the first. */
export async function where(page: Page): Promise<Where> {
  const said = (await page.getByTestId('track').getAttribute('aria-valuetext')) ?? '';
  const [, step, phase, op] = /^step (\d+), (\w+) (-?\d+)$/.exec(said) ?? [];
  return { step: Number(step), phase, op: Number(op) };
}

/** Presses a key on the timeline until the playhead stands there; at most `most` times. */
export async function walk(page: Page, key: string, there: Partial<Where>, most = 40): Promise<Where> {
  await page.getByTestId('track').focus();
  for (let pressed = 0; ; pressed++) {
    const now = await where(page);
    if (Object.entries(there).every(([name, value]) => now[name as keyof Where] === value)) return now;
    if (pressed === most)
      throw new Error(`after ${most} × ${key} the playhead is at ${JSON.stringify(now)}, not at ${JSON.stringify(there)}`);
    await page.keyboard.press(key);
    await expect.poll(() => where(page)).not.toEqual(now);
  }
}

export async function select(page: Page, nodeId: string): Promise<void> {
  await page.locator(`[data-testid=explorer] [data-node-id="${nodeId}"]`).click();
}

/** Clicks an item of the export menu and returns the bytes the host was given. */
export async function exported(app: OpenApp, item: string): Promise<Buffer> {
  const { page, electron } = app;
  const target = join(scratch(), 'exported');
  await page.getByTestId('export-menu').click();
  if (electron) {
    await electron.evaluate(({ dialog }, path) => {
      dialog.showSaveDialog = (async () => ({ canceled: false, filePath: path })) as never;
    }, target);
    await page.getByTestId(item).click();
    await expect.poll(() => size(target), { timeout: 20_000 }).toBeGreaterThan(0);
    await page.waitForTimeout(200);
  } else {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(item).click()]);
    await download.saveAs(target);
  }
  return readFileSync(target);
}

function size(path: string): number {
  try {
    return readFileSync(path).byteLength;
  } catch {
    return 0;
  }
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command line. */
export function nabla(...words: readonly string[]): CommandResult {
  const {
    status: code,
    stdout,
    stderr,
  } = spawnSync(process.execPath, [join(root, 'out/cli/cli.mjs'), ...words], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { code, stdout, stderr };
}

export interface StepRecord {
  readonly graph: number;
  readonly hyper: Readonly<Record<string, number>>;
  readonly events: readonly {
    readonly kind: string;
    readonly node: string;
    readonly incoming?: readonly (Tensor | null)[];
    readonly outgoing?: readonly (Tensor | null)[];
    readonly grad?: Tensor | null;
  }[];
}
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: readonly number[] | null;
  readonly summary: { readonly rms: number; readonly sum: number; readonly sumAbs: number };
}
export interface TraceRecord {
  readonly graphs: readonly {
    readonly edges: readonly { readonly id: string; readonly kind: string; readonly from: string; readonly slot: number }[];
  }[];
  readonly steps: readonly StepRecord[];
}
