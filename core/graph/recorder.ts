// The Observer that turns a run into Graphs and one Trace. Decides where steps begin and end; what is in them is the step writer's.
import type { HyperParameters, ModuleScope, Observer } from '../autograd/observer.ts';
import { observation } from '../autograd/observer.ts';
import type { GradNode } from '../tensor/grad-node.ts';
import { heap } from '../tensor/heap.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { DotCall, Graph } from './graph.ts';
import { HeldSteps } from './held-steps.ts';
import { HyperTrail } from './hyper-trail.ts';
import { type DotOptions, drawDot } from './make-dot.ts';
import { ModuleScopes } from './module-scopes.ts';
import { type KnownPlan, PlanCatalogue } from './plan-catalogue.ts';
import { trackGraph } from './step-graph.ts';
import { variableOf } from './step-state.ts';
import { StepTrack } from './step-track.ts';
import { type StepSnapshot, StepWriter } from './step-writer.ts';
import { scalarOf } from './tensor-columns.ts';
import { TensorLabels } from './tensor-labels.ts';
import type { TraceReader } from './trace.ts';
import { traceReaderFromChunks } from './trace-reader.ts';
import { stepFlag } from './trace-records.ts';
import { TraceRing } from './trace-ring.ts';
import { TrainingLoops } from './training-loops.ts';
import { ValidationLosses } from './validation-losses.ts';
import { VisibleStep } from './visible-step.ts';

interface RecorderOptions {
  readonly level: 'summary' | 'full';
  readonly budgetBytes: number;
  /** A structure met for the first time. */
  readonly onGraph?: (index: number, graph: Graph) => void;
  /** The Trace lives in these chunks now: all of them, in order; earlier ones may have been replaced by thinner ones. */
  readonly onChunk?: (chunks: readonly SharedArrayBuffer[]) => void;
  /** Called when a backward starts, or a run ends without one, in a structure not met before: the moment to tell names with `nameTensor`. */
  readonly beforeNaming?: () => void;
  /** False: every step is built anew, as if nothing were known. Slow; what is recorded is the same. */
  readonly predict?: boolean;
}

export interface Recorder extends Observer {
  readonly graphs: readonly Graph[];
  readonly chunks: readonly SharedArrayBuffer[];
  readonly stepCount: number;
  /** The variable a tensor was assigned to: a label only. */
  nameTensor(tensor: Tensor, name: string): void;
  /** An optimizer was made over these: steps over them end at its `step()`. */
  optimizerMade(parameters: readonly Tensor[]): void;
  /** Makes the step under way visible in the Trace; call when the run pauses. */
  flush(): void;
  /** The run is over; `failing` keeps the last step's values whole for good. */
  finish(failing?: boolean): void;
  reader(): TraceReader;
  bookmark(step: number, on: boolean): void;
  /** The Graph that leads to these roots, with forward twins where they were recorded. */
  snapshotGraph(roots: readonly Tensor[], params?: ReadonlyMap<Tensor, string> | null): Graph;
  makeDot(roots: readonly Tensor[], params: ReadonlyMap<Tensor, string> | null, options: DotOptions): DotCall;
}

export function createRecorder(options: RecorderOptions): Recorder {
  return new RunRecorder(options);
}

class RunRecorder implements Recorder {
  readonly #catalogue: PlanCatalogue;
  readonly #beforeNaming: () => void;
  readonly #predict: boolean;
  readonly #labels = new TensorLabels();
  readonly #scopes = new ModuleScopes();
  readonly #loops = new TrainingLoops();
  readonly #ring: TraceRing;
  readonly #writer: StepWriter;
  readonly #shown: VisibleStep;
  #predicted: KnownPlan | null = null;
  #last: KnownPlan | null = null;
  /** The last step's rows, for make_dot after it closed. */
  #closed: StepSnapshot | null = null;
  readonly #snapshot: { -readonly [K in keyof StepSnapshot]: StepSnapshot[K] } = {
    track: new StepTrack(),
    base: -1,
    leaves: [],
    inputs: [],
  };

  // The step under way.
  #begun = false;
  #ending = false;
  #backwardDone = false;
  #inBackward = false;
  #inOptimizer = false;
  readonly #hypers: HyperTrail;
  readonly #validation: ValidationLosses;
  #startOptimizer = '';
  #startHyper: HyperParameters = {};

  constructor(options: RecorderOptions) {
    this.#predict = options.predict ?? true;
    this.#beforeNaming = options.beforeNaming ?? (() => {});
    const held = options.level === 'full' ? new HeldSteps() : null;
    this.#ring = new TraceRing(options.budgetBytes, options.onChunk ?? (() => {}), held);
    this.#shown = new VisibleStep(this.#ring, this.#loops, held);
    this.#hypers = new HyperTrail(this.#ring);
    this.#validation = new ValidationLosses(this.#ring);
    this.#writer = new StepWriter(this.#scopes, this.#labels, held);
    this.#catalogue = new PlanCatalogue(this.#ring, this.#labels, options.onGraph ?? (() => {}));
    this.#scopes.nextStep();
  }

  get graphs(): readonly Graph[] {
    return this.#catalogue.graphs;
  }

  get stepCount(): number {
    return this.#shown.stepCount;
  }

  get chunks(): readonly SharedArrayBuffer[] {
    return this.#ring.buffers;
  }

  // ---- what happens in a step --------------------------------------------------------------------------------------------------

  op(name: string, inputs: readonly (Tensor | null)[], outputs: readonly Tensor[], node: GradNode | null): void {
    // A node that has a tag was made by an earlier op: this one left no history of its own.
    if (node === null || node.tag >= 0) {
      if (this.#begun && !this.#inOptimizer && !this.#inBackward && name.charCodeAt(name.length - 1) === 95)
        this.#inPlace(name, inputs[0] ?? null);
      return;
    }
    if (!this.#inBackward && (this.#ending || (this.#backwardDone && !this.#owned()))) this.#close();
    if (!this.#begun) this.#begin();
    if (!this.#writer.followOp(name, inputs, outputs, node)) this.#writer.addOp(name, inputs, outputs, node);
  }

  /** An op that left no history, in place: an update by hand, or `a.grad.zero_()`, or none of our business. */
  #inPlace(name: string, t: Tensor | null): void {
    if (t === null || !this.#backwardDone) return;
    const writer = this.#writer;
    const zeroing = name === 'zero_' || name === 'fill_';
    const isUpdate = writer.followHandUpdate(t);
    if (isUpdate) this.#shown.hyper = this.#hypers.byHand();
    if (isUpdate || (zeroing && writer.followHandZero(t))) {
      if (writer.following && writer.cursor === writer.track.cues.length) this.flush();
      return;
    }
    const leaf = writer.leafSharing(t);
    if (leaf >= 0) {
      writer.addHandUpdate(leaf);
      this.#shown.hyper = this.#hypers.byHand();
      return;
    }
    const zeroed = zeroing ? writer.leafWithGrad(t) : -1;
    if (zeroed >= 0) writer.addHandZero(zeroed);
  }

  opFailed(name: string, inputs: readonly (Tensor | null)[], message: string): void {
    const inPlace = name.endsWith('_');
    if (!inPlace && !this.#inBackward && (this.#ending || (this.#backwardDone && !this.#owned()))) this.#close();
    if (!this.#begun) this.#begin();
    // The variables are looked at now: an exception may be on its way through them.
    this.#beforeNaming();
    this.#writer.addFailed(name, inputs, message);
    this.#shown.flags |= stepFlag.failing;
  }

  moduleEnter(scope: ModuleScope): void {
    this.#scopes.enter(scope);
  }

  moduleExit(): void {
    this.#scopes.exit();
  }

  parameterNames(names: readonly string[], parameters: readonly Tensor[]): void {
    for (let i = 0; i < parameters.length; i++) this.#labels.nameParameter(parameters[i], names[i]);
  }

  nameTensor(tensor: Tensor, name: string): void {
    this.#labels.nameVariable(tensor, name);
  }

  optimizerMade(parameters: readonly Tensor[]): void {
    for (const t of parameters) this.#labels.own(t);
  }

  backwardStart(roots: readonly Tensor[]): void {
    if (this.#ending) this.#close();
    if (!this.#begun) this.#begin();
    if (!this.#writer.followBackwardStart(roots)) {
      // Now the script's variables still hold this step's tensors.
      this.#beforeNaming();
      this.#writer.addBackwardStart(roots);
    }
    this.#inBackward = true;
    const root = roots[0];
    if (root !== undefined && root.numel === 1) {
      this.#shown.flags |= stepFlag.train;
      this.#shown.trainLoss = scalarOf(root);
      this.#validation.takeBack(root);
    }
  }

  backwardNode(node: GradNode, incoming: readonly (Tensor | null)[], outgoing: readonly (Tensor | null)[]): void {
    if (!this.#begun) this.#begin();
    if (!this.#backwardDone && variableOf(node) !== undefined) this.#backwardDone = true;
    if (!this.#writer.followBackward(node, incoming, outgoing)) this.#writer.addBackward(node, incoming, outgoing);
  }

  backwardEnd(): void {
    this.#inBackward = false;
  }

  optimizerStepStart(optimizer: string, hyper: HyperParameters, _parameters: readonly Tensor[]): void {
    this.#inOptimizer = true;
    this.#startOptimizer = optimizer;
    this.#startHyper = hyper;
    if (this.#ending) this.#close();
  }

  optimizerStepEnd(parameters: readonly Tensor[]): void {
    this.#inOptimizer = false;
    if (!this.#begun) return;
    const writer = this.#writer;
    if (!writer.followUpdate(parameters)) {
      this.optimizerMade(parameters);
      writer.addUpdate(
        parameters,
        parameters.map((t) => t.grad !== null),
      );
    }
    this.#shown.hyper = this.#hypers.of(this.#startOptimizer, this.#startHyper);
    this.#ending = true;
    // A structure known before shows at once: a worker that hangs after its last step may never come to close it.
    if (writer.following) this.flush();
  }

  zeroGrad(parameters: readonly Tensor[]): void {
    if (!this.#begun) return;
    const writer = this.#writer;
    if (writer.followZeroGrad(parameters)) return;
    for (let i = 0; i < parameters.length; i++) {
      if (writer.leafTensors.indexOf(parameters[i]) < 0) continue;
      writer.addZeroGrad(parameters);
      return;
    }
  }

  loss(key: string, loss: Tensor, validation: boolean): void {
    if (!validation) {
      this.#validation.trainsOn(key);
      return;
    }
    if (!this.#validation.counts(key, loss)) return;
    if (this.#ending) this.#close();
    else if (this.#begun && this.#backwardDone && !this.#owned() && loss.gradFn === null) this.#close();
    if (this.stepCount === 0) return;
    this.#validation.add(loss);
  }

  loaderPass(loader: number, event: 'start' | 'batch' | 'end'): void {
    this.#loops.loaderPass(loader, event);
    this.#shown.writeLoops();
  }

  // ---- where steps begin and end -----------------------------------------------------------------------------------------------

  #owned(): boolean {
    const { leafTensors, knownLeaves } = this.#writer;
    for (let i = 0; i < knownLeaves; i++) if (this.#labels.isOwned(leafTensors[i])) return true;
    return false;
  }

  #begin(): void {
    this.#begun = true;
    this.#scopes.nextStep();
    this.#loops.begin();
  }

  /** What the writer holds as a known plan; a new one is written, its Graph announced. Null when the budget is spent. */
  #known(open: boolean): KnownPlan | null {
    const writer = this.#writer;
    const predicted = this.#predicted;
    if (writer.following && predicted !== null && writer.cursor === writer.track.cues.length) return predicted;
    writer.leave();
    if (writer.track.roots.length === 0) this.#beforeNaming();
    writer.renewNames();
    return this.#catalogue.find(writer.track, writer.leafTensors, open);
  }

  /** Shows the step as far as it came. */
  #show(known: KnownPlan, eventCount: number, slotCount: number, bodyBytes: number, closed: boolean): void {
    this.#shown.write(known, eventCount, slotCount, bodyBytes, this.#writer.scratch, closed, closed && this.#backwardDone);
  }

  /** The step is over. */
  #close(): void {
    const known = this.#known(false);
    this.#validation.reset();
    const writer = this.#writer;
    const closed = this.#snapshot;
    if (known !== null) this.#show(known, known.plan.events.length, known.plan.slots.length, known.bodyBytes, true);
    this.#shown.end();
    this.#learn(known);
    closed.track = writer.track;
    closed.base = writer.base;
    closed.leaves = writer.leafTensors;
    closed.inputs = writer.inputTensors;
    this.#closed = closed;
    const next = this.#predict ? (known?.successor ?? known) : null;
    this.#predicted = next;
    if (next === null) writer.begin(null, [], 0, []);
    else writer.begin(next.track, next.offsets, next.bodyBytes, next.leaves);
    this.#begun = false;
    this.#ending = false;
    this.#backwardDone = false;
  }

  /** Which plan follows which: changed only after two surprises, so that one odd batch an epoch does not cost two. */
  #learn(known: KnownPlan | null): void {
    const last = this.#last;
    this.#last = known;
    if (last === null || known === null) return;
    if (last.successor === known) last.misses = 0;
    else if (last.successor === null || ++last.misses > 1) {
      last.successor = known;
      last.misses = 0;
    }
  }

  flush(): void {
    if (!this.#begun || this.#writer.isEmpty) return;
    const writer = this.#writer;
    const predicted = this.#predicted;
    if (writer.following && predicted !== null) {
      const cursor = writer.cursor;
      const done = cursor === writer.track.cues.length;
      const slots = done ? predicted.plan.slots.length : writer.track.cues[cursor].slotCount;
      const bytes = done
        ? predicted.bodyBytes
        : ((slots < predicted.offsets.length ? predicted.offsets[slots] : predicted.bodyBytes) + 7) & ~7;
      this.#show(predicted, predicted.eventsBefore[cursor], slots, bytes, this.#ending);
    } else {
      const known = this.#known(!this.#ending);
      if (known === null) return;
      this.#show(known, known.plan.events.length, known.plan.slots.length, known.bodyBytes, this.#ending);
      writer.fork();
    }
  }

  finish(failing = false): void {
    const shown = this.#shown;
    if (failing) shown.flags |= stepFlag.failing;
    if (this.#ending || (this.#hypers.isByHand(shown.hyper) && (shown.flags & stepFlag.failing) === 0)) this.#close();
    else this.flush();
    this.#loops.end();
    this.#shown.writeLoops();
  }

  reader(): TraceReader {
    return traceReaderFromChunks(this.#ring.buffers, this.graphs, false, heap.memory);
  }

  bookmark(step: number, on: boolean): void {
    this.#ring.bookmark(step, on);
  }

  // ---- graphs asked for --------------------------------------------------------------------------------------------------------

  snapshotGraph(roots: readonly Tensor[], params: ReadonlyMap<Tensor, string> | null = null): Graph {
    const labels = new TensorLabels(this.#labels, params);
    const writer = new StepWriter(new ModuleScopes(), labels, null);
    writer.lookFrom(this.#writer, this.#closed, roots);
    return trackGraph(writer.track, writer.track.roots.length === 0 && roots.length === 0).graph;
  }

  makeDot(roots: readonly Tensor[], params: ReadonlyMap<Tensor, string> | null, options: DotOptions): DotCall {
    const dot = drawDot(roots, params, options);
    const { showAttrs, showSaved, maxAttrChars } = options;
    return {
      dot,
      graph: this.snapshotGraph(roots, params),
      options: { showAttrs, showSaved, maxAttrChars, params: params !== null },
      site: observation.site.innermost(),
    };
  }
}
