// While a script runs the playhead follows its newest step, until a person takes it.
import { currentGraph } from '../state/current-graph.ts';
import { readyToPlay, stepEnd } from '../state/navigation.ts';
import { isLive, runStore } from '../state/run-store.ts';
import { select, viewStore } from '../state/view-store.ts';

/** The op that refused is what a person wants to see next. */
function showFailure(): void {
  const failed = currentGraph(runStore.getState(), viewStore.getState())?.nodes.find((node) => node.error !== undefined);
  if (failed) select(failed.id);
}

export function followRun(): () => void {
  return runStore.subscribe((now, before) => {
    const { reader, status, revision } = now;
    if (!reader || (revision === before.revision && reader === before.reader && status === before.status)) return;
    const { following, playhead, playing } = viewStore.getState();
    const count = reader.stepCount;
    if (count === 0) return;
    if (status === 'failed' && before.status !== 'failed') queueMicrotask(showFailure);
    if (following && !playing && (isLive(status) || isLive(before.status))) {
      // The newest whole step: an open one flickers while it grows. Once the script rests, the last one as far as it got.
      const last = count - 1;
      const step = isLive(status) && status !== 'paused' && last > 0 && !reader.step(last).closed ? last - 1 : last;
      if (reader.graphs[reader.step(step).graph]) viewStore.setState({ playhead: stepEnd(reader, step) });
    } else if (!playhead && reader.graphs[reader.step(0).graph]) viewStore.setState({ playhead: readyToPlay(reader, 0) });
  });
}
