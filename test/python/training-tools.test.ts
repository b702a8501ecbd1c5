// Programs whose output is what PyTorch 2.13.0 (with NumPy 2.4.6 and scikit-learn 1.9.1) printed for them.
import { beforeAll, expect, test } from 'vitest';
import { loadSession, type TestSession } from './load-session.ts';

let session: TestSession;
beforeAll(async () => {
  session = await loadSession();
}, 120_000);

test('optimizers: hooks, groups, closures, state, errors, averages', () => {
  const run = session.run(`import torch
from torch import nn, optim
torch.manual_seed(0)
p = nn.Parameter(torch.tensor([1.0, -2.0])); q = nn.Parameter(torch.tensor([[3.0, 1.0], [0.5, -1.0]]))
o = optim.RMSprop([{"params": [p], "lr": 0.1}], momentum=0.5, centered=True)
o.add_param_group({"params": q, "alpha": 0.9})
a = o.register_step_pre_hook(lambda opt, args, kw: print("before", len(args), kw))
b = o.register_step_post_hook(lambda opt, args, kw: print("after", type(opt).__name__))
def closure():
    o.zero_grad()
    loss = (p ** 2).sum() + (q ** 3).sum()
    loss.backward()
    print("closure", torch.is_grad_enabled())
    return loss
print(o.step(closure).item()); a.remove(); b.remove()
o.param_groups[0]["lr"] = 0.2
print(round(o.step(closure).item(), 3), p.data, q.data)
print({k: v.shape for k, v in o.state[p].items()}, len(o.state))
sd = o.state_dict()
print(sd["param_groups"][1]["params"], sorted(sd["state"][1]))
r = optim.RMSprop([{"params": [p]}, {"params": [q]}], momentum=0.5, centered=True); r.load_state_dict(sd)
print(r.param_groups[0]["lr"], torch.equal(r.state[q]["square_avg"], o.state[q]["square_avg"]))
for make in (lambda: optim.Adagrad([p], lr=-1), lambda: optim.Adam([p], fused=True, foreach=True), lambda: optim.Rprop([p], etas=(1.5, 2)), lambda: optim.ASGD([p, p.detach() * 1.0, 3]),
             lambda: optim.NAdam([p], capturable=True).step(), lambda: optim.Adam([("a", p), q]), lambda: o.add_param_group({"params": [p]}), lambda: optim.LBFGS([p], lr=torch.tensor([1., 2.]))):
    try:
        make(); print("fine")
    except Exception as e:
        print(type(e).__name__, e)
n = optim.SGD(nn.Linear(1, 1).named_parameters(), lr=0.1)
print(n.param_groups[0]["param_names"], n.state_dict()["param_groups"][0]["param_names"])
print(optim.Adagrad([p]).state[p])
print(optim.Muon([q]))
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, SWALR
m = nn.Linear(1, 1, bias=False); m.weight.data.fill_(1.0)
avg, ema = AveragedModel(m), AveragedModel(m, multi_avg_fn=get_ema_multi_avg_fn(0.5))
for value in (1.0, 2.0, 6.0):
    m.weight.data.fill_(value); avg.update_parameters(m); ema.update_parameters(m)
print(avg.module.weight.item(), ema.module.weight.item(), avg.n_averaged, list(avg.state_dict()))
`);
  expect(run.error).toBe(null);
  expect(run.stdout).toBe(`before 2 {}
closure True
after RMSprop
32.125
closure True
27.001 tensor([-0.9999,  0.9126]) tensor([[ 2.9248,  0.9253],
        [ 0.4262, -1.0763]])
{'step': torch.Size([]), 'square_avg': torch.Size([2]), 'momentum_buffer': torch.Size([2]), 'grad_avg': torch.Size([2])} 2
[1] ['grad_avg', 'momentum_buffer', 'square_avg', 'step']
0.2 True
ValueError Invalid learning rate: -1
RuntimeError \`fused\` and \`foreach\` cannot be \`True\` together.
ValueError Invalid eta values: 1.5, 2
TypeError optimizer can only optimize Tensors, but one of the params is int
AssertionError If capturable=True, params, mu_products and state_steps must be on supported devices: ['cuda', 'xpu', 'hpu', 'privateuseone', 'xla'].
ValueError all optimizer params should be with/without names. Some param names are missing
ValueError some parameters appear in more than one parameter group
ValueError Tensor lr must be 1-element
['weight', 'bias'] ['weight', 'bias']
{'step': tensor(0.), 'sum': tensor([0., 0.])}
Muon (
Parameter Group 0
    adjust_lr_fn: None
    eps: 1e-07
    lr: 0.001
    momentum: 0.95
    nesterov: True
    ns_coefficients: (3.4445, -4.775, 2.0315)
    ns_steps: 5
    weight_decay: 0.1
)
3.0 3.75 tensor(3) ['n_averaged', 'module.weight']
`);
}, 60_000);

test('schedulers: warnings, state, tensor rates, errors', () => {
  const run = session.run(`import torch, warnings
from torch import nn, optim
from torch.optim.lr_scheduler import *
p = nn.Parameter(torch.ones(1))
def sgd(lr=0.1): return optim.SGD([p], lr=lr)
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    o = sgd(); s = StepLR(o, 2); s.step(); o.step(); s.get_lr(); s.step(3)
    print([str(x.message)[:70] for x in w])
print(s.state_dict()); t = StepLR(sgd(), 5); t.load_state_dict(s.state_dict()); print(t.step_size, t.last_epoch, t.get_last_lr())
o = sgd(torch.tensor(0.1)); s = ExponentialLR(o, 0.5); o.step(); s.step(); print(o.param_groups[0]["lr"], s.get_last_lr())
for make in (lambda: StepLR(3, 1), lambda: StepLR(sgd(), 1, last_epoch=2), lambda: ConstantLR(sgd(), 2), lambda: LinearLR(sgd(), 0), lambda: OneCycleLR(sgd(), 1.0), lambda: OneCycleLR(sgd(), 1.0, total_steps=-1),
             lambda: OneCycleLR(sgd(), 1.0, total_steps=5, pct_start=2.0), lambda: CyclicLR(sgd(), 0.1, [1.0, 2.0]), lambda: CyclicLR(optim.Rprop([p]), 0.1, 1.0), lambda: CosineAnnealingWarmRestarts(sgd(), 0),
             lambda: ReduceLROnPlateau(sgd(), "middle"), lambda: ReduceLROnPlateau(sgd(), factor=1.5), lambda: ReduceLROnPlateau(sgd(), min_lr=[1, 2]), lambda: LambdaLR(sgd(), [None, None]),
             lambda: MultiplicativeLR(sgd(), 3), lambda: ChainedScheduler([]), lambda: SequentialLR(sgd(), [], [])):
    try:
        make(); print("fine")
    except Exception as e:
        print(type(e).__name__, str(e).split("\\n")[0][:160])
`);
  expect(run.error).toBe(null);
  expect(
    run.stdout,
  ).toBe(`['Detected call of \`lr_scheduler.step()\` before \`optimizer.step()\`. In P', 'To get the last learning rate computed by the scheduler, please use \`g', 'The epoch parameter in \`scheduler.step()\` was not necessary and is bei']
{'step_size': 2, 'gamma': 0.1, 'base_lrs': [0.1], 'last_epoch': 3, '_step_count': 3, '_is_initial': False, '_get_lr_called_within_step': False, '_last_lr': [0.010000000000000002]}
2 3 [0.010000000000000002]
tensor(0.0500) [tensor(0.0500)]
TypeError int is not an Optimizer
KeyError "param 'initial_lr' is not specified in param_groups[0] when resuming scheduler with last_epoch >= 0.\\nThis typically happens when:\\n1. You're trying to resume 
ValueError Constant multiplicative factor expected to be between 0 and 1.
ValueError Starting multiplicative factor expected to be greater than 0 and less or equal to 1.
ValueError You must define either total_steps OR (epochs AND steps_per_epoch)
ValueError Expected positive integer total_steps, but got -1
ValueError Expected float between 0 and 1 pct_start, but got 2.0
ValueError max_lr must have the same length as optimizer.param_groups. max_lr has 2 values, param_groups has 1.
ValueError optimizer must support momentum or beta1 with \`cycle_momentum\` option enabled
ValueError Expected positive integer T_0, but got 0
ValueError mode middle is unknown!
ValueError Factor should be < 1.0.
ValueError expected 1 min_lrs, got 2
ValueError Expected 1 lr_lambdas, but got 2
TypeError lr_lambda should be a function, but got int
ValueError ChainedScheduler expects at least one scheduler to be chained, but got no scheduler.
ValueError SequentialLR expects at least one scheduler, but got no scheduler.
`);
}, 60_000);

test('random streams: rare fills, states, generators, errors', () => {
  const run = session.run(`import torch
torch.manual_seed(3)
print(torch.empty(3).geometric_(0.2), torch.empty(3).cauchy_(1, 2), torch.empty(3).log_normal_(0, 0.5))
state = torch.get_rng_state(); print(state.shape, state.dtype)
a = torch.randn(3); torch.set_rng_state(state); print(torch.equal(a, torch.randn(3)))
with torch.random.fork_rng():
    torch.manual_seed(9); torch.rand(1)
print(torch.rand(1), torch.initial_seed())
g = torch.Generator().manual_seed(5); h = g.clone_state(); print(torch.equal(torch.rand(2, generator=g), torch.rand(2, generator=h)), g.initial_seed())
print(torch.normal(torch.zeros(2, 1), torch.ones(3)).shape)
for bad in (lambda: torch.empty(1).geometric_(2), lambda: torch.empty(1).cauchy_(0, -1), lambda: torch.empty(1).log_normal_(0, 0), lambda: torch.set_rng_state(torch.zeros(4, dtype=torch.uint8)),
            lambda: torch.set_rng_state(torch.zeros(5056)), lambda: torch.set_rng_state(1), lambda: torch.manual_seed("a"), lambda: torch.Generator().manual_seed(1.5), lambda: torch.rand(2, generator=1), lambda: torch.cuda.get_rng_state()):
    try:
        bad(); print("fine")
    except Exception as e:
        print(type(e).__name__, str(e).split("\\n")[0])
`);
  expect(run.error).toBe(null);
  expect(run.stdout).toBe(`tensor([16.,  6.,  2.]) tensor([-2.2654,  3.0686,  1.7077]) tensor([1.1838, 1.6579, 0.4879])
torch.Size([5056]) torch.uint8
True
tensor([0.1809]) 3
True 5
torch.Size([2, 3])
RuntimeError geometric_ expects p to be in (0, 1), but got p=2
RuntimeError cauchy_ expects sigma > 0.0, but found sigma=-1
RuntimeError log_normal_ expects std > 0.0, but found std=0
RuntimeError Expected a CPUGeneratorImplState of size 5056 but found the input RNG state size to be 4
TypeError RNG state must be a torch.ByteTensor
TypeError expected a torch.ByteTensor, but got int
ValueError invalid literal for int() with base 10: 'a'
RuntimeError manual_seed expected a long, but got float
TypeError rand() received an invalid combination of arguments - got (int, generator=int), but expected one of:
AssertionError Torch not compiled with CUDA enabled
`);
}, 60_000);

test('data sets and splits have the numbers of scikit-learn 1.9.1, default_rng those of NumPy 2.4.6', () => {
  const run = session.run(`import numpy as np
from sklearn.datasets import load_digits, load_iris, make_blobs, make_circles, make_classification, make_moons, make_regression
from sklearn.model_selection import train_test_split
for X, y in (make_moons(6, noise=0.1, random_state=42), make_circles(6, noise=0.05, factor=0.5, random_state=3), make_blobs(5, centers=3, random_state=0),
             make_regression(4, 3, noise=1.0, random_state=1), make_classification(4, 5, random_state=7)):
    print(X.round(6), y if y.dtype == np.int64 else y.round(6))
d, i = load_digits(), load_iris()
print(d.data.shape, d.images[0][0], d.target[:10], int(d.data.sum()), int((d.data * np.arange(64)).sum()), i.data.sum(axis=0).round(1), i.target_names[2], i.feature_names[0])
print(train_test_split(np.arange(12), test_size=4, random_state=0, stratify=np.arange(12) % 3))
r = np.random.default_rng(42)
print(r.random(3), r.integers(10, size=5), r.normal(size=3).round(12), r.permutation(6), r.choice(9, 3, replace=False), r.exponential(2.0).__round__(12))
`);
  expect(run.error).toBe(null);
  expect(run.stdout).toBe(`[[ 0.888812  0.03189 ]
 [ 0.027904  1.101052]
 [ 1.941912  0.447483]
 [-1.057138 -0.092408]
 [ 0.738745 -0.404963]
 [ 0.081645  0.347612]] [0 0 1 0 1 1]
[[ 0.549028  0.001351]
 [-0.273002 -0.435909]
 [-0.146121  0.402947]
 [-0.453038  0.807005]
 [ 0.982633  0.003315]
 [-0.581379 -0.846131]] [1 1 1 0 0 0]
[[-1.083041  3.251557]
 [ 0.873051  4.714386]
 [ 1.926358  4.15243 ]
 [ 2.816305  1.019339]
 [ 2.199311  2.351937]] [2 0 0 1 1]
[[-0.24937  -2.060141  1.462108]
 [ 1.744812  0.319039 -0.761207]
 [ 1.624345 -0.528172 -0.611756]
 [-1.072969 -2.301539  0.865408]] [-139.59288    35.495949  -30.878389 -181.840691]
[[ 0.320039 -0.069015 -0.248505  0.176309 -0.405228]
 [-1.247506  0.27551   0.987865 -0.688487 -1.450679]
 [-0.283066  0.132587  0.43145  -0.169591 -0.045386]
 [-0.435335  0.752779  2.287287 -0.365541 -2.288315]] [0 1 0 1]
(1797, 64) [ 0.  0.  5. 13.  9.  1.  0.  0.] [0 1 2 3 4 5 6 7 8 9] 561718 17660653 [876.5 458.6 563.7 179.9] virginica sepal length (cm)
[array([ 7,  9,  1,  4, 11,  6,  2,  8]), array([ 3,  0,  5, 10])]
[0.77395605 0.43887844 0.85859792] [0 6 2 0 5] [ 0.1278404  -0.31624259 -0.01680116] [3 0 2 4 1 5] [7 4 3] 0.307546507652
`);
}, 60_000);
