// Open, run, walk through the steps both ways: what the window shows is what the Trace says, with the script's worker alive or gone.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, kinds, type OpenApp, open } from './app.ts';
import { nabla, notebook, regression, runToEnd, scratch, script, select, type Tensor, type TraceRecord, walk, where } from './driver.ts';

const folder = scratch();
const file = notebook(folder, 'line.ipynb', regression(12));
let trace: TraceRecord;

beforeAll(() => {
  const target = join(folder, 'trace.json');
  const { code, stderr } = nabla('trace', file, '-o', target);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  trace = JSON.parse(readFileSync(target, 'utf8'));
});
afterAll(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

/** As the window writes a number: four decimals, U+2212. */
const shown = (value: number) => value.toFixed(4).replace('-', '−');

const gradientOfWeight = (step: number) => {
  const event = trace.steps[step].events.findLast(({ kind, node }) => kind === 'backward' && node.endsWith('0.weight/AccumulateGrad'));
  return event?.grad?.values?.[0] as number;
};

// The documented look of a gradient edge, written here once more: t from rms, width from t, colour between grey and orange or blue.
const ramp = { mixed: [0xa9, 0xb0, 0xb6], negative: [0xf5, 0x93, 0x22], positive: [0x08, 0x77, 0xbd] };
function look({ summary: { rms, sum, sumAbs } }: Tensor): { width: number; colour: number[] } {
  const t = Math.min(1, Math.max(0, (Math.log10(rms) + 6) / 6));
  const s = sumAbs > 0 ? sum / sumAbs : 0;
  const end = s < 0 ? ramp.negative : ramp.positive;
  return { width: rms < 1e-7 ? 1.5 : 1.5 + 6.5 * t, colour: ramp.mixed.map((from, i) => from + (end[i] - from) * Math.abs(s)) };
}

/** Ends every worker but the layout's from outside: in them text no longer becomes code, so they cannot be asked to. */
async function endWorkers(page: Page): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  debug.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type !== 'worker' || /elk/.test(targetInfo.url)) return;
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'close()' } });
    debug.send('Target.sendMessageToTarget', { sessionId, message }).catch(() => {});
  });
  await debug.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
}

const zoomFactor: Readonly<Record<string, number>> = { numbers: 1, names: 0.75, blocks: 0.4 };

describe.each(kinds)('playback: %s', (kind) => {
  let app: OpenApp;
  afterEach(async () => {
    expect(app.faults.filter((fault) => fault.startsWith('uncaught'))).toEqual([]);
    await app.close();
  });

  it('steps forward three times and back twice, and the gradient of 0.weight changes with it', async () => {
    app = await open(kind, { file });
    const { page } = app;
    expect(await runToEnd(page)).toBe('recorded, 12 steps');
    await page.getByTestId('play.first').click();
    await page.getByTestId('view-paired').click();
    await select(page, 'model/0.weight');
    const seen: string[] = [];
    const gradient = page.getByTestId('inspector-grad');
    const look = async (step: number) => {
      await walk(page, 'Period', { step, phase: 'optimizer' });
      const text = (await gradient.innerText()).replace(/\s+/g, ' ');
      expect(text).toContain(shown(gradientOfWeight(step - 1)));
      seen.push(text);
    };
    await look(1);
    for (const step of [2, 3, 4]) {
      await page.keyboard.press('Shift+Period');
      await expect.poll(async () => (await where(page)).step).toBe(step);
      await look(step);
    }
    for (const step of [3, 2]) {
      await page.keyboard.press('Shift+Comma');
      await expect.poll(async () => (await where(page)).step).toBe(step);
      expect((await gradient.innerText()).replace(/\s+/g, ' ')).toContain(shown(gradientOfWeight(step - 1)));
    }
    expect(new Set(seen).size).toBe(4);
  });

  it('draws each gradient edge as wide and as coloured as the Trace says, at three moments, coming from either side', async () => {
    app = await open(kind, { file });
    const { page } = app;
    await runToEnd(page);
    await page.getByTestId('view-paired').click();
    await page.getByTestId('play.first').click();
    const step = 4;
    const events = trace.steps[step - 1].events.filter((event) => event.kind === 'backward');
    const edges = trace.graphs[trace.steps[step - 1].graph].edges.filter((edge) => edge.kind === 'gradient');
    const check = async (k: number) => {
      const level = (await page.locator('[data-testid=explorer] [data-level]').getAttribute('data-level')) ?? '';
      let compared = 0;
      for (const [j, event] of events.entries()) {
        for (const [slot, tensor] of (event.outgoing ?? []).entries()) {
          const edge = edges.find((candidate) => candidate.from === event.node && candidate.slot === slot);
          if (!edge || !tensor) continue;
          const group = page.locator(`[data-testid=explorer] g.edge[data-edge-id="${edge.id}"]`);
          const state = await group.getAttribute('data-state');
          expect(state, edge.id).toBe(j < k - 1 ? 'done' : j === k - 1 ? 'running' : 'pending');
          if (j > k - 1) continue;
          const expected = look(tensor);
          const line = group.locator('.line');
          expect(Number(await line.getAttribute('stroke-width')), edge.id).toBeCloseTo(expected.width * zoomFactor[level], 1);
          const stroke = (await line.getAttribute('stroke')) ?? '';
          const colour = [1, 3, 5].map((at) => Number.parseInt(stroke.slice(at, at + 2), 16));
          for (const i of [0, 1, 2]) expect(Math.abs(colour[i] - expected.colour[i]), `${edge.id} ${stroke}`).toBeLessThanOrEqual(1.01);
          compared++;
        }
      }
      return compared;
    };
    await walk(page, 'Shift+Period', { step });
    const compared: number[] = [];
    for (const k of [1, 2, events.length]) {
      await walk(page, 'Period', { step, phase: 'backward', op: k });
      compared.push(await check(k));
    }
    for (const k of [2, 1]) {
      await walk(page, 'Comma', { step, phase: 'backward', op: k });
      compared.push(await check(k));
    }
    expect(compared[0]).toBeGreaterThan(0);
    expect(compared).toEqual([compared[0], compared[1], compared[2], compared[1], compared[0]]);
    expect(compared[2]).toBeGreaterThan(compared[1]);
  });

  it('a graph taller than the window arrives with its names, and what runs comes into sight', async () => {
    const tall = [
      'import torch',
      'x = torch.ones(3, requires_grad=True)',
      'y = x',
      'for i in range(40):',
      '    y = y.tanh()',
      'y.sum().backward()',
    ];
    app = await open(kind, { file: script(folder, 'tall.py', tall.join('\n')) });
    const { page } = app;
    await runToEnd(page);
    const drawing = page.locator('[data-testid=explorer] [data-level]');
    await expect.poll(() => drawing.getAttribute('data-level')).toBe('names');
    const last = page.locator('[data-testid=explorer] [data-node-id^="sum"]').first();
    const inSight = async () => {
      const [box, view] = [await last.boundingBox(), await drawing.boundingBox()];
      return box !== null && view !== null && box.y >= view.y && box.y + box.height <= view.y + view.height;
    };
    expect(await inSight()).toBe(false);
    await page.getByTestId('play.first').click();
    await walk(page, 'Comma', { phase: 'forward', op: 40 });
    await walk(page, 'Period', { phase: 'forward', op: 41 });
    await expect.poll(inSight).toBe(true);
    expect(await drawing.getAttribute('data-level')).toBe('names');
  });

  it('stays scrubbable when the script and its worker are gone', async () => {
    app = await open(kind, { file });
    const { page } = app;
    await runToEnd(page);
    const scripts = () => page.workers().filter((worker) => !/elk/.test(worker.url())).length;
    await expect.poll(scripts).toBeGreaterThan(0);
    await endWorkers(page);
    await expect.poll(scripts, { timeout: 20_000 }).toBe(0);
    await page.getByTestId('view-paired').click();
    await page.getByTestId('play.first').click();
    await select(page, 'model/0.weight');
    for (const step of [2, 5]) {
      await walk(page, 'Shift+Period', { step });
      await walk(page, 'Period', { step, phase: 'optimizer' });
      expect((await page.getByTestId('inspector-grad').innerText()).replace(/\s+/g, ' ')).toContain(shown(gradientOfWeight(step - 1)));
    }
    await walk(page, 'Shift+Comma', { step: 3 });
  });
});
