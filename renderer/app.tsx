// The window: title bar, three places side by side, the timeline below. Composes; holds no state of its own.
import { ScriptPlace } from './editor/script-place.tsx';
import { Inspector } from './explorer/inspector/inspector.tsx';
import type { Scene } from './graph/scene-types.ts';
import { GraphPlace } from './graph-place.tsx';
import type { SceneSource } from './session/scene-source.ts';
import type { App } from './state/app.ts';
import { AppContext, useRun, useView } from './state/use-stores.ts';
import { Transport } from './timeline/transport.tsx';
import { LossChart } from './training/loss-chart.tsx';
import { RunControls } from './training/run-controls.tsx';
import { StatusLine } from './training/status-line.tsx';
import { DropVeil, QuestionDialog } from './ui/notices.tsx';
import { Palette } from './ui/palette.tsx';
import { TitleBar } from './ui/title-bar.tsx';
import './ui/tokens.css';
import './ui/base.css';
import './ui/graph-place.css';
import './editor/editor.css';
import './explorer/inspector/inspector.css';
import './timeline/timeline.css';

interface WindowProps {
  readonly app: App;
  readonly scenes: SceneSource;
  readonly onScene: (scene: Scene | null) => void;
}

export function Window({ app, scenes, onScene }: WindowProps) {
  const chartOpen = useView((state) => state.chartOpen);
  const hasLoss = useRun((state) => state.stepCount > 1);
  return (
    <AppContext.Provider value={app}>
      <div className="window">
        <TitleBar />
        <div className="middle">
          <ScriptPlace controls={<RunControls />} />
          <GraphPlace source={scenes} onScene={onScene} />
          <Inspector />
        </div>
        <div className="bottom quiet-focus" data-keys="single" tabIndex={-1}>
          <Transport />
          {chartOpen && hasLoss && <LossChart />}
          <StatusLine />
        </div>
        <DropVeil />
        <Palette />
        <QuestionDialog />
      </div>
    </AppContext.Provider>
  );
}
