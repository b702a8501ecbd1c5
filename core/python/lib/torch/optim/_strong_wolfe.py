"""A line search for the strong Wolfe conditions by bracketing and cubic interpolation (Nocedal, Wright, 3.5)."""

import math


def _lowest_of_cubic(x1, f1, g1, x2, f2, g2, bounds=None):
    """Where the cubic through two values and slopes is lowest, within bounds."""
    low, high = bounds if bounds is not None else (x1, x2) if x1 <= x2 else (x2, x1)
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    square = d1**2 - g1 * g2
    if not square >= 0:
        return (low + high) / 2.0
    d2 = square.sqrt() if hasattr(square, "sqrt") else math.sqrt(square)
    at = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2)) if x1 <= x2 else x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2 * d2))
    return min(max(at, low), high)


class _Point:
    """A step size with the loss, the gradient and the slope along the direction there."""

    __slots__ = ("t", "f", "g", "slope")

    def __init__(self, t, f, g, slope):
        self.t, self.f, self.g, self.slope = t, f, g, slope


def strong_wolfe(evaluate, t, d, f, g, slope, most, c1=1e-4, c2=0.9, small=1e-9):
    """(loss, gradient, step size, evaluations) for a step along `d`; `evaluate(t)` gives loss and gradient at step size t."""
    reach = d.abs().max()

    def look(t):
        value, grad = evaluate(t)
        return _Point(t, value, grad, grad.dot(d))

    start = before = _Point(0, f, g.clone(), slope)
    now = look(t)
    looked = 1
    turns = 0
    bracket = None
    done = False
    while turns < most:
        if now.f > f + c1 * now.t * slope or (turns > 1 and now.f >= before.f):
            bracket = [before, now]
            break
        if abs(now.slope) <= -c2 * slope:
            bracket = [now]
            done = True
            break
        if now.slope >= 0:
            bracket = [before, now]
            break
        limits = (now.t + 0.01 * (now.t - before.t), now.t * 10)
        t = _lowest_of_cubic(before.t, before.f, before.slope, now.t, now.f, now.slope, limits)
        before, now = now, look(t)
        looked += 1
        turns += 1
    if turns == most:
        bracket = [start, now]

    # Zoom: the bracket holds a point that satisfies both conditions.
    stuck = False
    low, high = (0, 1) if bracket[0].f <= bracket[-1].f else (1, 0)
    while not done and turns < most:
        a, b = bracket
        if abs(b.t - a.t) * reach < small:
            break
        t = _lowest_of_cubic(a.t, a.f, a.slope, b.t, b.f, b.slope)
        left, right = min(a.t, b.t), max(a.t, b.t)
        edge = 0.1 * (right - left)
        if min(right - t, t - left) < edge:
            if stuck or t >= right or t <= left:
                t = right - edge if abs(t - right) < abs(t - left) else left + edge
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        now = look(t)
        looked += 1
        turns += 1
        if now.f > f + c1 * t * slope or now.f >= bracket[low].f:
            bracket[high] = now
            low, high = (0, 1) if bracket[0].f <= bracket[1].f else (1, 0)
            continue
        if abs(now.slope) <= -c2 * slope:
            done = True
        elif now.slope * (bracket[high].t - bracket[low].t) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = now
    best = bracket[low]
    return best.f, best.g, best.t, looked
