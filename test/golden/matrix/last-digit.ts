// Printed text is exact, except that float32 rounding may move the last printed digit of a long computation: that exception.

const number = /-?\d+\.\d+(?:e[+-]?\d+)?/g;

/** Whether two texts differ only in numbers with decimals, printed to the same places, each by one unit in the last of them. */
export function isLastDigitApart(got: string, want: string): boolean {
  const [a, b] = [got.match(number) ?? [], want.match(number) ?? []];
  if (a.length !== b.length || got.replace(number, '#') !== want.replace(number, '#')) return false;
  return a.every((text, i) => text === b[i] || unitsApart(text, b[i]) === 1);
}

/** How many units of the last printed place lie between them; infinitely many where the places differ. */
function unitsApart(a: string, b: string): number {
  const [[x, e], [y, f]] = [a.split('e'), b.split('e')];
  const places = (text: string) => text.length - text.indexOf('.');
  if (e !== f || places(x) !== places(y)) return Number.POSITIVE_INFINITY;
  return Math.abs(Number(x.replace('.', '')) - Number(y.replace('.', '')));
}
