"""Writes programs-nn.json.gz: programs over torch.nn that print values, graphs, warnings and refusals. Run with PyTorch 2.13."""

import contextlib
import gzip
import io
import json

# Shared by all: prints a value with its graph, or the exception, and the warnings.
HEAD = r"""
import warnings
import torch, torch.nn as nn, torch.nn.functional as F
warnings.simplefilter('always')
def graph(t):
    out=[];seen=set();kept=[]
    def w(f):
        if f is None or id(f) in seen: return
        seen.add(id(f)); kept.append(f); out.append(type(f).__name__)
        for n,_ in f.next_functions: w(n)
    w(t.grad_fn); return ' '.join(out)
def show(v):
    if torch.is_tensor(v): return f'{str(v.dtype)} {tuple(v.shape)} {[round(float(x),3) for x in v.detach().reshape(-1)[:12]]} {graph(v)}'
    if isinstance(v,(tuple,list)): return '('+', '.join(show(x) for x in v)+')'
    return repr(v)
def t(label,f):
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try: r=show(f())
        except Exception as e: r=f'!{type(e).__name__}: {str(e).splitlines()[0] if str(e) else ""}'
    print(label,'|',r, *(f'W[{x.category.__name__}: {str(x.message)[:200]}]' for x in w))
torch.manual_seed(0)
x=torch.linspace(-2,2,24).reshape(4,6).requires_grad_()
X=torch.linspace(-2,3,48).reshape(2,6,2,2).requires_grad_()
"""

PROGRAMS = {
    "normalisation": r"""
t('bn1',lambda: nn.BatchNorm1d(5)(x)); t('bn2',lambda: nn.BatchNorm2d(6)(x)); t('bn3',lambda: nn.BatchNorm3d(6)(x)); t('bn1d0',lambda: nn.BatchNorm1d(6)(x[0]))
t('bn one',lambda: nn.BatchNorm1d(6)(x[:1])); t('bn int',lambda: nn.BatchNorm1d(6)(torch.ones(4,6,dtype=torch.int64))); t('bn dbl',lambda: nn.BatchNorm1d(6)(x.double()))
t('bneps',lambda: F.batch_norm(x,None,None,training=True,eps=0)); t('bn eval none',lambda: F.batch_norm(x,None,None)); t('bn mean',lambda: F.batch_norm(x,torch.zeros(5),torch.ones(6)))
t('bn w',lambda: F.batch_norm(x,torch.zeros(6),torch.ones(6),torch.ones(4)));t('bn 1d',lambda: F.batch_norm(x[0],torch.zeros(6),torch.ones(6)))
t('ln',lambda: nn.LayerNorm(5)(x)); t('ln2',lambda: F.layer_norm(x,[4,6],torch.ones(6))); t('ln3',lambda: F.layer_norm(x,[])); t('ln4',lambda: F.layer_norm(x,6)); t('ln dbl',lambda:nn.LayerNorm(6)(x.double())); t('ln int',lambda: F.layer_norm(torch.ones(2,3,dtype=torch.long),[3])); t('ln bias',lambda:F.layer_norm(x,[6],torch.ones(6),torch.ones(5)))
t('gn',lambda: nn.GroupNorm(4,6)); t('gn2',lambda: nn.GroupNorm(3,6)(x[:,:5])); t('gn3',lambda: F.group_norm(x[0],1)); t('gn5',lambda: nn.GroupNorm(3,6)(torch.ones(2,9,2,2))); t('gn1',lambda: F.group_norm(x,1,torch.ones(5))); t('gn0',lambda: F.group_norm(X,5))
t('in',lambda: nn.InstanceNorm1d(6)(x)); t('in2',lambda: nn.InstanceNorm2d(6)(X)); t('in3',lambda: nn.InstanceNorm2d(6,affine=True)(X[:,:4])); t('in4',lambda: nn.InstanceNorm2d(4)(X)); t('in5',lambda: nn.InstanceNorm1d(6)(x[0])); t('in6',lambda: nn.InstanceNorm2d(6)(X[:,:,:1,:1]))
m=nn.InstanceNorm2d(6,track_running_stats=True); t('inr',lambda:m(X)); t('inr',lambda:(m.running_mean,m.running_var,m.num_batches_tracked)); m.eval(); t('inre',lambda:m(X))
t('rms',lambda: nn.RMSNorm(6)(x)); t('rms i',lambda:F.rms_norm(torch.ones(2,3,dtype=torch.long),[3]))
t('sync',lambda: nn.LayerNorm(6).double()(x.double()))
""",
    "embedding": r"""
e=nn.Embedding(4,3)
t('emb',lambda: e(torch.tensor([0,4]))); t('emb-',lambda: e(torch.tensor([-1]))); t('embf',lambda: e(torch.tensor([1.]))); t('emb0d',lambda: e(torch.tensor(2)).shape); t('embi32',lambda: e(torch.tensor([1],dtype=torch.int32)).shape); t('embpad',lambda: nn.Embedding(4,3,padding_idx=5)); t('embpad-',lambda: nn.Embedding(4,3,padding_idx=-1)); t('embempty',lambda: e(torch.zeros(2,0,dtype=torch.long)).shape)
t('embw',lambda: F.embedding(torch.tensor([0]),torch.ones(3))); t('fp',lambda: nn.Embedding.from_pretrained(torch.arange(6.).reshape(3,2))(torch.tensor([2,0])));t('fp',lambda: nn.Embedding.from_pretrained(torch.arange(6.).reshape(3,2),freeze=False,padding_idx=0).weight)
w=torch.arange(12.).reshape(4,3).clone(); t('maxnorm',lambda: (F.embedding(torch.tensor([1,3,1]),w,max_norm=2.0),w))
wl=torch.arange(12.).reshape(4,3).clone().requires_grad_(); t('maxnorm leaf',lambda: (F.embedding(torch.tensor([1,3,1]),wl,max_norm=2.0,norm_type=1),wl))
t('bag',lambda: F.embedding_bag(torch.tensor([0,1]),w)); t('bag2',lambda: F.embedding_bag(torch.tensor([0,1]),w,torch.tensor([1]))); t('bag3',lambda: F.embedding_bag(torch.tensor([0,1,2,3]),w,torch.tensor([0,2,2]))); t('bag4',lambda: F.embedding_bag(torch.tensor([0,1,2,3]),w,torch.tensor([0,2,2]),mode='max')); t('bag5',lambda: F.embedding_bag(torch.tensor([0,1,2,3]),w,torch.tensor([0,2,4]),include_last_offset=True)); t('bag7',lambda:F.embedding_bag(torch.tensor([[0,1],[2,3]]),w,torch.tensor([0]))); t('bag8',lambda:F.embedding_bag(torch.tensor([[0,1],[2,3]]),w,padding_idx=1)); t('bag9',lambda:F.embedding_bag(torch.tensor([[0,1],[2,3]]),w,mode='x')); t('bag10',lambda:F.embedding_bag(torch.tensor([[0,1],[2,3]]),w,per_sample_weights=torch.ones(2,2))); t('bag11',lambda:F.embedding_bag(torch.tensor([[0,1],[2,3]]),wl,mode='sum',per_sample_weights=torch.tensor([[1.,2],[3,4]],requires_grad=True))); t('bag12',lambda:torch.embedding_bag(w,torch.tensor([0,1]),torch.tensor([0]),False,2))
""",
    "dropout": r"""
for n,g in dict(drop=lambda:F.dropout(x,.5),d1=lambda:F.dropout1d(x,.5),d1b=lambda:F.dropout1d(X,.5),d2=lambda:F.dropout2d(X,.5),d2w=lambda:F.dropout2d(X[0],.5),d2x=lambda:F.dropout2d(x,.5),d3=lambda:F.dropout3d(X,.5),a=lambda:F.alpha_dropout(x,.3,True),fa=lambda:F.feature_alpha_dropout(X,.3,True),p=lambda:F.dropout(x,-1),tp=lambda:torch.dropout(x,2.0,True),ip=lambda:F.dropout(x*1,.5,inplace=True),nd=lambda:torch.native_dropout(x,.5,True),fd=lambda:torch.feature_dropout(x[0],.5,True),mod=lambda:nn.Dropout2d(.5)(X),ad=lambda:nn.AlphaDropout(.2)(x),fad=lambda:nn.FeatureAlphaDropout(.2)(X),int=lambda:F.dropout(torch.ones(3,dtype=torch.long),.5)).items():
    torch.manual_seed(1); t('drop.'+n,g)
""",
    "activations": r"""
for n,g in dict(rr=lambda:F.rrelu(x,training=True),rre=lambda:F.rrelu(x),rri=lambda:F.rrelu(x*1,training=True,inplace=True),rrm=lambda:nn.RReLU()(x),rrb=lambda:F.rrelu(x,.5,.1,True),glu=lambda:F.glu(x[:,:5]),glu0=lambda:F.glu(torch.tensor(1.)),ss=lambda:F.softshrink(x,-1),ss2=lambda:nn.Softshrink(.3)(x),hs=lambda:nn.Hardshrink(.3)(x),hs2=lambda:F.hardshrink(x,.7),th=lambda:nn.Threshold(.1,5)(x),thi=lambda:F.threshold(x*1,.1,5,True),pr=lambda:F.prelu(x,torch.ones(5)),pr1=lambda:F.prelu(x[0],torch.ones(1)*.3),pr0=lambda:F.prelu(torch.tensor(-1.),torch.tensor([.2])),prs=lambda:F.prelu(x,torch.tensor(.2)),prd=lambda:F.prelu(x,torch.ones(6,dtype=torch.double)),prm=lambda:nn.PReLU(6)(x),pr4=lambda:nn.PReLU(6)(X),s2d=lambda:nn.Softmax2d()(x),s2=lambda:nn.Softmax2d()(X),lsm=lambda:nn.LogSigmoid()(x),ht=lambda:nn.Hardtanh(1,0),ht2=lambda:nn.Hardtanh(min_value=-3)(x),r6=lambda:nn.ReLU6(True)(x*1),sm=lambda:nn.Softmin(1)(x),smn=lambda:nn.Softmax()(x),gs=lambda:F.gumbel_softmax(x,hard=True),gs2=lambda:F.gumbel_softmax(x,tau=.5,dim=0),elu=lambda:nn.ELU(.5,True)(x*1),celu=lambda:nn.CELU(.5,True)(x*1),selu=lambda:nn.SELU(True)(x*1),lr=lambda:nn.LeakyReLU(.3,True)(x*1),silu=lambda:nn.SiLU(True)(x*1),mish=lambda:nn.Mish(True)(x*1),hsw=lambda:nn.Hardswish(True)(x*1),hsg=lambda:nn.Hardsigmoid(True)(x*1),sp=lambda:nn.Softplus(2,1)(x),ge=lambda:nn.GELU('tanh')(x),gex=lambda:F.gelu(x,approximate='foo'),sfs=lambda:nn.Softsign()(x),ts=lambda:nn.Tanhshrink()(x),relu_i=lambda:F.relu(x*1,True),elu_=lambda:F.elu_(x*1),celu_=lambda:F.celu_(x*1,.5),selu_=lambda:F.selu_(x*1),relu_=lambda:F.relu_(x*1),lr_=lambda:F.leaky_relu_(x*1,.2),rr_=lambda:F.rrelu_(x*1),th_=lambda:F.threshold_(x*1,.1,2),ht_=lambda:F.hardtanh_(x*1),tprelu=lambda:torch.prelu(x,torch.ones(6)),trr=lambda:torch.rrelu(x),tselu=lambda:torch.selu(x),tcelu=lambda:torch.celu(x,.5),ths=lambda:torch.hardshrink(x),xhs=lambda:x.hardshrink(.3),tth=lambda:torch.threshold(x,0,1),relui=lambda:F.relu(torch.tensor([-1,2])),elui=lambda:F.elu(torch.tensor([-1,2])),lsi=lambda:F.logsigmoid(torch.tensor([-1,2])),pl=lambda:x.prelu(torch.ones(6))).items():
    torch.manual_seed(1); t('act.'+n,g)
def inplace_grads():
    out=[]
    for f in (lambda v:F.elu(v,.5,True),lambda v:F.celu(v,.5,True),lambda v:F.leaky_relu(v,.2,True),lambda v:F.selu(v,True),lambda v:F.threshold(v,.1,2,True),lambda v:F.silu(v,True),lambda v:F.mish(v,True),lambda v:F.hardswish(v,True),lambda v:F.rrelu(v,inplace=True),lambda v:F.relu6(v,True)):
        g,=torch.autograd.grad(f(x*1).pow(2).sum(),x,create_graph=True); h,=torch.autograd.grad(g.sum(),x,allow_unused=True); out+= [g,h]
    return [torch.stack([o.detach() for o in out[::2]]).sum(1)] + [o.sum() for o in out if o is not None]
def t2(l,f):
    try: r=f(); print(l,[[round(float(v),3) for v in q.detach().reshape(-1)] for q in r])
    except Exception as e: print(l,type(e).__name__,e)
t2('inplace',inplace_grads)
""",
    "losses": r"""
y=torch.linspace(1,-3,24).reshape(4,6).requires_grad_(); z=torch.linspace(.1,1,24).reshape(4,6)
lab=torch.tensor([0,5,2,1]); sg=torch.tensor([1.,-1,1,-1]); p=torch.softmax(y,1).detach()
for r in ('mean','sum','none'):
    for n,f in dict(sm=lambda:F.soft_margin_loss(x,sg[:,None].expand(4,6),reduction=r),mm=lambda:F.multi_margin_loss(x,lab,reduction=r),mm2=lambda:F.multi_margin_loss(x,lab,p=2,margin=.5,weight=z[0],reduction=r),ml=lambda:F.multilabel_margin_loss(x,torch.tensor([[0,3,-1,2,1,1]]*4),reduction=r),mls=lambda:F.multilabel_soft_margin_loss(x,z,weight=z[0],reduction=r),pn=lambda:F.poisson_nll_loss(x,z*4,full=True,reduction=r),pn2=lambda:F.poisson_nll_loss(z.requires_grad_(),z.detach()*4,log_input=False,reduction=r),gn=lambda:F.gaussian_nll_loss(x,y,z.detach(),full=True,reduction=r),gn2=lambda:F.gaussian_nll_loss(x,y,.5,reduction=r),gn3=lambda:F.gaussian_nll_loss(x,y,z.detach()[:,0],reduction=r),he=lambda:F.hinge_embedding_loss(x,sg[:,None].expand(4,6),margin=.5,reduction=r),mr=lambda:F.margin_ranking_loss(x,y,sg[:,None].expand(4,6),margin=.2,reduction=r),ce=lambda:F.cosine_embedding_loss(x,y,sg,margin=.2,reduction=r),tm=lambda:F.triplet_margin_loss(x,y,z,swap=True,p=1,reduction=r),tmd=lambda:F.triplet_margin_with_distance_loss(x,y,z,distance_function=lambda a,b:1-F.cosine_similarity(a,b),swap=True,reduction=r),
      ctc=lambda:F.ctc_loss(torch.linspace(-1,2,40).reshape(5,2,4).requires_grad_().log_softmax(2),torch.tensor([[1,2],[3,3]]),torch.tensor([5,4]),torch.tensor([2,2]),reduction=r),ctc2=lambda:F.ctc_loss(torch.linspace(-1,2,40).reshape(5,2,4).log_softmax(2),torch.tensor([1,2,3]),(5,5),(2,1),reduction=r),ctc3=lambda:F.ctc_loss(torch.linspace(-1,2,8).reshape(2,4).requires_grad_().log_softmax(1),torch.tensor([1,1]),torch.tensor(2),torch.tensor(2),reduction=r,zero_infinity=True),ctc4=lambda:F.ctc_loss(torch.linspace(-1,2,8).reshape(2,4).requires_grad_().log_softmax(1),torch.tensor([1,1]),torch.tensor(2),torch.tensor(2),reduction=r),
      kl=lambda:F.kl_div(x,p,reduction=r),kll=lambda:F.kl_div(x,p.log(),log_target=True,reduction=r),cep=lambda:F.cross_entropy(x,p,weight=z.detach()[0],label_smoothing=.1,reduction=r),cew=lambda:F.cross_entropy(x,lab,weight=z.detach()[0],label_smoothing=.1,ignore_index=5,reduction=r),cei=lambda:F.cross_entropy(X,torch.zeros(2,2,2,dtype=torch.long),reduction=r),bce=lambda:F.binary_cross_entropy(p.requires_grad_(),p.detach().flip(0),weight=z.detach(),reduction=r),bcl=lambda:F.binary_cross_entropy_with_logits(x,p.detach(),weight=z.detach(),pos_weight=z.detach()[0],reduction=r),msew=lambda:F.mse_loss(x,y,weight=z.detach(),reduction=r),l1w=lambda:F.l1_loss(x,y,weight=z.detach(),reduction=r),hw=lambda:F.huber_loss(x,y,weight=z.detach(),reduction=r),sl=lambda:F.smooth_l1_loss(x,y,beta=2.,reduction=r)).items():
        t(f'{n}.{r}',f)
""",
    "loss gradients and distances": r"""
y=torch.linspace(1,-3,24).reshape(4,6).requires_grad_(); z=torch.linspace(.1,1,24).reshape(4,6)
lab=torch.tensor([0,5,2,1]); sg=torch.tensor([1.,-1,1,-1]); p=torch.softmax(y,1).detach()
def gr(l,f,*xs):
    def g():
        o=f(); return torch.autograd.grad(o.sum() if o.dim() else o,xs,allow_unused=True)
    t(l,g)
leaf=torch.linspace(-1,2,40).reshape(5,2,4).requires_grad_()
gr('g.ctc',lambda:F.ctc_loss(leaf.log_softmax(2),torch.tensor([[1,2],[3,3]]),torch.tensor([5,4]),torch.tensor([2,2])),leaf)
gr('g.ctcraw',lambda:F.ctc_loss(leaf,torch.tensor([[1,2],[3,3]]),torch.tensor([5,4]),torch.tensor([2,2]),reduction='sum'),leaf)
gr('g.ml',lambda:F.multilabel_margin_loss(x,torch.tensor([[0,3,-1,2,1,1]]*4)),x)
gr('g.mm2',lambda:F.multi_margin_loss(x,lab,p=2,margin=.5,weight=z.detach()[0]),x)
gr('g.mm1',lambda:F.multi_margin_loss(x[0],torch.tensor(2),reduction='none'),x)
gr('g.bil',lambda:F.bilinear(x,y,torch.linspace(-1,1,108).reshape(3,6,6)),x,y)
gr('g.cos',lambda:F.cosine_similarity(x,y,dim=0),x,y); gr('g.pd',lambda:F.pairwise_distance(x,y,p=1,keepdim=True),x,y); gr('g.pdinf',lambda:F.pairwise_distance(x,y[0],p=float('inf')),x,y); gr('g.pdist',lambda:F.pdist(x,1),x); gr('g.norm',lambda:F.normalize(x,p=1,dim=0),x)
t('cs3',lambda:F.cosine_similarity(torch.zeros(2,3),torch.ones(2,3))); t('cs4',lambda:F.cosine_similarity(torch.ones(3,dtype=torch.long),torch.ones(3,dtype=torch.long),dim=0)); t('cs5',lambda:F.cosine_similarity(torch.ones(3),torch.ones(2,3),dim=1)); t('cs6',lambda:F.cosine_similarity(x,y,dim=3)); t('pdist1',lambda:F.pdist(x[0])); t('nn',lambda:nn.CosineSimilarity()(x,y)); t('nnp',lambda:nn.PairwiseDistance(1)(x,y)); t('pw shape',lambda:F.pairwise_distance(x,y[:,:3]))
""",
    "loss refusals": r"""
y=torch.linspace(1,-3,24).reshape(4,6).requires_grad_(); z=torch.linspace(.1,1,24).reshape(4,6)
lab=torch.tensor([0,5,2,1]); sg=torch.tensor([1.,-1,1,-1]); p=torch.softmax(y,1).detach()
leaf=torch.linspace(-1,2,40).reshape(5,2,4).requires_grad_()
for n,f in dict(red=lambda:F.cross_entropy(x,lab,reduction='foo'),sz=lambda:F.mse_loss(x,y[:1]),bces=lambda:F.binary_cross_entropy(z,z[:1]),bcls=lambda:F.binary_cross_entropy_with_logits(z,z[:1]),sl=lambda:F.smooth_l1_loss(x,y,beta=-1.),hub=lambda:F.huber_loss(x,y,delta=0),mm=lambda:F.multi_margin_loss(x,lab,p=3),mmt=lambda:F.multi_margin_loss(x,lab[:2]),mmo=lambda:F.multi_margin_loss(x,torch.tensor([9,0,0,0])),mll=lambda:F.multilabel_margin_loss(x,lab),nll=lambda:F.nll_loss(x,lab[:2]),ce3=lambda:F.cross_entropy(X,lab),cew=lambda:F.cross_entropy(x,lab,weight=torch.ones(3)),ces=lambda:F.cross_entropy(x,lab,label_smoothing=2.),cepl=lambda:F.cross_entropy(x,p[:2]),ce0=lambda:F.cross_entropy(torch.tensor(1.),torch.tensor(0)),tr=lambda:F.triplet_margin_loss(x,y,z[0]),trm=lambda:F.triplet_margin_loss(x,y,z,margin=0),gv=lambda:F.gaussian_nll_loss(x,y,-1.),gvs=lambda:F.gaussian_nll_loss(x,y,torch.ones(3)),gr=lambda:F.gaussian_nll_loss(x,y,1.,reduction='a'),mrr=lambda:F.margin_ranking_loss(x,y,sg),cer=lambda:F.cosine_embedding_loss(x,y,sg[:,None]),cer0=lambda:F.cosine_embedding_loss(x,y,torch.tensor(1.)),ctb=lambda:F.ctc_loss(leaf,torch.tensor([[1,2],[3,3]]),torch.tensor([5,4]),torch.tensor([2,2]),blank=9),ctl=lambda:F.ctc_loss(leaf,torch.tensor([[1,2],[3,3]]),torch.tensor([6,4]),torch.tensor([2,2])),ctt=lambda:F.ctc_loss(leaf,torch.tensor([[1,2],[3,3]]),torch.tensor([5,4]),torch.tensor([3,2])),ctf=lambda:F.ctc_loss(leaf,torch.tensor([1,2,3]),torch.tensor([5,4]),torch.tensor([2,2])),sa=lambda:F.mse_loss(x,y,size_average=False),sa2=lambda:F.nll_loss(x,lab,reduce=False),bil=lambda:F.bilinear(x,y,torch.ones(3,5,6)),bilb=lambda:F.bilinear(x,y[:2],torch.ones(3,6,6)),pois=lambda:F.poisson_nll_loss(x,y,reduction='b'),msew=lambda:F.mse_loss(x,y,weight=torch.ones(2)),kl=lambda:F.kl_div(x,p,reduction='batchmean')).items(): t('err.'+n,f)
""",
    "loss modules": r"""
y=torch.linspace(1,-3,24).reshape(4,6).requires_grad_(); z=torch.linspace(.1,1,24).reshape(4,6)
lab=torch.tensor([0,5,2,1]); sg=torch.tensor([1.,-1,1,-1]); p=torch.softmax(y,1).detach()
for m in (nn.L1Loss,nn.NLLLoss,nn.PoissonNLLLoss,nn.GaussianNLLLoss,nn.KLDivLoss,nn.MSELoss,nn.BCELoss,nn.BCEWithLogitsLoss,nn.HingeEmbeddingLoss,nn.MultiLabelMarginLoss,nn.SmoothL1Loss,nn.HuberLoss,nn.SoftMarginLoss,nn.CrossEntropyLoss,nn.MultiLabelSoftMarginLoss,nn.CosineEmbeddingLoss,nn.MarginRankingLoss,nn.MultiMarginLoss,nn.TripletMarginLoss,nn.TripletMarginWithDistanceLoss,nn.CTCLoss):
    o=m(); print(o, sorted(k for k in vars(o) if not k.startswith('_')), list(o.state_dict()))
t('cel',lambda:nn.CrossEntropyLoss(weight=torch.ones(6),reduction='sum')(x,lab)); t('nll2',lambda:nn.NLLLoss2d()); t('hub',lambda:nn.HuberLoss(delta='a')); t('mml',lambda:nn.MultiMarginLoss(p=3)); t('tml',lambda:nn.TripletMarginLoss(margin=0)); t('sa',lambda:nn.MSELoss(reduce=False)(x,y)); t('red',lambda:nn.MSELoss(reduction='foo')(x,y))
for m in (nn.Bilinear(2,3,4),nn.Embedding(3,4,0,1.0,1.0,True),nn.EmbeddingBag(3,4,mode='max',padding_idx=1),nn.LocalResponseNorm(2),nn.PReLU(2),nn.RReLU(inplace=True),nn.Threshold(1,2,True),nn.Hardshrink(),nn.Softshrink(1),nn.GLU(1),nn.GELU(),nn.Softmax2d(),nn.CosineSimilarity(),nn.PairwiseDistance(),nn.RMSNorm((2,3)),nn.InstanceNorm1d(3),nn.BatchNorm3d(3,bias=False),nn.AlphaDropout(),nn.Flatten(),nn.Unflatten(1,(2,3)),nn.Identity(3,a=4)): print(m)
""",
    "module": r"""
import copy, pickle, collections
class Net(nn.Module):
    def __init__(s):
        super().__init__(); s.a=nn.Linear(3,4); s.b=nn.Sequential(nn.Linear(4,4),nn.ReLU(),nn.BatchNorm1d(4)); s.register_buffer('buf',torch.ones(2)); s.register_buffer('np',torch.zeros(1),persistent=False); s.w=nn.Parameter(torch.ones(2)); s.none=None; s.tied=s.a
    def forward(s,x): return s.b(s.a(x)).sum()*s.w.sum()
n=Net()
P=lambda l,f: print(l,'|',tryit(f))
def tryit(f):
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try: r=repr(f())
        except Exception as e: r=f'!{type(e).__name__}: {e}'
    return r+''.join(f' W[{x.category.__name__}: {str(x.message)[:160]}]' for x in w)
P('np',lambda:[k for k,_ in n.named_parameters()]); P('np2',lambda:[k for k,_ in n.named_parameters(prefix='z',recurse=False)]); P('np3',lambda:[k for k,_ in n.named_parameters(remove_duplicate=False)]); P('nb',lambda:[k for k,_ in n.named_buffers()]); P('nm',lambda:[k for k,_ in n.named_modules()]); P('nm2',lambda:[k for k,_ in n.named_modules(prefix='q',remove_duplicate=False)]); P('nc',lambda:[k for k,_ in n.named_children()]); P('ch',lambda:len(list(n.children()))); P('sd',lambda:list(n.state_dict())); P('sd2',lambda:list(n.state_dict(prefix='x.'))); P('kv',lambda:type(n.state_dict(keep_vars=True)['w']).__name__); P('meta',lambda:dict(n.state_dict()._metadata)); P('repr',lambda:n)
P('gp',lambda:n.get_parameter('a.weight').shape); P('gp2',lambda:n.get_parameter('a.x')); P('gp3',lambda:n.get_parameter('a')); P('gb',lambda:n.get_buffer('buf')); P('gb2',lambda:n.get_buffer('w')); P('gb3',lambda:n.get_buffer('zz')); P('gs',lambda:n.get_submodule('b.2')); P('gs2',lambda:n.get_submodule('b.9')); P('gs3',lambda:n.get_submodule('w')); P('gs0',lambda:n.get_submodule('') is n); P('ss',lambda:n.set_submodule('b.1',nn.Tanh())); P('ss2',lambda:n.set_submodule('',nn.Tanh())); P('repr2',lambda:n.b)
P('to',lambda:n.to(torch.float64).a.weight.dtype); P('toi',lambda:n.to(torch.int32)); P('tb',lambda:n.b[2].num_batches_tracked.dtype); P('float',lambda:n.float().w.dtype); P('double',lambda:n.double().buf.dtype); P('tofl',lambda:n.to('cpu',torch.float32).np.dtype); P('type',lambda:n.type(torch.float32).w.dtype);
P('train',lambda:(n.train(False).training,n.b[2].training,n.eval().b.training,n.train().a.training)); P('rg',lambda:[p.requires_grad for p in n.requires_grad_(False).parameters()][:2]); n.requires_grad_(); 
n(torch.ones(2,3)).backward(); P('zg',lambda:(n.zero_grad(),n.w.grad)); n(torch.ones(2,3)).backward(); P('zg2',lambda:(n.zero_grad(set_to_none=False),n.w.grad))
P('apply',lambda:n.apply(lambda m: None) is n); order=[]; n.apply(lambda m: order.append(type(m).__name__)); print(order)
P('dir',lambda:[k for k in ('a','b','w','buf','weight','forward','_parameters') if k in dir(n)]); P('extra',lambda:n.extra_repr()); P('getstate',lambda:sorted(k for k in n.__dict__ if not k.startswith('_')))
sd=n.state_dict()
P('l1',lambda:n.load_state_dict(sd)); P('l2',lambda:n.load_state_dict({k:v for k,v in sd.items() if k!='w'})); P('l3',lambda:n.load_state_dict({**sd,'zz':torch.ones(1),'a.q':torch.ones(1),'b.9.x':torch.ones(1)})); P('l4',lambda:n.load_state_dict({**sd,'zz':torch.ones(1),'w':torch.ones(3)},strict=False)); P('l5',lambda:n.load_state_dict({k:v for k,v in sd.items() if k!='w'},strict=False)); P('l6',lambda:n.load_state_dict({**sd,'w':[1,2]})); P('l7',lambda:n.load_state_dict({**sd,'w':torch.ones(2)*3},assign=True)); P('l7b',lambda:(n.w,n.w.requires_grad)); P('l8',lambda:n.load_state_dict(collections.OrderedDict((k,v) for k,v in sd.items() if 'num_batches' not in k))); P('l9',lambda:n.load_state_dict({**sd,'w':torch.ones(2,dtype=torch.float64)})); P('l9b',lambda:n.w.dtype); P('l10',lambda:nn.BatchNorm1d(4).load_state_dict({'weight':torch.ones(4),'bias':torch.ones(4),'running_mean':torch.ones(4),'running_var':torch.ones(4)})); P('l11',lambda:n.load_state_dict(3)); P('l12',lambda:nn.Sequential(nn.Linear(1,1)).load_state_dict({'0.weight':torch.ones(2,1)}))
P('r1',lambda:n.register_buffer('w',torch.ones(1))); P('r2',lambda:n.register_buffer('a.b',torch.ones(1))); P('r3',lambda:n.register_buffer('',torch.ones(1))); P('r4',lambda:n.register_buffer(3,torch.ones(1))); P('r5',lambda:n.register_buffer('q',3)); P('r6',lambda:n.register_parameter('buf',nn.Parameter(torch.ones(1)))); P('r7',lambda:n.register_parameter('p2',3)); P('r8',lambda:n.register_parameter('',None)); P('r9',lambda:n.register_module('m2',nn.ReLU())); P('r10',lambda:n.add_module('',nn.ReLU())); P('r11',lambda:n.add_module('w',nn.ReLU())); P('r12',lambda:n.add_module(3,nn.ReLU())); P('r13',lambda:n.add_module('a.b',nn.ReLU()))
def st(k,v):
    setattr(n,k,v); return 'ok'
P('s1',lambda:st('w',torch.ones(2))); P('s2',lambda:st('w',None)); P('s3',lambda:st('w',nn.Parameter(torch.zeros(1)))); P('s4',lambda:st('a',3)); P('s5',lambda:st('a',None)); P('s6',lambda:st('buf',3)); P('s7',lambda:st('buf',torch.zeros(5))); P('s8',lambda:st('buf',nn.Parameter(torch.ones(1)))); P('sd3',lambda:list(n.state_dict())); P('d1',lambda:delattr(n,'w')); P('d2',lambda:n.w); P('d3',lambda:delattr(n,'nope')); P('s9',lambda:st('nb',nn.Buffer(torch.ones(1)))); P('sd4',lambda:list(n.state_dict())); P('fwd',lambda:nn.Module()(1)); P('init',lambda:nn.Module(3)); P('init2',lambda:nn.Linear(1,2,foo=1)); P('lin',lambda:nn.Linear(3,4)(torch.ones(2,5)).shape); P('noattr',lambda:n.weight)
class B(nn.Module):
    def __init__(s): s.x=3
P('b1',lambda:B().x); 
class C(nn.Module):
    def __init__(s): s.l=nn.Linear(1,1)
P('c1',lambda:C())
class D(nn.Module):
    def __init__(s): s.register_buffer('a',None)
P('d1',lambda:D())
class E(nn.Module):
    def get_extra_state(s): return {'k':1}
    def set_extra_state(s,v): s.got=v
e=E(); P('ex',lambda:dict(e.state_dict())); P('ex2',lambda:(e.load_state_dict(e.state_dict()),e.got)); P('ex3',lambda:e.load_state_dict({})); P('ex4',lambda:nn.Linear(1,1).load_state_dict({**nn.Linear(1,1).state_dict(),'_extra_state':1}))
h=[]; m=nn.Sequential(nn.Linear(1,1)); 
m._register_load_state_dict_pre_hook(lambda *a: h.append(('pre',a[1],a[3])))
m[0].register_load_state_dict_pre_hook(lambda mod,*a: h.append(('pre0',type(mod).__name__,a[1]))); m.register_load_state_dict_post_hook(lambda mod,inc: h.append(('post',inc))); m.register_state_dict_pre_hook(lambda mod,p,k: h.append(('sdpre',p,k))); m._register_state_dict_hook(lambda mod,d,p,md: h.append(('sd',list(d),p)) ); m.register_state_dict_post_hook(lambda mod,d,p,md: h.append(('sdpost',list(d))))
m.load_state_dict(m.state_dict()); print(h)
c=copy.deepcopy(n); P('dc',lambda:(list(c.state_dict())==list(n.state_dict()), c.a is n.a, c.tied is c.a))
P('gs',lambda:nn.Linear(1,1).share_memory() is not None); P('te',lambda:nn.Linear(2,2).to_empty(device='cpu').weight.shape); P('ipu',lambda:n.name if hasattr(n,'name') else 'no')
P('lin2',lambda:nn.Linear(2,2,device='cpu',dtype=torch.float64).weight.dtype); P('hash',lambda:isinstance(hash(n),int)); P('const',lambda:(nn.Linear.__constants__,nn.BatchNorm1d.__constants__,nn.Dropout.__constants__)); P('name',lambda:(nn.Linear.__module__,nn.BatchNorm1d.__module__,nn.Dropout.__module__,nn.CrossEntropyLoss.__module__,nn.Module.__module__,nn.Sequential.__module__,nn.ReLU.__module__,nn.Embedding.__module__, nn.Parameter.__module__))
P('param',lambda:nn.Parameter(torch.ones(2),False)); P('pstr',lambda:str(nn.Parameter(torch.ones(2)))); P('pdc',lambda:type(copy.deepcopy(nn.Parameter(torch.ones(1)))).__name__); P('pinst',lambda:(isinstance(nn.Parameter(torch.ones(1)),torch.Tensor),isinstance(torch.ones(1),nn.Parameter))); P('plist',lambda:nn.Parameter([1,2])); P('nonleaf',lambda:nn.Module().register_parameter('x',nn.Parameter(torch.ones(1)))); P('buffer',lambda:nn.Buffer(torch.ones(2))); P('flat',lambda:nn.Unflatten(1,(2,2))(torch.ones(2,4)).shape); P('flat2',lambda:nn.Flatten(0,-1)(torch.ones(2,4)).shape); P('unf',lambda:nn.Unflatten(1,3)); P('unf2',lambda:nn.Unflatten('a',(('b',2),('c',2))));
""",
    "nn.utils": r"""
import copy
P=lambda l,f: print(l,'|',tryit(f))
def tryit(f):
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try: r=repr(f())
        except Exception as e: r=f'!{type(e).__name__}: {e}'
    return r+''.join(f' W[{x.category.__name__}: {str(x.message)[:160]}]' for x in w)
U=nn.utils
l=nn.Linear(2,2); l(torch.ones(1,2)).sum().backward()
P('clip',lambda:U.clip_grad_norm_(l.parameters(),.5)); P('clip2',lambda:U.clip_grad_norm_(l.parameters(),.5,float('inf'))); P('clip1',lambda:U.clip_grad_norm_(l.parameters(),.5,1)); P('clip0',lambda:U.clip_grad_norm_([],1.)); P('clipg',lambda:U.clip_grad_norm_((p for p in []),1.)); P('clipt',lambda:U.clip_grad_norm_(l.weight,1.)); P('clipv',lambda:U.clip_grad_value_(l.parameters(),.1)); P('g',lambda:l.weight.grad); P('old',lambda:U.clip_grad_norm(l.parameters(),1)); P('tot',lambda:U.get_total_norm([torch.ones(3),torch.ones(2)])); P('p2v',lambda:U.parameters_to_vector(l.parameters()).shape); P('v2p',lambda:(U.vector_to_parameters(torch.arange(6.),l.parameters()),l.weight,l.bias)); P('v2pe',lambda:U.vector_to_parameters([1],l.parameters())); P('skip',lambda:U.skip_init(nn.Linear,2,3).weight.shape); P('skip2',lambda:U.skip_init(nn.ReLU))
torch.manual_seed(0); m=nn.Linear(2,3); P('wnw',lambda:U.weight_norm(m)); print(list(m._parameters), m.weight.shape, m); P('wn',lambda:m(torch.ones(1,2)).grad_fn is not None); P('rwn',lambda:(U.remove_weight_norm(m),list(m.state_dict()))); P('rwn2',lambda:U.remove_weight_norm(m)); m=U.spectral_norm(nn.Linear(2,3)); print(list(m.state_dict()), m(torch.ones(1,2))); P('rsn',lambda:(list(U.remove_spectral_norm(m).state_dict()))); P('rsn2',lambda:U.remove_spectral_norm(m))
Pm=U.parametrize
class S(nn.Module):
    def forward(s,X): return X.triu()+X.triu(1).transpose(-1,-2)
    def right_inverse(s,A): return A.triu()
l=nn.Linear(3,3); P('reg',lambda:Pm.register_parametrization(l,'weight',S())); P('w',lambda:bool((l.weight==l.weight.T).all())); P('isp',lambda:(Pm.is_parametrized(l),Pm.is_parametrized(l,'bias'),type(l).__name__,Pm.type_before_parametrizations(l).__name__)); P('set',lambda:(setattr(l,'weight',torch.arange(9.).reshape(3,3)),l.weight)); P('reg2',lambda:Pm.register_parametrization(l,'nope',S())); P('np',lambda:[k for k,_ in l.named_parameters()]); P('dc',lambda:copy.deepcopy(l).weight.shape)
with Pm.cached(): print(l.weight is l.weight)
P('rem',lambda:(Pm.remove_parametrizations(l,'weight'),[k for k,_ in l.named_parameters()],l.weight)); P('bad',lambda:Pm.register_parametrization(nn.Linear(2,2),'weight',type('Q',(nn.Module,),{'forward':lambda s,x:x.sum()})())); P('bad2',lambda:Pm.register_parametrization(nn.Linear(2,2),'weight',type('Q',(nn.Module,),{'forward':lambda s,x:3})()))
torch.manual_seed(0); l=U.parametrizations.orthogonal(nn.Linear(3,4)); P('orth',lambda:(l.weight.T@l.weight).round(decimals=4).abs()); P('orw',lambda:l.weight); P('wnorm',lambda:U.parametrizations.weight_norm(nn.Linear(2,3),dim=None).weight.shape)
torch.manual_seed(0); l=U.parametrizations.orthogonal(nn.Linear(3,4),use_trivialization=False); P('orw2',lambda:l.weight)
""",
    "init": r"""
P=lambda l,f: print(l,'|',tryit(f))
def tryit(f):
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try: r=repr(f())
        except Exception as e: r=f'!{type(e).__name__}: {e}'
    return r+''.join(f' W[{x.category.__name__}: {str(x.message)[:160]}]' for x in w)
for nm in 'uniform normal constant eye dirac xavier_uniform xavier_normal kaiming_uniform kaiming_normal orthogonal sparse'.split(): P('init.'+nm, lambda: getattr(nn.init,nm)(torch.empty(3,3),*([.5] if nm in ('sparse','constant') else [])).shape if nm!='dirac' else nn.init.dirac(torch.empty(2,2,3)).shape)
P('gain',lambda:[nn.init.calculate_gain(k) for k in ('linear','conv2d','sigmoid','tanh','relu','leaky_relu','selu')]); P('gain2',lambda:nn.init.calculate_gain('leaky_relu',True)); P('tw',lambda:nn.init.trunc_normal_(torch.empty(2),5.)); P('eye3',lambda:nn.init.eye_(torch.ones(2))); P('dir',lambda:nn.init.dirac_(torch.ones(2,2))); P('dirg',lambda:nn.init.dirac_(torch.ones(3,2,2),2)); P('orth1',lambda:nn.init.orthogonal_(torch.ones(2))); P('sp1',lambda:nn.init.sparse_(torch.ones(2),.1)); P('km',lambda:nn.init.kaiming_normal_(torch.ones(2,2),mode='x')); P('kz',lambda:nn.init.kaiming_uniform_(torch.ones(0,2)).shape)
""",
    "lazy modules": r"""
import copy
m=nn.LazyLinear(3); print(m, m.weight, m.bias, type(m.weight)); print(list(m.state_dict()))
try: print(m.weight.shape)
except Exception as e: print(type(e).__name__,e)
torch.manual_seed(0); y=m(torch.ones(2,4)); print(m, type(m).__name__, m.weight.shape, y)
n=nn.Sequential(nn.LazyConv2d(4,3),nn.LazyBatchNorm2d(),nn.Flatten(),nn.LazyLinear(2)); print(n); print(n(torch.ones(2,1,5,5)).shape); print(n)
try: torch.optim.SGD(nn.LazyLinear(3).parameters(),lr=.1); print('ok')
except Exception as e: print(type(e).__name__,e)
try: print(sum(p.numel() for p in nn.LazyLinear(3).parameters()))
except Exception as e: print(type(e).__name__,e)
torch.manual_seed(1)
m=nn.LazyLinear(3); m.load_state_dict(nn.Linear(4,3).state_dict()); print(type(m).__name__, m); r=torch.rand(1); print(m(torch.ones(1,4)), m, r, torch.rand(1))
n=nn.Sequential(nn.LazyConv1d(2,3,padding=1,bias=False),nn.ReLU(),nn.LazyLinear(2)); c=copy.deepcopy(n); n.eval()
with torch.no_grad(): n(torch.ones(2,3,6))
print(n, n[0].training, [tuple(p.shape) for p in n.parameters()]); o=torch.optim.SGD(n.parameters(),lr=.1)
n(torch.ones(2,3,6)).sum().backward(); o.step(); print(n[2].bias)
c(torch.ones(1,2,5)); print(c)
l=nn.LazyLinear(2,dtype=torch.float64); l(torch.ones(1,2,dtype=torch.float64)); print(l.weight.dtype, isinstance(l.weight,nn.Parameter), type(l.weight))
b=nn.LazyBatchNorm1d(); print(b(torch.randn(4,3)).shape, b.running_mean, list(b.state_dict()))
""",
    "parameter containers and names": r"""
print(nn.ParameterDict({'a': nn.Parameter(torch.ones(2)),'b':3,'c':torch.ones(1,2)})); print(nn.ParameterList([nn.Parameter(torch.ones(2,3)),torch.ones(2),'x'])); print(nn.ParameterDict(), nn.ParameterList())
class M(nn.Module):
    def __init__(s):
        super().__init__(); s.p=nn.ParameterList([nn.Parameter(torch.ones(2))]); s.d=nn.ParameterDict({'k':nn.Parameter(torch.ones(()))})
print(M())
for f in (lambda: nn.ParameterDict({'a':nn.Parameter(torch.ones(1))})(1), lambda: nn.ParameterList()(1), lambda: nn.Sequential(torch.relu), lambda: nn.Sequential(lambda x:x), lambda: nn.ModuleList([3]), lambda: nn.ModuleDict({'a':int}), lambda: nn.Sequential(nn.ReLU), lambda:nn.Linear(1,1).register_buffer('x','s'), lambda:setattr(nn.Linear(1,1),'weight',[1]), lambda:setattr(nn.Linear(1,1),'weight',nn.ReLU()), lambda: nn.Linear(1,1).add_module('x',M), lambda: nn.Linear(1,1).register_parameter('x',M())):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
""",
}

cases = []
for name, code in PROGRAMS.items():
    text = (HEAD + code).strip() + "\n"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(text, "script.py", "exec"), {"__name__": "__main__"})
    cases.append({"id": name, "code": text, "stdout": printed.getvalue()})
about = "Programs over torch.nn with what PyTorch 2.13 prints, written by programs-nn-golden.py."
with open("programs-nn.json.gz", "wb") as file:
    file.write(gzip.compress(json.dumps({"about": about, "cases": cases}, ensure_ascii=False).encode(), 9, mtime=0))
