// `app://nabla/…`: the page's own origin, answered from the built files. A standard, secure scheme, so that the page is isolated.
import { randomBytes } from 'node:crypto';
import { protocol } from 'electron';
import { answerFile, plain } from './app-files.ts';

export const appOrigin = 'app://nabla';

/** Before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ]);
}

/** `root`: the folder of the built page. Each answer to a page carries a nonce of its own. */
export function handleAppScheme(root: string): void {
  protocol.handle('app', async (request) => {
    const { host, pathname } = new URL(request.url);
    const answer =
      host !== 'nabla' || request.method !== 'GET'
        ? plain(404, 'not found')
        : await answerFile(root, pathname, { nonce: randomBytes(16).toString('base64url'), head: '' });
    return new Response(answer.body as BodyInit, { status: answer.status, headers: answer.headers });
  });
}
