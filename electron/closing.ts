// Asking the page before a window closes. A page that does not watch, has crashed or hangs cannot keep its window open.
import { app, type BrowserWindow } from 'electron';
import { channels } from './host.ts';

interface Watch {
  request: number;
  asked: boolean;
}
const watches = new WeakMap<BrowserWindow, Watch>();
/** The window closes because the whole app ends: on macOS an app outlives its windows otherwise. */
let isQuitting = false;

export function watchClose(window: BrowserWindow, isWatching: boolean): void {
  if (isWatching) watches.set(window, { request: 0, asked: false });
  else watches.delete(window);
}

export function askBeforeClosing(window: BrowserWindow): void {
  window.on('close', (event) => {
    const watch = watches.get(window);
    if (!watch || window.webContents.isCrashed()) return;
    event.preventDefault();
    if (watch.asked) return;
    watch.asked = true;
    watch.request++;
    window.webContents.send(channels.closeRequest, watch.request);
  });
  app.on('before-quit', () => {
    isQuitting = true;
  });
  window.webContents.on('render-process-gone', () => watches.delete(window));
  window.on('unresponsive', () => watches.delete(window));
}

export function answerClose(window: BrowserWindow, request: number, close: boolean): void {
  const watch = watches.get(window);
  if (!watch?.asked || request !== watch.request) return;
  watch.asked = false;
  if (close) window.destroy();
  if (close && isQuitting) app.quit();
  isQuitting = false;
}
