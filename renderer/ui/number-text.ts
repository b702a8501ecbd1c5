// How settings, shapes and sizes are written. Values of tensors are written by playback's number format. Pure.

/** A setting as a person would write it: `0.1`, `1e-4`. */
export function settingText(x: number): string {
  return String(Number(x.toPrecision(6)));
}

/** `(16, 1)`, `(1)`, `()`. */
export function shapeText(shape: readonly number[]): string {
  return `(${shape.join(', ')})`;
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1048576) return `${(bytes / 1024).toFixed(1)} KiB`;
  const mebi = bytes / 1048576;
  return `${mebi >= 100 ? mebi.toFixed(0) : mebi.toFixed(1)} MiB`;
}
