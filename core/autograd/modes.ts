// Grad mode: whether ops note their history. Plain mutable state, read on the hot path.

export const gradMode: { enabled: boolean } = { enabled: true };

function within<T>(enabled: boolean, body: () => T): T {
  const before = gradMode.enabled;
  gradMode.enabled = enabled;
  try {
    return body();
  } finally {
    gradMode.enabled = before;
  }
}

/** Runs `body` without noting history: `torch.no_grad()`. */
export function noGrad<T>(body: () => T): T {
  return within(false, body);
}

/** Runs `body` noting history, also inside `noGrad`. */
export function enableGrad<T>(body: () => T): T {
  return within(true, body);
}
