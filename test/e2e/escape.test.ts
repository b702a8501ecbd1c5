// A script on the command line that tries to leave Python: no files of the machine, no programs, no host, no network.
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nabla } from './driver.ts';

let outside: string;
let folder: string;
beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), 'nabla-outside-'));
  folder = mkdtempSync(join(tmpdir(), 'nabla-escape-'));
  writeFileSync(join(outside, 'secret.txt'), 'SECRET');
  symlinkSync(join(outside, 'secret.txt'), join(folder, 'link.txt'));
  symlinkSync(outside, join(folder, 'linked'));
});
afterAll(() => {
  for (const path of [outside, folder]) rmSync(path, { recursive: true });
});

/** Prints `blocked` for each attempt that raises or gives nothing, what it gave otherwise. */
function attempts(...lines: readonly string[]): string[] {
  const tries = lines.map((line) => {
    const body = line.split('\n').map((part) => `        ${part}`);
    return `def attempt():\n${body.join('\n').replaceAll('        ', '    ')}\ntry:\n    found = attempt()\nexcept Exception as error:\n    found = None\nprint('blocked' if not found else found)\n`;
  });
  const script = join(folder, 'escape.py');
  writeFileSync(script, `OUT = ${JSON.stringify(outside)}\n${tries.join('')}`);
  const { stdout } = nabla('run', script);
  return stdout.trimEnd().split('\n');
}

const blocked = (count: number) => Array.from({ length: count }, () => 'blocked');

const host = `import gc
for found in gc.get_objects():
    if type(found).__name__ == 'JsFinder': host = found.jsproxies['pyodide_js']`;

it('reads and writes nothing outside its folder', () => {
  const tries = [
    "return open(OUT + '/secret.txt').read()",
    "return open('link.txt').read()",
    "return open('linked/secret.txt').read()",
    "return open('../' * 9 + OUT.lstrip('/') + '/secret.txt').read()",
    'import os\nreturn os.listdir(OUT)',
    "return open('/proc/self/environ').read()",
    "import os\nos.symlink(OUT, 'here')\nreturn os.listdir('here')",
    "import os\nreturn [name for name in ('SHELL', 'NODE_ENV', 'VITEST') if name in os.environ]",
    "import os\nos.makedirs(OUT)\nopen(OUT + '/written.txt', 'w').write('x')",
  ];
  expect(attempts(...tries)).toEqual(blocked(tries.length));
  expect(existsSync(join(outside, 'written.txt'))).toBe(false);
});

it('starts no program', () => {
  const mark = join(outside, 'ran');
  const command = `'echo > ${mark}'`;
  const tries = [
    `import os\nreturn os.system(${command}) == 0`,
    `import posix\nreturn posix.system(${command}) == 0`,
    `import _imp, importlib.machinery as m\nreturn _imp.create_builtin(m.BuiltinImporter.find_spec('posix')).system(${command}) == 0`,
    `import ctypes\nreturn ctypes.CDLL(None).system(${command}.encode()) == 0`,
    `import subprocess\nreturn subprocess.run(${command}, shell=True)`,
    `import os\nreturn os.popen(${command}).read()`,
  ];
  expect(attempts(...tries)).toEqual(blocked(tries.length));
  expect(existsSync(mark)).toBe(false);
});

it('finds no way to the host', () => {
  const tries = [
    ...['js', 'pyodide', 'pyodide_js', '_pyodide_core', 'pyodide.ffi', 'pyodide.code', 'ctypes', '_ctypes', '_testinternalcapi'].map(
      (name) => `import importlib\nreturn importlib.import_module(${JSON.stringify(name)})`,
    ),
    "import importlib.machinery as m\nreturn m.BuiltinImporter.load_module('_pyodide_core')",
    "import ctypes\nreturn ctypes.CDLL(None).emscripten_run_script(b'1')",
    `${host}\nhost.mountNodeFS('/mnt', OUT)\nreturn open('/mnt/secret.txt').read()`,
    `${host}\nreturn host._module`,
    'import _nabla\nreturn _nabla.call.constructor',
    'import _nabla\nreturn _nabla.call.object_keys().constructor.constructor',
    "import _socket\ns = _socket.socket()\ns.connect(('127.0.0.1', 1))\nreturn s",
    "import urllib.request\nreturn urllib.request.urlopen('http://127.0.0.1:1/')",
  ];
  expect(attempts(...tries)).toEqual(blocked(tries.length));
});
