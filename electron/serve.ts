// The browser host: the app's files over HTTP on this machine only, for a browser on it. Knows no Electron.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, answerFile, json, plain } from './app-files.ts';
import { readScript, type ScriptFile } from './script-folder.ts';

export interface Serving {
  /** `http://127.0.0.1:PORT/` */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves the app in `root` on loopback. `file` is what the page opens first; only a page of this server learns the path it is handed out at.
 * `port` 0 takes a free one; throws when the port is taken.
 */
export async function serve(root: string, { port, file }: { port: number; file: string | null }): Promise<Serving> {
  const token = randomBytes(16).toString('hex');
  const initial = file === null ? null : `/initial/${token}`;
  const server = createServer((request, response) => {
    answer(request, root, initial, file).then(
      (made) => send(request, response, made),
      () => send(request, response, plain(500, 'the file could not be read')),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listening(port, error)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return { address: `http://127.0.0.1:${portOf(server)}/`, close: () => closed(server) };
}

async function answer(request: IncomingMessage, root: string, initial: string | null, file: string | null): Promise<Answer> {
  if (!isLoopbackName(request.headers.host, request.socket.localPort))
    return plain(403, 'this server answers on 127.0.0.1 and localhost only');
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only GET');
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (initial !== null && file !== null && pathname === initial) return json(inText(await readScript(file)));
  // Browsers ask for one unbidden.
  if (pathname === '/favicon.ico') return plain(204, '');
  const meta = initial === null ? '' : `<meta name="nabla-initial-file" content="${initial}">`;
  return await answerFile(root, pathname, {
    nonce: randomBytes(16).toString('base64url'),
    head: `${meta}<script src="/browser-host.js"></script>`,
  });
}

/** Node's error about a port as one line a person understands. */
function listening(port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') return new Error(`port ${port} is in use; --port names another`);
  if (error.code === 'EACCES') return new Error(`port ${port}: not allowed to listen on it; --port names another`);
  return error;
}

/** A page elsewhere that points its own name at 127.0.0.1 still sends that name: refuse all but ours. */
function isLoopbackName(host: string | undefined, port: number | undefined): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

function inText(script: ScriptFile) {
  const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    name: script.name,
    bytes: encode(script.bytes),
    folder: Object.fromEntries(Object.entries(script.folder).map(([path, bytes]) => [path, encode(bytes)])),
  };
}

function send(request: IncomingMessage, response: ServerResponse, made: Answer): void {
  response.writeHead(made.status, { ...made.headers, 'Content-Length': Buffer.byteLength(made.body) });
  response.end(request.method === 'HEAD' ? undefined : made.body);
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
