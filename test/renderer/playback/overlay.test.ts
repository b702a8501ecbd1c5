// What a moment shows: values up to the playhead, gradients on their edges, old → new on the leaves; the same from both directions.
import { describe, expect, it } from 'vitest';
import { heatCells, overlayAt } from '../../../renderer/playback/overlay.ts';
import type { Overlay, Playhead } from '../../../renderer/playback/overlay-types.ts';
import { nextOp, previousOp, stepEnd, stepStart } from '../../../renderer/playback/playhead.ts';
import { payload, regressionTrace } from '../graph/sample-trace.ts';

const reader = regressionTrace(undefined, 3);
const at = (step: number, phase: Playhead['phase'], op: number): Overlay => overlayAt(reader, { step, phase, op });
const face = (overlay: Overlay, id: string) => overlay.faces.get(id);
const edgeOf = (overlay: Overlay, from: string, to: string) =>
  overlay.edges.get(reader.graphs[0].edges.find((edge) => edge.kind === 'gradient' && edge.from === from && edge.to === to)?.id ?? '');

describe('forward', () => {
  it('begins with leaves and inputs and nothing else', () => {
    const overlay = overlayAt(reader, stepStart(0));
    expect(face(overlay, 'W')).toMatchObject({ state: 'done', text: '1.2625' });
    expect(face(overlay, 'x')?.cells).toHaveLength(16);
    for (const id of ['t', 'addmm', 'mse', 'loss', 'addmmB']) expect(face(overlay, id)).toMatchObject({ state: 'pending', text: null });
    expect(face(overlay, 'accW')?.text).toBe('None');
  });
  it('lets values arrive up to the playhead, the last one running', () => {
    const overlay = at(0, 'forward', 1);
    expect(face(overlay, 't')).toMatchObject({ state: 'done', text: '1.2625' });
    expect(face(overlay, 'addmm')).toMatchObject({ state: 'running', text: null, range: expect.stringMatching(/ … /) });
    expect(face(overlay, 'mse')?.state).toBe('pending');
  });
  it('shows the loss on the output', () => {
    const loss = reader.step(0).trainLoss as number;
    expect(face(at(0, 'forward', 2), 'loss')?.text).toBe(loss.toFixed(4));
  });
});

describe('backward', () => {
  it('gives each gradient edge what its node handed to that slot', () => {
    const overlay = at(0, 'backward', 1);
    const event = reader.events(reader.step(0))[4];
    if (event.kind !== 'backward') throw new Error('not the step it was');
    expect(edgeOf(overlay, 'addmmB', 'tB')?.summary).toBe(event.outgoing[2]?.summary);
    expect(edgeOf(overlay, 'addmmB', 'accb')?.summary).toBe(event.outgoing[0]?.summary);
    expect(edgeOf(overlay, 'addmmB', 'tB')).toMatchObject({ state: 'running', tag: expect.stringMatching(/^[+−]\d\.\d{4}$/) });
    expect(edgeOf(overlay, 'mseB', 'addmmB')).toMatchObject({ state: 'done', tag: null });
    expect(edgeOf(overlay, 'tB', 'accW')?.state).toBe('pending');
  });
  it('starts at the output with the seed', () => {
    expect(edgeOf(at(0, 'backward', -1), 'loss', 'mseB')?.state).toBe('pending');
    expect(edgeOf(at(0, 'backward', 0), 'loss', 'mseB')).toMatchObject({ state: 'done', t: 1, s: 1, width: 8 });
  });
  it('colours a scalar gradient by its sign and shows .grad when it has accumulated', () => {
    const overlay = at(0, 'backward', 4);
    const grad = face(overlay, 'accW');
    expect(grad?.sign).toBe(grad?.text?.startsWith('−') ? -1 : 1);
    expect(grad?.text).toBe(edgeOf(overlay, 'tB', 'accW')?.summary?.sum.toFixed(4).replace('-', '−'));
    expect(overlay.edges.get('accW>W')?.state).toBe('running');
  });
});

describe('optimizer', () => {
  it('shows old and new on every leaf, then no gradient', () => {
    const [event] = reader.events(reader.step(0)).slice(8);
    if (event.kind !== 'update') throw new Error('not the step it was');
    expect(face(at(0, 'optimizer', 0), 'W')).toMatchObject({
      state: 'running',
      before: '1.2625',
      text: event.after.values?.[0].toFixed(4),
    });
    expect(face(at(0, 'optimizer', 1), 'accW')?.text).toBe('None');
    expect(face(at(1, 'forward', -1), 'W')?.text).toBe(event.after.values?.[0].toFixed(4));
  });
  it('says 0.0000 where a script zeroes by hand, and keeps .grad where nobody clears it', () => {
    const byHand = { ...reader, step: (index: number) => ({ ...reader.step(index), optimizer: 'by hand' }) };
    expect(face(overlayAt(byHand, stepStart(1)), 'accW')?.text).toBe('0.0000');
    const kept = { ...reader, events: (step: Parameters<typeof reader.events>[0]) => reader.events(step).slice(0, 10) };
    expect(face(overlayAt(kept, stepStart(1)), 'accW')?.text).toBe(face(at(0, 'backward', 4), 'accW')?.text);
  });
});

describe('direction', () => {
  it('makes no difference', () => {
    const forth: Overlay[] = [];
    let playhead = stepStart(0);
    for (;;) {
      forth.push(overlayAt(reader, playhead));
      const next = nextOp(reader, playhead);
      if (next.step > 1 || next === playhead) break;
      playhead = next;
    }
    expect(playhead).toEqual(stepEnd(reader, 1));
    for (const before of forth.reverse()) {
      expect(overlayAt(reader, playhead)).toEqual(before);
      playhead = previousOp(reader, playhead);
    }
  });
});

describe('heat cells', () => {
  it('are values by the largest magnitude', () => {
    expect(heatCells([1, -2, 0.5])).toEqual([0.5, -1, 0.25]);
    expect(heatCells([0, 0])).toEqual([0, 0]);
  });
  it('of long tensors are means of 16 stretches', () => {
    expect(heatCells(Array.from({ length: 160 }, (_, i) => (i < 80 ? 1 : -1)))).toEqual([...Array(8).fill(1), ...Array(8).fill(-1)]);
  });
  it('are left out where a number is not one', () => {
    const graph = reader.graphs[0];
    const events = reader.events(reader.step(0));
    const bad = payload([1, Number.NaN, 3], [3]);
    const broken = {
      ...reader,
      events: () =>
        events.map((event) => (event.kind === 'forward' && graph.nodes[event.node].id === 'addmm' ? { ...event, outputs: [bad] } : event)),
    };
    expect(overlayAt(broken, { step: 0, phase: 'forward', op: 1 }).faces.get('addmm')).toMatchObject({
      nan: true,
      text: '1 NaN',
      cells: null,
    });
  });
});
