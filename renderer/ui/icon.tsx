// Icons: 16 px box, 1.5 px strokes, round ends. Transport signs are filled; ∇ is a path, since no bundled font has it.
import type { LucideIcon } from 'lucide-react';

export function Icon({ of: Shape }: { readonly of: LucideIcon }) {
  return <Shape size={16} strokeWidth={1.5} absoluteStrokeWidth aria-hidden="true" />;
}

export function NablaMark() {
  return (
    <svg className="nabla-mark" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M1.9 2.6h12.2L8 13.6Z" fill="none" stroke="currentColor" strokeWidth="1.9" strokeLinejoin="round" />
    </svg>
  );
}

const transportPaths = {
  first: ['M2.5 3v10', 'M13 3.4v9.2L5.2 8Z'],
  back: ['M12.2 3.2v9.6', 'M9.4 4.4v7.2L3.6 8Z'],
  play: ['M4.6 2.9v10.2L13 8Z'],
  pause: ['M5.2 3.4v9.2', 'M10.8 3.4v9.2'],
  forward: ['M3.8 3.2v9.6', 'M6.6 4.4v7.2L12.4 8Z'],
  last: ['M13.5 3v10', 'M3 3.4v9.2L10.8 8Z'],
  stop: ['M4 4h8v8H4Z'],
} as const;

export type TransportSign = keyof typeof transportPaths;

export function TransportIcon({ sign }: { readonly sign: TransportSign }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="currentColor"
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {transportPaths[sign].map((path) => (
        <path key={path} d={path} strokeWidth={sign === 'pause' ? 2.6 : path.endsWith('Z') ? 1 : 1.5} />
      ))}
    </svg>
  );
}
