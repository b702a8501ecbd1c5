import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { control, pace } from '../../../core/index.ts';
import { createSessionClient, type SessionClient, stopGraceMs } from '../../../renderer/session/client.ts';
import type { BootMessage, FromWorker, ToWorker, WorkerLike } from '../../../renderer/session/engine.ts';
import { openDocument } from '../../../renderer/state/document-store.ts';
import { clearRun, runStore } from '../../../renderer/state/run-store.ts';
import { viewStore } from '../../../renderer/state/view-store.ts';

class FakeWorker implements WorkerLike {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly got: ToWorker[] = [];
  ended = false;
  postMessage(message: ToWorker): void {
    this.got.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  say(message: FromWorker): void {
    this.onmessage?.({ data: message } as MessageEvent<FromWorker>);
  }
  get boot(): BootMessage {
    return this.got[0] as BootMessage;
  }
  get cells(): Int32Array {
    return new Int32Array(this.boot.control);
  }
  get lastRun(): number {
    const message = this.got.at(-1);
    return message?.type === 'run' ? message.request.run : -1;
  }
}

let workers: FakeWorker[] = [];
let client: SessionClient;
const settle = () => vi.advanceTimersByTimeAsync(0);

async function ready(worker: FakeWorker): Promise<void> {
  worker.say({ type: 'ready', startMs: 5 });
  await settle();
}

describe('session client', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    workers = [];
    clearRun(0);
    viewStore.setState({ notice: null, recording: 'full', device: 'cpu' });
    openDocument({ name: 'a.py', path: null, source: { kind: 'script', text: 'print(1)' } });
    client = createSessionClient({
      createWorker: () => {
        workers.push(new FakeWorker());
        return workers[workers.length - 1];
      },
      base: 'http://x/',
      nextFrame: (callback) => void setTimeout(callback, 16),
    });
    client.warmUp();
  });
  afterEach(() => vi.useRealTimers());

  it('waits for Python, then hands over the document', async () => {
    client.run();
    expect(workers[0].got.map(({ type }) => type)).toEqual(['boot']);
    await ready(workers[0]);
    const message = workers[0].got[1];
    expect(message).toMatchObject({
      type: 'run',
      request: { name: 'a.py', source: { kind: 'script', text: 'print(1)' }, showLastExpression: true },
    });
    expect(Atomics.load(workers[0].cells, control.pace)).toBe(pace.running);
  });

  it('runs one step and holds when asked to', async () => {
    await ready(workers[0]);
    client.run({ paused: true });
    await settle();
    const { cells } = workers[0];
    expect([Atomics.load(cells, control.pace), Atomics.load(cells, control.credits), Atomics.load(cells, control.unit)]).toEqual([
      pace.paused,
      1,
      1,
    ]);
    client.step();
    expect(Atomics.load(cells, control.credits)).toBe(2);
    client.resume();
    expect([Atomics.load(cells, control.pace), Atomics.load(cells, control.credits)]).toEqual([pace.running, 0]);
  });

  it('writes a hyper-parameter where the session reads it', async () => {
    await ready(workers[0]);
    client.run();
    await settle();
    client.setHyper('weight_decay', 0.25);
    const { boot, cells } = workers[0];
    expect(new Float64Array(boot.control, control.hyperValue * 4, 1)[0]).toBe(0.25);
    expect([Atomics.load(cells, control.hyperName), Atomics.load(cells, control.hyperRevision)]).toEqual([2, 1]);
    client.setHyper('nonsense', 1);
    expect(Atomics.load(cells, control.hyperRevision)).toBe(1);
  });

  it('stops by interrupting first', async () => {
    await ready(workers[0]);
    client.run();
    await settle();
    client.stop();
    expect(new Uint8Array(workers[0].boot.interrupt)[0]).toBe(2);
    workers[0].say({ type: 'state', run: workers[0].lastRun, state: 'stopped', site: null });
    await vi.advanceTimersByTimeAsync(stopGraceMs + 10);
    expect(workers[0].ended).toBe(false);
    expect(runStore.getState()).toMatchObject({ status: 'stopped', replaced: false });
  });

  it('ends a worker that does not stop, and runs next on the warm spare', async () => {
    await ready(workers[0]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(workers).toHaveLength(2);
    await ready(workers[1]);
    client.run();
    await settle();
    client.stop();
    await vi.advanceTimersByTimeAsync(stopGraceMs + 10);
    expect(workers[0].ended).toBe(true);
    expect(runStore.getState()).toMatchObject({ status: 'stopped', replaced: true });
    client.run();
    await settle();
    expect(workers[1].got.at(-1)?.type).toBe('run');
    // What the ended one still had under way is not heard.
    const run = workers[1].lastRun;
    workers[0].say({ type: 'output', run, cell: 0, stream: 'stdout', text: 'ghost' });
    expect(runStore.getState().cells.size).toBe(0);
  });

  it('a stop before Python is there just stops', async () => {
    client.run();
    client.stop();
    expect(runStore.getState().status).toBe('stopped');
    await ready(workers[0]);
    expect(workers[0].got.map(({ type }) => type)).toEqual(['boot']);
  });

  it('says so where Python cannot start, and where there is nothing to run', async () => {
    workers[0].say({ type: 'bootFailed', message: 'no such file' });
    await settle();
    expect(runStore.getState().engine).toBe('failed');
    expect(viewStore.getState().notice?.text).toContain('no such file');
    openDocument({ name: 'e.py', path: null, source: { kind: 'script', text: ' \n' } });
    client.run();
    expect(viewStore.getState().notice?.text).toContain('nothing to run');
  });
});
