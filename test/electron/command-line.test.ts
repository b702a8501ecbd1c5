// The command line's grammar: what each line of words means, and what is refused in which words.
import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from '../../electron/command-line.ts';

const parse = (line: string) => parseCommandLine(line.split(' ').filter(Boolean));

describe('command line', () => {
  it('run takes a device, folders and the script its own arguments', () => {
    expect(parse('run a.py --device gpu --figures f --files=g -- --lr 0.1 -- x')).toEqual({
      kind: 'run',
      file: 'a.py',
      device: 'gpu',
      figures: 'f',
      files: 'g',
      argv: ['--lr', '0.1', '--', 'x'],
    });
    expect(parse('run a.py')).toEqual({ kind: 'run', file: 'a.py', device: 'cpu', figures: null, files: null, argv: [] });
  });

  it('dot, svg and trace', () => {
    expect(parse('dot --show-attrs a.py --graph 2 -o out.dot')).toMatchObject({
      file: 'a.py',
      out: 'out.dot',
      showAttrs: true,
      showSaved: false,
      graph: 2,
    });
    expect(parse('svg a.py -o a.svg --theme dark --view paired')).toMatchObject({
      out: 'a.svg',
      theme: 'dark',
      view: 'paired',
      graph: null,
    });
    expect(parse('svg a.py -o a.svg')).toMatchObject({ theme: 'light', view: 'autograd' });
    expect(parse('trace a.py -o t.json')).toEqual({ kind: 'trace', file: 'a.py', out: 't.json', argv: [] });
  });

  it('serve needs no file', () => {
    expect(parse('serve')).toEqual({ kind: 'serve', file: null, port: 0 });
    expect(parse('serve a.ipynb --port 8080')).toEqual({ kind: 'serve', file: 'a.ipynb', port: 8080 });
  });

  it('docs takes a name, or none', () => {
    expect(parse('docs')).toEqual({ kind: 'docs', name: null });
    expect(parse('docs torch.add')).toEqual({ kind: 'docs', name: 'torch.add' });
  });

  it.each([
    ['', 'which command'],
    ['draw a.py', 'no command draw'],
    ['constructor a.py', 'no command constructor'],
    ['run', 'needs a file'],
    ['run a.py b.py', 'one file'],
    ['run a.py --device tpu', '--device is cpu or gpu, not tpu'],
    ['run a.py --device', '--device needs a value'],
    ['run a.py --device cpu --device cpu', 'given twice'],
    ['run a.py -device cpu', 'no option -device'],
    ['run a.py --toString', 'no option --toString'],
    ['run a.py --theme dark', 'no option --theme'],
    ['dot a.py --graph 0', 'whole number from 1'],
    ['dot a.py --graph 1.5', 'whole number from 1'],
    ['dot a.py --show-attrs=1', 'takes no value'],
    ['svg a.py', 'needs -o OUT'],
    ['svg a.py --o x', 'no option --o'],
    ['trace a.py', 'needs -o OUT'],
    ['serve --port 70000', 'whole number'],
    ['serve a.py -- x', 'no arguments'],
  ])('refuses `%s`', (line, words) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(words);
    try {
      parse(line);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });
});
