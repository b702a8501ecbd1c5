// The window over the hand-made recording, without engine and host: for looking at it. `?theme=dark&step=60&op=1&error&live`.
import { createRoot } from 'react-dom/client';
import type { Host } from '../../../electron/host.ts';
import { Window } from '../../../renderer/app.tsx';
import { createSceneSource } from '../../../renderer/session/scene-source.ts';
import type { App } from '../../../renderer/state/app.ts';
import { changeSettings, openDocument } from '../../../renderer/state/document-store.ts';
import { openRecording, receive, runStore } from '../../../renderer/state/run-store.ts';
import { listenToKeys } from '../../../renderer/state/shortcuts.ts';
import { viewStore } from '../../../renderer/state/view-store.ts';
import { startPlayer } from '../../../renderer/timeline/player.ts';
import { graphControl } from '../../../renderer/ui/graph-control.ts';
import { fixtureReader, fixtureScript } from '../fixture.ts';

const asked = new URLSearchParams(location.search);
const nothing = (): void => {};
const app: App = {
  host: { kind: 'browser', platform: 'mac' } as Host,
  session: { run: nothing, pause: nothing, resume: nothing, step: nothing, stop: nothing, setHyper: nothing },
  files: {} as App['files'],
  graph: graphControl,
  exportAs: async () => {},
};

const theme = asked.get('theme') === 'dark' ? 'dark' : 'light';
changeSettings({ theme });
document.documentElement.dataset.theme = theme;
openDocument({ name: 'linear_regression.py', path: null, source: { kind: 'script', text: fixtureScript } });
const reader = fixtureReader({ slowFrom: asked.has('slow') ? 60 : 1e9 });
openRecording(1, reader, []);
runStore.setState({ engine: 'ready', hasOptimizer: true });
receive({ type: 'cell', run: 1, cell: 0, state: 'finished' });
receive({
  type: 'output',
  run: 1,
  cell: 0,
  stream: 'stdout',
  text: "OrderedDict({'0.weight': tensor([[1.9625]]), '0.bias': tensor([1.0147])})\n",
});
if (asked.has('error')) {
  receive({
    type: 'error',
    run: 1,
    error: {
      type: 'RuntimeError',
      message: 'mat1 and mat2 shapes cannot be multiplied (80x16 and 8x1)',
      traceback:
        'Traceback (most recent call last):\n  File "linear_regression.py", line 17\nRuntimeError: mat1 and mat2 shapes cannot be multiplied (80x16 and 8x1)\n',
      site: { cell: 0, line: 17 },
      sites: [{ cell: 0, line: 17 }],
      notes: ['Line 11 expects 8 columns; relu hands it 16.'],
    },
  });
  receive({ type: 'state', run: 1, state: 'failed', site: null });
}
if (asked.has('live')) runStore.setState({ status: 'running' });
const step = Number(asked.get('step') ?? 60);
viewStore.setState({
  selection: asked.get('select') ?? 'addmmb',
  playhead: { step, phase: (asked.get('phase') ?? 'backward') as 'backward', op: Number(asked.get('op') ?? 1) },
  legendOpen: asked.has('legend'),
  view: asked.get('view') === 'autograd' ? 'autograd' : 'paired',
});
listenToKeys(app);
startPlayer((callback) => void requestAnimationFrame(callback));
createRoot(document.getElementById('root') as HTMLElement).render(<Window app={app} scenes={createSceneSource()} onScene={nothing} />);
