// The script's line as the recorder sees it: read from the interpreter's frames, compared with what Python itself says.
import { beforeAll, expect, test } from 'vitest';
import { observation } from '../../core/autograd/observer.ts';
import { traceReaderFromChunks } from '../../core/graph/trace-reader.ts';
import { loadSession, type TestSession } from './load-session.ts';

let session: TestSession;
beforeAll(async () => {
  const text = ({ cell, line }: { cell: number; line: number }): string => `${cell}:${line}`;
  session = await loadSession({
    host: {
      name: 'onlooker',
      functions: {
        innermost: () => text(observation.site.innermost()),
        outermost: () => text(observation.site.topLevel()),
      },
    },
  });
}, 60_000);

/** `look()` where the script stands: what the engine sees beside what Python says, innermost and outermost script frame. */
const look = `
import sys, onlooker
seen = []
def script_frames(frame):
    while frame is not None:
        name = frame.f_code.co_filename
        if name == "script.py" or name.startswith("Cell In["):
            yield f"{name[8:-1] if name[0] == 'C' else 0}:{frame.f_lineno}"
        frame = frame.f_back
def look(*ignored):
    said = list(script_frames(sys._getframe()))
    line = sys._getframe().f_lineno
    inner = onlooker.innermost()
    said[0] = f"{said[0].partition(':')[0]}:{line + 1}"
    seen.append((inner, said[0]))
    seen.append((onlooker.outermost(), said[-1]))
    return 0
def check(least):
    assert len(seen) >= least, len(seen)
    assert all(a == b for a, b in seen), seen
    print("ok")
`;

const ways = `
import functools, operator
look()
def plain(): return look()
plain()
(lambda: look())()
[look() for _ in range(2)]
{look(): 1}
def generated():
    for i in range(3):
        yield look(i)
list(generated())
g = generated(); next(g); next(g)
class Made:
    look()
    def __init__(self): look()
    def __call__(self): return look()
    @property
    def there(self): return look()
    def __add__(self, other): return look()
    def __del__(self): look()
made = Made(); made(); made.there; made + 1
sorted([3, 1, 2], key=look)
list(map(look, [1, 2])); functools.reduce(look, [1, 2, 3]); max([1, 2], key=look)
try:
    raise ValueError
except ValueError:
    look()
finally:
    look()
def deep(n): return look() if n == 0 else deep(n - 1)
deep(40)
def closing():
    here = 1
    def inner():
        return here + look()
    return inner
closing()()
(
    look(),
    look(
    ),
)
del made
for name in ("script.py", "elsewhere.py", "Cell In[1]"):
    for text in ("look()", "\\n\\nlook()", "def f():\\n  look()\\nf()"):
        exec(compile(text, name, "exec"), {"look": look})
import asyncio
async def later(): return look()
later_one = later()
try: later_one.send(None)
except StopIteration: pass
check(60)
`;

test('the line is the one Python says, from wherever a call comes', () => {
  const { stdout, error } = session.run(look + ways);
  expect(error).toBeNull();
  expect(stdout).toBe('ok\n');
});

test('in a notebook with its cell', () => {
  const cells = [
    look,
    'def early():\n    return look()\nlook()',
    'early()\nlook()\nearly()',
    'def early():\n\n    return look()',
    'early()\ncheck(5)',
  ];
  const { stdout, error } = session.run({ kind: 'notebook', cells: cells.map((text) => ({ kind: 'code' as const, text })) } as never);
  expect(error).toBeNull();
  expect(stdout).toBe('ok\n');
});

test('two lines that compute the same are two structures, however they alternate', () => {
  const { messages, error } = session.run(
    `
import torch
w = torch.ones(2, requires_grad=True)
for i in range(8):
    if i % 2:
        y = w * 2.0
    else:
        y = w * 2.0
    y.sum().backward()
    w.grad = None
`,
    { recording: 'summary' },
  );
  expect(error).toBeNull();
  const graphs = messages.flatMap((m) => (m.type === 'graph' ? [m.graph] : []));
  const lines = graphs.map((g) => g.nodes.find((n) => n.kind === 'op' && n.name === 'mul')?.site?.line);
  expect(lines).toEqual([8, 6]);
  const chunks = messages.findLast((m) => m.type === 'trace')?.chunks ?? [];
  const reader = traceReaderFromChunks(chunks, graphs);
  expect(reader.stepCount).toBe(8);
  expect(Array.from({ length: 8 }, (_, i) => reader.step(i)?.graph)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
});
