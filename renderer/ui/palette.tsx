// The command palette: every command that applies now, found by typing.
import { useEffect, useRef, useState } from 'react';
import { searchCommands } from '../state/commands.ts';
import { keyLabel } from '../state/keys.ts';
import { useApp, useView } from '../state/use-stores.ts';
import { viewStore } from '../state/view-store.ts';
import { words } from '../state/words.ts';

export function Palette() {
  return useView((state) => state.paletteOpen) ? <OpenPalette /> : null;
}

function OpenPalette() {
  const app = useApp();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(document.activeElement as HTMLElement | null);
  const found = searchCommands(query);
  const chosen = Math.min(at, found.length - 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the row to show is the chosen one.
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const close = (): void => {
    viewStore.setState({ paletteOpen: false });
    before.current?.focus();
  };
  const choose = (index: number): void => {
    const picked = found[index];
    close();
    if (picked) void picked.run(app);
  };

  return (
    <div className="palette-veil" onPointerDown={(event) => event.target === event.currentTarget && close()}>
      <div className="palette" role="dialog" aria-label={words.commands.search}>
        <input
          // biome-ignore lint/a11y/noAutofocus: the palette is opened to type.
          autoFocus
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found[chosen] ? `palette-${found[chosen].id}` : undefined}
          aria-label={words.commands.search}
          placeholder={words.commands.search}
          value={query}
          data-testid="palette-input"
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') close();
            else if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, chosen + 1));
            else if (event.key === 'ArrowUp') setAt(Math.max(0, chosen - 1));
            else if (event.key === 'Enter') choose(chosen);
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        <div id="palette-list" ref={list} role="listbox" tabIndex={-1} aria-label={words.commands.search} className="scroll">
          {found.length === 0 && <div className="row none">{words.commands.noMatch}</div>}
          {found.map((item, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input holds the focus and the keys.
            <div
              key={item.id}
              id={`palette-${item.id}`}
              className="row"
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onPointerMove={() => setAt(index)}
              onClick={() => choose(index)}
            >
              <span className="group">{words.groups[item.group]}</span>
              {item.label()}
              {item.keys && <span className="keys">{keyLabel(item.keys[0], app.host.platform)}</span>}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
