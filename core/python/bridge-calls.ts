// Op calls from Python: a *call plan* says once what an argument list looks like (tensor, float, int, constant, nested list),
// then each call crosses with plain numbers only. It knows the funnel's `call` and no op.
import { call } from '../autograd/funnel.ts';
import type { Arg } from '../ops/descriptor.ts';
import { Tensor } from '../tensor/tensor.ts';
import { TorchError } from '../tensor/torch-error.ts';
import { type BridgeFunctions, type BridgeHost, result } from './bridge-host.ts';
import type { Pauses } from './pauses.ts';

/** What to do with the numbers that cross: take one as a tensor, a float, an int (in a list: a plain number), or use a constant. */
type Step = { readonly take: 'tensor' | 'float' | 'int' } | { readonly constant: Arg } | { readonly list: readonly Step[] };

interface CallPlan {
  readonly op: string;
  readonly positional: readonly Step[];
  readonly keywords: readonly (readonly [string, Step])[];
  /** The op's own codes where all arguments are plain: 't', 'f' or 'i' each; '' otherwise. */
  readonly simple: string;
  /** Works on its first argument and returns it. */
  readonly inPlace: boolean;
}

/** Tokens as `encode` in `torch/_engine.py` writes them. */
export function parsePlan(text: string): CallPlan {
  const [op, ...tokens] = text.split('\0');
  const positional: Step[] = [];
  const keywords: [string, Step][] = [];
  let at = 0;
  const step = (): Step => {
    const token = tokens[at++];
    switch (token[0]) {
      case 't':
        return { take: 'tensor' };
      case 'f':
        return { take: 'float' };
      case 'i':
        return { take: 'int' };
      case 'n':
        return { constant: null };
      case '+':
        return { constant: true };
      case '-':
        return { constant: false };
      case 's':
      case 'd':
      case 'D':
      case 'm':
        return { constant: token.slice(1) };
      case '(': {
        const list: Step[] = [];
        while (tokens[at] !== ')') list.push(step());
        at++;
        return { list };
      }
      default:
        throw new TorchError(`an argument of ${op}() cannot be used here`, 'TypeError');
    }
  };
  while (at < tokens.length) {
    if (tokens[at][0] === '=') keywords.push([tokens[at++].slice(1), step()]);
    else positional.push(step());
  }
  const simple = keywords.length === 0 && positional.every((s) => 'take' in s) ? tokens.join('') : '';
  return { op, positional, keywords, simple, inPlace: op.endsWith('_') && !op.endsWith('__') };
}

export function callFunctions(host: BridgeHost, pauses: Pauses): BridgeFunctions {
  const plans: CallPlan[] = [];
  const { tensors } = host;
  let values: readonly (number | bigint)[] = [];
  let next = 0;
  let first: Tensor | null = null;
  let list: readonly unknown[] | null = null;

  const build = (step: Step, inList: boolean): Arg => {
    if ('constant' in step) return step.constant;
    if ('list' in step) return step.list.map((item) => build(item, true));
    const value = values[next++];
    if (step.take === 'tensor') return tensors.get(value as number);
    if (step.take === 'float' || inList) return Number(value);
    return BigInt(value);
  };

  /** Whether a result is an argument, which comes without a count of its own (`broadcast_tensors`). */
  const given = (tensor: Tensor): boolean => first === tensor || list?.includes(tensor) === true;

  const finish = (plan: CallPlan, made: Tensor | readonly Tensor[]): number => {
    if (Array.isArray(made))
      return host.many((made as readonly Tensor[]).map((tensor) => tensors.add(given(tensor) ? tensor.retain() : tensor)));
    if (plan.inPlace) {
      // The caller has the tensor already.
      return result.none;
    }
    // An op that had nothing to do returns its argument, without a new count.
    if (made === first) return result.same;
    return tensors.add(made as Tensor);
  };

  /** The hot path: `(plan, ...numbers)`. */
  const callPlan = (number: number, a: number, b: number, ...more: number[]): number => {
    try {
      host.enter();
      const plan = plans[number];
      if (pauses.wantsOps) pauses.at('op');
      let made: Tensor | Tensor[];
      switch (plan.simple) {
        case 't':
          made = call(plan.op, [(first = tensors.get(a))]);
          break;
        case 'tt':
          made = call(plan.op, [(first = tensors.get(a)), tensors.get(b)]);
          break;
        case 'tf':
          made = call(plan.op, [(first = tensors.get(a)), b]);
          break;
        case 'ttt':
          made = call(plan.op, [(first = tensors.get(a)), tensors.get(b), tensors.get(more[0])]);
          break;
        default: {
          values = a === undefined ? [] : b === undefined ? [a] : [a, b, ...more];
          next = 0;
          const args = plan.positional.map((step) => build(step, false));
          first = args[0] instanceof Tensor ? args[0] : null;
          list = Array.isArray(args[0]) ? args[0] : null;
          if (plan.keywords.length === 0) made = call(plan.op, args);
          else made = call(plan.op, args, Object.fromEntries(plan.keywords.map(([name, step]) => [name, build(step, false)])));
        }
      }
      return finish(plan, made);
    } catch (error) {
      return host.fail(error);
    }
  };

  return {
    call: callPlan,
    plan: host.guard((text: string) => {
      plans.push(parsePlan(text));
      return plans.length - 1;
    }),
  };
}
