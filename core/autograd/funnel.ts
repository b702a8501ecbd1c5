// The funnel: every op call comes through here. Bind arguments, check devices, run the kernel, note the history, report.
import '../devices/cpu/index.ts';
import type {
  Arg,
  Args,
  CompiledOverload,
  CompiledRule,
  CompiledSaved,
  GradRule,
  OpDescriptor,
  OpFunction,
  Ops,
  SavedSpec,
} from '../ops/descriptor.ts';
import { table } from '../ops/index.ts';
import { bind, wrapNumber } from '../ops/matcher.ts';
import { parseSchema } from '../ops/schema.ts';
import { isFloating, isHalf } from '../tensor/dtype.ts';
import type { Edge } from '../tensor/grad-node.ts';
import { halves } from '../tensor/half.ts';
import { closeScope, handOn, openScope, takeOut } from '../tensor/scope.ts';
import { Tensor } from '../tensor/tensor.ts';
import { notInNabla, TorchError } from '../tensor/torch-error.ts';
import { fusedInTorch, halfOf, widened } from './half-precision.ts';
import { checkSupport } from './half-support.ts';
import { checkInPlace } from './in-place.ts';
import { gradMode } from './modes.ts';
import { formulaOps, gradientEdge, OpNode } from './node.ts';
import { observation } from './observer.ts';
import { linkView, rebase } from './view-history.ts';

/** All ops as typed functions: `ops.add(a, b, { alpha: 2 })`. The result belongs to the caller; a result that *is* an argument carries no new count. */
const opFunctions: Record<string, OpFunction> = {};
// Many hundred functions are a dictionary to an engine, unless as a prototype, whose functions its compiler takes for constants.
export const ops: Ops = Object.create(opFunctions) as Ops;
export const F: Ops = ops;

const compiled = new Map<string, CompiledOverload[]>();

/** True while a backward walk without create_graph runs: views made there need no base, unless a hook or a custom function turns grad mode on. */
export const plainWalk: { active: boolean } = { active: false };

/** Every object the hot path reads is written by one literal, all its fields named: so the engine below finds them at fixed places. */
function compileRule(rule: GradRule): CompiledRule {
  const spec = (one: SavedSpec): CompiledSaved => ({
    name: one.name,
    argument: one.argument ?? -1,
    output: one.output ?? -1,
    when: one.when ?? -1,
  });
  return {
    name: rule.name,
    saved: (rule.saved ?? []).map(spec),
    savedList: rule.savedList ?? null,
    keep: rule.keep ?? null,
    backward: rule.backward,
    constant: rule.constant ?? null,
  };
}

function compile(op: OpDescriptor): CompiledOverload[] {
  return op.overloads.map((overload) => {
    const parsed = parseSchema(overload.schema);
    const tensorPositions: number[] = [];
    parsed.params.forEach((p, i) => {
      if (p.type === 'Tensor') tensorPositions.push(i);
    });
    const diff = overload.inputs ?? tensorPositions;
    return {
      schema: overload.schema,
      native: overload.native ?? false,
      forward: overload.forward,
      grad: overload.grad === undefined ? null : compileRule(overload.grad),
      op: op.name,
      kind: overload.kind ?? op.kind,
      inner: (overload.kind ?? op.kind) !== 'composite' && overload.forward.length > 1,
      parsed,
      diff,
      hasList: diff.some((i) => parsed.params[i].list),
      inPlace: parsed.params.length > 0 && parsed.params[0].mutable,
      view:
        parsed.params.length > 0 && parsed.params[0].aliased && !parsed.params[0].mutable
          ? parsed.returns.includes('[]')
            ? 'many'
            : 'one'
          : 'none',
      tensorPositions,
      lists: tensorPositions.some((i) => parsed.params[i].list),
      values: overload.values ?? Number.POSITIVE_INFINITY,
    };
  });
}

/** The overloads Python's parser sees. */
const parsed = new Map<string, CompiledOverload[]>();

for (const op of table) {
  const overloads = compile(op);
  compiled.set(op.name, overloads);
  parsed.set(
    op.name,
    overloads.filter((o) => !o.native),
  );
  opFunctions[op.name] = functionOf(overloads);
}

function functionOf(overloads: CompiledOverload[]): OpFunction {
  if (overloads.length === 1) return quickFunction(overloads[0], overloads);
  if (overloads.length > 1 && overloads[0].native) {
    const withNumber = quickFunction(overloads[0], overloads);
    const rest = overloads.slice(1);
    const withTensor = functionOf(rest);
    return (...args) => (typeof args[1] === 'object' || !(args[0] instanceof Tensor) ? withTensor(...args) : withNumber(...args));
  }
  return (...args) => bindAndRun(overloads, args);
}

formulaOps.F = ops;

function isKwargs(value: unknown): value is Record<string, Arg> {
  return typeof value === 'object' && value !== null && !(value instanceof Tensor) && !Array.isArray(value);
}

function bindAndRun(overloads: CompiledOverload[], args: (Arg | Readonly<Record<string, Arg>>)[]): Tensor | Tensor[] {
  const last = args[args.length - 1];
  const kwargs = isKwargs(last) ? last : null;
  const bound = bind(overloads, (kwargs === null ? args : args.slice(0, -1)) as Arg[], kwargs);
  return runWrapped(bound.overload, bound.args);
}

/** One overload as a function of all its arguments, for the engine's own hot paths: nothing is matched or filled in. */
export function direct(name: string, overload = ''): (...args: Args) => Tensor {
  const o = (compiled.get(name) ?? []).find((candidate) => candidate.parsed.overload === overload) as CompiledOverload;
  return (...args) => run(o, args) as Tensor;
}

/** For ops with one overload called by position: only defaults are filled in. */
function quickFunction(o: CompiledOverload, overloads: CompiledOverload[]): OpFunction {
  const { params } = o.parsed;
  const plain = params.length > 0 && params.length <= 5 && params.every((p) => p.type !== 'int');
  return plain ? shortFunction(o, overloads) : longFunction(o, overloads);
}

/** Up to five parameters, none whole numbers: their list is written out, as one that grows takes more time and memory than it needs. */
function shortFunction(o: CompiledOverload, overloads: CompiledOverload[]): OpFunction {
  const { params, positional } = o.parsed;
  const n = params.length;
  const needed = params.filter((p) => !p.hasDefault).length;
  const [, second, third, fourth, fifth] = params.map((p) => p.default as Arg);
  type Given = Arg | Readonly<Record<string, Arg>>;
  return (a?: Given, b?: Given, c?: Given, d?: Given, e?: Given, ...more: Given[]) => {
    const given = e !== undefined ? 5 : d !== undefined ? 4 : c !== undefined ? 3 : b !== undefined ? 2 : a !== undefined ? 1 : 0;
    const last = given === 1 ? a : given === 2 ? b : given === 3 ? c : given === 4 ? d : e;
    if (given < needed || given > positional || more.length > 0 || isKwargs(last))
      return bindAndRun(overloads, [a, b, c, d, e].slice(0, given).concat(more));
    let args: Args;
    if (n === 1) args = [a];
    else {
      const other = given > 1 ? b : second;
      if (n === 2) args = [a, other];
      else if (n === 3) args = [a, other, given > 2 ? c : third];
      else if (n === 4) args = [a, other, given > 2 ? c : third, given > 3 ? d : fourth];
      else args = [a, other, given > 2 ? c : third, given > 3 ? d : fourth, given > 4 ? e : fifth];
    }
    return o.kind === 'row' ? runWrapped(o, args) : run(o, args);
  };
}

function longFunction(o: CompiledOverload, overloads: CompiledOverload[]): OpFunction {
  const { params, positional } = o.parsed;
  const n = params.length;
  const whole = params.flatMap((p, i) => (p.type === 'int' && !p.list ? [i] : []));
  const bare = params.flatMap((p, i) => (p.type === 'int' && p.list ? [i] : []));
  return (...args) => {
    const given = args.length;
    if (given > positional || (given > 0 && isKwargs(args[given - 1]))) return bindAndRun(overloads, args);
    for (let i = given; i < n; i++) {
      if (!params[i].hasDefault) return bindAndRun(overloads, args);
      args.push(params[i].default as Arg);
    }
    for (let i = 0; i < whole.length; i++) if (typeof args[whole[i]] === 'bigint') args[whole[i]] = Number(args[whole[i]]);
    for (let i = 0; i < bare.length; i++)
      if (typeof args[bare[i]] === 'number' || typeof args[bare[i]] === 'bigint') return bindAndRun(overloads, args);
    return runWrapped(o, args);
  };
}

/** Makes numbers given for tensors into 0-d tensors, and lets go of them afterwards. */
function runWrapped(o: CompiledOverload, args: Args): Tensor | Tensor[] {
  if (o.kind !== 'row') return run(o, args);
  let made: Tensor[] | null = null;
  const positions = o.tensorPositions;
  for (let i = 0; i < positions.length; i++) {
    const value = args[positions[i]];
    if (typeof value === 'object') continue;
    if (value === undefined) continue;
    let device: 'cpu' | 'cuda' = 'cpu';
    for (const j of positions) if (args[j] instanceof Tensor) device = args[j].device;
    const tensor = wrapNumber(value, device);
    args[positions[i]] = tensor;
    (made ??= []).push(tensor);
  }
  if (made === null) return run(o, args);
  try {
    return run(o, args);
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/**
 * Calls an op by name with torch's argument rules. Raises TorchError in torch's words.
 * Python's int is a bigint where it stands for a tensor or Scalar (a number there is a float); for `int` parameters both do.
 */
export function call(name: string, args: readonly Arg[], kwargs?: Readonly<Record<string, Arg>> | null): Tensor | Tensor[] {
  const overloads = parsed.get(name);
  if (overloads === undefined) throw notInNabla(`torch.${name}`);
  let bound: { overload: CompiledOverload; args: Args };
  try {
    bound = bind(overloads, args, kwargs ?? null, true);
  } catch (error) {
    const observer = observation.observer;
    if (observer !== null && error instanceof TorchError)
      observer.opFailed(
        name,
        args.filter((a): a is Tensor => a instanceof Tensor),
        firstLine(error),
      );
    throw error;
  }
  return runWrapped(bound.overload, bound.args);
}

export function hasOp(name: string): boolean {
  return compiled.has(name);
}

/** Names of all ops, in the table's order. */
export function opNames(): string[] {
  return [...compiled.keys()];
}

/** torch's schemas of an op. */
export function schemasOf(name: string): string[] {
  return (parsed.get(name) ?? []).map((o) => o.schema);
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0];
}

function run(o: CompiledOverload, args: Args): Tensor | Tensor[] {
  const observer = observation.observer;
  if (o.kind === 'composite') return halves.seen ? halfComposite(o, args) : runComposite(o, args);
  // What backward computes on its way is reported node by node, unless it is itself recorded for a second backward.
  if (observer === null || (plainWalk.active && !gradMode.enabled)) return execute(o, args);
  let out: Tensor | Tensor[];
  try {
    out = execute(o, args);
  } catch (error) {
    if (error instanceof TorchError) observer.opFailed(o.op, tensorInputs(o, args), firstLine(error));
    throw error;
  }
  const inputs = o.lists ? tensorInputs(o, args) : reportedInputs(o, args);
  if (Array.isArray(out))
    observer.op(o.op, inputs, out.length > o.values ? out.slice(0, o.values) : out, out.length > 0 ? out[0].node : null);
  else {
    reportedOutput[0] = out;
    observer.op(o.op, inputs, reportedOutput, out.node);
  }
  return out;
}

/** Lists handed to the observer, who may not keep them: one for each number of inputs, and one for a single output. */
const reportedLists: (Tensor | null)[][] = [];
const reportedOutput: Tensor[] = [];

function reportedInputs(o: CompiledOverload, args: Args): (Tensor | null)[] {
  const positions = o.tensorPositions;
  const n = positions.length;
  while (reportedLists.length <= n) reportedLists.push(new Array(reportedLists.length).fill(null));
  const inputs = reportedLists[n];
  for (let i = 0; i < n; i++) inputs[i] = args[positions[i]] ?? null;
  return inputs;
}

function tensorInputs(o: CompiledOverload, args: Args): (Tensor | null)[] {
  const inputs: (Tensor | null)[] = [];
  for (const i of o.tensorPositions) {
    if (Array.isArray(args[i])) inputs.push(...args[i]);
    else inputs.push(args[i] ?? null);
  }
  return inputs;
}

/** A composite opens a scope: what it makes on the way is released. */
function runComposite(o: CompiledOverload, args: Args): Tensor | Tensor[] {
  const mark = openScope();
  let out: Tensor | Tensor[] | null = null;
  try {
    out = o.forward(args, ops);
  } finally {
    if (out instanceof Tensor) {
      const mine = takeOut(out, mark);
      closeScope(mark);
      if (mine) handOn(out);
    } else {
      const mine = (out ?? []).filter((tensor) => takeOut(tensor, mark));
      closeScope(mark);
      for (const tensor of mine) handOn(tensor);
    }
  }
  return out;
}

/** A kernel that calls other ops: nothing of that is noted or reported, and what it makes on the way is released. */
function runInner(o: CompiledOverload, args: Args): Tensor | Tensor[] {
  const observer = observation.observer;
  const enabled = gradMode.enabled;
  observation.observer = null;
  gradMode.enabled = false;
  try {
    return runComposite(o, args);
  } finally {
    observation.observer = observer;
    gradMode.enabled = enabled;
  }
}

function halfComposite(o: CompiledOverload, args: Args): Tensor | Tensor[] {
  const first = args[0];
  if (first instanceof Tensor && isHalf(first.dtype)) checkSupport(o.op, first.dtype);
  const half = fusedInTorch.has(o.op) && !gradMode.enabled ? halfOf(o, args) : null;
  return half === null ? runComposite(o, args) : widened(o, args, half, (given) => runComposite(o, given));
}

/** A program with 16-bit floating tensors: each call is looked at, and widened where one takes part. */
function runHalf(o: CompiledOverload, args: Args): Tensor | Tensor[] {
  const kernel = (given: Args): Tensor | Tensor[] => (o.inner ? runInner(o, given) : o.forward(given, ops));
  const half = halfOf(o, args);
  return half === null ? kernel(args) : widened(o, args, half, kernel);
}

function checkDevices(o: CompiledOverload, args: Args): void {
  let seen: Tensor | null = null;
  const positions = o.tensorPositions;
  for (let i = 0; i < positions.length; i++) {
    const value = args[positions[i]];
    if (value instanceof Tensor) seen = sameDevice(o, seen, value);
    else if (Array.isArray(value)) for (const t of value) if (t instanceof Tensor) seen = sameDevice(o, seen, t);
  }
}

/** A 0-d CPU tensor may meet others in an elementwise op. */
function sameDevice(o: CompiledOverload, seen: Tensor | null, t: Tensor): Tensor {
  if (seen === null || seen.device === t.device) return t;
  if (o.kind === 'row' && seen.shape.length === 0 && seen.device === 'cpu') return t;
  if (o.kind === 'row' && t.shape.length === 0 && t.device === 'cpu') return seen;
  if (o.op === 'copy_') return seen;
  throw new TorchError('Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!', 'RuntimeError', [
    'Move them to one device with .to(device).',
  ]);
}

function execute(o: CompiledOverload, args: Args): Tensor | Tensor[] {
  if (o.tensorPositions.length > 1 || o.hasList) checkDevices(o, args);
  let needs = 0;
  const grad = o.grad;
  const diff = o.diff;
  if (gradMode.enabled) {
    if (o.hasList) needs = listNeeds(o, args);
    else {
      for (let i = 0; i < diff.length; i++) {
        const t = args[diff[i]] as Tensor | null | undefined;
        if (t?.requiresGrad) needs |= 1 << i;
      }
    }
  }
  if (o.inPlace) return executeInPlace(o, args, needs);
  const out = halves.seen ? runHalf(o, args) : o.inner ? runInner(o, args) : o.forward(args, ops);
  if (o.view !== 'none' && (!plainWalk.active || gradMode.enabled)) {
    if (Array.isArray(out)) for (const view of out) linkView(args[0], view, true);
    else if (out !== args[0]) linkView(args[0], out, false);
  }
  if (needs !== 0 && grad !== null) {
    if (Array.isArray(out)) attachMany(o, args, out, needs);
    else if (out !== args[0]) attachOne(o, args, out, needs);
  }
  return out;
}

function listNeeds(o: CompiledOverload, args: Args): number {
  let needs = 0;
  let bit = 0;
  for (const i of o.diff) {
    const value = args[i];
    for (const t of Array.isArray(value) ? value : [value]) {
      if (t instanceof Tensor && t.requiresGrad) needs |= 1 << Math.min(bit, 30);
      bit++;
    }
  }
  return needs;
}

function edgesOf(o: CompiledOverload, args: Args): (Edge | null)[] {
  const diff = o.diff;
  if (!o.hasList) {
    if (diff.length === 1) return [edgeOf(args[diff[0]])];
    if (diff.length === 2) return [edgeOf(args[diff[0]]), edgeOf(args[diff[1]])];
    if (diff.length === 3) return [edgeOf(args[diff[0]]), edgeOf(args[diff[1]]), edgeOf(args[diff[2]])];
  }
  const edges: (Edge | null)[] = [];
  for (let i = 0; i < diff.length; i++) {
    const value = args[diff[i]];
    if (Array.isArray(value)) for (const t of value) edges.push(t instanceof Tensor ? gradientEdge(t) : null);
    else edges.push(edgeOf(value));
  }
  return edges;
}

function edgeOf(value: Tensor | null | undefined): Edge | null {
  return value === null || value === undefined ? null : gradientEdge(value);
}

function attachOne(o: CompiledOverload, args: Args, out: Tensor, needs: number): void {
  if (!isFloating(out.dtype)) return;
  const rule = o.grad as CompiledRule;
  const node = new OpNode(rule, o, needs, rule.keep === null ? null : rule.keep(args, out, needs));
  node.connect(edgesOf(o, args));
  // As a description only: not counted, and of no more use once released.
  node.outputs = [out];
  out.setHistory(node, 0);
  if (rule.saved.length > 0 || rule.savedList !== null) node.save(args, [out], null);
}

function attachMany(o: CompiledOverload, args: Args, out: Tensor[], needs: number): void {
  const rule = o.grad as CompiledRule;
  if (out.length === 0) return;
  const node = new OpNode(rule, o, needs, rule.keep === null ? null : rule.keep(args, out[0], needs));
  node.connect(edgesOf(o, args));
  node.outputs = out.map((t) => ({ shape: t.shape, dtype: t.dtype, device: t.device }));
  node.count++;
  out.forEach((t, i) => {
    if (isFloating(t.dtype) && !rule.constant?.includes(i)) t.setHistory(node, i);
  });
  node.save(args, out, null);
  node.release();
}

function executeInPlace(o: CompiledOverload, args: Args, needs: number): Tensor {
  const self = args[0] as Tensor;
  checkInPlace(self, gradMode.enabled && needs !== 0);
  self.storage.own();
  const rule = o.grad;
  let node: OpNode | null = null;
  let original: Tensor | null = null;
  if (needs !== 0 && rule !== null) {
    if (rule.saved.some((spec) => spec.argument === 0 && (spec.when & needs) !== 0)) {
      original = ops.clone(self);
    }
    node = new OpNode(rule, o, needs, rule.keep === null ? null : rule.keep(args, self, needs));
    node.connect(edgesOf(o, args));
    node.count++;
  }
  try {
    if (halves.seen) runHalf(o, args);
    else if (o.inner) runInner(o, args);
    else o.forward(args, ops);
    self.storage.version++;
    if (node !== null) {
      node.outputs = [{ shape: self.shape, dtype: self.dtype, device: self.device }];
      rebase(self, node);
      node.save(args, [self], original);
    }
  } finally {
    node?.release();
    original?.dispose();
  }
  return self;
}
