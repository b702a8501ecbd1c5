// A file dropped anywhere on the window is opened.
import type { OpenedFile } from '../../electron/host.ts';
import { viewStore } from '../state/view-store.ts';

export function watchDrops(open: (file: OpenedFile) => void): void {
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  let depth = 0;
  const show = (dropping: boolean): void => {
    if (viewStore.getState().dropping !== dropping) viewStore.setState({ dropping });
  };
  addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    show(true);
  });
  addEventListener('dragleave', (event) => {
    if (!hasFiles(event)) return;
    depth -= 1;
    if (depth <= 0) show(false);
  });
  addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  // Before the editor, which would take the file's text.
  addEventListener(
    'drop',
    (event) => {
      const file = event.dataTransfer?.files[0];
      depth = 0;
      show(false);
      if (!file) return;
      event.preventDefault();
      event.stopPropagation();
      void file.arrayBuffer().then((buffer) => open({ name: file.name, path: null, bytes: new Uint8Array(buffer), folder: {} }));
    },
    true,
  );
}
