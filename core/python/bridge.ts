// The `_nabla` module as a whole: its parts, and what the session asks of them.
import { hasOp, opNames, schemasOf } from '../autograd/funnel.ts';
import { observation } from '../autograd/observer.ts';
import type { DotCall } from '../graph/graph.ts';
import { manualSeed } from '../random/factories.ts';
import { DEFAULT_SEED } from '../random/seed.ts';
import { defaultDType } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { autogradFunctions } from './bridge-autograd.ts';
import { type BridgeFunctions, BridgeHost, plain } from './bridge-host.ts';
import { ModuleCalls, moduleFunctions } from './bridge-modules.ts';
import { nodeFunctions } from './bridge-nodes.ts';
import { optimFunctions } from './bridge-optim.ts';
import { randomFunctions } from './bridge-random.ts';
import { storageFunctions } from './bridge-storage.ts';
import { tensorFunctions } from './bridge-tensors.ts';
import { figureBridge } from './figure-bridge.ts';
import { numpyBridge } from './numpy-bridge.ts';
import type { Pauses } from './pauses.ts';
import type { DeviceChoice } from './protocol.ts';
import { guardStack, type Pyodide, type PythonFunction } from './pyodide-host.ts';

interface BridgeEnvironment {
  readonly pauses: Pauses;
  now(): number;
  sleep(ms: number): void;
  /** 1 stdout, 2 stderr. */
  output(stream: number, text: string): void;
  display(text: string | null, svg: string | null, dot: DotCall | null): void;
}

interface DotRequest {
  readonly roots: readonly Tensor[];
  readonly params: readonly (readonly [string, Tensor])[] | null;
  readonly showAttrs: boolean;
  readonly showSaved: boolean;
  readonly maxAttrChars: number;
}

export interface Bridge {
  readonly host: BridgeHost;
  readonly calls: ModuleCalls;
  readonly functions: BridgeFunctions;
  /** Draws what `make_dot` was asked for; set by the session. */
  makeDot: (request: DotRequest) => DotCall;
  /** Told of each optimizer's parameters; set by the session. */
  optimizerMade: (parameters: readonly Tensor[]) => void;
  /** Every make_dot call of the last run, shown or not, in order. */
  dotCalls(): readonly DotCall[];
  /** Variables of the running script that hold tensors. */
  variableNames(): Map<Tensor, string>;
  /** Sets a hyper-parameter of the live optimizer. */
  setHyper(name: string, value: number): void;
  begin(device: DeviceChoice): void;
  end(): void;
}

export function createBridge(pyodide: Pyodide, environment: BridgeEnvironment): Bridge {
  const host = new BridgeHost(pyodide);
  host.now = environment.now;
  const { tensors, asked } = host;
  let gpu = false;
  let dots: DotCall[] = [];
  let setHyper: PythonFunction | null = null;
  let variables: PythonFunction | null = null;

  asked.set('ops', () => Object.fromEntries(opNames().map((name) => [name, schemasOf(name)])));
  asked.set(
    'make_dot',
    (roots: number[], params: [string, number][] | null, showAttrs: boolean, showSaved: boolean, maxAttrChars: number) => {
      const call = bridge.makeDot({
        roots: roots.map((h) => tensors.get(h)),
        params: params === null ? null : params.map(([name, h]) => [name, tensors.get(h)]),
        showAttrs,
        showSaved,
        maxAttrChars,
      });
      dots.push(call);
      return { number: dots.length - 1, dot: call.dot };
    },
  );

  const random = randomFunctions(host, environment.now);
  const optim = optimFunctions(host, environment.pauses, (parameters) => bridge.optimizerMade(parameters));
  const calls = new ModuleCalls();
  const autograd = autogradFunctions(host, environment.pauses);
  const nodes = nodeFunctions(host);
  const { resetGenerators, ...randomPart } = random;
  const { disposeOptimizers, ...optimPart } = optim;
  const { forget_modes: forgetModes, ...autogradPart } = autograd;
  const { forget_hooks: forgetNodeHooks, ...nodePart } = nodes;
  const forgetHooks = (): void => {
    (forgetModes as () => void)();
    (forgetNodeHooks as () => void)();
  };

  const functions: BridgeFunctions = {
    attach: (dead: number, deadRoom: number, cell: number, cells: number) => host.attach(dead, deadRoom, cell, cells),
    take: () => host.take(),
    output: (stream: number, text: string) => environment.output(stream, text),
    display: (json: string) => {
      const { text, svg, dot } = JSON.parse(json) as { text: string | null; svg: string | null; dot: number | null };
      environment.display(text, svg, dot === null ? null : (dots[dot] ?? null));
    },
    sleep: (ms: number) => environment.sleep(ms),
    guard_stack: (guarded: number) => guardStack(pyodide, guarded !== 0),
    has_gpu: () => (gpu ? 1 : 0),
    has_op: (name: string) => (hasOp(name) ? 1 : 0),
    /** Plain values in and out; undefined: an error waits. */
    invoke: (name: string, json: string): string | undefined => {
      try {
        host.enter();
        const f = asked.get(name);
        if (f === undefined) throw new TorchError(`the engine has no function ${name}`);
        return JSON.stringify(f(...(JSON.parse(json) as never[])) ?? null, plain);
      } catch (error) {
        host.fail(error);
        return undefined;
      }
    },
    on_hyper: (f: PythonFunction) => {
      setHyper?.destroy();
      setHyper = f.copy();
    },
    on_variables: (f: PythonFunction) => {
      variables?.destroy();
      variables = f.copy();
    },
    ...tensorFunctions(host),
    ...storageFunctions(host),
    ...randomPart,
    ...optimPart,
    ...moduleFunctions(host, environment.pauses, calls),
    ...autogradPart,
    ...nodePart,
    ...numpyBridge(host, pyodide._module),
    ...figureBridge(),
  };

  const bridge: Bridge = {
    host,
    calls,
    functions,
    makeDot: () => {
      throw new TorchError('make_dot has nothing to draw with here');
    },
    optimizerMade: () => {},
    variableNames() {
      const found = new Map<Tensor, string>();
      if (variables === null) return found;
      for (const [handle, name] of JSON.parse(variables() as string) as [number, string][]) found.set(tensors.get(handle), name);
      return found;
    },
    setHyper: (name, value) => void setHyper?.(name, value),
    dotCalls: () => dots,
    begin(device) {
      dots = [];
      gpu = device === 'gpu';
      defaultDType.value = 'float32';
      manualSeed(DEFAULT_SEED);
      forgetHooks();
    },
    end() {
      observation.observer = null;
      setHyper?.destroy();
      setHyper = null;
      variables?.destroy();
      variables = null;
      forgetHooks();
      calls.forget();
      disposeOptimizers();
      resetGenerators();
      host.enter();
      host.clear();
    },
  };
  return bridge;
}
