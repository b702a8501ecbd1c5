import { beforeEach, describe, expect, it } from 'vitest';
import type { RunRequest } from '../../../core/index.ts';
import { appendText, beginRun, type Output, outputLimit, receive, runStore } from '../../../renderer/state/run-store.ts';
import { fixtureGraph } from '../fixture.ts';

const request = (run: number): RunRequest => ({
  run,
  name: 'a.py',
  source: { kind: 'script', text: '1' },
  argv: [],
  device: 'cpu',
  recording: 'full',
  showLastExpression: true,
  folder: {},
  budgetBytes: 1 << 20,
});

describe('run store', () => {
  beforeEach(() => beginRun(request(7)));

  it('drops what another run says', () => {
    receive({ type: 'output', run: 6, cell: 0, stream: 'stdout', text: 'old' });
    receive({ type: 'state', run: 8, state: 'finished', site: null });
    expect(runStore.getState().cells.size).toBe(0);
    expect(runStore.getState().status).toBe('starting');
  });

  it('forgets the last run when the next begins, but not the engine', () => {
    receive({ type: 'ready', startMs: 12 });
    receive({ type: 'output', run: 7, cell: 1, stream: 'stdout', text: 'x' });
    receive({ type: 'error', run: 7, error: { type: 'E', message: 'm', traceback: '', site: null, sites: [], notes: [] } });
    beginRun(request(8));
    const state = runStore.getState();
    expect([state.cells.size, state.error, state.engine, state.run]).toEqual([0, null, 'ready', 8]);
  });

  it('joins prints of one stream and keeps the order of streams', () => {
    receive({ type: 'output', run: 7, cell: 2, stream: 'stdout', text: 'a\n' });
    receive({ type: 'output', run: 7, cell: 2, stream: 'stdout', text: 'b\n' });
    receive({ type: 'output', run: 7, cell: 2, stream: 'stderr', text: 'w\n' });
    receive({ type: 'display', run: 7, cell: 2, text: '4', svg: null, dot: null });
    expect(runStore.getState().cells.get(2)?.outputs).toEqual([
      { kind: 'text', stream: 'stdout', text: 'a\nb\n', droppedLines: 0 },
      { kind: 'text', stream: 'stderr', text: 'w\n', droppedLines: 0 },
      { kind: 'result', text: '4' },
    ]);
  });

  it('keeps the end of a million lines and counts what it drops', () => {
    let outputs: readonly Output[] = [];
    for (let at = 0; at < 100; at += 1)
      outputs = appendText(outputs, 'stdout', Array.from({ length: 10_000 }, (_, line) => `line ${at * 10_000 + line}\n`).join(''));
    const [only] = outputs;
    expect(outputs).toHaveLength(1);
    if (only.kind !== 'text') throw new Error('text expected');
    expect(only.text.length).toBeLessThanOrEqual(outputLimit);
    expect(only.text.endsWith('line 999999\n')).toBe(true);
    expect(only.text.startsWith(`line ${only.droppedLines}\n`)).toBe(true);
  });

  it('collects make_dot calls and graphs by index', () => {
    const dot = {
      dot: 'digraph {}',
      graph: fixtureGraph,
      options: { showAttrs: false, showSaved: true, maxAttrChars: 50, params: true },
      site: { cell: 0, line: 3 },
    };
    receive({ type: 'display', run: 7, cell: 0, text: 'ignored', svg: null, dot });
    receive({ type: 'graph', run: 7, index: 1, graph: fixtureGraph });
    const state = runStore.getState();
    expect(state.dotCalls).toEqual([dot]);
    expect(state.cells.get(0)?.outputs).toEqual([{ kind: 'dot', call: 0 }]);
    expect(state.graphs[1]).toBe(fixtureGraph);
  });

  it('remembers where it paused and forgets it when it is over', () => {
    receive({ type: 'state', run: 7, state: 'paused', site: { cell: 3, line: 9 } });
    expect(runStore.getState().site).toEqual({ cell: 3, line: 9 });
    receive({ type: 'state', run: 7, state: 'finished', site: null });
    expect(runStore.getState().site).toBeNull();
  });
});
