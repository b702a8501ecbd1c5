// The Observer that turns a run into Graphs and one Trace. Decides where steps begin and end; what is in them is the step writer's.
import type { HyperParameters, ModuleScope, Observer } from '../autograd/observer.ts';
import { observation } from '../autograd/observer.ts';
import type { GradNode } from '../tensor/grad-node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { DotCall, Graph } from './graph.ts';
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
  stepCount = 0;
  #eventCount = 0;
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
  #visible = false;
  #failed = false;
  #hasLoss = false;
  #trainLoss = 0;
  #hyper = -1;
  #placed = false;
  #loop = -1;
  #epoch = -1;
  #batch = 0;
  /** What is visible already of this step. */
  #visiblePlan: KnownPlan | null = null;
  #visibleEvents = 0;
  #visibleSlots = 0;

  readonly #hypers: HyperTrail;
  readonly #validation: ValidationLosses;
  #startOptimizer = '';
  #startHyper: HyperParameters = {};

  constructor(options: RecorderOptions) {
    this.#predict = options.predict ?? true;
    this.#beforeNaming = options.beforeNaming ?? (() => {});
    this.#ring = new TraceRing(options.budgetBytes, options.onChunk ?? (() => {}));
    this.#hypers = new HyperTrail(this.#ring);
    this.#validation = new ValidationLosses(this.#ring);
    this.#writer = new StepWriter(this.#scopes, this.#labels, options.level === 'full');
    this.#catalogue = new PlanCatalogue(this.#ring, this.#labels, options.onGraph ?? (() => {}));
    this.#scopes.nextStep();
  }

  get graphs(): readonly Graph[] {
    return this.#catalogue.graphs;
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
    if (isUpdate) this.#hyper = this.#hypers.byHand();
    if (isUpdate || (zeroing && writer.followHandZero(t))) {
      if (writer.following && writer.cursor === writer.track.cues.length) this.flush();
      return;
    }
    const leaf = writer.leafSharing(t);
    if (leaf >= 0) {
      writer.addHandUpdate(leaf);
      this.#hyper = this.#hypers.byHand();
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
    this.#failed = true;
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
      this.#hasLoss = true;
      this.#trainLoss = scalarOf(root);
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
    this.#hyper = this.#hypers.of(this.#startOptimizer, this.#startHyper);
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
    if (this.#loops.changed.size > 0) this.#writeLoops();
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

  /** Writes the step; the head alone where all these values are visible already. */
  #write(known: KnownPlan, flags: number, eventCount: number, slotCount: number, bodyBytes: number): void {
    if (this.#visible && (known !== this.#visiblePlan || slotCount !== this.#visibleSlots)) this.#hide();
    this.#visiblePlan = known;
    const index = this.#visible ? this.stepCount - 1 : this.stepCount;
    if (!this.#placed && this.#backwardDone && (flags & stepFlag.closed) !== 0) this.#place(known, index);
    entry.index = index;
    entry.plan = known.index;
    entry.loop = this.#placed ? this.#loop : -1;
    entry.epoch = this.#placed ? this.#epoch : -1;
    entry.batch = this.#placed ? this.#batch : 0;
    entry.flags = flags | (this.#hasLoss ? stepFlag.train : 0) | (this.#failed ? stepFlag.failing : 0);
    entry.hyper = this.#hyper;
    entry.eventCount = eventCount;
    entry.backwardCell = known.backwardCell;
    entry.backwardLine = known.backwardLine;
    entry.trainLoss = this.#trainLoss;
    entry.firstEvent = this.#visible ? this.#eventCount - this.#visibleEvents : this.#eventCount;
    if (this.#visible) this.#ring.amendLastStep(entry);
    else if (this.#ring.addStep(entry, this.#writer.scratch, bodyBytes)) this.#visible = true;
    else return;
    this.stepCount = index + 1;
    this.#eventCount = entry.firstEvent + eventCount;
    this.#visibleEvents = eventCount;
    this.#visibleSlots = slotCount;
  }

  /** Once a step, when its end is known; it may be written again after that. */
  #place(known: KnownPlan, index: number): void {
    const place = this.#loops.assign(index, known.backwardCell, known.backwardLine, known.topCell, known.topLine, known.loopLeaves);
    this.#placed = true;
    this.#loop = place.loop;
    this.#epoch = place.epoch;
    this.#batch = place.batch;
    const loop = this.#loops.loops[place.loop];
    if (place.opened) this.#ring.addLoop(loop);
    else this.#ring.patchLoopSteps(place.loop, loop.stepCount);
    if (this.#loops.changed.size > 0) this.#writeLoops();
  }

  #writeLoops(): void {
    for (const index of this.#loops.changed) this.#ring.patchLoop(this.#loops.loops[index]);
    this.#loops.changed.clear();
  }

  #hide(): void {
    if (!this.#visible) return;
    this.#visible = false;
    this.#ring.dropLastStep();
    this.stepCount--;
    this.#eventCount -= this.#visibleEvents;
  }

  /** The step is over. */
  #close(): void {
    const known = this.#known(false);
    this.#validation.reset();
    const writer = this.#writer;
    const closed = this.#snapshot;
    if (known !== null) this.#write(known, stepFlag.closed, known.plan.events.length, known.plan.slots.length, known.bodyBytes);
    this.#visible = false;
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
    this.#hasLoss = false;
    this.#hyper = -1;
    this.#placed = false;
    this.#failed = false;
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
      this.#write(predicted, this.#ending ? stepFlag.closed : 0, predicted.eventsBefore[cursor], slots, bytes);
    } else {
      const known = this.#known(!this.#ending);
      if (known === null) return;
      this.#write(known, this.#ending ? stepFlag.closed : 0, known.plan.events.length, known.plan.slots.length, known.bodyBytes);
      writer.fork();
    }
  }

  finish(failing = false): void {
    if (failing) this.#failed = true;
    if (this.#ending || (this.#hypers.isByHand(this.#hyper) && !this.#failed)) this.#close();
    else this.flush();
    this.#loops.end();
    this.#writeLoops();
  }

  reader(): TraceReader {
    return traceReaderFromChunks(this.#ring.buffers, this.graphs);
  }

  bookmark(step: number, on: boolean): void {
    this.#ring.bookmark(step, on);
  }

  // ---- graphs asked for --------------------------------------------------------------------------------------------------------

  snapshotGraph(roots: readonly Tensor[], params: ReadonlyMap<Tensor, string> | null = null): Graph {
    const labels = new TensorLabels(this.#labels, params);
    const writer = new StepWriter(new ModuleScopes(), labels, false);
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

/** Reused for every step. */
const entry = {
  index: 0,
  plan: 0,
  loop: -1,
  epoch: -1,
  batch: 0,
  flags: 0,
  hyper: -1,
  eventCount: 0,
  backwardCell: 0,
  backwardLine: 0,
  trainLoss: 0,
  firstEvent: 0,
};
