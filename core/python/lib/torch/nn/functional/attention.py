"""Attention: one head's formula, and many heads with their projections."""

import warnings

from ... import _factories
from ..._dtype import bool_
from ..._engine import dispatch as _dispatch
from ..._tensor_facts import OURS
from ...backends import cuda as _switches
from .dropout import dropout as _dropout
from .linear import linear as _linear
from .padding import pad as _pad


def scaled_dot_product_attention(*args, **kwargs):
    """softmax(q kᵀ / √d + mask) v"""
    ways = _switches._ways
    if ways["flash"] and ways["math"]:
        return _dispatch("scaled_dot_product_attention", args, kwargs)
    number = (1 if ways["flash"] else 0) | (2 if ways["math"] else 0)
    return _dispatch("_attention_by", (number, *args), kwargs)


def _canonical_mask(mask, mask_name, other_type, other_name, target_type, check_other=True):
    """A mask as numbers to add."""
    if mask is None:
        return None
    kind = mask.dtype
    if kind is not bool_ and not kind.is_floating_point:
        raise AssertionError(f"only bool and floating types of {mask_name} are supported")
    if check_other and other_type is not None and kind is not other_type:
        warnings.warn(f"Support for mismatched {mask_name} and {other_name} is deprecated. Use same type for both instead.", skip_file_prefixes=OURS)
    if kind is not bool_:
        return mask
    return _factories.zeros_like(mask, dtype=target_type).masked_fill_(mask, float("-inf"))


def _none_or_dtype(value):
    return None if value is None else value.dtype


def _projected(q, k, v, w, b):
    """One weight for all three."""
    size = q.size(-1)
    if k is v:
        if q is k:
            out = _linear(q, w, b)
            out = out.unflatten(-1, (3, size)).unsqueeze(0).transpose(0, -2).squeeze(-2).contiguous()
            return out[0], out[1], out[2]
        wq, wkv = w.split([size, size * 2])
        bq, bkv = (None, None) if b is None else b.split([size, size * 2])
        q = _linear(q, wq, bq)
        kv = _linear(k, wkv, bkv)
        kv = kv.unflatten(-1, (2, size)).unsqueeze(0).transpose(0, -2).squeeze(-2).contiguous()
        return q, kv[0], kv[1]
    wq, wk, wv = w.chunk(3)
    bq, bk, bv = (None, None, None) if b is None else b.chunk(3)
    return _linear(q, wq, bq), _linear(k, wk, bk), _linear(v, wv, bv)


def _projected_apart(q, k, v, wq, wk, wv, bq, bk, bv):
    """A weight for each."""
    return _linear(q, wq, bq), _linear(k, wk, bk), _linear(v, wv, bv)


def _check_ranks(query, key, value, key_padding_mask, attn_mask, num_heads):
    if query.dim() not in (2, 3):
        raise AssertionError(f"query should be unbatched 2D or batched 3D tensor but received {query.dim()}-D query tensor")
    batched = query.dim() == 3
    rank, words = (3, "batched (3-D)") if batched else (2, "unbatched (2-D)")
    if key.dim() != rank or value.dim() != rank:
        raise AssertionError(f"For {words} `query`, expected `key` and `value` to be {rank}-D but found {key.dim()}-D and {value.dim()}-D tensors respectively")
    if key_padding_mask is not None and key_padding_mask.dim() != rank - 1:
        raise AssertionError(f"For {words} `query`, expected `key_padding_mask` to be `None` or {rank - 1}-D but found {key_padding_mask.dim()}-D tensor instead")
    if attn_mask is not None:
        if attn_mask.dim() not in (2, 3):
            raise AssertionError(f"For {words} `query`, expected `attn_mask` to be `None`, 2-D or 3-D but found {attn_mask.dim()}-D tensor instead")
        if not batched and attn_mask.dim() == 3:
            expected = (num_heads, query.shape[0], key.shape[0])
            if tuple(attn_mask.shape) != expected:
                raise AssertionError(f"Expected `attn_mask` shape to be {expected} but got {attn_mask.shape}")
    return batched


def multi_head_attention_forward(
    query,
    key,
    value,
    embed_dim_to_check,
    num_heads,
    in_proj_weight,
    in_proj_bias,
    bias_k,
    bias_v,
    add_zero_attn,
    dropout_p,
    out_proj_weight,
    out_proj_bias,
    training=True,
    key_padding_mask=None,
    need_weights=True,
    attn_mask=None,
    use_separate_proj_weight=False,
    q_proj_weight=None,
    k_proj_weight=None,
    v_proj_weight=None,
    static_k=None,
    static_v=None,
    average_attn_weights=True,
    is_causal=False,
):
    """Attention of [T, B, E] in num_heads parts; returns the output and, where wanted, the weights."""
    batched = _check_ranks(query, key, value, key_padding_mask, attn_mask, num_heads)
    if not batched:
        query, key, value = query.unsqueeze(1), key.unsqueeze(1), value.unsqueeze(1)
        if key_padding_mask is not None:
            key_padding_mask = key_padding_mask.unsqueeze(0)
    steps, batch, size = query.shape
    keys = key.shape[0]
    key_padding_mask = _canonical_mask(key_padding_mask, "key_padding_mask", _none_or_dtype(attn_mask), "attn_mask", query.dtype)
    if is_causal and attn_mask is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method `generate_square_subsequent_mask` to create this mask."
        )
    if is_causal and key_padding_mask is None and not need_weights:
        attn_mask = None
    else:
        attn_mask = _canonical_mask(attn_mask, "attn_mask", None, "", query.dtype, False)
        if key_padding_mask is not None:
            is_causal = False
    if size != embed_dim_to_check:
        raise AssertionError(f"was expecting embedding dimension of {embed_dim_to_check}, but got {size}")
    head_dim = size // num_heads
    if head_dim * num_heads != size:
        raise AssertionError(f"embed_dim {size} not divisible by num_heads {num_heads}")
    if use_separate_proj_weight:
        if key.shape[:2] != value.shape[:2]:
            raise AssertionError(f"key's sequence and batch dims {key.shape[:2]} do not match value's {value.shape[:2]}")
    elif key.shape != value.shape:
        raise AssertionError(f"key shape {key.shape} does not match value shape {value.shape}")
    if not use_separate_proj_weight:
        if in_proj_weight is None:
            raise AssertionError("use_separate_proj_weight is False but in_proj_weight is None")
        q, k, v = _projected(query, key, value, in_proj_weight, in_proj_bias)
    else:
        for name, weight in (("q", q_proj_weight), ("k", k_proj_weight), ("v", v_proj_weight)):
            if weight is None:
                raise AssertionError(f"use_separate_proj_weight is True but {name}_proj_weight is None")
        biases = (None, None, None) if in_proj_bias is None else in_proj_bias.chunk(3)
        q, k, v = _projected_apart(query, key, value, q_proj_weight, k_proj_weight, v_proj_weight, *biases)
    if attn_mask is not None:
        if attn_mask.dim() == 2:
            if tuple(attn_mask.shape) != (steps, keys):
                raise RuntimeError(f"The shape of the 2D attn_mask is {attn_mask.shape}, but should be {(steps, keys)}.")
            attn_mask = attn_mask.unsqueeze(0)
        elif tuple(attn_mask.shape) != (batch * num_heads, steps, keys):
            raise RuntimeError(f"The shape of the 3D attn_mask is {attn_mask.shape}, but should be {(batch * num_heads, steps, keys)}.")
    if bias_k is not None and bias_v is not None:
        k = _dispatch("cat", ([k, bias_k.repeat(1, batch, 1)],))
        v = _dispatch("cat", ([v, bias_v.repeat(1, batch, 1)],))
        attn_mask = None if attn_mask is None else _pad(attn_mask, (0, 1))
        key_padding_mask = None if key_padding_mask is None else _pad(key_padding_mask, (0, 1))
    q = q.view(steps, batch * num_heads, head_dim).transpose(0, 1)
    k = k.view(k.shape[0], batch * num_heads, head_dim).transpose(0, 1) if static_k is None else static_k
    v = v.view(v.shape[0], batch * num_heads, head_dim).transpose(0, 1) if static_v is None else static_v
    if add_zero_attn:
        nothing = (batch * num_heads, 1, head_dim)
        k = _dispatch("cat", ([k, _factories.zeros(nothing, dtype=k.dtype, device=k.device)], 1))
        v = _dispatch("cat", ([v, _factories.zeros(nothing, dtype=v.dtype, device=v.device)], 1))
        attn_mask = None if attn_mask is None else _pad(attn_mask, (0, 1))
        key_padding_mask = None if key_padding_mask is None else _pad(key_padding_mask, (0, 1))
    keys = k.size(1)
    if key_padding_mask is not None:
        if tuple(key_padding_mask.shape) != (batch, keys):
            if key_padding_mask.shape[0] != batch:
                raise AssertionError(f"Expected key_padded_mask.shape[0] to be {batch}, but got {key_padding_mask.shape[0]}")
            raise AssertionError(f"Expected key_padded_mask.shape[1] to be {keys}, but got {key_padding_mask.shape[1]}")
        key_padding_mask = key_padding_mask.view(batch, 1, 1, keys).expand(-1, num_heads, -1, -1).reshape(batch * num_heads, 1, keys)
        attn_mask = key_padding_mask if attn_mask is None else attn_mask + key_padding_mask
    if not training:
        dropout_p = 0.0
    if need_weights:
        scaled = q * (1.0 / float(head_dim)) ** 0.5
        if is_causal and attn_mask is None:
            raise AssertionError("FIXME: is_causal not implemented for need_weights")
        kt = k.transpose(-2, -1)
        weights = _dispatch("bmm", (scaled, kt)) if attn_mask is None else _dispatch("baddbmm", (attn_mask, scaled, kt))
        weights = weights.softmax(dim=-1)
        if dropout_p > 0.0:
            weights = _dropout(weights, p=dropout_p)
        output = _dispatch("bmm", (weights, v)).transpose(0, 1).reshape(steps * batch, size)
        output = _linear(output, out_proj_weight, out_proj_bias)
        output = output.view(steps, batch, output.size(1))
        weights = weights.view(batch, num_heads, steps, keys)
        if average_attn_weights:
            weights = weights.mean(dim=1)
        return (output, weights) if batched else (output.squeeze(1), weights.squeeze(0))
    if attn_mask is not None:
        if attn_mask.size(0) == 1 and attn_mask.dim() == 3:
            attn_mask = attn_mask.unsqueeze(0)
        else:
            attn_mask = attn_mask.view(batch, num_heads, -1, keys)
    q = q.view(batch, num_heads, steps, head_dim)
    k = k.view(batch, num_heads, keys, head_dim)
    v = v.view(batch, num_heads, keys, head_dim)
    output = scaled_dot_product_attention(q, k, v, attn_mask, dropout_p, is_causal)
    output = output.permute(2, 0, 1, 3).reshape(batch * steps, size)
    output = _linear(output, out_proj_weight, out_proj_bias)
    output = output.view(steps, batch, output.size(1))
    return (output if batched else output.squeeze(1)), None
