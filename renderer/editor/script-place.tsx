// The Script place: a plain script as one editor with its output below, or a notebook's cells; folds to a rail.
import { PanelLeft } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { command } from '../state/commands.ts';
import { litSite, runningSite } from '../state/current-graph.ts';
import type { DocumentState } from '../state/document-store.ts';
import { keyLabel } from '../state/keys.ts';
import { runStore } from '../state/run-store.ts';
import { useApp, useDocument, useRun, useView } from '../state/use-stores.ts';
import { viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { IconButton } from '../ui/controls.tsx';
import { CellOutputs } from './cell-outputs.tsx';
import { CellView, CodeOf } from './cell-view.tsx';
import { headingOf } from './markdown.tsx';

/** The cell looked at: of the lit line, else of the line that runs, else of the error; −1 if none. */
function shownCell(): number {
  const [run, view] = [runStore.getState(), viewStore.getState()];
  return (litSite(run, view) ?? run.error?.site ?? runningSite(run, view))?.cell ?? -1;
}

function useShownCell(): number {
  useView(shownCell);
  return useRun(shownCell);
}

/** The heading a code cell stands under. */
function titleOf({ kind, cells }: Pick<DocumentState, 'kind' | 'cells'>, number: number): string {
  if (kind === 'script' || number < 1) return words.script.title;
  let title = words.script.title;
  let seen = 0;
  for (const cell of cells) {
    if (cell.kind === 'markdown') title = headingOf(cell.text) ?? title;
    else if (++seen === number) return title;
  }
  return words.script.title;
}

export function ScriptPlace({ controls }: { readonly controls: ReactNode }) {
  const app = useApp();
  const open = useView((state) => state.scriptOpen);
  const fold = (): void => void command('view.script').run(app);
  const keys = keyLabel('Mod+B', app.host.platform);
  const kind = useDocument((state) => state.kind);
  const shown = useShownCell();
  const title = useDocument((state) => titleOf(state, shown));
  const lesson = useDocument((state) => state.lesson);

  return (
    <aside className="script-place" data-open={open} data-lesson={lesson} aria-label={words.script.title}>
      {open ? (
        <>
          <div className="place-head">
            <h2>{title}</h2>
            {kind === 'notebook' && shown > 0 && <span className="mono place-detail">{words.script.cell(shown)}</span>}
            <div className="place-actions">
              {controls}
              <IconButton icon={PanelLeft} label={words.script.fold} keys={keys} onClick={fold} testId="script-fold" />
            </div>
          </div>
          {kind === 'script' ? <PlainScript /> : <Notebook shown={shown} />}
          <OpenHint />
        </>
      ) : (
        <div className="rail">
          <IconButton icon={PanelLeft} label={words.script.unfold} keys={keys} onClick={fold} testId="script-unfold" />
          {controls}
        </div>
      )}
    </aside>
  );
}

function PlainScript() {
  const cell = useDocument((state) => state.cells[0]);
  const run = useRun((state) => state.cells.get(0));
  const error = useRun((state) => state.error);
  if (!cell) return null;
  return (
    <>
      <div className="plain-script">
        <CodeOf cell={cell} number={0} reveal key={cell.key} />
      </div>
      <div className="plain-output scroll">
        <CellOutputs run={run} error={error} testId="cell-output-0" />
      </div>
    </>
  );
}

function Notebook({ shown }: { readonly shown: number }) {
  const cells = useDocument((state) => state.cells);
  const list = useRef<HTMLDivElement>(null);
  const selection = useView((state) => state.selection ?? state.litLine);
  const failed = useRun((state) => state.error);
  const before = useRef(-1);

  useEffect(() => {
    const first = before.current < 1;
    before.current = shown;
    // What was just opened is read from its beginning.
    if (shown < 1 || (first && !selection && !failed)) return;
    const place = list.current;
    const target =
      place?.querySelector(`[data-cell="${shown}"] .cm-lit, [data-cell="${shown}"] .cm-failed`) ??
      place?.querySelector(`[data-cell="${shown}"]`);
    if (!place || !target) return;
    const [outer, inner] = [place.getBoundingClientRect(), target.getBoundingClientRect()];
    const visible = inner.top >= outer.top && Math.min(inner.bottom, inner.top + 120) <= outer.bottom;
    if (!visible) place.scrollTo({ top: place.scrollTop + inner.top - outer.top - 72 });
  }, [shown, selection, failed]);

  let number = 0;
  return (
    <div className="notebook scroll" ref={list}>
      {cells.map((cell) => {
        if (cell.kind === 'code') number += 1;
        return <CellView key={cell.key} cell={cell} number={cell.kind === 'code' ? number : -1} />;
      })}
    </div>
  );
}

/** The way to one's own file, while the lesson or nothing is open. */
function OpenHint() {
  const app = useApp();
  const show = useDocument((state) => state.lesson || state.name === '');
  if (!show) return null;
  return (
    <button type="button" className="open-hint" onClick={() => void app.files.open()} data-testid="open-hint">
      <svg
        width="16"
        height="16"
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        <path d="M8 2v8M4.8 7 8 10.2 11.2 7M2 10.5V13a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-2.5" />
      </svg>
      {words.script.drop}
      <span className="keys">{keyLabel('Mod+O', app.host.platform)}</span>
    </button>
  );
}
