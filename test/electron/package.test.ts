// What the packaged app holds and may do, as electron-builder is told: nothing of the sources and tests, the switches of a shipped app.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// electron-builder's own reader; it has no types.
const { load } = createRequire(import.meta.url)('js-yaml') as { load(text: string): unknown };
const root = join(import.meta.dirname, '../..');
const config = load(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as {
  readonly files: readonly string[];
  readonly asar: boolean;
  readonly asarUnpack: readonly string[];
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly linux: { readonly target: readonly string[] };
  readonly mac: { readonly target: readonly string[] };
  readonly win: { readonly target: readonly string[] };
};

it('holds what the build made and the licences; no sources, no tests, no packages', () => {
  const taken = config.files.filter((pattern) => !pattern.startsWith('!'));
  expect(taken.filter((pattern) => !/^(out\/|package\.json$|LICENSE|THIRD-PARTY)/.test(pattern))).toEqual([]);
  expect(taken).toEqual(expect.arrayContaining(['out/electron/**', 'out/renderer/**', 'out/cli/cli.mjs', 'package.json']));
  expect(config.files).toContain('!**/node_modules/**');
  expect(config.asar).toBe(true);
  // What Node imports must lie beside the archive.
  expect(config.asarUnpack).toEqual(['out/cli/**', 'out/renderer/pyodide/**']);
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).main).toBe('out/electron/main.cjs');
});

it('cannot be turned into another program, and starts from its archive only', () => {
  expect(config.electronFuses).toMatchObject({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
  });
});

it('has a target for each system', () => {
  expect(config.linux.target).toEqual(['AppImage', 'deb']);
  expect(config.mac.target).toEqual(['dmg', 'zip']);
  expect(config.win.target).toEqual(['nsis']);
});
