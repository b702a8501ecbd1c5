// Scaled dot-product attention: the fused kernel where torch's CPU takes it, else written out in matrix products and a softmax.
import { deviceOf } from '../tensor/device.ts';
import { cTypeName, isFloating } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { emptyAs } from './creation.ts';
import type { Args, OpDescriptor, Ops } from './descriptor.ts';

const typeText = (t: Tensor): string => cTypeName(t.dtype);

function check(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | null): void {
  if (q.dtype !== k.dtype || q.dtype !== v.dtype)
    throw new TorchError(
      `Expected query, key, and value to have the same dtype, but got query.dtype: ${typeText(q)} key.dtype: ${typeText(k)} and value.dtype: ${typeText(v)} instead.`,
    );
  if (q.shape.length < 2 || k.shape.length < 2 || v.shape.length < 2)
    throw new TorchError(
      `Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: ${q.shape.length} key.dim: ${k.shape.length} and value.dim: ${v.shape.length} instead.`,
    );
  if (mask === null || mask.dtype === 'bool' || mask.dtype === 'float32' || mask.dtype === q.dtype) return;
  throw new TorchError(
    `Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: ${typeText(mask)} and  query.dtype: ${typeText(q)} instead.`,
  );
}

/** Whether torch's fused kernel takes it. */
function fits(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | null, dropout: number, grouped: boolean): boolean {
  if (dropout > 0 || q.shape.length !== 4 || k.shape.length !== 4 || v.shape.length !== 4) return false;
  if (!isFloating(q.dtype)) return false;
  if (k.shape[0] !== q.shape[0] || v.shape[0] !== q.shape[0] || k.shape[1] !== v.shape[1]) return false;
  if (grouped ? q.shape[1] % k.shape[1] !== 0 : q.shape[1] !== k.shape[1]) return false;
  if (q.shape[3] !== k.shape[3] || q.shape[3] !== v.shape[3] || k.shape[2] !== v.shape[2]) return false;
  if (q.shape[2] === 0 || k.shape[2] === 0 || [q, k, v].some((t) => t.strides[3] !== 1)) return false;
  if (mask === null) return true;
  const rank = mask.shape.length;
  if (mask.requiresGrad || (rank !== 2 && rank !== 4)) return false;
  const full = [q.shape[0], q.shape[1], q.shape[2], k.shape[2]];
  return mask.shape.every((n, d) => n === 1 || n === full[4 - rank + d]);
}

/** A mask of truths as 0 and -∞. */
function additive(F: Ops, mask: Tensor | null, like: Tensor): Tensor | null {
  if (mask === null || mask.dtype !== 'bool') return mask;
  const zeros = F.zeros(mask.shape, { dtype: like.dtype, device: like.device });
  return F.masked_fill(zeros, F.logical_not(mask), -Infinity);
}

function scaleOf(scale: number | null, q: Tensor): number {
  return scale === null ? 1 / Math.sqrt(q.shape[q.shape.length - 1]) : Number(scale);
}

function sharedHeads(F: Ops, t: Tensor, heads: number): Tensor {
  const own = t.shape[t.shape.length - 3];
  return own === heads ? t : F.repeat_interleave(t, BigInt(heads / own), -3);
}

function writtenOut(F: Ops, args: Args): Tensor {
  const [query, key, value, given, dropout, causal, scale, grouped] = args;
  const wanted = scaleOf(scale, query);
  // Both factors get the root, so that products stay in range.
  const root = Math.sqrt(Math.abs(wanted));
  const q = F.mul(query, scale !== null && wanted < 0 ? -root : root);
  let mask: Tensor | null = given;
  if (causal) {
    if (given !== null) throw new TorchError('_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True');
    const square = [query.shape[query.shape.length - 2], key.shape[key.shape.length - 2]];
    mask = F.tril(F.ones(square, { dtype: 'bool', device: query.device }));
  }
  mask = additive(F, mask, query);
  let [k, v] = [key, value];
  if (grouped) {
    const heads = query.shape[query.shape.length - 3];
    for (const t of [k, v])
      if (heads % t.shape[t.shape.length - 3] !== 0)
        throw new TorchError('Number of heads in key and value must divide the number of heads in ');
    [k, v] = [sharedHeads(F, k, heads), sharedHeads(F, v, heads)];
  }
  let weights = F.matmul(q, F.mul(F.transpose(k, -2, -1), root));
  if (mask !== null) weights = F.add(weights, mask);
  weights = F._safe_softmax(weights, -1n);
  if (dropout > 0) weights = F.dropout(weights, dropout, true);
  return F.matmul(weights, v);
}

function attended(F: Ops, args: Args, ways: number): Tensor {
  const [query, key, value, mask, dropout, causal, scale, grouped] = args;
  check(query, key, value, mask);
  if (ways === 0)
    throw new TorchError(
      'No viable backend for scaled_dot_product_attention was found. This is likely due to turning off both the math kernel and the fused kernels.',
    );
  if (ways & 1 && fits(query, key, value, mask, dropout, grouped)) {
    if (dropout !== 0) throw new TorchError('scaled_dot_product_attention_flash_attention: Currently do not support dropout > 0');
    const options = { attn_mask: additive(F, mask, query), scale };
    return F._scaled_dot_product_flash_attention_for_cpu(query, key, value, 0, causal, options)[0];
  }
  if (!(ways & 2)) throw new TorchError('No available kernel.  Aborting execution.');
  return writtenOut(F, args);
}

/** The mask over batch, heads, queries and keys. */
function spread(F: Ops, mask: Tensor | null, q: Tensor, k: Tensor): Tensor | null {
  if (mask === null) return null;
  const wide = F.expand(mask, [q.shape[0], q.shape[1], q.shape[2], k.shape[2]]);
  return mask.dtype === q.dtype ? wide : F._to_copy(wide, { dtype: q.dtype });
}

/** [B, H, T, D] lying in memory as [B, T, H, D]: how torch's kernel makes the gradients. */
function headsInside(t: Tensor): Tensor {
  const [batch, heads, rows, size] = t.shape;
  const whole = Tensor.empty([batch, rows, heads, size], t.dtype, t.device);
  const [b, r, h, d] = whole.strides;
  const out = Tensor.over(whole.storage, t.dtype, t.device, t.shape, [b, h, r, d], 0);
  whole.dispose();
  return out;
}

const ARGS =
  'Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, float? scale=None, bool enable_gqa=False';
const head = { tensor: [2, 3, 4] } as const;

export const attentions: OpDescriptor[] = [
  {
    name: '_safe_softmax',
    kind: 'file',
    overloads: [
      {
        schema: '_safe_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor',
        // Where everything is masked: 0, not 0/0.
        forward: ([self, dim, dtype], F) => {
          const input = dtype === null || dtype === self.dtype ? self : F._to_copy(self, { dtype });
          const masked = F.eq(F.amax(F.detach(input), [dim], true), -Infinity);
          return F.masked_fill(F.softmax(input, BigInt(dim)), masked, 0n);
        },
        grad: {
          name: 'SafeSoftmaxBackward0',
          saved: [{ name: 'result', output: 0 }],
          keep: (args) => ({ dim: args[1] }),
          // y (g - Σ g y)
          backward: (g, { F, s: [y], k }) => {
            const each = F.mul(g, y);
            return F.sub(each, F.mul(y, F.sum(each, [k.dim], true)));
          },
        },
      },
    ],
    samples: [{ args: [{ tensor: [2, 3] }, -1n] }],
  },
  {
    name: '_scaled_dot_product_flash_attention_for_cpu',
    kind: 'file',
    overloads: [
      {
        schema:
          '_scaled_dot_product_flash_attention_for_cpu(Tensor query, Tensor key, Tensor value, float dropout_p=0.0, bool is_causal=False, *, Tensor? attn_mask=None, float? scale=None) -> (Tensor, Tensor)',
        inputs: [0, 1, 2],
        forward: ([query, key, value, , causal, mask, scale], F) => {
          const output = emptyAs(query, query.dtype, query.device, null);
          const logSums = Tensor.empty(query.shape.slice(0, 3), query.dtype, query.device);
          const wide = spread(F, mask, query, key);
          deviceOf(output).attention({ query, key, value, mask: wide, causal, scale: scaleOf(scale, query), output, logSums });
          return [output, logSums];
        },
        grad: {
          name: 'ScaledDotProductFlashAttentionForCpuBackward0',
          constant: [1],
          saved: [
            { name: 'query', argument: 0 },
            { name: 'key', argument: 1 },
            { name: 'value', argument: 2 },
            { name: 'attn_mask', argument: 5 },
            { name: 'output', output: 0 },
            { name: 'logsumexp', output: 1 },
          ],
          keep: (args) => ({ dropout_p: args[3], is_causal: args[4], scale: args[6] }),
          backward: (g, { F, s, k, needs }) => {
            const [query, key, value, mask, output, logSums] = s;
            const [dq, dk, dv] = F._scaled_dot_product_flash_attention_for_cpu_backward(
              g,
              query,
              key,
              value,
              output,
              logSums,
              k.dropout_p,
              k.is_causal,
              { attn_mask: mask, scale: k.scale },
            ) as Tensor[];
            return [needs & 1 ? dq : null, needs & 2 ? dk : null, needs & 4 ? dv : null];
          },
        },
      },
    ],
  },
  {
    name: '_scaled_dot_product_flash_attention_for_cpu_backward',
    kind: 'file',
    overloads: [
      {
        schema:
          '_scaled_dot_product_flash_attention_for_cpu_backward(Tensor grad_out, Tensor query, Tensor key, Tensor value, Tensor out, Tensor logsumexp, float dropout_p, bool is_causal, *, Tensor? attn_mask=None, float? scale=None) -> (Tensor, Tensor, Tensor)',
        inputs: [0, 1, 2, 3],
        forward: ([g, query, key, value, output, logSums, , causal, mask, scale], F) => {
          const out = [query, key, value].map(headsInside);
          const wide = spread(F, mask, query, key);
          const all = { query, key, value, mask: wide, causal, scale: scaleOf(scale, query), output, logSums };
          deviceOf(g).attentionBackward(all, g, { query: out[0], key: out[1], value: out[2] });
          return out;
        },
        grad: {
          name: 'NotImplemented',
          backward: () => {
            throw new TorchError('derivative for aten::_scaled_dot_product_flash_attention_for_cpu_backward is not implemented');
          },
        },
      },
    ],
  },
  {
    name: 'scaled_dot_product_attention',
    kind: 'composite',
    overloads: [{ schema: `scaled_dot_product_attention(${ARGS}) -> Tensor`, forward: (args, F) => attended(F, args, 3) }],
    samples: [
      { args: [head, head, head, null, 0, true] },
      { args: [head, { tensor: [2, 5, 4] }, { tensor: [2, 5, 2] }, { tensor: [3, 5] }], kwargs: { scale: 0.3 } },
    ],
  },
  {
    name: '_attention_by',
    kind: 'composite',
    overloads: [
      {
        // With some ways switched off: 1 the fused kernel, 2 written out.
        schema: `_attention_by(int ways, ${ARGS}) -> Tensor`,
        forward: ([ways, ...args], F) => attended(F, args, ways),
      },
    ],
  },
];
