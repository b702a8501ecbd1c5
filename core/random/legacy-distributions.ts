// NumPy's legacy gamma, beta, binomial and Poisson, drawn from the uniforms and normals of a RandomState.
import { exp, log, log1p, pow } from '../tensor/math.ts';
import { notInNabla } from '../tensor/torch-error.ts';
import { roundedLog } from './rounded-log.ts';

/** What the distributions draw from. */
interface LegacySource {
  /** Uniform in [0, 1). */
  random(): number;
  /** Standard normal. */
  gauss(): number;
}

/** Gamma of scale 1 (Marsaglia, Tsang 2000; below shape 1 Ahrens, Dieter 1974). */
export function standardGamma(source: LegacySource, shape: number): number {
  if (shape === 1) return -roundedLog(1 - source.random());
  if (shape === 0) return 0;
  if (shape < 1) {
    for (;;) {
      const u = source.random();
      const v = -roundedLog(1 - source.random());
      if (u <= 1 - shape) {
        const x = pow(u, 1 / shape);
        if (x <= v) return x;
      } else {
        const y = -log((1 - u) / shape);
        const x = pow(1 - shape + shape * y, 1 / shape);
        if (x <= v + y) return x;
      }
    }
  }
  const b = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * b);
  for (;;) {
    let x: number;
    let v: number;
    do {
      x = source.gauss();
      v = 1 + c * x;
    } while (v <= 0);
    v = v * v * v;
    const u = source.random();
    if (u < 1 - 0.0331 * (x * x) * (x * x)) return b * v;
    if (log(u) < 0.5 * x * x + b * (1 - v + log(v))) return b * v;
  }
}

/** Beta (Jöhnk 1964 where both are at most 1, else by two gammas). */
export function beta(source: LegacySource, a: number, b: number): number {
  if (a > 1 || b > 1) {
    const first = standardGamma(source, a);
    return first / (first + standardGamma(source, b));
  }
  for (;;) {
    const u = source.random();
    const v = source.random();
    const x = pow(u, 1 / a);
    const y = pow(v, 1 / b);
    if (x + y > 1 || u + v <= 0) continue;
    if (x + y > 0) return x / (x + y);
    const logX = log(u) / a;
    const logY = log(v) / b;
    const largest = Math.max(logX, logY);
    return exp(logX - largest - log(exp(logX - largest) + exp(logY - largest)));
  }
}

/** Binomial by inversion. @throws NotImplementedError where NumPy changes method: trials·min(p, 1 - p) > 30. */
export function binomial(source: LegacySource, trials: number, p: number): number {
  const q = Math.min(p, 1 - p);
  if (trials * q > 30) throw notInNabla('np.random.binomial with n*p > 30');
  const value = inversion(source, trials, q);
  return p > 0.5 ? trials - value : value;
}

function inversion(source: LegacySource, trials: number, p: number): number {
  const q = 1 - p;
  const qn = exp(trials * log1p(-p));
  const np = trials * p;
  const bound = Math.trunc(Math.min(trials, np + 10 * Math.sqrt(np * q + 1)));
  let x = 0;
  let px = qn;
  let u = source.random();
  while (u > px) {
    x++;
    if (x > bound) {
      x = 0;
      px = qn;
      u = source.random();
    } else {
      u -= px;
      px = ((trials - x + 1) * p * px) / (x * q);
    }
  }
  return x;
}

/** Poisson by products of uniforms. @throws NotImplementedError where NumPy changes method: lam ≥ 10. */
export function poisson(source: LegacySource, lam: number): number {
  if (lam >= 10) throw notInNabla('np.random.poisson with lam >= 10');
  if (lam === 0) return 0;
  const limit = exp(-lam);
  let count = 0;
  let product = source.random();
  while (product > limit) {
    count++;
    product *= source.random();
  }
  return count;
}
