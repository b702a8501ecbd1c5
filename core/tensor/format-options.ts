// What `torch.set_printoptions` sets.

export interface PrintOptions {
  /** Digits after the point. */
  precision: number;
  /** More elements than this are summarised. */
  threshold: number;
  /** Elements shown at each end of a summarised dimension. */
  edgeitems: number;
  /** Characters per line. */
  linewidth: number;
  /** null: as the values ask for. */
  sciMode: boolean | null;
}

const PROFILES: Record<string, Omit<PrintOptions, 'sciMode'>> = {
  default: { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 },
  short: { precision: 2, threshold: 1000, edgeitems: 2, linewidth: 80 },
  full: { precision: 4, threshold: Infinity, edgeitems: 3, linewidth: 80 },
};

/** The options every print uses that is given none. */
export const printOptions: PrintOptions = { ...PROFILES.default, sciMode: null };

/** `torch.set_printoptions`: a profile first, then single settings; `sciMode` is always set, to null when not given. */
export function setPrintOptions(options: Partial<PrintOptions> & { profile?: string | null }): void {
  const { profile, sciMode, ...rest } = options;
  if (profile != null) Object.assign(printOptions, PROFILES[profile] ?? {});
  for (const key of ['precision', 'threshold', 'edgeitems', 'linewidth'] as const) {
    const value = rest[key];
    if (value != null) printOptions[key] = value;
  }
  printOptions.sciMode = sciMode ?? null;
}
