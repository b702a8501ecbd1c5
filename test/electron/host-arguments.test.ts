// What main accepts from a page: each argument check lets the right values through and names the wrong ones.
import { describe, expect, it } from 'vitest';
import { argument, defaultSettings, parseSettings } from '../../electron/host.ts';

describe('arguments', () => {
  it.each([
    ['fileName', 'graph.svg'],
    ['path', '/home/a b/x.py'],
    ['bytes', new Uint8Array(3)],
    ['title', ''],
    ['flag', false],
    ['mime', 'image/svg+xml'],
    ['commandId', 'file.open'],
  ] as const)('%s passes %s', (check, value) => expect(argument[check](value)).toBe(value));

  it.each([
    ['fileName', '../x'],
    ['fileName', 'a/b'],
    ['fileName', '..'],
    ['fileName', ''],
    ['fileName', 'a\0b'],
    ['fileName', 7],
    ['path', null],
    ['path', 'a\0'],
    ['bytes', [1, 2]],
    ['bytes', 'text'],
    ['title', {}],
    ['flag', 1],
    ['mime', 'text'],
    ['commandId', 'x y'],
    ['menu', 'File'],
    ['menu', [{ label: 'File', items: [{ id: 'a b', label: 'x', keys: null }] }]],
    ['menu', [{ label: 'File', items: [null] }]],
  ] as const)('%s refuses %j', (check, value) => expect(() => argument[check](value)).toThrow(TypeError));

  it('a menu keeps only what it knows', () => {
    const given = [{ label: 'File', extra: 1, items: [{ id: 'file.open', label: 'Open', keys: 'Mod+O', run: 'x' }] }];
    expect(argument.menu(given)).toEqual([{ label: 'File', items: [{ id: 'file.open', label: 'Open', keys: 'Mod+O' }] }]);
  });
});

describe('settings', () => {
  it('take their defaults for what is missing or wrong', () => {
    expect(parseSettings(null)).toEqual(defaultSettings);
    expect(parseSettings({ theme: 'neon', language: 'fr', singleKeys: 'yes', traceBudgetBytes: -1 })).toEqual(defaultSettings);
    expect(parseSettings({ theme: 'dark', language: 'ko', singleKeys: false, traceBudgetBytes: 2 ** 21, more: 1 })).toEqual({
      theme: 'dark',
      language: 'ko',
      singleKeys: false,
      traceBudgetBytes: 2 ** 21,
    });
  });
});
