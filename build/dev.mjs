// The page from its sources, reloading as they change: `node build/dev.mjs [--port N]`. No CSP here; `nabla serve` is the real thing.
import { createReadStream, existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { out, root } from './project.mjs';
import { pythonPackages } from './targets.mjs';

ensureInstalled();
const { createServer } = await import('vite');
const { default: react } = await import('@vitejs/plugin-react');
const at = process.argv.indexOf('--port');
const mime = { '.mjs': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm', '.zip': 'application/zip' };

/** The files the hosts add to the page, at the same addresses. */
const hostFiles = {
  name: 'nabla-host-files',
  transformIndexHtml: (html) => html.replace('<head>', `<head><script type="module" src="/@fs${root}/electron/browser-host.ts"></script>`),
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      const path = (request.url ?? '').split('?')[0];
      const headers = { 'Cross-Origin-Resource-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
      if (path === '/python-lib.json') {
        response.writeHead(200, { ...headers, 'Content-Type': mime['.json'] });
        return response.end(JSON.stringify(pythonPackages()));
      }
      const file = path.startsWith('/pyodide/')
        ? join(root, 'node_modules/pyodide', path.slice(9))
        : path === '/first-lesson.nabla'
          ? join(out, 'renderer/first-lesson.nabla')
          : null;
      if (!file) return next();
      response.writeHead(existsSync(file) ? 200 : 404, { ...headers, 'Content-Type': mime[extname(file)] ?? 'application/octet-stream' });
      return existsSync(file) ? createReadStream(file).pipe(response) : response.end();
    });
  },
};

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
const server = await createServer({
  configFile: false,
  root: join(root, 'renderer'),
  publicDir: false,
  cacheDir: join(root, 'node_modules/.vite', `dev-${at < 0 ? 0 : process.argv[at + 1]}`),
  plugins: [react(), hostFiles],
  worker: { format: 'es' },
  server: { host: '127.0.0.1', port: at < 0 ? 5173 : Number(process.argv[at + 1]), headers: isolation, fs: { allow: [root] } },
});
await server.listen();
server.printUrls();
