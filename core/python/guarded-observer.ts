// An observer behind a guard: a fault inside it ends the observing and never reaches the script. It knows no recorder.
import type { Observer } from '../autograd/observer.ts';

/**
 * Reports go on to `observer` until it throws: then `fault` is told, once, and nothing is reported any more.
 * Where `fault` throws (what came is the script's own), the script gets that and the observing goes on.
 */
export function guarded(observer: Observer, fault: (error: unknown) => void): Observer {
  let inner: Observer | null = observer;
  const failed = (error: unknown): void => {
    fault(error);
    inner = null;
  };
  const guard =
    <A extends unknown[]>(report: (to: Observer, ...values: A) => void) =>
    (...values: A): void => {
      if (inner === null) return;
      try {
        report(inner, ...values);
      } catch (error) {
        failed(error);
      }
    };
  return {
    // Written out, as backwardNode: these two run at every op.
    op(name, inputs, outputs, node) {
      try {
        inner?.op(name, inputs, outputs, node);
      } catch (error) {
        failed(error);
      }
    },
    opFailed: guard((to, name, inputs, message) => to.opFailed(name, inputs, message)),
    moduleEnter: guard((to, scope) => to.moduleEnter(scope)),
    moduleExit: guard((to) => to.moduleExit()),
    parameterNames: guard((to, names, parameters) => to.parameterNames(names, parameters)),
    backwardStart: guard((to, roots) => to.backwardStart(roots)),
    backwardNode(node, incoming, outgoing) {
      try {
        inner?.backwardNode(node, incoming, outgoing);
      } catch (error) {
        failed(error);
      }
    },
    backwardEnd: guard((to) => to.backwardEnd()),
    optimizerStepStart: guard((to, optimizer, hyper, parameters) => to.optimizerStepStart(optimizer, hyper, parameters)),
    optimizerStepEnd: guard((to, parameters) => to.optimizerStepEnd(parameters)),
    zeroGrad: guard((to, parameters) => to.zeroGrad(parameters)),
    loss: guard((to, key, loss, validation) => to.loss(key, loss, validation)),
    loaderPass: guard((to, loader, event) => to.loaderPass(loader, event)),
  };
}
