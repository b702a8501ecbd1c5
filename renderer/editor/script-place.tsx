// The Script place: a plain script as one editor with its output below, or a notebook's cells; folds to a rail.
import { PanelLeft } from 'lucide-react';
import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import type { Site } from '../../core/index.ts';
import { command } from '../state/commands.ts';
import { followedSite, litSite } from '../state/current-graph.ts';
import type { DocumentState } from '../state/document-store.ts';
import { keyLabel } from '../state/keys.ts';
import { runStore } from '../state/run-store.ts';
import { useApp, useDocument, useRun, useView } from '../state/use-stores.ts';
import { viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { IconButton } from '../ui/controls.tsx';
import { OpenMenu } from '../ui/open-menu.tsx';
import { CellOutputs } from './cell-outputs.tsx';
import { CellView, CodeOf } from './cell-view.tsx';
import { type Hands, scrollBehaviour, watchHands } from './hands.ts';
import { headingOf } from './markdown.tsx';

/** What is looked at: the lit line, else the error's, else the playhead's. */
function shownSite(): Site | null {
  const [run, view] = [runStore.getState(), viewStore.getState()];
  return litSite(run, view) ?? run.error?.site ?? followedSite(run, view);
}
const shownCell = (): number => shownSite()?.cell ?? -1;
const shownLine = (): number => shownSite()?.line ?? 0;

function useShown(read: () => number): number {
  useView(read);
  return useRun(read);
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
  const shown = useShown(shownCell);
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
  const output = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const outputs = run?.outputs;
  // As in a terminal: the newest line is in sight until one scrolls back.
  useLayoutEffect(() => {
    const place = output.current;
    if (!outputs?.length) atEnd.current = true;
    else if (place && atEnd.current) place.scrollTop = place.scrollHeight;
  }, [outputs]);
  const scrolled = (): void => {
    const place = output.current;
    if (place) atEnd.current = place.scrollTop + place.clientHeight >= place.scrollHeight - 24;
  };
  if (!cell) return null;
  return (
    <>
      <div className="plain-script">
        <CodeOf cell={cell} number={0} reveal key={cell.key} />
      </div>
      <div className="plain-output scroll" ref={output} onScroll={scrolled}>
        <CellOutputs run={run} error={error} testId="cell-output-0" />
      </div>
    </>
  );
}

function Notebook({ shown }: { readonly shown: number }) {
  const cells = useDocument((state) => state.cells);
  const list = useRef<HTMLDivElement>(null);
  const asked = useView((state) => state.selection ?? state.litLine);
  const failed = useRun((state) => state.error);
  const opened = useRun((state) => state.status === 'opened');
  const line = useShown(shownLine);
  const hands = useRef<Hands | null>(null);
  const begun = useRef(false);

  useEffect(() => {
    const watched = watchHands(list.current as HTMLElement);
    hands.current = watched;
    return watched.destroy;
  }, []);

  useEffect(() => {
    const first = !begun.current;
    begun.current ||= shown >= 1;
    // What was just opened is read from its beginning.
    if (shown < 1 || (first && opened && !asked)) return;
    // Nobody asked: the playhead moved by itself, and may only scroll what nobody is reading.
    if (!asked && !failed && !hands.current?.resting()) return;
    const place = list.current;
    const cell = place?.querySelector(`[data-cell="${shown}"]`);
    if (!place || !cell) return;
    const target = cell.querySelector('.cm-failed, .cm-lit') ?? cell.querySelectorAll('.cm-line')[line - 1] ?? cell;
    const [outer, inner] = [place.getBoundingClientRect(), target.getBoundingClientRect()];
    const visible = inner.top >= outer.top + 8 && Math.min(inner.bottom, inner.top + 120) <= outer.bottom - 8;
    if (visible) return;
    // A cell that fits is shown whole.
    const whole = cell.getBoundingClientRect();
    const top = inner.bottom - whole.top < outer.height - 72 ? whole.top - 24 : inner.top - outer.height / 3;
    place.scrollTo({ top: place.scrollTop + top - outer.top, behavior: scrollBehaviour() });
  }, [shown, line, asked, failed, opened]);

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
    <div className="open-foot">
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
        <span className="open-hint-text">{words.script.drop}</span>
        <span className="keys">{keyLabel('Mod+O', app.host.platform)}</span>
      </button>
      <OpenMenu side="above" align="right" testId="examples-menu">
        {words.menus.examples}
      </OpenMenu>
    </div>
  );
}
