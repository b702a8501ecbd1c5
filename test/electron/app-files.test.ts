// The app's files as a host answers for them: nothing from outside the folder, and the headers that isolate and restrict a page.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerFile, checkedPath, workerPolicy } from '../../electron/app-files.ts';

let folder: string;
let root: string;
const stamp = { nonce: 'N0nce', head: '<meta name="x">' };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-files-'));
  root = join(folder, 'page');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html><html><head><meta name="csp-nonce" content="__NONCE__"></head></html>');
  writeFileSync(join(root, 'assets/worker.js'), 'postMessage(1)');
  writeFileSync(join(root, 'python.wasm'), 'x');
  writeFileSync(join(root, 'secret.env'), 'x');
  writeFileSync(join(folder, 'outside.js'), 'x');
  symlinkSync(join(folder, 'outside.js'), join(root, 'link.js'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const get = (path: string) => answerFile(root, path, stamp);

describe('app files', () => {
  it('stamps the page with the nonce that its policy allows', async () => {
    const { status, headers, body } = await get('/');
    expect(status).toBe(200);
    expect(body).toContain('content="N0nce"');
    expect(body).toContain('<head><meta name="x">');
    const policy = headers['Content-Security-Policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("style-src 'self' 'nonce-N0nce'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    expect(headers['Cache-Control']).toBe('no-store');
  });

  it('isolates every answer, refusals too', async () => {
    for (const path of ['/', '/assets/worker.js', '/python.wasm', '/nothing.js']) {
      expect((await get(path)).headers).toMatchObject({
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
        'Cross-Origin-Resource-Policy': 'same-origin',
        'X-Content-Type-Options': 'nosniff',
      });
    }
  });

  it('gives scripts a policy of their own, for when they become workers', async () => {
    const { headers } = await get('/assets/worker.js');
    expect(headers['Content-Security-Policy']).toBe(workerPolicy);
    expect(headers['Content-Type']).toMatch(/^text\/javascript/);
    expect((await get('/python.wasm')).headers['Content-Type']).toBe('application/wasm');
  });

  it.each([
    '/../outside.js',
    '/%2e%2e/outside.js',
    '/assets/..%2f..%2foutside.js',
    '/assets\\..\\..\\outside.js',
    '/.hidden.js',
    '//outside.js',
    '/%00.js',
    '/%',
    '/link.js',
    '/secret.env',
    '/assets',
    '/assets/',
  ])('does not answer %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('decodes once', () => {
    expect(checkedPath('/%252e%252e/x.js')).toBeNull();
    expect(checkedPath('/assets/a-B_1.js')).toBe('assets/a-B_1.js');
  });
});
