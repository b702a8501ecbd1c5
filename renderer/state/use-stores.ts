// React's doors to the three stores and to the App's services. Nothing else here.
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { App } from './app.ts';
import { type DocumentState, documentStore } from './document-store.ts';
import { type RunStoreState, runStore } from './run-store.ts';
import { type ViewState, viewStore } from './view-store.ts';

export const useDocument = <T>(selector: (state: DocumentState) => T): T => useStore(documentStore, selector);
export const useRun = <T>(selector: (state: RunStoreState) => T): T => useStore(runStore, selector);
export const useView = <T>(selector: (state: ViewState) => T): T => useStore(viewStore, selector);

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('no App around this component');
  return app;
}

/** `light` or `dark`, as shown now. */
export function useTheme(): 'light' | 'dark' {
  const theme = useDocument((state) => state.settings.theme);
  const systemDark = useView((state) => state.systemDark);
  return theme === 'system' ? (systemDark ? 'dark' : 'light') : theme;
}
