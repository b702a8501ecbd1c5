// One cell of the document with what stands on its lines: an editor for code, rendered text for Markdown.
import { memo, useMemo } from 'react';
import { currentGraph, litSite, nodesAt, runningSite } from '../state/current-graph.ts';
import { type DocumentCell, editCell } from '../state/document-store.ts';
import { runStore } from '../state/run-store.ts';
import { useApp, useRun, useView } from '../state/use-stores.ts';
import { lightLine, viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { CellOutputs } from './cell-outputs.tsx';
import { CodeEditor } from './code-editor.tsx';
import type { LineError } from './line-marks.ts';
import { Markdown } from './markdown.tsx';

/** The line of `cell` that a selector names, 0 if it is another cell's. */
function useLineOf(cell: number, select: typeof litSite): number {
  // Both stores are read inside: a change in either asks again, and only another number draws again.
  useView((view) => at(select(runStore.getState(), view), cell));
  return useRun((run) => at(select(run, viewStore.getState()), cell));
}
const at = (site: { cell: number; line: number } | null, cell: number): number => (site && site.cell === cell ? site.line : 0);

function clicked(cell: number, line: number): void {
  const site = { cell, line };
  const found = nodesAt(currentGraph(runStore.getState(), viewStore.getState()), site);
  if (found.length > 0) lightLine(site);
  else if (viewStore.getState().litLine) lightLine(null);
}

export function useCellError(cell: number): LineError | null {
  const error = useRun((state) => (state.error?.site?.cell === cell ? state.error : null));
  return useMemo(() => (error?.site ? { line: error.site.line, message: error.message, notes: error.notes } : null), [error]);
}

export function CodeOf({ cell, number, reveal }: { readonly cell: DocumentCell; readonly number: number; readonly reveal: boolean }) {
  const lit = useLineOf(number, litSite);
  const running = useLineOf(number, runningSite);
  const error = useCellError(number);
  const waiting = useRun((state) => state.status === 'paused');
  return (
    <CodeEditor
      key={cell.key}
      text={cell.text}
      label={number === 0 ? words.script.editScript : words.script.editCell(number)}
      marks={{ lit, running, error }}
      reveal={reveal}
      waiting={waiting}
      onChange={(text) => editCell(cell.key, text)}
      onLineClick={(line) => clicked(number, line)}
    />
  );
}

interface CellViewProps {
  readonly cell: DocumentCell;
  readonly number: number;
}

/** A notebook's cell. */
export const CellView = memo(function CellView({ cell, number }: CellViewProps) {
  const { kind } = useApp().host;
  const run = useRun((state) => state.cells.get(number));
  const error = useRun((state) => (state.error?.site?.cell === number ? state.error : null));
  if (cell.kind === 'markdown') return <Markdown text={cell.text} links={kind === 'browser'} />;
  return (
    <section className="cell" data-state={run?.state ?? 'waiting'} data-cell={number} data-testid={`cell-${number}`}>
      <div className="cell-number">{words.script.cell(number)}</div>
      <CodeOf cell={cell} number={number} reveal={false} />
      <CellOutputs run={run} error={error} testId={`cell-output-${number}`} />
    </section>
  );
});
