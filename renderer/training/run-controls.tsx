// Run, pause, step and stop of the live script. Only what applies now is shown; nothing before a document is open.
import { Pause, Play, Square, StepForward } from 'lucide-react';
import { command, perform } from '../state/commands.ts';
import { keyLabel } from '../state/keys.ts';
import { isLive } from '../state/run-store.ts';
import { useApp, useDocument, useRun } from '../state/use-stores.ts';
import { words } from '../state/words.ts';
import { IconButton } from '../ui/controls.tsx';

export function RunControls() {
  const app = useApp();
  const status = useRun((state) => state.status);
  const opened = useDocument((state) => state.name !== '');
  const keys = (id: string): string => keyLabel(command(id).keys?.[0] ?? '', app.host.platform);
  const live = isLive(status);
  if (!opened) return null;
  return (
    <div className="run-controls">
      {!live && (
        <IconButton icon={Play} label={words.script.run} keys={keys('run.start')} onClick={() => perform(app, 'run.start')} testId="run" />
      )}
      {status === 'paused' ? (
        <IconButton
          icon={Play}
          label={words.script.resume}
          keys={keys('run.resume')}
          onClick={() => perform(app, 'run.resume')}
          testId="resume"
        />
      ) : (
        live && (
          <IconButton
            icon={Pause}
            label={words.script.pause}
            keys={keys('run.pause')}
            onClick={() => perform(app, 'run.pause')}
            testId="pause"
          />
        )
      )}
      <IconButton
        icon={StepForward}
        label={words.script.step}
        keys={keys('run.step')}
        onClick={() => perform(app, 'run.step')}
        testId="step-script"
      />
      {live && (
        <IconButton
          icon={Square}
          label={words.script.stop}
          keys={keys('run.stop')}
          onClick={() => perform(app, 'run.stop')}
          testId="stop"
        />
      )}
    </div>
  );
}
