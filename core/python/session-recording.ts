// What a run records: the recorder on the observer's slot while it lasts, its graphs and memory posted as they come.
// A fault inside the recorder ends the recording, not the run.
import { observation } from '../autograd/observer.ts';
import { letGoOfValues } from '../graph/held-steps.ts';
import { createRecorder, type Recorder } from '../graph/recorder.ts';
import { heap } from '../tensor/heap.ts';
import { TorchError } from '../tensor/torch-error.ts';
import type { Bridge } from './bridge.ts';
import { isInterrupt, PythonRaised } from './bridge-host.ts';
import { guarded } from './guarded-observer.ts';
import type { RunRequest, SessionMessage } from './protocol.ts';

export class SessionRecording {
  readonly #request: RunRequest;
  readonly #bridge: Bridge;
  readonly #post: (message: SessionMessage) => void;
  readonly #warn: (text: string) => void;
  #recorder: Recorder | null = null;

  /** `warn` writes to the run's stderr. */
  constructor(request: RunRequest, post: (message: SessionMessage) => void, bridge: Bridge, warn: (text: string) => void) {
    this.#request = request;
    this.#bridge = bridge;
    this.#post = post;
    this.#warn = warn;
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
    // The window looks at this run from now on.
    letGoOfValues();
    this.#bridge.optimizerMade = (parameters) => this.#ask((recorder) => recorder.optimizerMade(parameters));
    if (recording === 'off') return;
    const recorder = createRecorder({
      level: recording,
      budgetBytes,
      onGraph: (index, graph) => this.#post({ type: 'graph', run, index, graph }),
      onChunk: (chunks) =>
        this.#post({ type: 'trace', run, chunks, memory: heap.memory.buffer instanceof ArrayBuffer ? null : heap.memory }),
      beforeNaming: () => this.#name(recorder),
    });
    this.#recorder = recorder;
    observation.observer = guarded(recorder, (error) => this.#fault(error));
  }

  /** The script's variables that hold tensors become their labels. */
  #name(recorder: Recorder): void {
    for (const [tensor, name] of this.#bridge.variableNames()) recorder.nameTensor(tensor, name);
  }

  /** The window looks now: what is under way becomes visible. */
  flush(): void {
    this.#ask((recorder) => recorder.flush());
  }

  end(failing: boolean): void {
    observation.observer = null;
    this.#ask((recorder) => recorder.finish(failing));
  }

  #ask(f: (recorder: Recorder) => void): void {
    if (this.#recorder === null) return;
    try {
      f(this.#recorder);
    } catch (error) {
      this.#fault(error);
    }
  }

  /** The trace keeps what it has; the recorder is not asked again. @throws what is the script's own. */
  #fault(error: unknown): void {
    if (error instanceof TorchError || error instanceof PythonRaised || isInterrupt(error)) throw error;
    observation.observer = null;
    this.#recorder = null;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#warn(`Nabla stopped recording here because of a fault of its own (${message}). The script goes on; what was recorded is kept.\n`);
  }
}
