// The colours of the two themes, as tables: the drawing, its exports and the window's CSS variables all read them here.

export type Theme = 'light' | 'dark';

/** Colours of everything that is not a node: neutral, one accent. */
export interface Chrome {
  readonly canvas: string;
  readonly panel: string;
  readonly raised: string;
  readonly hover: string;
  readonly region: string;
  readonly regionT: string;
  readonly line: string;
  readonly line2: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly asoft: string;
  readonly err: string;
  readonly errS: string;
  readonly ok: string;
  readonly keyword: string;
  readonly string: string;
  readonly number: string;
  readonly val: string;
  readonly pend: string;
}

export type NodeColour = 'leaf' | 'saved' | 'output' | 'base' | 'function' | 'op';

export interface NodePaint {
  readonly fill: string;
  readonly border: string;
  readonly text: string;
}

/** The gradient's ramp: negative – mixed – positive, and as text on the canvas and on a backward function. */
export interface Ramp {
  readonly negative: string;
  readonly mixedCell: string;
  readonly mixedEdge: string;
  readonly positive: string;
  readonly negativeText: string;
  readonly positiveText: string;
}

export interface Palette {
  readonly chrome: Chrome;
  readonly nodes: Readonly<Record<NodeColour, NodePaint>>;
  readonly ramp: Ramp;
}

const paint = (fill: string, border: string, text: string): NodePaint => ({ fill, border, text });

export const palettes: Readonly<Record<Theme, Palette>> = {
  light: {
    chrome: {
      canvas: '#FFFFFF',
      panel: '#F6F6F4',
      raised: '#FFFFFF',
      hover: '#ECECE9',
      region: '#F5F6F8',
      regionT: '#5A6066',
      line: '#E2E2DE',
      line2: '#C9CBC8',
      ink: '#1A1C1E',
      ink2: '#4A4F54',
      ink3: '#5F6469',
      accent: '#5546D8',
      onAccent: '#FFFFFF',
      asoft: '#EEECFB',
      err: '#C8281E',
      errS: '#FBECEA',
      ok: '#2B7A3D',
      keyword: '#5A4A9C',
      string: '#3B6E4E',
      number: '#8A5300',
      val: '#7D848A',
      pend: '#C3C8CC',
    },
    nodes: {
      leaf: paint('#ADD8E6', '#69AEC9', '#0E2F3C'),
      saved: paint('#FFA500', '#C67E00', '#332000'),
      output: paint('#CAFF70', '#86B929', '#243608'),
      base: paint('#A2CD5A', '#6F962F', '#1D2C08'),
      function: paint('#E3E5E7', '#B7BCC1', '#1A1C1E'),
      op: paint('#FFFFFF', '#AEB4B9', '#1A1C1E'),
    },
    ramp: {
      negative: '#F59322',
      mixedCell: '#E8EAEB',
      mixedEdge: '#A9B0B6',
      positive: '#0877BD',
      negativeText: '#9A4F00',
      positiveText: '#07659F',
    },
  },
  dark: {
    chrome: {
      canvas: '#101214',
      panel: '#17191C',
      raised: '#1E2124',
      hover: '#25292D',
      region: '#171A1E',
      regionT: '#9AA1A8',
      line: '#282C30',
      line2: '#41474D',
      ink: '#E8EAEB',
      ink2: '#B3B9BE',
      ink3: '#989FA6',
      accent: '#A79DFF',
      onAccent: '#16122F',
      asoft: '#262343',
      err: '#FF6B5E',
      errS: '#2C1917',
      ok: '#6CC483',
      keyword: '#B7AEF5',
      string: '#8CC7A1',
      number: '#E0AE6A',
      val: '#8B939A',
      pend: '#434A51',
    },
    nodes: {
      leaf: paint('#1D4252', '#5FA9C6', '#D3EBF4'),
      saved: paint('#5A3A00', '#E8960A', '#FFE2B3'),
      output: paint('#34491A', '#A3D64B', '#E6F9C8'),
      base: paint('#28371A', '#7FA545', '#D6E8B8'),
      function: paint('#2B2F33', '#565D64', '#E8EAEB'),
      op: paint('#1A1D20', '#5A6168', '#E8EAEB'),
    },
    ramp: {
      negative: '#F59322',
      mixedCell: '#3A4046',
      mixedEdge: '#767E86',
      positive: '#2293DB',
      negativeText: '#F7A64B',
      positiveText: '#62B6EE',
    },
  },
};

/** Straight mix of two `#RRGGBB` colours in sRGB; `amount` 0 gives `from`, 1 gives `to`. */
export function mixColour(from: string, to: string, amount: number): string {
  const mixed = [1, 3, 5].map((at) => {
    const a = Number.parseInt(from.slice(at, at + 2), 16);
    const b = Number.parseInt(to.slice(at, at + 2), 16);
    return Math.round(a + (b - a) * amount)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('').toUpperCase()}`;
}

/** Colour of a gradient edge whose lean is `s` in −1 … 1. */
export function edgeColour(s: number, theme: Theme): string {
  const { ramp } = palettes[theme];
  return mixColour(ramp.mixedEdge, s < 0 ? ramp.negative : ramp.positive, Math.min(1, Math.abs(s)));
}

/** Colour of a heat cell; `value` is divided by the tensor's largest magnitude already. */
export function cellColour(value: number, theme: Theme): string {
  const { ramp } = palettes[theme];
  return mixColour(ramp.mixedCell, value < 0 ? ramp.negative : ramp.positive, Math.min(1, Math.abs(value)));
}

/** What lies behind a region's contents: nested regions alternate, so that each is seen inside the one around it; outside all, the canvas. */
export function groundOf(region: { readonly depth: number } | null, theme: Theme): string {
  const { chrome } = palettes[theme];
  return region !== null && region.depth % 2 === 0 ? chrome.region : chrome.canvas;
}

/** The window's CSS custom properties for one theme: `--canvas`, `--leaf-fill`, `--gradient-negative` … */
export function themeVariables(theme: Theme): Readonly<Record<string, string>> {
  const { chrome, nodes, ramp } = palettes[theme];
  const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(chrome)) variables[`--${kebab(name)}`] = value;
  for (const [kind, colours] of Object.entries(nodes))
    for (const [part, value] of Object.entries(colours)) variables[`--${kind}-${part}`] = value as string;
  for (const [name, value] of Object.entries(ramp)) variables[`--gradient-${kebab(name)}`] = value;
  return variables;
}
