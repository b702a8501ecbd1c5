// What a run records: the recorder on the observer's slot while it lasts, its graphs and memory posted as they come.
import { observation } from '../autograd/observer.ts';
import { createRecorder, type Recorder } from '../graph/recorder.ts';
import type { Bridge } from './bridge.ts';
import type { RunRequest, SessionMessage } from './protocol.ts';

export class SessionRecording {
  readonly #request: RunRequest;
  readonly #bridge: Bridge;
  readonly #post: (message: SessionMessage) => void;
  #recorder: Recorder | null = null;

  constructor(request: RunRequest, post: (message: SessionMessage) => void, bridge: Bridge) {
    this.#request = request;
    this.#bridge = bridge;
    this.#post = post;
  }

  begin(): void {
    const { run, recording, budgetBytes, drawing } = this.#request;
    this.#bridge.makeDot = ({ roots, params, ...asked }) => {
      // Without recording a recorder of its own draws what can be seen now.
      const recorder = this.#recorder ?? createRecorder({ level: 'summary', budgetBytes: 1 << 20 });
      this.#name(recorder);
      const options = {
        ...asked,
        showAttrs: asked.showAttrs || drawing?.showAttrs === true,
        showSaved: asked.showSaved || drawing?.showSaved === true,
      };
      return recorder.makeDot(roots, params === null ? null : new Map(params.map(([name, tensor]) => [tensor, name])), options);
    };
    this.#bridge.optimizerMade = (parameters) => this.#recorder?.optimizerMade(parameters);
    if (recording === 'off') return;
    const recorder = createRecorder({
      level: recording,
      budgetBytes,
      onGraph: (index, graph) => this.#post({ type: 'graph', run, index, graph }),
      onChunk: (chunks) => this.#post({ type: 'trace', run, chunks }),
      beforeNaming: () => this.#name(recorder),
    });
    this.#recorder = recorder;
    observation.observer = recorder;
  }

  /** The script's variables that hold tensors become their labels. */
  #name(recorder: Recorder): void {
    for (const [tensor, name] of this.#bridge.variableNames()) recorder.nameTensor(tensor, name);
  }

  /** The window looks now: what is under way becomes visible. */
  flush(): void {
    this.#recorder?.flush();
  }

  end(failing: boolean): void {
    observation.observer = null;
    this.#recorder?.finish(failing);
  }
}
