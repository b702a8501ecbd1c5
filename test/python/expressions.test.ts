// Four hundred expressions beyond the golden matrix, through Python: type, graph, values and gradients as PyTorch gave them.
import { beforeAll, expect, it } from 'vitest';
import { readGolden } from '../golden/read-golden.ts';
import { loadSession, type TestSession } from './load-session.ts';

const { cases } = readGolden<{ cases: unknown[] }>('expressions.json.gz');
let session: TestSession;
beforeAll(async () => {
  session = await loadSession({ outputLimit: null });
}, 120_000);

const program = `
import json, warnings
import torch
import torch.nn.functional as F
warnings.simplefilter("ignore")

def graph(outputs):
    seen, names = set(), []
    def visit(node):
        if node is None or node in seen:
            return
        seen.add(node)
        names.append(type(node).__name__)
        for following, _ in node.next_functions:
            visit(following)
    for t in outputs:
        if isinstance(t, torch.Tensor):
            visit(t.grad_fn)
    return names

def near(a, b):
    if isinstance(a, (list, tuple)):
        return isinstance(b, (list, tuple)) and len(a) == len(b) and all(map(near, a, b))
    if isinstance(a, float) or isinstance(b, float) and not isinstance(a, str):
        if a is None or b is None:
            return a is b
        return a == b or (a != a and b != b) or abs(a - b) <= 1e-9 * max(abs(a), abs(b)) + 1e-10
    return a == b

def r(*size):
    return torch.rand(*size, dtype=torch.float64, requires_grad=True)

def answer(expr):
    torch.manual_seed(1)
    x, y, S, v, w, B = r(3, 4), r(3, 4), r(3, 3), r(4), r(3), r(2, 3, 4)
    P = (torch.eye(3, dtype=torch.float64) * 3 + 0.1 * S @ S.T).detach().requires_grad_()
    scope = {"torch": torch, "F": F, "r": r, "x": x, "y": y, "S": S, "v": v, "w": w, "B": B, "P": P}
    try:
        out = eval(expr, scope)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {str(error)[:160]}"}
    outputs = out if isinstance(out, (tuple, list)) else [out]
    found = {"type": type(out).__name__, "graph": graph(outputs), "error": None, "grads": None}
    found["values"] = [(str(t.dtype), list(t.shape), t.detach().reshape(-1).tolist()) if isinstance(t, torch.Tensor) else repr(t) for t in outputs]
    ends = [t for t in outputs if isinstance(t, torch.Tensor) and t.grad_fn is not None and t.is_floating_point()]
    if ends:
        try:
            sum(((torch.arange(t.numel(), dtype=t.dtype).reshape(t.shape) + 1) * t).sum() for t in ends).backward()
            found["grads"] = [None if t.grad is None else t.grad.reshape(-1).tolist() for t in (x, y, S, v, w, B, P)]
        except Exception as error:
            found["grads"] = f"ERR {type(error).__name__} {str(error)[:120]}"
    return found

wrong = []
for case in json.load(open("cases.json")):
    got = answer(case["expr"])
    for key in ("error", "type", "graph", "values", "grads"):
        if not near(got.get(key), case[key]):
            wrong.append([case["expr"], key, str(got.get(key))[:200], str(case[key])[:200]])
            break
print(json.dumps(wrong))
`;

it('as PyTorch', { timeout: 120_000 }, () => {
  const run = session.run(program, { folder: { 'cases.json': new TextEncoder().encode(JSON.stringify(cases)) } });
  expect(run.error).toBeNull();
  expect(JSON.parse(run.stdout)).toEqual([]);
});
