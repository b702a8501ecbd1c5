// Text in figures: escaped for XML, measured without a DOM, simple `$…$` mathematics turned into plain characters. No layout here.

/** Around what stands raised, in texts on their way to `textElement`. */
export const RAISE = '\uE000';
export const LOWER = '\uE001';

const greek: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ε',
  varepsilon: 'ε',
  zeta: 'ζ',
  eta: 'η',
  theta: 'θ',
  lambda: 'λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  pi: 'π',
  rho: 'ρ',
  sigma: 'σ',
  tau: 'τ',
  phi: 'φ',
  chi: 'χ',
  psi: 'ψ',
  omega: 'ω',
  Gamma: 'Γ',
  Delta: 'Δ',
  Theta: 'Θ',
  Lambda: 'Λ',
  Sigma: 'Σ',
  Phi: 'Φ',
  Psi: 'Ψ',
  Omega: 'Ω',
  nabla: '∇',
  partial: '∂',
  times: '×',
  cdot: '·',
  pm: '±',
  leq: '≤',
  geq: '≥',
  neq: '≠',
  approx: '≈',
  infty: '∞',
  sum: '∑',
  prod: '∏',
  sqrt: '√',
  rightarrow: '→',
  to: '→',
  in: '∈',
  ell: 'ℓ',
  log: 'log',
  exp: 'exp',
  sin: 'sin',
  cos: 'cos',
  max: 'max',
  min: 'min',
}; // prettier-ignore

/** `$\alpha x^{2}$` → `αx^2`; text outside dollars stays. */
export function plainMath(text: string): string {
  return text.replace(/\$([^$]*)\$/g, (_, math: string) =>
    math
      .replace(/\\(?:mathrm|mathbf|mathit|text|hat|bar)\s*/g, '')
      .replace(/\\([A-Za-z]+)/g, (all, name: string) => greek[name] ?? all.slice(1))
      .replace(/\^(?:\{([^{}]*)\}|(\S))/g, (_all, group?: string, one?: string) => `${RAISE}${group ?? one}${LOWER}`)
      .replace(/[{}]/g, ''),
  );
}

/** For XML text and attributes; characters that XML forbids become U+FFFD. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

/** Width of one line in points: IBM Plex Sans' advances, rounded by groups of letters. */
export function textWidth(text: string, size: number): number {
  let em = 0;
  for (const c of text) {
    if (/[\d+=<>~\u2212×]/.test(c)) em += 0.6;
    else if (/[ijl.,:;|!' ]/.test(c)) em += 0.28;
    else if (/[frt()[\]/\-"`]/.test(c)) em += 0.37;
    else if (/[mwMW@%]/.test(c)) em += 0.88;
    else if (/[A-Z_]/.test(c)) em += 0.65;
    else if (c === RAISE || c === LOWER) continue;
    else if (c >= '\uAC00' && c <= '\uD7A3') em += 0.892;
    else if (c >= '\u2E80') em += 1;
    else em += 0.57;
  }
  return em * size;
}

/** A number in SVG: at most two decimals, no negative zero. */
export function num(x: number): string {
  const rounded = Math.round(x * 100) / 100;
  return String(rounded === 0 ? 0 : rounded);
}

export interface TextStyle {
  readonly size: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly color?: string;
  readonly weight?: 'normal' | 'bold';
  /** Degrees, counter-clockwise, about the anchor point. */
  readonly rotation?: number;
}

/** A `<text>` with its baseline at (x, y); what stands between RAISE and LOWER is raised. */
export function textElement(text: string, x: number, y: number, style: TextStyle): string {
  const attributes = [
    `x="${num(x)}" y="${num(y)}" font-size="${num(style.size)}"`,
    style.anchor === 'start' ? '' : ` text-anchor="${style.anchor}"`,
    style.weight === 'bold' ? ' font-weight="600"' : '',
    style.color === undefined ? '' : ` fill="${escaped(style.color)}"`,
    style.rotation ? ` transform="rotate(${num(-style.rotation)} ${num(x)} ${num(y)})"` : '',
  ].join('');
  return `<text ${attributes}>${content(plainMath(text), style.size)}</text>`;
}

function content(text: string, size: number): string {
  return text
    .split(RAISE)
    .map((part, i) => {
      if (i === 0) return escaped(part);
      const [raised, rest = ''] = part.split(LOWER);
      const up = `<tspan dy="${num(-size * 0.35)}" font-size="${num(size * 0.72)}">${escaped(raised.replace('-', '\u2212'))}</tspan>`;
      return rest === '' ? up : `${up}<tspan dy="${num(size * 0.35)}">${escaped(rest)}</tspan>`;
    })
    .join('');
}
