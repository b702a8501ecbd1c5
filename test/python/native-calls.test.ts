// Calls of ops and modules that the engine answers itself, in all the shapes Python gives a call, beside what PyTorch 2.13 prints.
import { beforeAll, expect, test } from 'vitest';
import { loadSession, type TestSession } from './load-session.ts';

let session: TestSession;
beforeAll(async () => {
  session = await loadSession();
}, 60_000);

const ops = `import torch, torch.nn as nn, torch.nn.functional as F, functools, types
x = torch.arange(6.).reshape(2, 3)
f = x.sum; print(f(), f(1), f(dim=0), f(dim=(0, 1), keepdim=True))
print(torch.Tensor.sum(x), torch.Tensor.__add__(x, 1)[0], torch.Tensor.add(x, x, alpha=2)[0])
print(type(torch.relu).__name__, type(torch.Tensor.relu).__name__, torch.relu.__name__, torch.relu.__qualname__, isinstance(torch.add, types.BuiltinFunctionType))
print(x.sum(axis=1), torch.sum(x, axis=0, keepdims=True), x.mean(**{"dim": 1}))
class L(list): pass
print(x.permute(L([1, 0])).shape, x.view(3, 2).shape, x.reshape(torch.Size([6])).shape, x.expand(2, -1).shape, x.view(-1).shape, x.view((3, 2)).shape)
p = nn.Parameter(x.clone()); y = p * 2; print(type(p + 1).__name__, type(p).__name__, (p + p).requires_grad, y.requires_grad)
p2 = p.detach(); p2 += 1; print(p2[0], p[0]); q = p2; q -= torch.ones(3); print(q is p2, q[0])
def said(text):
    try: eval(text); print(text, "ok")
    except Exception as e: print(text, type(e).__name__, str(e).split("\\n")[0])
for bad in ("x.sum('a')", "torch.relu('a')", "x.view(5)", "x + 'a'", "x + [1]", "'a' + x", "x @ 3", "x + None", "torch.matmul(x, x)", "x.relu(1)", "x.item()", "x.sum(dim=5)",
            "x[7]", "F.linear(x)", "F.linear(1, x)", "F.linear(x, x, x, x)", "x.diag(1, 2)", "x.transpose(0)", "torch.cat([x, 1])", "x.clamp('a')", "torch.sum(x, foo=1)", "torch.exp(x, x)", "x.exp(2)"):
    said(bad)
class A:
    def __radd__(self, o): return "radd"
    def __rmatmul__(self, o): return "rmatmul"
    def __eq__(self, o): return "eq"
z = x.clone()
z += A()
print(x + A(), x @ A(), x == A(), z)
print(-x[0], +x is x, ~torch.tensor([True, False]), hash(x) == id(x))
print([torch.tensor(v).item() for v in (3, True, 2.0, -0.0, 2**62, 2**53)])
print(x.sum(dtype=torch.float64).dtype, torch.zeros(2, dtype=torch.int32).sum().dtype, x.to(torch.int64).sum(dim=0))
print(2 ** torch.tensor(3), 2.0 - x[0], 7 // torch.tensor([2]), 7 % torch.tensor([4]), True + x[0], x[0] * False, torch.tensor([1]) << 3)
print(torch.max(x, 1).indices, torch.split(x, 1)[0], x.unbind(0)[1], torch.broadcast_tensors(x, torch.ones(3))[1].shape)
print(torch.relu_(torch.tensor([-1., 2.])), torch.tensor([1.]).add_(2, alpha=3), functools.partial(torch.sum, dim=1)(x), list(map(torch.exp, [torch.zeros(1)])))
class M(nn.Module):
    act = torch.relu
    def forward(self, x): return self.act(x)
print(M()(torch.tensor([-1., 1.])))
a = torch.ones(2); print(a.contiguous() is a, a.float() is a, a.view(2) is a)
`;

const opsPrint = `tensor(15.) tensor([ 3., 12.]) tensor([3., 5., 7.]) tensor([[15.]])
tensor(15.) tensor([1., 2., 3.]) tensor([0., 3., 6.])
builtin_function_or_method method_descriptor relu _VariableFunctionsClass.relu True
tensor([ 3., 12.]) tensor([[3., 5., 7.]]) tensor([1., 4.])
torch.Size([3, 2]) torch.Size([3, 2]) torch.Size([6]) torch.Size([2, 3]) torch.Size([6]) torch.Size([3, 2])
Tensor Parameter True True
tensor([1., 2., 3.]) tensor([1., 2., 3.], grad_fn=<SelectBackward0>)
True tensor([0., 1., 2.])
x.sum('a') TypeError sum() received an invalid combination of arguments - got (str), but expected one of:
torch.relu('a') TypeError relu(): argument 'input' (position 1) must be Tensor, not str
x.view(5) RuntimeError shape '[5]' is invalid for input of size 6
x + 'a' TypeError unsupported operand type(s) for +: 'Tensor' and 'str'
x + [1] TypeError unsupported operand type(s) for +: 'Tensor' and 'list'
'a' + x TypeError can only concatenate str (not "Tensor") to str
x @ 3 TypeError unsupported operand type(s) for @: 'Tensor' and 'int'
x + None TypeError unsupported operand type(s) for +: 'Tensor' and 'NoneType'
torch.matmul(x, x) RuntimeError mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)
x.relu(1) TypeError TensorBase.relu() takes no arguments (1 given)
x.item() RuntimeError a Tensor with 6 elements cannot be converted to Scalar
x.sum(dim=5) IndexError Dimension out of range (expected to be in range of [-2, 1], but got 5)
x[7] IndexError index 7 is out of bounds for dimension 0 with size 2
F.linear(x) TypeError linear() missing 1 required positional arguments: "weight"
F.linear(1, x) TypeError linear(): argument 'input' (position 1) must be Tensor, not int
F.linear(x, x, x, x) TypeError linear() takes from 2 to 3 positional arguments but 4 were given
x.diag(1, 2) TypeError diag() takes from 0 to 1 positional arguments but 2 were given
x.transpose(0) TypeError transpose() missing 1 required positional arguments: "dim1"
torch.cat([x, 1]) TypeError expected Tensor as element 1 in argument 0, but got int
x.clamp('a') TypeError clamp() received an invalid combination of arguments - got (str), but expected one of:
torch.sum(x, foo=1) TypeError sum() received an invalid combination of arguments - got (Tensor, foo=int), but expected one of:
torch.exp(x, x) TypeError exp() takes 1 positional argument but 2 were given
x.exp(2) TypeError TensorBase.exp() takes no arguments (1 given)
radd rmatmul eq radd
tensor([-0., -1., -2.]) True tensor([False,  True]) True
[3, True, 2.0, -0.0, 4611686018427387904, 9007199254740992]
torch.float64 torch.int64 tensor([3, 5, 7])
tensor(8) tensor([2., 1., 0.]) tensor([3]) tensor([3]) tensor([1., 2., 3.]) tensor([0., 0., 0.]) tensor([8])
tensor([2, 2]) tensor([[0., 1., 2.]]) tensor([3., 4., 5.]) torch.Size([2, 3])
tensor([0., 2.]) tensor([7.]) tensor([ 3., 12.]) [tensor([1.])]
tensor([0., 1.])
True True False
`;

const modules = `import torch, torch.nn as nn, functools
torch.manual_seed(0)
log = []
class Base(nn.Module):
    def forward(self, x, *, k=1): return x * k
m = Base(); one = torch.ones(1)
print(m(one), m(one, k=3), m.__call__(one), nn.Module.__call__(m, one, k=2), m(x=one))
class Sub(Base):
    def __call__(self, *a, **k):
        log.append("sub"); return super().__call__(*a, **k)
print(Sub()(one, k=4), log)
class Own(Base):
    def __call__(self, x): return "own"
print(Own()(one))
m.forward = lambda x: "patched"; print(m(one)); del m.forward; print(m(one))
m.forward = functools.partial(Base.forward, m, k=7); print(m(one)); del m.__dict__["forward"]
class St(nn.Module):
    @staticmethod
    def forward(x): return ("static", x)
class Cl(nn.Module):
    @classmethod
    def forward(cls, x): return (cls.__name__, x)
class Ca(nn.Module):
    class F:
        def __call__(self, x): return ("callable", x)
    forward = F()
print(St()(1), Cl()(2), Ca()(3))
class NoF(nn.Module): pass
for f in (lambda: NoF()(1), lambda: m(), lambda: m(1, 2), lambda: m(one, z=1)):
    try: print(f())
    except Exception as e: print(type(e).__name__, str(e)[:120])
class NoInit(nn.Module):
    def __init__(self): pass
    def forward(self, x): return x
try: print(NoInit()(1))
except Exception as e: print(type(e).__name__, e)
def hook(mod, args, out): log.append("fwd"); return out + 1
def pre(mod, args): log.append("pre"); return (args[0] * 10,)
lin = nn.Linear(1, 1); net = nn.Sequential(lin, nn.ReLU(), nn.Sequential(nn.Identity()))
h1 = lin.register_forward_hook(hook); h2 = lin.register_forward_pre_hook(pre)
a = net(one); h1.remove(); h2.remove(); b = net(one); print(a.shape, b.shape, log)
g = nn.modules.module.register_module_forward_hook(lambda mod, a, o: log.append(type(mod).__name__)); net(one); g.remove(); net(one); print(log)
class Fails(nn.Module):
    def forward(self, x): raise ValueError("no")
outer = nn.Sequential(nn.Linear(1, 1), Fails())
for _ in range(3):
    try: outer(one)
    except ValueError as e: print("ValueError", e)
outer = nn.Sequential(nn.Linear(1, 1)); loss = nn.MSELoss(); opt = torch.optim.SGD(outer.parameters(), 0.1)
for i in range(3):
    outer.train(i % 2 == 0); l = loss(outer(one), one * 2); l.backward(); opt.step(); opt.zero_grad(); print(round(l.item(), 4))
class Rec(nn.Module):
    def __init__(self, d): super().__init__(); self.d = d; self.inner = Rec(d - 1) if d else None
    def forward(self, x): return x if self.inner is None else self.inner(x) + 1
print(Rec(30)(one))
class Gen(nn.Module):
    def forward(self, n):
        for i in range(n): yield lin(one).shape
print(list(Gen()(2)))
class Dyn(nn.Module):
    def forward(self, x): return "first"
d = Dyn(); print(d(1)); Dyn.forward = lambda self, x: "second"; print(d(1))
import copy; c = copy.deepcopy(net); print(c(one).shape, torch.equal(c(one), net(one)))
`;

const modulesPrint = `tensor([1.]) tensor([3.]) tensor([1.]) tensor([2.]) tensor([1.])
tensor([4.]) ['sub']
own
patched
tensor([1.])
tensor([7.])
('static', 1) ('Cl', 2) ('callable', 3)
NotImplementedError Module [NoF] is missing the required "forward" function
TypeError Base.forward() missing 1 required positional argument: 'x'
TypeError Base.forward() takes 2 positional arguments but 3 were given
TypeError Base.forward() got an unexpected keyword argument 'z'
AttributeError 'NoInit' object has no attribute '_backward_hooks'
torch.Size([1]) torch.Size([1]) ['sub', 'pre', 'fwd']
['sub', 'pre', 'fwd', 'Linear', 'ReLU', 'Identity', 'Sequential', 'Sequential']
ValueError no
ValueError no
ValueError no
4.4817
1.6134
0.5808
tensor([31.])
[torch.Size([1]), torch.Size([1])]
first
second
torch.Size([1]) True
`;

for (const recording of ['off', 'summary'] as const) {
  test(`ops, recording ${recording}`, () => {
    const { stdout, error } = session.run(ops, { recording });
    expect(error).toBeNull();
    expect(stdout).toBe(opsPrint);
  });

  test(`modules, recording ${recording}`, () => {
    const { stdout, error } = session.run(modules, { recording });
    expect(error).toBeNull();
    expect(stdout).toBe(modulesPrint);
  });
}

test('nothing of what a call was given or gave stays alive', () => {
  const { stdout, error } = session.run(`
import gc, sys, torch
x, names = torch.ones(3), {"dim": 0}
class Odd: pass
odd, text, big, many = Odd(), "mean of " + str(x.dim()), 2**70, (1, 3)
def calls():
    x.sum(); x.sum(0); x.sum(**names); torch.add(x, 2.5); x + x; x + 1; -x; x.view(*many); x.view(many); x[0]; x.unbind(); torch.cat([x, x]); x.add_(0)
    for wrong in (lambda: x.sum(odd), lambda: x + odd, lambda: x.view(7), lambda: x.sum(dim=text), lambda: torch.add(x, odd, alpha=big)):
        try: wrong()
        except (TypeError, RuntimeError): pass
def counts(): return [sys.getrefcount(v) for v in (x, names, odd, text, big, many, None, True, torch.Tensor)]
calls(); gc.collect(); before, live = counts(), torch.cuda.memory_allocated()
for _ in range(200): calls()
gc.collect(); after = counts()
print([b - a for a, b in zip(before, after)])
`);
  expect(error).toBeNull();
  expect(stdout).toBe('[0, 0, 0, 0, 0, 0, 0, 0, 0]\n');
});
