// A stand-in for the engine: makes tensors and grad_fn nodes by hand and reports them as the funnel and autograd would.
import { type CallSite, type ModuleScope, type Observer, observation } from '../../core/autograd/observer.ts';
import { type AttributeValue, type Edge, GradNode } from '../../core/tensor/grad-node.ts';
import { Tensor } from '../../core/tensor/tensor.ts';

export class FakeNode extends GradNode {
  rows: [string, AttributeValue][] = [];
  kept: { name: string; tensor: Tensor | null }[] = [];
  apply(): (Tensor | null)[] {
    return [];
  }
  override attributes(): [string, AttributeValue][] {
    return this.rows;
  }
  override saved(): { name: string; tensor: Tensor | null }[] {
    return this.kept;
  }
}

export class FakeAccumulate extends FakeNode {
  constructor(readonly variable: Tensor) {
    super('AccumulateGrad', 'accumulate_grad');
  }
}

export const at = { cell: 0, line: 1, topCell: 0, topLine: 1 };
export const site: CallSite = {
  innermost: () => at,
  topLevel: () => ({ cell: at.topCell, line: at.topLine }),
};
observation.site = site;

export function tensor(data: number[], shape: number[] = [data.length], requiresGrad = false): Tensor {
  return Tensor.from(data, { shape, requiresGrad });
}

export class FakeRun {
  constructor(readonly observer: Observer) {}

  /** Runs an op at a line: `out` is its value. */
  op(line: number, name: string, backward: string, inputs: (Tensor | null)[], out: Tensor, grad = true): Tensor {
    at.line = line;
    if (!grad || !inputs.some((t) => t?.requiresGrad)) {
      this.observer.op(name, inputs, [out], null);
      return out;
    }
    const node = new FakeNode(backward, name);
    node.outputs = [{ shape: out.shape, dtype: out.dtype, device: out.device }];
    node.connect(inputs.map((t) => edgeOf(t)));
    node.kept = inputs.map((t, i) => ({ name: `saved${i}`, tensor: t })).filter((s) => s.tensor !== null);
    out.setHistory(node, 0);
    this.observer.op(name, inputs, [out], node);
    return out;
  }

  /** Walks back depth first; every gradient is `value`. */
  backward(line: number, root: Tensor, value = 1): void {
    at.line = line;
    this.observer.backwardStart([root]);
    const visit = (edge: Edge | null, incoming: Tensor): void => {
      if (edge === null) return;
      const node = edge.node;
      if (node instanceof FakeAccumulate) {
        const before = node.variable.grad;
        if (before === null) node.variable.grad = incoming;
        else {
          const sum = Tensor.from(
            before.toArray().map((x, i) => x + incoming.toArray()[i]),
            { shape: before.shape },
          );
          node.variable.grad = sum;
        }
        this.observer.backwardNode(node, [node.variable.grad], []);
        return;
      }
      const outgoing = node.next.map((next) => (next === null ? null : filled(next.node.outputs[next.inputNr].shape, value)));
      this.observer.backwardNode(node, [incoming], outgoing);
      node.next.forEach((next, i) => {
        const g = outgoing[i];
        if (g !== null) visit(next, g);
      });
    };
    visit(edgeOf(root), filled(root.shape, 1));
    this.observer.backwardEnd();
  }

  sgd(line: number, parameters: Tensor[], lr = 0.1, zero = true): void {
    at.line = line;
    this.observer.optimizerStepStart('SGD', { lr, momentum: 0 }, parameters);
    for (const p of parameters) descend(p, lr);
    this.observer.optimizerStepEnd(parameters);
    if (zero) {
      at.line = line + 1;
      for (const p of parameters) p.grad = null;
      this.observer.zeroGrad(parameters);
    }
  }

  scoped<T>(scope: ModuleScope, body: () => T): T {
    this.observer.moduleEnter(scope);
    try {
      return body();
    } finally {
      this.observer.moduleExit();
    }
  }
}

export function descend(p: Tensor, lr: number): void {
  const values = p.typedView() as Float32Array;
  const grads = p.grad?.toArray();
  if (grads === undefined) return;
  for (let i = 0; i < values.length; i++) values[i] -= lr * grads[i];
  p.storage.version++;
}

const filled = (shape: readonly number[], value: number): Tensor =>
  tensor(new Array(shape.reduce((a, b) => a * b, 1)).fill(value), [...shape]);

const accumulators = new WeakMap<Tensor, FakeAccumulate>();
function edgeOf(t: Tensor | null): Edge | null {
  if (t === null || !t.requiresGrad) return null;
  if (t.gradFn !== null) return t.gradFn.edge(t.outputNr);
  let node = accumulators.get(t);
  if (node === undefined) {
    node = new FakeAccumulate(t);
    node.outputs = [{ shape: t.shape, dtype: t.dtype, device: t.device }];
    accumulators.set(t, node);
  }
  return node.edge(0);
}

export const moduleScope = (key: number, name: string, type: string, label = `${type}()`): ModuleScope => ({
  key,
  name,
  type,
  label,
  training: true,
});

const root = moduleScope(1, '', 'Sequential');
const linear = moduleScope(2, '0', 'Linear', 'Linear(1, 1)');
const mse = moduleScope(3, '', 'MSELoss');

/** One training step of a linear layer under mean squared error, as the lesson's final code runs it. */
export function linearStep(
  run: FakeRun,
  w: Tensor,
  b: Tensor,
  x: Tensor,
  y: Tensor,
  options: { update?: boolean; line?: number; loss?: number } = {},
): Tensor {
  const line = options.line ?? 48;
  const n = x.shape[0];
  const yhat = run.scoped(root, () =>
    run.scoped(linear, () => {
      const wt = run.op(line, 't', 'TBackward0', [w], tensor(w.toArray(), [1, 1]));
      return run.op(
        line,
        'addmm',
        'AddmmBackward0',
        [b, x, wt],
        tensor(
          x.toArray().map((v) => v * 2),
          [n, 1],
        ),
      );
    }),
  );
  const loss = run.scoped(mse, () => run.op(line + 2, 'mse_loss', 'MseLossBackward0', [yhat, y], tensor([options.loss ?? 0.5], [])));
  run.backward(line + 4, loss);
  if (options.update !== false) run.sgd(line + 6, [w, b]);
  return loss;
}
