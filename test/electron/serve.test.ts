// The browser host: this machine only, its own name only, and the given file behind a path that only its page knows.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../../electron/serve.ts';

let folder: string;
let serving: Serving;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-serve-'));
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page/index.html'), '<html><head></head></html>');
  mkdirSync(join(folder, 'scripts/data'), { recursive: true });
  writeFileSync(join(folder, 'scripts/a.py'), 'print("한글")\n');
  writeFileSync(join(folder, 'scripts/data/points.csv'), '1,2\n');
  serving = await serve(join(folder, 'page'), { port: 0, file: join(folder, 'scripts/a.py') });
});
afterAll(async () => {
  await serving.close();
  rmSync(folder, { recursive: true });
});

/** Status and text, with any Host header. */
function get(path: string, { host, method = 'GET' }: { host?: string; method?: string } = {}): Promise<{ status: number; text: string }> {
  const { port } = new URL(serving.address);
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers: host === undefined ? {} : { Host: host } }, (response) => {
      let text = '';
      response.on('data', (data) => {
        text += data;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('serve', () => {
  it('listens on loopback', () => expect(serving.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/));

  it('answers to its own names only', async () => {
    const { port } = new URL(serving.address);
    expect((await get('/')).status).toBe(200);
    expect((await get('/', { host: `localhost:${port}` })).status).toBe(200);
    for (const host of ['nabla.example', `nabla.example:${port}`, '127.0.0.1', `127.0.0.1:${Number(port) + 1}`]) {
      expect((await get('/', { host })).status, host).not.toBe(200);
    }
  });

  it('only reads', async () => expect((await get('/', { method: 'POST' })).status).toBe(405));

  it('tells its page, and nobody else, where the file is', async () => {
    const { text } = await get('/');
    expect(text).toContain('<script src="/browser-host.js"></script>');
    const path = /name="nabla-initial-file" content="([^"]+)"/.exec(text)?.[1] ?? '';
    expect(path).toMatch(/^\/initial\/[0-9a-f]{32}$/);
    const file = JSON.parse((await get(path)).text);
    expect(file.name).toBe('a.py');
    expect(Buffer.from(file.bytes, 'base64').toString()).toBe('print("한글")\n');
    expect(Object.keys(file.folder)).toEqual(['a.py', 'data/points.csv']);
    expect((await get('/initial/00000000000000000000000000000000')).status).toBe(404);
    expect((await get('/initial/')).status).toBe(404);
  });

  it('says when the port is taken', async () => {
    await expect(serve(join(folder, 'page'), { port: Number(new URL(serving.address).port), file: null })).rejects.toThrow(
      /^port \d+ is in use/,
    );
  });
});
