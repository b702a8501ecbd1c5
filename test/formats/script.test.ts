// Scripts and notebooks from bytes: what is read, and the one-line words for what cannot be.
import { describe, expect, test } from 'vitest';
import { notebookText, parseNotebook, withCellText } from '../../core/formats/ipynb.ts';
import { decodeScript } from '../../core/formats/script.ts';
import { decodeUtf8 } from '../../core/formats/utf8.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'));
const message = (name: string, data: Uint8Array) => {
  const result = decodeScript(name, data);
  return result.ok ? 'read' : result.error.message;
};

const notebook = JSON.stringify(
  {
    cells: [
      { cell_type: 'markdown', metadata: {}, source: ['# 제목\n', 'text'] },
      { cell_type: 'raw', metadata: {}, source: 'raw' },
      {
        cell_type: 'code',
        execution_count: 3,
        id: 'a1',
        metadata: { tags: ['x'] },
        outputs: [{ output_type: 'stream', text: ['1\n'] }],
        source: 'print(1)',
      },
      { cell_type: 'code', source: [] },
    ],
    metadata: { kernelspec: { name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 5,
  },
  null,
  1,
);

describe('utf8', () => {
  test.each(['', 'plain', '선형 회귀 ∇', '😀 x', 'a\r\nb'])('reads %j', (text) => {
    expect(decodeUtf8(new Uint8Array(Buffer.from(text)))).toEqual({ text });
  });
  test.each([
    [[0x61, 0xff], 1],
    [[0xc0, 0x80], 0],
    [[0x61, 0x62, 0xe2, 0x82], 2],
    [[0xed, 0xa0, 0x80], 0],
    [[0xf5, 0x80, 0x80, 0x80], 0],
  ])('refuses %j at %i', (data, badAt) => {
    expect(decodeUtf8(new Uint8Array(data))).toEqual({ badAt });
  });
});

describe('scripts', () => {
  test('plain, with a byte order mark, in Latin-1', () => {
    expect(decodeScript('a.py', bytes('print(1)\n'))).toMatchObject({ ok: true, source: { kind: 'script', text: 'print(1)\n' } });
    expect(decodeScript('a.py', bytes('\uFEFFx = 1'))).toMatchObject({ ok: true, text: 'x = 1' });
    expect(decodeScript('a.py', new Uint8Array([...bytes('# -*- coding: latin-1 -*-\ns = "'), 0xe9, 0x22]))).toMatchObject({
      ok: true,
      text: '# -*- coding: latin-1 -*-\ns = "é"',
    });
  });
  test('faults name the file and the line', () => {
    expect(message('a.py', new Uint8Array(0))).toBe('a.py: the file is empty: there is nothing to run');
    expect(message('a.ipynb', bytes(' \n'))).toBe('a.ipynb: the file is empty: there is nothing to run');
    expect(message('a.py', new Uint8Array([1, 0, 2]))).toBe('a.py: this is not a script or a notebook: it holds binary data');
    expect(message('a.py', new Uint8Array([0x89, 0x50, 1, 0xff, 2, 3]))).toBe(
      'a.py: this is not a script or a notebook: it holds binary data',
    );
    expect(message('a.py', new Uint8Array([...bytes('x = 1\ny = "'), 0xb0, 0xa1]))).toBe(
      'a.py: line 2 is not UTF-8 (byte 0xb0): save the file as UTF-8',
    );
    expect(message('a.py', bytes('#!/usr/bin/python\n# coding: euc-kr\n'))).toMatch(/^a\.py: line 2 declares the encoding 'euc-kr'/);
    expect(message('a.py', new Uint8Array([0xff, 0xfe, 0x61, 0]))).toBe('a.py: the text is in UTF-16: save it as UTF-8');
  });
});

describe('notebooks', () => {
  test('cells, raw ones left out, sources as text or list', () => {
    const read = decodeScript('n.ipynb', bytes(notebook));
    expect(read).toMatchObject({
      ok: true,
      source: {
        kind: 'notebook',
        cells: [
          { kind: 'markdown', text: '# 제목\ntext' },
          { kind: 'code', text: 'print(1)' },
          { kind: 'code', text: '' },
        ],
      },
    });
  });
  test('an untouched notebook is written back byte for byte, an edited one loses nothing else', () => {
    const read = parseNotebook(notebook);
    expect(notebookText(read)).toBe(notebook);
    expect(withCellText(read, 1, 'print(1)')).toBe(read);
    const edited = withCellText(withCellText(read, 1, 'print(2)'), 0, 'a\nb\n');
    const expected = JSON.parse(notebook);
    expected.cells[2].source = 'print(2)';
    expected.cells[0].source = ['a\n', 'b\n'];
    expect(notebookText(edited)).toBe(JSON.stringify(expected, null, 1));
    expect(edited.cells[1].text).toBe('print(2)');
    expect(() => withCellText(read, 9, '')).toThrow('no cell 10');
  });
  test.each([
    ['{"cells": [1,]}', "line 1, column 14: ']' is not expected here"],
    ['{\n "cells": [\n  {"source": "a}\n ]\n}', 'line 3, column 14: a text in quotes is not closed'],
    ['{"cells": [', 'line 1, column 12: the text ends too early'],
    ['{"cells": [] "a": 1}', "line 1, column 14: ',' or '}' is missing before '\"'"],
    ["{'cells': []}", "line 1, column 2: a name in double quotes is missing before '''"],
    ['{"cells" 1}', "line 1, column 10: ':' is missing before '1'"],
    ['{"cells": []} x', "line 1, column 15: there is text after the end, starting with 'x'"],
    ['{"cells": [01]}', "line 1, column 13: ',' or ']' is missing before '1'"],
  ])('broken JSON %j', (text, words) => {
    expect(message('n.ipynb', bytes(text))).toContain(`n.ipynb: broken JSON at ${words}`);
  });
  test('not a notebook, or of another version', () => {
    expect(message('n.ipynb', bytes('[1]'))).toBe('n.ipynb: this JSON is not a notebook: it has no cells');
    expect(message('n.ipynb', bytes('{"a": 1}'))).toBe('n.ipynb: this JSON is not a notebook: it has no cells');
    expect(message('n.ipynb', bytes('{"nbformat": 3, "worksheets": []}'))).toMatch(/old format 3/);
    expect(message('n.ipynb', bytes('{"nbformat": 5, "cells": []}'))).toMatch(/newer than Nabla reads/);
    expect(message('n.ipynb', bytes('{"cells": [{"cell_type": "code", "source": 3}]}'))).toMatch(/cell 1 .* no readable source/);
    expect(decodeScript('n.ipynb', bytes('{"cells": [{"source": "x"}]}'))).toMatchObject({
      ok: true,
      source: { cells: [{ kind: 'code', text: 'x' }] },
    });
  });
});
