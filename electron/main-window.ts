// The one window: its place on the screen, its safety, its first paint.
import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { appOrigin } from './app-protocol.ts';
import { askBeforeClosing } from './closing.ts';
import { readJson, writeJson } from './stored-json.ts';

const placePath = () => join(app.getPath('userData'), 'window.json');
let window: BrowserWindow | null = null;

export function currentWindow(): BrowserWindow | null {
  return window;
}

export function openMainWindow(): void {
  if (window) return;
  const made = new BrowserWindow({
    ...storedPlace(),
    minWidth: 800,
    minHeight: 560,
    show: false,
    title: 'Nabla',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#15181c' : '#ffffff',
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window = made;
  askBeforeClosing(made);
  made.once('ready-to-show', () => made.show());
  // The page sets the title through the host; a <title> must not override it.
  made.on('page-title-updated', (event) => event.preventDefault());
  made.on('close', () => writeJson(placePath(), { ...made.getNormalBounds(), maximized: made.isMaximized() }));
  made.on('closed', () => {
    window = null;
  });
  void made.loadURL(`${appOrigin}/`);
}

/** Where the window stood, if that is still on a screen. */
function storedPlace(): { x?: number; y?: number; width: number; height: number } {
  const otherwise = { width: 1440, height: 900 };
  const stored = readJson(placePath()) as Record<string, unknown> | null;
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((key) => Number(stored?.[key] ?? Number.NaN));
  if (![x, y, width, height].every(Number.isFinite) || width < 400 || height < 300) return otherwise;
  const isVisible = screen
    .getAllDisplays()
    .some(
      ({ workArea: area }) => x < area.x + area.width - 80 && x + width > area.x + 80 && y >= area.y - 20 && y < area.y + area.height - 80,
    );
  return isVisible ? { x, y, width, height } : otherwise;
}
