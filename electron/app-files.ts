// The app's own files, as any host answers for them: path check, MIME, isolation headers, CSP. Knows no Electron and no sockets.
import { readFile, realpath } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.zip': 'application/zip',
  '.nabla': 'application/octet-stream',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
};

/** What makes a page or worker cross-origin isolated, so that shared memory exists, and keeps others from embedding it. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

/** The page's policy. Styles need the nonce of this load; scripts come from the app's own files only. */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A worker takes its policy from its own response: it may load our scripts, compile WebAssembly and read our files, nothing else. */
export const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";

export interface PageStamp {
  /** Random for each load. */
  readonly nonce: string;
  /** Markup the host adds at the head's start; no inline script. */
  readonly head: string;
}

/** Answers for `pathname` out of `root` (absolute). Anything outside of it, hidden, or of a kind the app does not have is a 404. */
export async function answerFile(root: string, pathname: string, stamp: PageStamp): Promise<Answer> {
  const path = checkedPath(pathname);
  if (!path) return plain(404, 'not found');
  const mime = mimeTypes[posix.extname(path)];
  if (!mime) return plain(404, 'not found');
  let bytes: Uint8Array;
  try {
    const file = await realpath(join(root, ...path.split('/')));
    if (!file.startsWith((await realpath(root)) + sep)) return plain(404, 'not found');
    bytes = await readFile(file);
  } catch {
    return plain(404, 'not found');
  }
  if (path === 'index.html') {
    const text = Buffer.from(bytes)
      .toString('utf8')
      .replaceAll('__NONCE__', stamp.nonce)
      .replace('<head>', () => `<head>${stamp.head}`);
    return {
      status: 200,
      body: text,
      headers: { ...isolation, 'Content-Type': mime, 'Content-Security-Policy': pagePolicy(stamp.nonce), 'Cache-Control': 'no-store' },
    };
  }
  const isScript = mime.startsWith('text/javascript');
  return {
    status: 200,
    body: bytes,
    headers: {
      ...isolation,
      'Content-Type': mime,
      'Content-Security-Policy': isScript ? workerPolicy : "default-src 'none'",
      // Names below assets/ carry a hash of what they hold.
      'Cache-Control': path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  };
}

export function plain(status: number, text: string): Answer {
  return {
    status,
    body: text,
    headers: {
      ...isolation,
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'",
      'Cache-Control': 'no-store',
    },
  };
}

export function json(value: unknown): Answer {
  return {
    ...plain(200, JSON.stringify(value)),
    headers: { ...plain(200, '').headers, 'Content-Type': 'application/json; charset=utf-8' },
  };
}

/** The path below the root, or null: no `..`, no hidden names, no backslashes, no control characters, decoded once. */
export function checkedPath(pathname: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (path === '/') return 'index.html';
  const parts = path.slice(1).split('/');
  if (!path.startsWith('/') || parts.some((part) => !/^[\w@][\w.@+-]*$/.test(part))) return null;
  return parts.join('/');
}
