// What a page may never do, whatever it loads: navigate away, open windows, ask for powers, attach webviews.
import { app, session } from 'electron';
import { appOrigin } from './app-protocol.ts';

/** Before the first window. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  session.defaultSession.setPermissionRequestHandler((contents, permission, done) => done(isGranted(contents?.getURL(), permission)));
  session.defaultSession.setPermissionCheckHandler((contents, permission) => isGranted(contents?.getURL(), permission));
  // What a person takes out of the app goes through a dialog of main's.
  session.defaultSession.on('will-download', (event) => event.preventDefault());
  // Nothing of the page comes from elsewhere: refuse every other scheme before it leaves the process.
  session.defaultSession.webRequest.onBeforeRequest((details, done) => {
    done({ cancel: !/^(app:\/\/nabla\/|blob:|data:|devtools:)/.test(details.url) });
  });
}

/** The one power a page has: to put text on the clipboard when the person asks. */
function isGranted(address: string | undefined, permission: string): boolean {
  return permission === 'clipboard-sanitized-write' && (address ?? '').startsWith(`${appOrigin}/`);
}
