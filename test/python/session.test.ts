// Running scripts and notebooks: what is printed, shown, warned of and raised, and that each run starts clean.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Source } from '../../core/python/protocol.ts';
import { loadSession, type TestSession } from './load-session.ts';

let session: TestSession;
beforeAll(async () => {
  session = await loadSession();
}, 120_000);

const notebook = (...cells: string[]): Source => ({ kind: 'notebook', cells: cells.map((text) => ({ kind: 'code', text })) });
const shown = (source: Source) => session.run(source, { showLastExpression: true }).displays.map((d) => d.text);

describe('output', () => {
  it('prints in order, both streams', () => {
    const run = session.run('import sys\nprint("a")\nprint("b", file=sys.stderr)\nprint("c", end="")');
    expect(run.messages.flatMap((m) => (m.type === 'output' ? [[m.stream, m.text]] : []))).toEqual([
      ['stdout', 'a\n'],
      ['stderr', 'b\n'],
      ['stdout', 'c'],
    ]);
    expect(run.state).toBe('finished');
  });

  it('keeps the head and the tail of a flood and says what is left out', () => {
    const run = session.run('for i in range(200000): print("line", i)');
    expect(run.stdout.length).toBeLessThan(1_000_000);
    expect(run.stdout.startsWith('line 0\nline 1\n')).toBe(true);
    expect(run.stdout.endsWith('line 199999\n')).toBe(true);
    const said = /… ([\d,]+) lines left out here/.exec(run.stdout);
    const lines = run.stdout.split('\n').filter((line) => line.startsWith('line ')).length;
    expect(Number(said?.[1].replaceAll(',', '')) + lines).toBe(200000);
  });

  it('joins many prints into few messages', () => {
    const run = session.run('for i in range(2000): print(i)');
    expect(run.messages.filter((m) => m.type === 'output').length).toBeLessThan(60);
  });

  it('warns as Python does, with the script’s own line', () => {
    const run = session.run('import torch\na = torch.ones(1, requires_grad=True) * 2\nprint(a.grad)');
    expect(run.stdout).toBe('None\n');
    expect(run.stderr).toMatch(
      /^script\.py:3: UserWarning: The \.grad attribute of a Tensor that is not a leaf Tensor is being accessed\./,
    );
    expect(run.stderr).toMatch(/\n {2}print\(a\.grad\)\n$/);
  });
});

describe('cells', () => {
  it('share one namespace and show last expressions', () => {
    expect(shown(notebook('x = 1\nx + 1', 'x', 'x;', 'None', 'x = 2', '"a"', '[x, x] # ;'))).toEqual(['2', '1', "'a'", '[2, 2]']);
  });

  it('takes notebook lines quietly', () => {
    const run = session.run(
      notebook(
        '!pip install torchviz\n%matplotlib inline\nprint(1)',
        '%%time\nprint(2)',
        '%%bash\nls',
        'if True:\n    !ls\n    %time print(3)',
        's = """\n!no\n%no\n"""\nprint(s)',
      ),
    );
    expect(run.error).toBeNull();
    expect(run.stdout).toBe('1\n2\n3\n\n!no\n%no\n\n');
  });

  it('stop at the first error, with the cell and line of every frame', () => {
    const run = session.run(notebook('def f(x):\n    return 1 / x', '\nf(0)', 'print("never")'));
    expect(run.stdout).toBe('');
    expect(run.error?.traceback).toBe(
      [
        'Traceback (most recent call last):',
        '  Cell In[2], line 2, in <module>',
        '    f(0)',
        '    ~^^^',
        '  Cell In[1], line 2, in f',
        '    return 1 / x',
        '           ~~^~~',
        'ZeroDivisionError: division by zero',
      ].join('\n'),
    );
    expect(run.error?.sites).toEqual([
      { cell: 2, line: 2 },
      { cell: 1, line: 2 },
    ]);
    expect(run.messages.filter((m) => m.type === 'cell').map((m) => (m.type === 'cell' ? `${m.cell} ${m.state}` : ''))).toEqual([
      '1 running',
      '1 finished',
      '2 running',
      '2 failed',
    ]);
  });

  it('shows a make_dot result as a graph', () => {
    const run = session.run(
      notebook(
        'import torch\nfrom torchviz import make_dot\na = torch.ones(1, requires_grad=True)\nloss = (a * 2).sum()\nmake_dot(loss, params={"a": a})',
      ),
      { showLastExpression: true },
    );
    expect(run.error).toBeNull();
    expect(run.displays).toHaveLength(1);
    const dot = run.displays[0].dot;
    expect(dot?.dot).toMatch(/^digraph \{/);
    expect(dot?.dot).toContain('a\n (1)');
    expect(dot?.graph.nodes.some((node) => node.name === 'SumBackward0')).toBe(true);
  });
});

describe('make_dot of a run that asks for more', () => {
  const script = `
import torch
from torchviz import make_dot
a = torch.ones(1, requires_grad=True)
print(make_dot((a * a).sum()).source)
make_dot((a * a).sum(), show_attrs=True)`;
  const options = () => session.session.dotCalls().map(({ options: { showAttrs, showSaved } }) => [showAttrs, showSaved]);

  it('shows that too, and says so', () => {
    const run = session.run(script, { drawing: { showAttrs: false, showSaved: true } });
    expect(run.error).toBeNull();
    expect(options()).toEqual([
      [false, true],
      [true, true],
    ]);
    expect(run.stdout).toBe(`${session.session.dotCalls()[0].dot}\n`);
    expect(run.stdout).toContain('fillcolor=orange');
  });

  it('is as the script has it otherwise', () => {
    expect(session.run(script).stdout).not.toContain('orange');
    expect(options()).toEqual([
      [false, false],
      [true, false],
    ]);
  });
});

describe('errors', () => {
  it('show the script’s own lines only, and what to do as notes', () => {
    const run = session.run(
      'import torch\nfrom torch import nn\nmodel = nn.Sequential(nn.Linear(1, 1))\nx = torch.ones(80, 1)\nmodel(x.T)\n',
    );
    expect(run.state).toBe('failed');
    expect(run.error?.type).toBe('RuntimeError');
    expect(run.error?.message).toBe('mat1 and mat2 shapes cannot be multiplied (1x80 and 1x1)');
    expect(run.error?.site).toEqual({ cell: 0, line: 5 });
    expect(run.error?.traceback).not.toContain('/nabla/');
    expect(run.error?.traceback.split('\n').slice(0, 4)).toEqual([
      'Traceback (most recent call last):',
      '  File "script.py", line 5, in <module>',
      '    model(x.T)',
      '    ~~~~~^^^^^',
    ]);
    expect(run.error?.notes.length).toBeGreaterThan(0);
  });

  it('of syntax name the line', () => {
    const run = session.run('x = 1\nif x\n  pass');
    expect(run.error?.type).toBe('SyntaxError');
    expect(run.error?.message).toBe("expected ':'");
    expect(run.error?.site).toEqual({ cell: 0, line: 2 });
    expect(run.error?.traceback).toContain('  File "script.py", line 2\n    if x\n');
  });

  it('raised in a hook reach the script’s backward line', () => {
    const run = session.run(
      'import torch\na = torch.ones(1, requires_grad=True)\ndef hook(g):\n    raise KeyError("mine")\na.register_hook(hook)\na.sum().backward()',
    );
    expect(run.error?.type).toBe('KeyError');
    expect(run.error?.sites).toEqual([
      { cell: 0, line: 6 },
      { cell: 0, line: 4 },
    ]);
  });

  it('can be caught by class and message', () => {
    const run = session.run('import torch\ntry:\n    torch.ones(2) @ torch.ones(3)\nexcept RuntimeError as e:\n    print(e)');
    expect(run.stdout).toContain('inconsistent tensor size');
  });

  it('of unknown names say so by their full name', () => {
    const run = session.run(
      [
        'import torch',
        'for code in ("torch.fft.fft", "torch.nn.Conv9d", "torch.ones(1).stft()", "import torch.distributed", "torch.nope", "import torchvision"):',
        '    try:',
        '        exec(code)',
        '    except Exception as e:',
        '        print(type(e).__name__, e)',
        'print(hasattr(torch.fft, "fft"), hasattr(torch, "xpu"), hasattr(torch, "nope"))',
      ].join('\n'),
    );
    expect(run.stdout.split('\n')).toEqual([
      'NotImplementedError torch.fft.fft is not in Nabla yet',
      "AttributeError module 'torch.nn' has no attribute 'Conv9d'",
      'NotImplementedError torch.Tensor.stft is not in Nabla yet',
      "ModuleNotFoundError No module named 'torch.distributed': torch.distributed is not in Nabla yet",
      "AttributeError module 'torch' has no attribute 'nope'",
      "ModuleNotFoundError No module named 'torchvision': torchvision is not in Nabla yet",
      'False False False',
      '',
    ]);
  });

  it('of sys.exit are no errors unless a code says so', () => {
    expect(session.run('import sys\nsys.exit()').state).toBe('finished');
    const run = session.run('import sys\nsys.exit("no luck")');
    expect(run.stderr).toBe('no luck\n');
    expect(run.state).toBe('failed');
  });

  it('of input() say what to do', () => {
    expect(session.run('input("name? ")').error?.message).toContain('a run has no keyboard');
  });
});

describe('a run', () => {
  it('starts clean', () => {
    const first =
      'import torch\nimport helper\ntorch.set_printoptions(precision=1)\ntorch.set_grad_enabled(False)\nleft = torch.rand(2)\nprint(left)';
    const folder = { 'helper.py': new TextEncoder().encode('value = 1') };
    session.run(first, { folder });
    const run = session.run('import torch\nprint("left" in globals(), torch.is_grad_enabled(), torch.tensor([0.12345]))\nimport helper');
    expect(run.stdout).toBe('False True tensor([0.1235])\n');
    expect(run.error?.type).toBe('ModuleNotFoundError');
    const again = (n: number) => session.run(`import torch\nprint(torch.rand(${n}))`).stdout;
    expect(again(3)).toBe(again(3));
  });

  it('has its own folder, arguments and name', () => {
    const run = session.run(
      'import sys, os\nprint(sys.argv, __name__, __file__, open("data/a.txt").read())\nopen("out.txt", "w").write("made")\nopen("data/a.txt", "w").write("new")',
      {
        argv: ['--epochs', '3'],
        folder: { 'data/a.txt': new TextEncoder().encode('hello') },
      },
    );
    expect(run.error).toBeNull();
    expect(run.stdout).toBe("['script.py', '--epochs', '3'] __main__ script.py hello\n");
    const files = session.session.writtenFiles();
    expect(Object.keys(files).sort()).toEqual(['data/a.txt', 'out.txt']);
    expect(new TextDecoder().decode(files['out.txt'])).toBe('made');
  });

  it('cannot reach its host', () => {
    const run = session.run(
      [
        'for name in ("js", "pyodide_js", "pyodide", "pyodide.code", "_pyodide_core", "pyodide.ffi"):',
        '    try:',
        '        __import__(name)',
        '        print("reached", name)',
        '    except ImportError as e:',
        '        pass',
        'import sys, _nabla',
        'print([m for m in sys.modules if "pyodide" in m or m == "js"])',
        'print([name for name, value in vars(_nabla).items() if hasattr(value, "constructor")])',
      ].join('\n'),
    );
    expect(run.error).toBeNull();
    expect(run.stdout).toBe('[]\n[]\n');
  });

  it('frees its tensors', () => {
    const source = 'import torch\nkeep = [torch.ones(100, 100) for _ in range(50)]\nprint(torch.cuda.memory_allocated())';
    session.run(source, { device: 'gpu' });
    const first = session.run(source, { device: 'gpu' }).stdout;
    const second = session.run(source, { device: 'gpu' }).stdout;
    expect(second).toBe(first);
  });

  it('on the gpu has cuda tensors and CUDA’s random numbers', () => {
    const source =
      'import torch\ntorch.manual_seed(42)\nd = "cuda" if torch.cuda.is_available() else "cpu"\nprint(torch.randn(1, device=d))';
    expect(session.run(source, { device: 'gpu' }).stdout).toBe("tensor([0.1940], device='cuda:0')\n");
    expect(session.run(source).stdout).toBe('tensor([0.3367])\n');
  });
});
