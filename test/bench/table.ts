// A row of the benchmark: what was measured, beside whom, and whether its gates hold. Prints and writes; measures nothing.

/** `value` held against `gate`: at least it, or at most. */
export interface Gate {
  readonly label: string;
  readonly value: number;
  readonly gate: number | null;
  readonly goal: number | null;
  readonly atLeast: boolean;
}

export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly ours: number | null;
  /** By name of the peer, in the same unit. */
  readonly peers: Readonly<Record<string, number>>;
  readonly gates: readonly Gate[];
}

export function atLeast(label: string, value: number, gate: number | null, goal: number | null): Gate {
  return { label, value, gate, goal, atLeast: true };
}
export function atMost(label: string, value: number, gate: number | null, goal: number | null): Gate {
  return { label, value, gate, goal, atLeast: false };
}

const reaches = (g: Gate, bound: number): boolean => (g.atLeast ? g.value >= bound : g.value <= bound);

export function verdict(g: Gate): 'goal reached' | 'passed' | 'missed' | 'reported' {
  if (g.goal !== null && reaches(g, g.goal)) return 'goal reached';
  if (g.gate === null) return 'reported';
  return reaches(g, g.gate) ? 'passed' : 'missed';
}

const number = (x: number): string => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));

export function rowText({ name, unit, ours, peers, gates }: Row): string {
  const parts = [`${name.padEnd(44)}${(ours === null ? 'failed' : `${number(ours)} ${unit}`).padStart(14)}`];
  for (const [peer, value] of Object.entries(peers)) parts.push(`${peer} ${number(value)}`);
  for (const g of gates) {
    const bounds = [g.gate === null ? null : `gate ${g.gate}`, g.goal === null ? null : `goal ${g.goal}`].filter((x) => x !== null);
    parts.push(`${g.label} ${number(g.value)} (${g.atLeast ? '≥' : '≤'} ${bounds.join(', ')}: ${verdict(g)})`);
  }
  return parts.join('  ');
}

export function rowValue(row: Row): object {
  return { ...row, gates: row.gates.map((g) => ({ ...g, verdict: verdict(g) })) };
}
