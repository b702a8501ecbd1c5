// A script run for its recording: its make_dot calls, its graphs and its trace. Its prints are not shown; its warnings and its failure are.
import { type DotCall, type Graph, type RecordingLevel, type TraceReader, traceReaderFromChunks } from '../core/index.ts';
import { Outcome } from './command-run.ts';
import { runScript, type ScriptRun } from './script-session.ts';

export interface RecordedRun {
  readonly dotCalls: readonly DotCall[];
  readonly reader: TraceReader;
  /** 0 where the script ran to its end. */
  readonly exitCode: number;
}

export async function recordScript(
  assets: string,
  run: Omit<ScriptRun, 'device' | 'recording'>,
  recording: RecordingLevel,
): Promise<RecordedRun> {
  const outcome = new Outcome(false);
  const graphs: Graph[] = [];
  let chunks: readonly SharedArrayBuffer[] = [];
  const session = await runScript(assets, { ...run, device: 'cpu', recording }, (message) => {
    outcome.receive(message);
    if (message.type === 'graph') graphs[message.index] = message.graph;
    if (message.type === 'trace') chunks = message.chunks;
  });
  return { dotCalls: session.dotCalls(), reader: traceReaderFromChunks(chunks, graphs), exitCode: outcome.exitCode };
}

/** What `--graph N` asks for: make_dot call N from 1, by default the last; without a call the last backward's graph. Throws where there is none. */
export function chosenGraph({ dotCalls, reader }: RecordedRun, number: number | null): { call: DotCall } | { graph: Graph; step: number } {
  if (number !== null && number > dotCalls.length) {
    throw new Error(
      `there is no graph ${number}: the script calls make_dot ${dotCalls.length === 1 ? 'once' : `${dotCalls.length} times`}`,
    );
  }
  if (dotCalls.length > 0) return { call: dotCalls[(number ?? dotCalls.length) - 1] };
  for (let index = reader.stepCount - 1; index >= 0; index--) {
    const step = reader.step(index);
    if (reader.graphs[step.graph] && step.backwardSite !== null) return { graph: reader.graphs[step.graph], step: index };
  }
  throw new Error('nothing to draw: the script calls neither make_dot nor backward');
}
