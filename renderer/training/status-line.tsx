// The status line: learning rate, device, seed, recording level and memory; at the right one sentence on the gradients, or the keys.
import { ChartLine } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Graph, RecordingLevel, Step, TraceReader } from '../../core/index.ts';
import { command } from '../state/commands.ts';
import { currentStep, placedStep } from '../state/current-graph.ts';
import { keyLabel } from '../state/keys.ts';
import { stepContent } from '../state/navigation.ts';
import { isLive } from '../state/run-store.ts';
import { useApp, useDocument, useRun, useView } from '../state/use-stores.ts';
import { viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { IconButton, Menu } from '../ui/controls.tsx';
import { bytesText, settingText } from '../ui/number-text.ts';
import { seedOf } from './seed.ts';

const w = words.training;

export function StatusLine() {
  const reader = useRun((state) => state.reader);
  const playhead = useView((state) => state.playhead);
  const step = currentStep(reader, playhead);
  return (
    <footer className="status-line">
      <LearningRate step={placedStep(reader, playhead)} />
      <Device />
      <Seed step={step} />
      <Recording />
      <Sentence reader={reader} step={step} />
      <ChartToggle />
    </footer>
  );
}

function LearningRate({ step }: { readonly step: Step | null }) {
  const { session } = useApp();
  const live = useRun((state) => isLive(state.status));
  const hasOptimizer = useRun((state) => state.hasOptimizer);
  const recorded = step?.hyper.lr ?? null;
  const [typed, setTyped] = useState<string | null>(null);
  /** What was asked for, until a recorded step shows it. */
  const [asked, setAsked] = useState<number | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!live || (asked !== null && recorded === asked)) setAsked(null);
  }, [live, asked, recorded]);

  const byHand = step !== null && step.optimizer !== null && recorded === null;
  const editable = live && hasOptimizer;
  if (recorded === null && !editable && !byHand) return null;
  const why = editable ? w.lrChange : byHand || recorded === null ? w.lrWhyNot : w.lrOnlyLive;
  const shown = typed ?? (asked !== null ? settingText(asked) : recorded !== null ? settingText(recorded) : '');
  const commit = (): void => {
    const value = Number(typed);
    if (typed !== null && typed.trim() !== '' && Number.isFinite(value) && value >= 0) {
      session.setHyper('lr', value);
      setAsked(value);
    }
    setTyped(null);
  };
  return (
    <span className="setting" data-disabled={!editable} title={why}>
      {w.lr}
      {recorded === null && !editable ? (
        <span className="setting-note">{w.lrNone}</span>
      ) : (
        <input
          ref={field}
          className="mono setting-field"
          inputMode="decimal"
          value={shown}
          disabled={!editable}
          aria-label={w.lrLabel}
          aria-description={why}
          data-testid="lr-field"
          style={{ width: `${Math.max(3, shown.length) + 1}ch` }}
          onChange={(event) => setTyped(event.target.value)}
          onFocus={(event) => event.target.select()}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') field.current?.blur();
            if (event.key === 'Escape') {
              setTyped(null);
              event.stopPropagation();
            }
          }}
        />
      )}
    </span>
  );
}

function Device() {
  const { session } = useApp();
  const device = useView((state) => state.device);
  const choose = (next: 'cpu' | 'gpu'): void => {
    if (next === device) return;
    viewStore.setState({ device: next });
    // What the switch says: it runs the script again.
    session.stop();
    session.run();
  };
  return (
    <span className="setting">
      {w.device}
      <Menu
        label={w.device}
        className="setting-value"
        side="above"
        chevron
        testId="device"
        items={[
          { id: 'device-cpu', label: w.cpu, detail: w.deviceCpuSays, checked: device === 'cpu', onSelect: () => choose('cpu') },
          { id: 'device-gpu', label: w.gpu, detail: w.deviceGpuSays, checked: device === 'gpu', onSelect: () => choose('gpu') },
        ]}
      >
        {device === 'cpu' ? w.cpu : w.gpu}
      </Menu>
    </span>
  );
}

function Seed({ step }: { readonly step: Step | null }) {
  const cell = step?.backwardSite?.cell ?? null;
  const seed = useDocument((state) => (cell === null ? null : seedOf(state, cell)));
  if (seed === null) return null;
  return (
    <span className="setting">
      {w.seed}
      <span className="mono setting-known">{seed}</span>
    </span>
  );
}

const levels: readonly RecordingLevel[] = ['full', 'summary', 'off'];

function Recording() {
  const level = useView((state) => state.recording);
  const live = useRun((state) => isLive(state.status));
  const size = useRun((state) => state.sizeBytes);
  const budget = useDocument((state) => state.settings.traceBudgetBytes);
  return (
    <span className="setting">
      {level !== 'off' && <span className="recording-dot" data-live={live} />}
      {w.recording}
      <Menu
        label={w.recording}
        className="setting-value"
        side="above"
        heading={live ? w.nextRun : undefined}
        chevron
        testId="recording"
        items={levels.map((each) => ({
          id: `recording-${each}`,
          label: w.levels[each],
          detail: w.levelSays[each],
          checked: each === level,
          onSelect: () => viewStore.setState({ recording: each }),
        }))}
      >
        {w.levels[level]}
      </Menu>
      {size > 0 && (
        <span className="setting-note" title={`${w.memorySays}, ${w.memory(bytesText(size), bytesText(budget))}`} data-testid="trace-size">
          {bytesText(size)}
        </span>
      )}
    </span>
  );
}

function ChartToggle() {
  const app = useApp();
  const open = useView((state) => state.chartOpen);
  const worth = useRun((state) => state.stepCount > 1);
  if (!worth) return null;
  return (
    <IconButton
      icon={ChartLine}
      label={w.showChart}
      keys={keyLabel('Mod+J', app.host.platform)}
      pressed={open}
      onClick={() => void command('view.chart').run(app)}
      testId="chart-toggle"
    />
  );
}

/** How many leaves of the step got a gradient, of how many. */
export function gradientCount(reader: TraceReader, step: Step, graph: Graph | undefined): { readonly got: number; readonly of: number } {
  const leaves = graph?.nodes.filter((node) => node.kind === 'leaf').length ?? 0;
  let got = 0;
  for (const event of stepContent(reader, step.index).events) if (event.kind === 'backward' && event.grad) got += 1;
  return { got: Math.min(got, leaves), of: leaves };
}

function Sentence({ reader, step }: { readonly reader: TraceReader | null; readonly step: Step | null }) {
  const engine = useRun((state) => state.engine);
  const replaced = useRun((state) => state.replaced);
  const error = useRun((state) => state.error !== null);
  const status = words.status;
  const { platform } = useApp().host;
  const live = useRun((state) => isLive(state.status));
  let text: string =
    reader && reader.stepCount > 0 ? status.keys : live ? '' : status.runKeys(keyLabel(command('run.start').keys?.[0] ?? '', platform));
  if (engine === 'starting') text = status.engineStarting;
  else if (replaced) text = status.replaced;
  else if (error && reader && reader.stepCount > 0) text = status.graphKept;
  else if (reader && step) {
    const { got, of } = gradientCount(reader, step, reader.graphs[step.graph]);
    if (got > 0) text = got === of ? status.allGrads(of) : status.someGrads(got, of);
  }
  return (
    <span className="sentence" data-testid="sentence" role="status">
      {text}
    </span>
  );
}
