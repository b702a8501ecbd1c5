// The search field over the graph: types into the view store, Enter walks the hits.
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import type { Scene } from '../graph/scene-types.ts';
import { useView } from '../state/use-stores.ts';
import { viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';
import { graphControl } from '../ui/graph-control.ts';
import { searchHits } from './search-hits.ts';

export function SearchBar({ scene }: { readonly scene: Scene }) {
  const open = useView((state) => state.searchOpen);
  const query = useView((state) => state.search);
  const selection = useView((state) => state.selection);
  const field = useRef<HTMLInputElement>(null);
  const hits = useMemo(() => searchHits(scene, query), [scene, query]);
  useEffect(() => {
    if (open) field.current?.select();
  }, [open]);
  if (!open) return null;
  const close = () => {
    viewStore.setState({ searchOpen: false });
    graphControl.focus();
  };
  const keyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter') graphControl.nextHit(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  };
  return (
    <search className="search-bar">
      <input
        ref={field}
        value={query}
        placeholder={words.graph.findHint}
        aria-label={words.graph.find}
        onChange={(event) => viewStore.setState({ search: event.target.value })}
        onKeyDown={keyDown}
        data-testid="graph-search"
      />
      {query.trim() !== '' && (
        <span className="search-count" role="status">
          {words.graph.hits(hits.indexOf(selection ?? '') + 1, hits.length)}
        </span>
      )}
    </search>
  );
}
