"""Writes programs-sequences.json.gz: recurrent networks, packed sequences, attention and transformers, as programs that print. Run with PyTorch 2.13."""

import contextlib
import gzip
import io
import json
import sys

# Shared by all: prints a value with its graph, or the exception and the warnings.
HEAD = r"""
import warnings
import torch, torch.nn as nn, torch.nn.functional as F
from torch.nn.utils import rnn
R = torch.randn
def graph(t):
    out = []; seen = set()
    def w(f):
        if f is None or f in seen: return
        seen.add(f); out.append(type(f).__name__.replace('Backward', ''))
        for n, _ in f.next_functions: w(n)
    w(t.grad_fn); return ' '.join(out)
def show(v):
    if isinstance(v, rnn.PackedSequence): return 'packed' + show(tuple(v))
    if torch.is_tensor(v): return f'{str(v.dtype)[6:]} {tuple(v.shape)} {v.stride()} {[round(float(x), 3) + 0.0 for x in v.detach().reshape(-1)[:8]]} {graph(v)}'
    if isinstance(v, (tuple, list)): return '(' + ', '.join(show(x) for x in v) + ')'
    return repr(v)
def t(label, f, *leaves):
    torch.manual_seed(1)
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try: r = show(f())
        except Exception as e: r = f'!{type(e).__name__}: {str(e).splitlines()[0] if str(e) else ""}'
    print(label, '|', r, *(f'W[{x.category.__name__}: {str(x.message).split(" (Triggered")[0][:200]}]' for x in w if 'prototype' not in str(x.message)))
def grads(m, *xs):
    return [round(float(p.grad.double().sum()), 3) + 0.0 for p in [*xs, *m.parameters()] if p.grad is not None]
"""

PROGRAMS = {
    "networks": r"""
for cls in (nn.RNN, nn.LSTM, nn.GRU):
    for options in ({}, {'batch_first': True}, {'num_layers': 2, 'dropout': 0.5}, {'bidirectional': True, 'bias': False}, {'num_layers': 2, 'bidirectional': True, 'batch_first': True}):
        for dtype in (torch.float32, torch.float64):
            torch.manual_seed(0)
            m = cls(3, 4, dtype=dtype, **options)
            x = R(3, 2, 3, dtype=dtype, requires_grad=True)
            t(f'{m} {dtype}', lambda: m(x))
            torch.manual_seed(2)
            out, h = m(x)
            (out.sin().sum() + (h[0].sum() if isinstance(h, tuple) else h.sum())).backward()
            print(grads(m, x))
    m = cls(3, 4)
    t('unbatched', lambda: m(R(3, 3)))
    t('frozen', lambda: cls(3, 4).requires_grad_(False)(R(2, 1, 3).requires_grad_()))
    with torch.backends.mkldnn.flags(enabled=False):
        t('without oneDNN', lambda: cls(3, 4)(R(2, 1, 3)))
    t('given state', lambda: cls(3, 4)(R(2, 1, 3), (R(1, 1, 4), R(1, 1, 4)) if cls is nn.LSTM else R(1, 1, 4)))
    for lengths, order in (([3, 2], True), ([2, 3], False)):
        for ways in (False, True):
            m = cls(3, 4, num_layers=2, bidirectional=ways)
            def packed():
                p = rnn.pack_padded_sequence(R(3, 2, 3).requires_grad_(), lengths, enforce_sorted=order)
                out, h = m(p)
                return out, h, rnn.pad_packed_sequence(out, batch_first=True, padding_value=-1.0, total_length=4)
            t(f'packed {lengths} {ways}', packed)
t('relu', lambda: nn.RNN(3, 4, nonlinearity='relu')(R(2, 1, 3)))
t('projected', lambda: nn.LSTM(3, 4, proj_size=2, bidirectional=True).double()(R(2, 1, 3).double()))
t('functions', lambda: torch.lstm(R(2, 1, 3), (R(1, 1, 4), R(1, 1, 4)), [R(16, 3), R(16, 4), R(16), R(16)], True, 1, 0.0, False, False, False))
t('gru', lambda: torch.gru(R(2, 1, 3), R(1, 1, 4), [R(12, 3), R(12, 4)], False, 1, 0.0, False, False, False))
t('cells', lambda: (torch.lstm_cell(R(2, 3), (R(2, 4), R(2, 4)), R(16, 3), R(16, 4)), torch.gru_cell(R(2, 3), R(2, 4), R(12, 3), R(12, 4)), torch.rnn_relu_cell(R(2, 3), R(2, 4), R(4, 3), R(4, 4))))
for cell in (nn.RNNCell, nn.LSTMCell, nn.GRUCell):
    t(cell.__name__, lambda: cell(3, 4)(R(2, 3).requires_grad_()))
    t(cell.__name__, lambda: cell(3, 4, bias=False)(R(3)))
m = nn.LSTM(3, 4)
x = R(2, 1, 3, requires_grad=True)
g, = torch.autograd.grad(m(x)[0].pow(2).sum(), x, create_graph=True)
g.pow(2).sum().backward()
print('second', grads(m, x))
f = m(x)[0].grad_fn
print({k: tuple(v.shape) for k in dir(f) if k.startswith('_saved') for v in [getattr(f, k)] if torch.is_tensor(v)})
print([tuple(nn.LSTM(i, h)(R(s, b, i))[0].grad_fn._saved_result3.shape) for s, b, i, h in ((1, 1, 1, 1), (5, 2, 300, 4), (35, 20, 20, 64), (13, 7, 17, 33))])
print(rnn.pack_sequence([torch.arange(3.), torch.arange(2.)]), rnn.unpack_sequence(rnn.pack_sequence([torch.arange(2.), torch.arange(3.)], enforce_sorted=False)))
print(rnn.pad_sequence([torch.ones(2), torch.ones(3)], batch_first=True, padding_side='left'), rnn.unpad_sequence(torch.arange(6.).view(3, 2), torch.tensor([3, 1])))
""",
    "attention": r"""
from torch.nn.attention import SDPBackend, sdpa_kernel
A = F.scaled_dot_product_attention
def qkv(*shape, dtype=torch.float32): return [R(*shape, dtype=dtype, requires_grad=True) for _ in range(3)]
for dtype in (torch.float32, torch.float64):
    t('4d', lambda: A(*qkv(2, 2, 3, 4, dtype=dtype)))
    t('causal', lambda: A(*qkv(2, 2, 3, 4, dtype=dtype), is_causal=True))
    t('dropout', lambda: A(*qkv(2, 2, 3, 4, dtype=dtype), dropout_p=0.5))
    t('scale', lambda: A(*qkv(2, 3, 4, dtype=dtype), scale=-0.5))
    for shape in ((2, 3, 3), (1, 3, 3), (2, 1, 3, 3), (1, 2, 3, 3), (3, 1), (1, 3), (1, 1)):
        t(f'mask {shape}', lambda: A(*qkv(2, 2, 3, 4, dtype=dtype), attn_mask=R(*shape, dtype=dtype)))
        t(f'mask {shape} of truths', lambda: A(*qkv(2, 2, 3, 4, dtype=dtype), attn_mask=R(*shape) > 0))
    t('mask with gradient', lambda: A(*qkv(2, 2, 3, 4, dtype=dtype), attn_mask=R(3, 3, dtype=dtype, requires_grad=True)))
    t('grouped', lambda: A(R(1, 4, 3, 4, dtype=dtype, requires_grad=True), *qkv(1, 2, 3, 4, dtype=dtype)[:2], enable_gqa=True))
    t('grouped by hand', lambda: A(R(1, 4, 3, 4, dtype=dtype, requires_grad=True), *qkv(1, 2, 3, 4, dtype=dtype)[:2], enable_gqa=True, dropout_p=0.1))
    t('other value size', lambda: A(R(1, 2, 3, 4, dtype=dtype), R(1, 2, 5, 4, dtype=dtype), R(1, 2, 5, 6, dtype=dtype, requires_grad=True)))
t('layout', lambda: A(*[R(3, 2, 2, 12)[..., 4 * i : 4 * i + 4].permute(1, 2, 0, 3).requires_grad_() for i in range(3)]))
t('last dim apart', lambda: A(R(2, 2, 4, 3, requires_grad=True).transpose(2, 3), *qkv(2, 2, 3, 4)[:2]))
def masked(grad):
    q, k, v = qkv(1, 2, 3, 4)
    mask = torch.ones(3, 3).bool(); mask[0] = False
    out = A(q, k, v, attn_mask=mask)
    return torch.autograd.grad(out.sin().sum(), [q, k, v]) if grad else out
t('row masked', lambda: masked(False)); t('row masked', lambda: masked(True))
for way in (SDPBackend.MATH, SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, [SDPBackend.MATH, SDPBackend.FLASH_ATTENTION]):
    with sdpa_kernel(way):
        t(way, lambda: A(*qkv(2, 2, 3, 4)))
def twice():
    q, k, v = qkv(1, 1, 3, 4)
    g, = torch.autograd.grad(A(q, k, v).sum(), q, create_graph=True)
    return torch.autograd.grad(g.sum(), k)
t('twice', twice)
for options in ({}, {'batch_first': True}, {'bias': False}, {'add_bias_kv': True, 'add_zero_attn': True}, {'kdim': 3, 'vdim': 5}, {'dropout': 0.5}):
    torch.manual_seed(0)
    m = nn.MultiheadAttention(4, 2, **options)
    k, v = R(3, 2, options.get('kdim', 4)), R(3, 2, options.get('vdim', 4))
    x = R(3, 2, 4, requires_grad=True)
    for call in ({}, {'need_weights': False}, {'average_attn_weights': False}, {'attn_mask': torch.ones(3, 3).triu(1).bool()} if not options.get('batch_first') else {}):
        t(f'{options} {list(call)}', lambda: m(x, k, v, **call))
        if 'kdim' not in options: t(f'{options} {list(call)} self', lambda: m(x, x, x, **call))
    m.eval()
    with torch.no_grad(): t('eval', lambda: m(x, k, v))
m = nn.MultiheadAttention(4, 2, batch_first=True).eval()
x = R(2, 3, 4); pad = torch.tensor([[False, False, True], [True, True, True]])
for mode in (torch.enable_grad, torch.no_grad):
    with mode():
        t('padded', lambda: m(x, x, x, key_padding_mask=pad)); t('padded', lambda: m(x, x, x, key_padding_mask=pad, need_weights=False))
t('unbatched', lambda: m(x[0], x[0], x[0]))
""",
    "transformers": r"""
for options in ({}, {'batch_first': True, 'activation': 'gelu'}, {'norm_first': True, 'bias': False, 'dropout': 0.0}):
    for dtype in (torch.float32, torch.float64):
        torch.manual_seed(0)
        layer = nn.TransformerEncoderLayer(4, 2, 6, dtype=dtype, **options)
        x = R(3, 3, 4, dtype=dtype, requires_grad=True)
        mask = nn.Transformer.generate_square_subsequent_mask(3, dtype=dtype)
        pad = torch.tensor([[False, False, True], [False] * 3, [False, True, True]])
        t(options, lambda: layer(x)); t('mask', lambda: layer(x, src_mask=mask)); t('hint', lambda: layer(x, src_mask=mask, is_causal=True)); t('pad', lambda: layer(x, src_key_padding_mask=pad))
        warnings.simplefilter('ignore')
        stack = nn.TransformerEncoder(layer, 2, nn.LayerNorm(4, dtype=dtype))
        t('stack', lambda: stack(x, mask)); t('both', lambda: stack(x, mask, pad))
        stack.eval()
        with torch.no_grad(): t('eval', lambda: stack(x, src_key_padding_mask=pad))
        decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 6, dtype=dtype, **options), 2)
        t('decoder', lambda: decoder(x, x.detach() * 2, tgt_mask=mask, memory_key_padding_mask=pad))
        whole = nn.Transformer(4, 2, 1, 1, 6, dtype=dtype, **options)
        t('whole', lambda: whole(x, x.detach() * 2, tgt_mask=mask)); whole(x, x * 2).sin().sum().backward()
        print(grads(whole, x))
print(whole)
print(list(whole.state_dict())[:4], whole.d_model, whole.encoder.layers[0].activation_relu_or_gelu)
""",
    "refusals": r"""
t('nn.LSTM(3,4)(R(2,1,3).double())', lambda: nn.LSTM(3,4)(R(2,1,3).double()))
t('nn.GRU(3,4)(R(2,1,3).double())', lambda: nn.GRU(3,4)(R(2,1,3).double()))
t('nn.LSTM(3,4).double()(R(2,1,3))', lambda: nn.LSTM(3,4).double()(R(2,1,3)))
t('nn.GRU(3,4).double()(R(2,1,3))', lambda: nn.GRU(3,4).double()(R(2,1,3)))
t('nn.LSTM(3,4)(R(2,1,3,1))', lambda: nn.LSTM(3,4)(R(2,1,3,1)))
t('nn.GRU(3,4)(R(2,1,3,1))', lambda: nn.GRU(3,4)(R(2,1,3,1)))
t('nn.RNN(3,4)(R(2,1,3,1))', lambda: nn.RNN(3,4)(R(2,1,3,1)))
t('nn.GRU(3,4)(R(2,1,3),R(1,4))', lambda: nn.GRU(3,4)(R(2,1,3),R(1,4)))
t('nn.LSTM(3,4)(R(2,1,3),(R(1,4),R(1,4)))', lambda: nn.LSTM(3,4)(R(2,1,3),(R(1,4),R(1,4))))
t('nn.LSTM(3,4)(R(2,3),(R(1,1,4),R(1,1,4)))', lambda: nn.LSTM(3,4)(R(2,3),(R(1,1,4),R(1,1,4))))
t('nn.GRU(3,4)(R(2,3),R(1,1,4))', lambda: nn.GRU(3,4)(R(2,3),R(1,1,4)))
t('nn.RNN(3,4)(R(2,3),R(1,1,4))', lambda: nn.RNN(3,4)(R(2,3),R(1,1,4)))
t('nn.GRU(3,4)(R(2,1,3),R(1,2,4))', lambda: nn.GRU(3,4)(R(2,1,3),R(1,2,4)))
t('nn.RNN(3,4)(R(2,1,3),R(2,1,4))', lambda: nn.RNN(3,4)(R(2,1,3),R(2,1,4)))
t('nn.LSTM(3,4)(R(2,1,3),(R(1,1,4),R(1,1,5)))', lambda: nn.LSTM(3,4)(R(2,1,3),(R(1,1,4),R(1,1,5))))
t('nn.LSTM(3,4)(R(2,1,3),R(1,1,4))', lambda: nn.LSTM(3,4)(R(2,1,3),R(1,1,4)))
t('nn.LSTM(3,4,proj_size=4)', lambda: nn.LSTM(3,4,proj_size=4))
t('nn.LSTM(3,4,proj_size=-1)', lambda: nn.LSTM(3,4,proj_size=-1))
t('nn.GRU(3,4,proj_size=2)', lambda: nn.GRU(3,4,proj_size=2))
t('nn.RNN(3,4,proj_size=2)', lambda: nn.RNN(3,4,proj_size=2))
t('nn.LSTM(3,0)', lambda: nn.LSTM(3,0))
t('nn.LSTM(3,4,0)', lambda: nn.LSTM(3,4,0))
t('nn.LSTM(3,4.0)', lambda: nn.LSTM(3,4.0))
t('nn.LSTM(3,4,dropout=True)', lambda: nn.LSTM(3,4,dropout=True))
t("nn.LSTM(3,4,dropout='a')", lambda: nn.LSTM(3,4,dropout='a'))
t("nn.LSTM(3,4,num_layers=2,nonlinearity='relu')", lambda: nn.LSTM(3,4,num_layers=2,nonlinearity='relu'))
t('nn.GRU(3,4,dropout=0.3)', lambda: nn.GRU(3,4,dropout=0.3))
t('nn.LSTM(3,4,bias=1)', lambda: nn.LSTM(3,4,bias=1))
t('nn.LSTM(3)', lambda: nn.LSTM(3))
t('nn.LSTM(input_size=3,hidden_size=4)', lambda: nn.LSTM(input_size=3,hidden_size=4))
t('nn.LSTM(3,4,1,True,True,0.0,False,2)', lambda: nn.LSTM(3,4,1,True,True,0.0,False,2))
t('nn.LSTM(3,4,2,proj_size=2,bidirectional=True,bias=False)', lambda: nn.LSTM(3,4,2,proj_size=2,bidirectional=True,bias=False))
t("nn.RNN(3,4,2,'relu')", lambda: nn.RNN(3,4,2,'relu'))
t("nn.RNN(3,4,nonlinearity='relu')", lambda: nn.RNN(3,4,nonlinearity='relu'))
t("nn.RNN(3,4,nonlinearity='tanh')", lambda: nn.RNN(3,4,nonlinearity='tanh'))
t("nn.RNN(3,4,1,'tanh',False)", lambda: nn.RNN(3,4,1,'tanh',False))
t("nn.RNNCell(3,4,nonlinearity='relu')", lambda: nn.RNNCell(3,4,nonlinearity='relu'))
t('nn.RNNCell(3,4,bias=False)', lambda: nn.RNNCell(3,4,bias=False))
t("nn.RNNCell(3,4,nonlinearity='gelu')(R(2,3))", lambda: nn.RNNCell(3,4,nonlinearity='gelu')(R(2,3)))
t('nn.RNNCell(3,4)(R(2,5))', lambda: nn.RNNCell(3,4)(R(2,5)))
t('nn.RNNCell(3,4)(R(2,3),R(3,4))', lambda: nn.RNNCell(3,4)(R(2,3),R(3,4)))
t('nn.RNNCell(3,4)(R(2,3),R(2,5))', lambda: nn.RNNCell(3,4)(R(2,3),R(2,5)))
t('nn.RNNCell(3,4)(R(2,3),R(4))', lambda: nn.RNNCell(3,4)(R(2,3),R(4)))
t('nn.RNNCell(3,4)(R(2,3,4))', lambda: nn.RNNCell(3,4)(R(2,3,4)))
t('nn.LSTMCell(3,4)(R(3))', lambda: nn.LSTMCell(3,4)(R(3)))
t('nn.LSTMCell(3,4)(R(2,5))', lambda: nn.LSTMCell(3,4)(R(2,5)))
t('nn.LSTMCell(3,4)(R(2,3),(R(2,4),R(3,4)))', lambda: nn.LSTMCell(3,4)(R(2,3),(R(2,4),R(3,4))))
t('nn.LSTMCell(3,4)(R(2,3),(R(2,4,1),R(3,4,1)))', lambda: nn.LSTMCell(3,4)(R(2,3),(R(2,4,1),R(3,4,1))))
t('nn.LSTMCell(3,4)(R(2,3,4))', lambda: nn.LSTMCell(3,4)(R(2,3,4)))
t('nn.GRUCell(3,4)(R(2,3,4))', lambda: nn.GRUCell(3,4)(R(2,3,4)))
t('nn.GRUCell(3,4)(R(2,5))', lambda: nn.GRUCell(3,4)(R(2,5)))
t('nn.GRUCell(3,4)(R(2,3),R(2,5))', lambda: nn.GRUCell(3,4)(R(2,3),R(2,5)))
t('nn.LSTM(3,4)(R(0,1,3))[0]', lambda: nn.LSTM(3,4)(R(0,1,3))[0])
t('nn.GRU(3,4)(R(0,1,3))', lambda: nn.GRU(3,4)(R(0,1,3)))
t('nn.LSTM(3,4).double()(R(0,1,3).double())', lambda: nn.LSTM(3,4).double()(R(0,1,3).double()))
t('nn.LSTM(3,4)(R(2,0,3))[0]', lambda: nn.LSTM(3,4)(R(2,0,3))[0])
t('nn.LSTM(3,4)._flat_weights_names', lambda: nn.LSTM(3,4)._flat_weights_names)
t('nn.LSTM(3,4).mode', lambda: nn.LSTM(3,4).mode)
t('nn.LSTM(3,4).__constants__', lambda: nn.LSTM(3,4).__constants__)
t('nn.LSTM(3,4).extra_repr()', lambda: nn.LSTM(3,4).extra_repr())
t('torch.lstm_cell(R(2,3),(R(2,4),),R(16,3),R(16,4))', lambda: torch.lstm_cell(R(2,3),(R(2,4),),R(16,3),R(16,4)))
t('nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4,2])', lambda: nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4,2]))
t('nn.utils.rnn.pack_padded_sequence(R(4,2,3),[2,4])', lambda: nn.utils.rnn.pack_padded_sequence(R(4,2,3),[2,4]))
t('nn.utils.rnn.pack_padded_sequence(R(4,2,3),[2,4],enforce_sorted=False)', lambda: nn.utils.rnn.pack_padded_sequence(R(4,2,3),[2,4],enforce_sorted=False))
t('nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4,0])', lambda: nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4,0]))
t('nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4])', lambda: nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4]))
t('nn.utils.rnn.pack_padded_sequence(R(4,2,3),torch.tensor([4.,2.]))', lambda: nn.utils.rnn.pack_padded_sequence(R(4,2,3),torch.tensor([4.,2.])))
t('nn.utils.rnn.pack_padded_sequence(R(4,2,3),[])', lambda: nn.utils.rnn.pack_padded_sequence(R(4,2,3),[]))
t('nn.utils.rnn.pad_packed_sequence(nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4,2]),total_length=3)', lambda: nn.utils.rnn.pad_packed_sequence(nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4,2]),total_length=3))
t('nn.utils.rnn.pad_packed_sequence(nn.utils.rnn.pack_padded_sequence(R(4,2,3),[3,2]))[1]', lambda: nn.utils.rnn.pad_packed_sequence(nn.utils.rnn.pack_padded_sequence(R(4,2,3),[3,2]))[1])
t("nn.utils.rnn.pad_sequence([R(2),R(3)],padding_side='top')", lambda: nn.utils.rnn.pad_sequence([R(2),R(3)],padding_side='top'))
t('nn.utils.rnn.pad_sequence(R(2,3))', lambda: nn.utils.rnn.pad_sequence(R(2,3)))
t('nn.utils.rnn.pad_sequence(3)', lambda: nn.utils.rnn.pad_sequence(3))
t('nn.utils.rnn.pad_sequence([])', lambda: nn.utils.rnn.pad_sequence([]))
t('nn.utils.rnn.pad_sequence([R(2,3),R(3,4)])', lambda: nn.utils.rnn.pad_sequence([R(2,3),R(3,4)]))
t('nn.utils.rnn.pack_sequence([R(2),R(3)])', lambda: nn.utils.rnn.pack_sequence([R(2),R(3)]))
t('nn.utils.rnn.PackedSequence(R(3))', lambda: nn.utils.rnn.PackedSequence(R(3)))
t('nn.utils.rnn.PackedSequence(R(3),torch.tensor([1,1,1])).is_pinned()', lambda: nn.utils.rnn.PackedSequence(R(3),torch.tensor([1,1,1])).is_pinned())
t('nn.utils.rnn.invert_permutation(None)', lambda: nn.utils.rnn.invert_permutation(None))
t('nn.GRU(3,4)(nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4,2]))', lambda: nn.GRU(3,4)(nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4,2])))
t('nn.GRU(3,4)(nn.utils.rnn.pack_padded_sequence(R(4,2,5),[4,2]))', lambda: nn.GRU(3,4)(nn.utils.rnn.pack_padded_sequence(R(4,2,5),[4,2])))
t('nn.GRU(3,4)(nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4,2]),R(1,3,4))', lambda: nn.GRU(3,4)(nn.utils.rnn.pack_padded_sequence(R(4,2,3),[4,2]),R(1,3,4)))
t('F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,3,4),dropout_p=1.5)', lambda: F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,3,4),dropout_p=1.5))
t('F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,3,4),dropout_p=-1)', lambda: F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,3,4),dropout_p=-1))
t('F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4).double(),R(1,2,3,4))', lambda: F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4).double(),R(1,2,3,4)))
t('F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,4,5))', lambda: F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,4,5)))
t('F.scaled_dot_product_attention(R(1,4,3,4),R(1,2,3,4),R(1,2,3,4))', lambda: F.scaled_dot_product_attention(R(1,4,3,4),R(1,2,3,4),R(1,2,3,4)))
t('F.scaled_dot_product_attention(R(1,3,3,4),R(1,2,3,4),R(1,2,3,4),enable_gqa=True)', lambda: F.scaled_dot_product_attention(R(1,3,3,4),R(1,2,3,4),R(1,2,3,4),enable_gqa=True))
t('F.scaled_dot_product_attention(R(2,2,3,4),R(1,2,3,4),R(1,2,3,4))', lambda: F.scaled_dot_product_attention(R(2,2,3,4),R(1,2,3,4),R(1,2,3,4)))
t('F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,3,4),attn_mask=torch.ones(3,3).bool(),is_causal=True)', lambda: F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,3,4),attn_mask=torch.ones(3,3).bool(),is_causal=True))
t('F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,3,4),attn_mask=torch.ones(3,3).double())', lambda: F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,3,4),attn_mask=torch.ones(3,3).double()))
t('F.scaled_dot_product_attention(R(1,2,3,4).double(),R(1,2,3,4).double(),R(1,2,3,4).double(),attn_mask=torch.ones(3,3))', lambda: F.scaled_dot_product_attention(R(1,2,3,4).double(),R(1,2,3,4).double(),R(1,2,3,4).double(),attn_mask=torch.ones(3,3)))
t('F.scaled_dot_product_attention(R(1,2,0,4),R(1,2,3,4),R(1,2,3,4))', lambda: F.scaled_dot_product_attention(R(1,2,0,4),R(1,2,3,4),R(1,2,3,4)))
t('F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,0,4),R(1,2,0,4))', lambda: F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,0,4),R(1,2,0,4)))
t('F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4))', lambda: F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4)))
t('F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,3,4),scale=0.0)', lambda: F.scaled_dot_product_attention(R(1,2,3,4),R(1,2,3,4),R(1,2,3,4),scale=0.0))
t('F.scaled_dot_product_attention(R(3,4),R(3,4),R(3,4))', lambda: F.scaled_dot_product_attention(R(3,4),R(3,4),R(3,4)))
t('F.scaled_dot_product_attention(R(1,1,2,3,4),R(1,1,2,3,4),R(1,1,2,3,4))', lambda: F.scaled_dot_product_attention(R(1,1,2,3,4),R(1,1,2,3,4),R(1,1,2,3,4)))
t('nn.MultiheadAttention(0,2)', lambda: nn.MultiheadAttention(0,2))
t('nn.MultiheadAttention(4,0)', lambda: nn.MultiheadAttention(4,0))
t('nn.MultiheadAttention(4,2)(R(3,1,5),R(3,1,5),R(3,1,5))', lambda: nn.MultiheadAttention(4,2)(R(3,1,5),R(3,1,5),R(3,1,5)))
t('nn.MultiheadAttention(4,2)(R(3,4),R(3,1,4),R(3,1,4))', lambda: nn.MultiheadAttention(4,2)(R(3,4),R(3,1,4),R(3,1,4)))
t('nn.MultiheadAttention(4,2)(R(3,1,4),R(3,4),R(3,4))', lambda: nn.MultiheadAttention(4,2)(R(3,1,4),R(3,4),R(3,4)))
t('nn.MultiheadAttention(4,2)(R(3,1,1,4),R(3,4),R(3,4))', lambda: nn.MultiheadAttention(4,2)(R(3,1,1,4),R(3,4),R(3,4)))
t('nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(2,1,4))', lambda: nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(2,1,4)))
t('nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),key_padding_mask=torch.zeros(1,4).bool())', lambda: nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),key_padding_mask=torch.zeros(1,4).bool()))
t('nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),key_padding_mask=torch.zeros(3).bool())', lambda: nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),key_padding_mask=torch.zeros(3).bool()))
t('nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),key_padding_mask=torch.zeros(1,3).long())', lambda: nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),key_padding_mask=torch.zeros(1,3).long()))
t('nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),attn_mask=torch.zeros(3,3).long())', lambda: nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),attn_mask=torch.zeros(3,3).long()))
t('nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),attn_mask=torch.zeros(1,3,3))', lambda: nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),attn_mask=torch.zeros(1,3,3)))
t('nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),attn_mask=torch.zeros(1,2,3,3))', lambda: nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),attn_mask=torch.zeros(1,2,3,3)))
t('nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),is_causal=True)', lambda: nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),is_causal=True))
t('nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),attn_mask=torch.ones(3,3).bool().triu(1),key_padding_mask=torch.zeros(1,3))', lambda: nn.MultiheadAttention(4,2)(R(3,1,4),R(3,1,4),R(3,1,4),attn_mask=torch.ones(3,3).bool().triu(1),key_padding_mask=torch.zeros(1,3)))
t('nn.MultiheadAttention(4,2,bias=False,add_bias_kv=True,add_zero_attn=True)', lambda: nn.MultiheadAttention(4,2,bias=False,add_bias_kv=True,add_zero_attn=True))
t("nn.TransformerEncoderLayer(4,2,activation='tanh')", lambda: nn.TransformerEncoderLayer(4,2,activation='tanh'))
t('nn.TransformerEncoderLayer(4,3)', lambda: nn.TransformerEncoderLayer(4,3))
t('nn.TransformerEncoder(nn.TransformerEncoderLayer(4,2),2)', lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(4,2),2))
t('nn.TransformerEncoder(nn.TransformerEncoderLayer(4,2,batch_first=True,norm_first=True),2)', lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(4,2,batch_first=True,norm_first=True),2))
t('nn.Transformer(4,2)(R(3,2,4),R(3,1,4))', lambda: nn.Transformer(4,2)(R(3,2,4),R(3,1,4)))
t('nn.Transformer(4,2)(R(3,2,4),R(3,2,5))', lambda: nn.Transformer(4,2)(R(3,2,4),R(3,2,5)))
t('nn.Transformer(4,2,batch_first=True)(R(3,2,4),R(1,2,4))', lambda: nn.Transformer(4,2,batch_first=True)(R(3,2,4),R(1,2,4)))
t('nn.Transformer(4,2)(R(3,2,4),R(4))', lambda: nn.Transformer(4,2)(R(3,2,4),R(4)))
t('nn.Transformer.generate_square_subsequent_mask(3)', lambda: nn.Transformer.generate_square_subsequent_mask(3))
t('nn.TransformerEncoderLayer(4,2).eval()(R(3,2,5))', lambda: nn.TransformerEncoderLayer(4,2).eval()(R(3,2,5)))
t('nn.TransformerEncoderLayer(4,2)(R(3,2,4),is_causal=True)', lambda: nn.TransformerEncoderLayer(4,2)(R(3,2,4),is_causal=True))
t('nn.TransformerEncoderLayer(4,2).__constants__', lambda: nn.TransformerEncoderLayer(4,2).__constants__)
t('nn.MultiheadAttention.__constants__', lambda: nn.MultiheadAttention.__constants__)
t('nn.MultiheadAttention.__module__', lambda: nn.MultiheadAttention.__module__)
""",
    "tiny_gpt": r"""import math
from dataclasses import dataclass
import torch
import torch.nn as nn
from torch.nn import functional as F

@dataclass
class GPTConfig:
    block_size: int = 16
    vocab_size: int = 28
    n_layer: int = 2
    n_head: int = 2
    n_embd: int = 16
    dropout: float = 0.1
    bias: bool = True

class LayerNorm(nn.Module):
    def __init__(self, ndim, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(ndim))
        self.bias = nn.Parameter(torch.zeros(ndim)) if bias else None
    def forward(self, input):
        return F.layer_norm(input, self.weight.shape, self.weight, self.bias, 1e-5)

class CausalSelfAttention(nn.Module):
    def __init__(self, config, flash):
        super().__init__()
        assert config.n_embd % config.n_head == 0
        self.c_attn = nn.Linear(config.n_embd, 3 * config.n_embd, bias=config.bias)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd, bias=config.bias)
        self.attn_dropout = nn.Dropout(config.dropout)
        self.resid_dropout = nn.Dropout(config.dropout)
        self.n_head = config.n_head
        self.n_embd = config.n_embd
        self.dropout = config.dropout
        self.flash = flash and hasattr(torch.nn.functional, 'scaled_dot_product_attention')
        self.register_buffer("bias", torch.tril(torch.ones(config.block_size, config.block_size)).view(1, 1, config.block_size, config.block_size), persistent=False)
    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(self.n_embd, dim=2)
        k = k.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        q = q.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        v = v.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)
        if self.flash:
            y = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=None, dropout_p=self.dropout if self.training else 0, is_causal=True)
        else:
            att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
            att = att.masked_fill(self.bias[:, :, :T, :T] == 0, float('-inf'))
            att = F.softmax(att, dim=-1)
            att = self.attn_dropout(att)
            y = att @ v
        y = y.transpose(1, 2).contiguous().view(B, T, C)
        y = self.resid_dropout(self.c_proj(y))
        return y

class MLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.c_fc = nn.Linear(config.n_embd, 4 * config.n_embd, bias=config.bias)
        self.gelu = nn.GELU()
        self.c_proj = nn.Linear(4 * config.n_embd, config.n_embd, bias=config.bias)
        self.dropout = nn.Dropout(config.dropout)
    def forward(self, x):
        return self.dropout(self.c_proj(self.gelu(self.c_fc(x))))

class Block(nn.Module):
    def __init__(self, config, flash):
        super().__init__()
        self.ln_1 = LayerNorm(config.n_embd, bias=config.bias)
        self.attn = CausalSelfAttention(config, flash)
        self.ln_2 = LayerNorm(config.n_embd, bias=config.bias)
        self.mlp = MLP(config)
    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        x = x + self.mlp(self.ln_2(x))
        return x

class GPT(nn.Module):
    def __init__(self, config, flash):
        super().__init__()
        self.config = config
        self.transformer = nn.ModuleDict(dict(
            wte=nn.Embedding(config.vocab_size, config.n_embd),
            wpe=nn.Embedding(config.block_size, config.n_embd),
            drop=nn.Dropout(config.dropout),
            h=nn.ModuleList([Block(config, flash) for _ in range(config.n_layer)]),
            ln_f=LayerNorm(config.n_embd, bias=config.bias),
        ))
        self.lm_head = nn.Linear(config.n_embd, config.vocab_size, bias=False)
        self.transformer.wte.weight = self.lm_head.weight
        self.apply(self._init_weights)
        for pn, p in self.named_parameters():
            if pn.endswith('c_proj.weight'):
                torch.nn.init.normal_(p, mean=0.0, std=0.02 / math.sqrt(2 * config.n_layer))
        print("number of parameters: %.2fK" % (self.get_num_params() / 1e3,))
    def get_num_params(self, non_embedding=True):
        n_params = sum(p.numel() for p in self.parameters())
        if non_embedding:
            n_params -= self.transformer.wpe.weight.numel()
        return n_params
    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)
    def forward(self, idx, targets=None):
        device = idx.device
        b, t = idx.size()
        assert t <= self.config.block_size
        pos = torch.arange(0, t, dtype=torch.long, device=device)
        x = self.transformer.drop(self.transformer.wte(idx) + self.transformer.wpe(pos))
        for block in self.transformer.h:
            x = block(x)
        x = self.transformer.ln_f(x)
        if targets is not None:
            logits = self.lm_head(x)
            loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1), ignore_index=-1)
        else:
            logits = self.lm_head(x[:, [-1], :])
            loss = None
        return logits, loss
    def configure_optimizers(self, weight_decay, learning_rate, betas):
        param_dict = {pn: p for pn, p in self.named_parameters() if p.requires_grad}
        decay_params = [p for n, p in param_dict.items() if p.dim() >= 2]
        nodecay_params = [p for n, p in param_dict.items() if p.dim() < 2]
        optim_groups = [{'params': decay_params, 'weight_decay': weight_decay}, {'params': nodecay_params, 'weight_decay': 0.0}]
        print(f"num decayed parameter tensors: {len(decay_params)}, with {sum(p.numel() for p in decay_params):,} parameters")
        return torch.optim.AdamW(optim_groups, lr=learning_rate, betas=betas)
    @torch.no_grad()
    def generate(self, idx, max_new_tokens, temperature=1.0, top_k=None):
        for _ in range(max_new_tokens):
            idx_cond = idx if idx.size(1) <= self.config.block_size else idx[:, -self.config.block_size:]
            logits, _ = self(idx_cond)
            logits = logits[:, -1, :] / temperature
            if top_k is not None:
                v, _ = torch.topk(logits, min(top_k, logits.size(-1)))
                logits[logits < v[:, [-1]]] = -float('Inf')
            probs = F.softmax(logits, dim=-1)
            idx_next = torch.multinomial(probs, num_samples=1)
            idx = torch.cat((idx, idx_next), dim=1)
        return idx

text = "the quick brown fox jumps over the lazy dog. " * 20
chars = sorted(set(text))
stoi = {c: i for i, c in enumerate(chars)}
itos = {i: c for c, i in stoi.items()}
data = torch.tensor([stoi[c] for c in text], dtype=torch.long)
for flash in (True, False):
    torch.manual_seed(1337)
    cfg = GPTConfig(vocab_size=len(chars), dropout=0.0 if flash else 0.1)
    model = GPT(cfg, flash)
    if flash: print(model)
    opt = model.configure_optimizers(0.1, 1e-3, (0.9, 0.95))
    def get_batch():
        ix = torch.randint(len(data) - cfg.block_size, (4,))
        x = torch.stack([data[i:i + cfg.block_size] for i in ix])
        y = torch.stack([data[i + 1:i + 1 + cfg.block_size] for i in ix])
        return x, y
    for it in range(20):
        lr = 1e-2 * min(1, (it + 1) / 5)
        for g in opt.param_groups: g['lr'] = lr
        xb, yb = get_batch()
        logits, loss = model(xb, yb)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        if it % 5 == 0: print(f"iter {it}: loss {loss.item():.4f}, norm {norm.item():.4f}")
    model.eval()
    out = model.generate(torch.zeros((1, 1), dtype=torch.long), 40, temperature=0.8, top_k=5)
    print(''.join(itos[int(i)] for i in out[0]))
    print(sorted(model.state_dict().keys())[:5])
""",
    "translation": r"""import random
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

SOS, EOS, PAD = 1, 2, 0
torch.manual_seed(0); random.seed(0)

class EncoderRNN(nn.Module):
    def __init__(self, input_size, hidden_size, dropout_p=0.1):
        super().__init__()
        self.hidden_size = hidden_size
        self.embedding = nn.Embedding(input_size, hidden_size, padding_idx=PAD)
        self.gru = nn.GRU(hidden_size, hidden_size, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(hidden_size * 2, hidden_size)
        self.dropout = nn.Dropout(dropout_p)
    def forward(self, input, lengths):
        embedded = self.dropout(self.embedding(input))
        packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
        output, hidden = self.gru(packed)
        output, _ = pad_packed_sequence(output, batch_first=True)
        hidden = torch.tanh(self.fc(torch.cat((hidden[-2], hidden[-1]), dim=1))).unsqueeze(0)
        return output, hidden

class BahdanauAttention(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.Wa = nn.Linear(hidden_size, hidden_size)
        self.Ua = nn.Linear(hidden_size * 2, hidden_size)
        self.Va = nn.Linear(hidden_size, 1)
    def forward(self, query, keys, mask):
        scores = self.Va(torch.tanh(self.Wa(query) + self.Ua(keys)))
        scores = scores.squeeze(2).unsqueeze(1)
        scores = scores.masked_fill(mask.unsqueeze(1), -1e9)
        weights = F.softmax(scores, dim=-1)
        context = torch.bmm(weights, keys)
        return context, weights

class AttnDecoderRNN(nn.Module):
    def __init__(self, hidden_size, output_size, dropout_p=0.1):
        super().__init__()
        self.embedding = nn.Embedding(output_size, hidden_size)
        self.attention = BahdanauAttention(hidden_size)
        self.gru = nn.GRU(3 * hidden_size, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, output_size)
        self.dropout = nn.Dropout(dropout_p)
    def forward(self, encoder_outputs, encoder_hidden, mask, target_tensor=None, max_len=6):
        batch_size = encoder_outputs.size(0)
        decoder_input = torch.empty(batch_size, 1, dtype=torch.long).fill_(SOS)
        decoder_hidden = encoder_hidden
        decoder_outputs, attentions = [], []
        for i in range(max_len):
            decoder_output, decoder_hidden, attn_weights = self.forward_step(decoder_input, decoder_hidden, encoder_outputs, mask)
            decoder_outputs.append(decoder_output)
            attentions.append(attn_weights)
            if target_tensor is not None:
                decoder_input = target_tensor[:, i].unsqueeze(1)
            else:
                _, topi = decoder_output.topk(1)
                decoder_input = topi.squeeze(-1).detach()
        decoder_outputs = torch.cat(decoder_outputs, dim=1)
        decoder_outputs = F.log_softmax(decoder_outputs, dim=-1)
        attentions = torch.cat(attentions, dim=1)
        return decoder_outputs, decoder_hidden, attentions
    def forward_step(self, input, hidden, encoder_outputs, mask):
        embedded = self.dropout(self.embedding(input))
        query = hidden.permute(1, 0, 2)
        context, attn_weights = self.attention(query, encoder_outputs, mask)
        input_gru = torch.cat((embedded, context), dim=2)
        output, hidden = self.gru(input_gru, hidden)
        return self.out(output), hidden, attn_weights

def make_batch(n):
    src, tgt = [], []
    for _ in range(n):
        k = random.randint(2, 5)
        s = torch.randint(3, 10, (k,))
        src.append(torch.cat([s, torch.tensor([EOS])]))
        tgt.append(torch.cat([s.flip(0), torch.tensor([EOS])]))
    lengths = torch.tensor([len(s) for s in src])
    return pad_sequence(src, batch_first=True, padding_value=PAD), pad_sequence(tgt, batch_first=True, padding_value=PAD), lengths

encoder, decoder = EncoderRNN(10, 16), AttnDecoderRNN(16, 10)
print(encoder); print(decoder)
enc_opt = torch.optim.Adam(encoder.parameters(), lr=0.01)
dec_opt = torch.optim.Adam(decoder.parameters(), lr=0.01)
criterion = nn.NLLLoss(ignore_index=PAD)
for epoch in range(8):
    src, tgt, lengths = make_batch(8)
    enc_opt.zero_grad(); dec_opt.zero_grad()
    out, hid = encoder(src, lengths)
    mask = src[:, :out.size(1)] == PAD
    dec, _, att = decoder(out, hid, mask, tgt, max_len=tgt.size(1))
    loss = criterion(dec.view(-1, dec.size(-1)), tgt.view(-1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(list(encoder.parameters()) + list(decoder.parameters()), 1.0)
    enc_opt.step(); dec_opt.step()
    print(epoch, '%.4f' % loss.item(), tuple(att.shape))
encoder.eval(); decoder.eval()
with torch.no_grad():
    src, tgt, lengths = make_batch(2)
    out, hid = encoder(src, lengths)
    dec, _, att = decoder(out, hid, src == PAD, max_len=4)
    print(dec.argmax(-1)); print(att[0])

class TransformerSeq2Seq(nn.Module):
    def __init__(self, vocab, d_model=16):
        super().__init__()
        self.emb = nn.Embedding(vocab, d_model)
        pe = torch.zeros(20, d_model)
        position = torch.arange(0, 20, dtype=torch.float).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2).float() * (-torch.log(torch.tensor(10000.0)) / d_model))
        pe[:, 0::2] = torch.sin(position * div_term)
        pe[:, 1::2] = torch.cos(position * div_term)
        self.register_buffer('pe', pe.unsqueeze(0))
        self.transformer = nn.Transformer(d_model, 2, 2, 2, 32, dropout=0.1, batch_first=True)
        self.fc = nn.Linear(d_model, vocab)
    def forward(self, src, tgt):
        tgt_mask = nn.Transformer.generate_square_subsequent_mask(tgt.size(1))
        src_pad, tgt_pad = src == PAD, tgt == PAD
        s = self.emb(src) * 4 + self.pe[:, :src.size(1)]
        t = self.emb(tgt) * 4 + self.pe[:, :tgt.size(1)]
        o = self.transformer(s, t, tgt_mask=tgt_mask, src_key_padding_mask=src_pad, tgt_key_padding_mask=tgt_pad, memory_key_padding_mask=src_pad)
        return self.fc(o)
torch.manual_seed(3)
m = TransformerSeq2Seq(10)
opt = torch.optim.Adam(m.parameters(), lr=0.005, betas=(0.9, 0.98), eps=1e-9)
sched = torch.optim.lr_scheduler.LambdaLR(opt, lambda s: min((s + 1) ** -0.5, (s + 1) * 3 ** -1.5))
crit = nn.CrossEntropyLoss(ignore_index=PAD, label_smoothing=0.1)
for epoch in range(6):
    src, tgt, _ = make_batch(8)
    inp = torch.cat([torch.full((tgt.size(0), 1), SOS), tgt[:, :-1]], 1)
    logits = m(src, inp)
    loss = crit(logits.reshape(-1, 10), tgt.reshape(-1))
    opt.zero_grad(); loss.backward(); opt.step(); sched.step()
    print(epoch, f'{loss.item():.4f}', f'{sched.get_last_lr()[0]:.6f}')
m.eval()
with torch.no_grad():
    print(m(src, inp).argmax(-1)[:2])
""",
    "characters": r"""import torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(42)
text = "hello world, this is a tiny corpus for a tiny char rnn. " * 10
chars = sorted(list(set(text)))
stoi = {ch: i for i, ch in enumerate(chars)}
encoded = torch.tensor([stoi[c] for c in text])
class CharRNN(nn.Module):
    def __init__(self, vocab, n_hidden=32, n_layers=2, drop_prob=0.2, kind='lstm'):
        super().__init__()
        self.n_layers, self.n_hidden, self.kind = n_layers, n_hidden, kind
        self.embed = nn.Embedding(vocab, 16)
        cls = {'lstm': nn.LSTM, 'gru': nn.GRU, 'rnn': nn.RNN}[kind]
        self.rnn = cls(16, n_hidden, n_layers, dropout=drop_prob, batch_first=True)
        self.dropout = nn.Dropout(drop_prob)
        self.fc = nn.Linear(n_hidden, vocab)
    def forward(self, x, hidden):
        r, hidden = self.rnn(self.embed(x), hidden)
        out = self.dropout(r).contiguous().view(-1, self.n_hidden)
        return self.fc(out), hidden
    def init_hidden(self, batch_size):
        weight = next(self.parameters()).data
        h = weight.new(self.n_layers, batch_size, self.n_hidden).zero_()
        return (h, weight.new(self.n_layers, batch_size, self.n_hidden).zero_()) if self.kind == 'lstm' else h
def get_batches(arr, bs, sl):
    n = len(arr) // (bs * sl)
    arr = arr[:n * bs * sl].reshape(bs, -1)
    for i in range(0, arr.shape[1], sl):
        x = arr[:, i:i + sl]
        y = torch.zeros_like(x)
        y[:, :-1] = x[:, 1:]
        y[:, -1] = arr[:, (i + sl) % arr.shape[1]]
        yield x, y
for kind in ('lstm', 'gru', 'rnn'):
    torch.manual_seed(1)
    net = CharRNN(len(chars), kind=kind)
    print(net)
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    crit = nn.CrossEntropyLoss()
    for e in range(2):
        h = net.init_hidden(4)
        net.train()
        for c, (x, y) in enumerate(get_batches(encoded, 4, 10)):
            h = tuple(each.detach() for each in h) if isinstance(h, tuple) else h.detach()
            net.zero_grad()
            out, h = net(x, h)
            loss = crit(out, y.view(-1).long())
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5)
            opt.step()
            if c % 5 == 0: print(f"Epoch: {e + 1}/2... Step: {c}... Loss: {loss.item():.4f}")
    net.eval()
    h = net.init_hidden(1)
    ch = 't'; s = ch
    for _ in range(30):
        with torch.no_grad():
            out, h = net(torch.tensor([[stoi[ch]]]), h)
            p = F.softmax(out / 0.8, dim=1)
            ch = chars[torch.multinomial(p[0], 1).item()]
            s += ch
    print(s)
# handwritten cell loop
torch.manual_seed(5)
cell = nn.LSTMCell(3, 5); x = torch.randn(6, 2, 3)
hx, cx = torch.zeros(2, 5), torch.zeros(2, 5)
outs = []
for t in range(6):
    hx, cx = cell(x[t], (hx, cx)); outs.append(hx)
out = torch.stack(outs); out.pow(2).mean().backward()
print(out[-1], cell.weight_ih.grad[:2])
try:
    o, (h, c) = nn.LSTM(3, 4)(torch.randn(2, 1, 3)); l = o.sum(); l.backward(); l.backward()
except RuntimeError as e: print(str(e)[:60])
import copy
m = nn.LSTM(3, 4, 2); m2 = copy.deepcopy(m)
with torch.no_grad(): m2.weight_ih_l0.zero_()
print(m.weight_ih_l0.abs().sum() > 0, m2._flat_weights[0].abs().sum(), len(m.all_weights), m.state_dict().keys())
m.double(); print(m(torch.randn(2, 1, 3, dtype=torch.float64))[0].dtype)
for n, p in m.named_parameters():
    if 'bias' in n: nn.init.zeros_(p); p.data[4:8].fill_(1)
    elif 'weight_hh' in n: nn.init.orthogonal_(p)
print(m.bias_ih_l1)
""",
}

cases = []
for name, program in PROGRAMS.items():
    code = program if name in ("tiny_gpt", "translation", "characters") else HEAD + program
    out = io.StringIO()
    sys.modules["__main__"].__dict__.pop("torch", None)
    with contextlib.redirect_stdout(out):
        scope = {"__name__": "__main__"}
        exec(compile(code, name, "exec"), scope)  # noqa: S102
    cases.append({"id": name, "code": code, "stdout": out.getvalue()})

about = "Programs with recurrent networks, attention and transformers and what PyTorch 2.13 prints, written by programs-sequences-golden.py."
with gzip.GzipFile("programs-sequences.json.gz", "wb", mtime=0) as file:
    file.write(json.dumps({"about": about, "cases": cases}).encode())
