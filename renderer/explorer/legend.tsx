// The legend of the view at hand, drawn with the drawing's own colours. Only what that view can show.
import type { ReactNode } from 'react';
import type { NodeKind } from '../../core/index.ts';
import type { Scene } from '../graph/scene-types.ts';
import { type NodeColour, palettes, type Theme } from '../graph/theme.ts';
import { words } from '../state/words.ts';

const w = words.graph.legendWords;

export function Legend({ scene, theme }: { readonly scene: Scene; readonly theme: Theme }) {
  return (
    <section className="legend" aria-label={words.graph.legend} data-testid="legend-panel">
      {scene.view === 'paired' ? <PairedLegend theme={theme} /> : <AutogradLegend scene={scene} theme={theme} />}
    </section>
  );
}

function Row({ picture, children }: { readonly picture: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="legend-row">
      <svg width="28" height="16" viewBox="0 0 28 16" aria-hidden="true">
        {picture}
      </svg>
      <span>{children}</span>
    </div>
  );
}

function Swatch({ kind, theme, children }: { readonly kind: NodeColour; readonly theme: Theme; readonly children: ReactNode }) {
  const { fill, border } = palettes[theme].nodes[kind];
  return <Row picture={<rect x="0.5" y="1.5" width="23" height="13" rx="3" fill={fill} stroke={border} />}>{children}</Row>;
}

function PairedLegend({ theme }: { readonly theme: Theme }) {
  const { chrome, ramp } = palettes[theme];
  return (
    <>
      <Row
        picture={
          <g>
            <path d="M6 1v8" stroke={chrome.val} strokeWidth="1.5" />
            <path d="M6 15l-4-7h8z" fill={chrome.val} />
          </g>
        }
      >
        {w.values}
      </Row>
      <Row picture={<path d="M6 1l5.5 7h-2.5v7h-6v-7h-2.5z" fill={ramp.positive} />}>{w.gradients}</Row>
      <Ramp theme={theme} />
    </>
  );
}

/** Sign as colour, size as width. */
function Ramp({ theme }: { readonly theme: Theme }) {
  const { chrome, ramp } = palettes[theme];
  return (
    <>
      <svg className="legend-scale" width="112" height="8" aria-hidden="true">
        <defs>
          <linearGradient id="legend-ramp">
            <stop offset="0" stopColor={ramp.negative} />
            <stop offset="0.5" stopColor={ramp.mixedEdge} />
            <stop offset="1" stopColor={ramp.positive} />
          </linearGradient>
        </defs>
        <rect width="112" height="8" fill="url(#legend-ramp)" />
      </svg>
      <div className="legend-ends">
        <span className="mono negative">−</span>
        <span>{w.sign}</span>
        <span className="mono positive">+</span>
      </div>
      <svg className="legend-scale" width="112" height="8" aria-hidden="true">
        <path d="M0 3.25L112 0v8L0 4.75z" fill={ramp.mixedEdge} stroke={chrome.canvas} strokeWidth="0" />
      </svg>
      <div className="legend-ends">
        <span className="mono">1e−6</span>
        <span>{w.size}</span>
        <span className="mono">1</span>
      </div>
    </>
  );
}

/** Swatches in torchviz's colours, each with the node kind it stands for. */
const swatches: readonly (readonly [NodeColour, NodeKind, string])[] = [
  ['leaf', 'leaf', w.leaf],
  ['saved', 'saved', w.saved],
  ['function', 'backward', w.function],
  ['output', 'output', w.output],
  ['base', 'base', w.base],
];

/** No entry that nothing in the picture needs. */
function AutogradLegend({ scene, theme }: { readonly scene: Scene; readonly theme: Theme }) {
  const { chrome, nodes } = palettes[theme];
  const kinds = new Set(scene.nodes.flatMap((node) => node.faces.map((face) => face.kind)));
  const edges = new Set(scene.edges.map((edge) => edge.kind));
  const line = (stroke: string, width: number, dash?: string, arrow = false) => (
    <g>
      <path d={`M0 8H${arrow ? 18 : 24}`} stroke={stroke} strokeWidth={width} strokeDasharray={dash} />
      {arrow && <path d="M25 8l-8 -4v8z" fill={stroke} />}
    </g>
  );
  return (
    <div className="legend-columns">
      <div>
        {swatches.map(
          ([colour, kind, label]) =>
            kinds.has(kind) && (
              <Swatch key={kind} kind={colour} theme={theme}>
                {label}
              </Swatch>
            ),
        )}
      </div>
      <div>
        <Row picture={line(chrome.val, 1.5, undefined, true)}>{w.inputToOutput}</Row>
        {edges.has('saved') && <Row picture={line(nodes.saved.border, 1.5)}>{w.savedBy}</Row>}
        {scene.edges.some((edge) => edge.skip) && <Row picture={line(chrome.val, 2.5, undefined, true)}>{w.skip}</Row>}
        {edges.has('view') && <Row picture={line(nodes.base.border, 2, '2 4')}>{w.viewOf}</Row>}
        <div className="legend-ramp">
          <Ramp theme={theme} />
        </div>
      </div>
    </div>
  );
}
