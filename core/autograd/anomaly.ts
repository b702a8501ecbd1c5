// Anomaly mode: every node remembers where it was made, and a backward that fails or gives NaN tells that place. Knows no Python.
import { type GradNode, nodeBirth } from '../tensor/grad-node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';

/** How a traceback is taken and a warning given; the host of the script fills it in. */
export const anomalyHost: { traceback: () => string; warn: (text: string) => void } = { traceback: () => '', warn: () => {} };

interface Birth {
  readonly traceback: string;
  /** The backward node that was running when this one was made. */
  readonly parent: GradNode | null;
}

export const anomaly: { active: boolean; checkNan: boolean } = { active: false, checkNan: true };

let births = new WeakMap<GradNode, Birth>();
let running: GradNode | null = null;

/** `torch.autograd.set_detect_anomaly`. */
export function setAnomaly(active: boolean, checkNan: boolean): void {
  anomaly.active = active;
  anomaly.checkNan = checkNan;
  nodeBirth.hook = active ? (node) => births.set(node, { traceback: anomalyHost.traceback(), parent: running }) : null;
}

export function resetAnomaly(): void {
  setAnomaly(false, true);
  births = new WeakMap();
  running = null;
}

/** Runs a node's backward so that a failure tells where its forward was. */
export function watched(node: GradNode, body: () => (Tensor | null)[]): (Tensor | null)[] {
  const before = running;
  running = node;
  try {
    const outgoing = body();
    if (anomaly.checkNan) checkNan(node, outgoing);
    return outgoing;
  } catch (error) {
    tell(node);
    throw error;
  } finally {
    running = before;
  }
}

function checkNan(node: GradNode, outgoing: readonly (Tensor | null)[]): void {
  for (let i = 0; i < outgoing.length; i++) {
    const g = outgoing[i];
    if (g !== null && g !== undefined && hasNan(g))
      throw new TorchError(`Function '${node.name}' returned nan values in its ${i}th output.`);
  }
}

function hasNan(g: Tensor): boolean {
  const values = g.toTyped();
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i] as number)) return true;
  return false;
}

function tell(node: GradNode): void {
  let birth = births.get(node);
  if (birth === undefined) {
    anomalyHost.warn(
      `Error detected in ${node.name}. No forward pass information available. Enable detect anomaly during forward pass for more information.`,
    );
    return;
  }
  anomalyHost.warn(`Error detected in ${node.name}. Traceback of forward call that caused the error:\n${birth.traceback}`);
  for (let parent = birth.parent; parent !== null; parent = birth?.parent ?? null) {
    birth = births.get(parent);
    if (birth === undefined) {
      anomalyHost.warn(
        `\n\nPrevious calculation was induced by ${parent.name}. No forward pass information available. Enable detect anomaly during forward pass for more information.`,
      );
      return;
    }
    anomalyHost.warn(
      `\n\nPrevious calculation was induced by ${parent.name}. Traceback of forward call that induced the previous calculation:\n${birth.traceback}`,
    );
  }
}
