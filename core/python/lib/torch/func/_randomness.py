"""What ops do inside vmap that one call for each example cannot do by itself: random draws, and refusing to look at an example's value."""

from contextlib import contextmanager

import _nabla

RANDOMNESS = ("error", "different", "same")
_active = []


class _Draws:
    """The draws of one vmap: recorded at the first example, handed out at the others."""

    def __init__(self, mode, size, chunk):
        self.mode, self.size, self.chunk = mode, size, chunk or size
        self.kept, self.index, self.at = [], 0, 0

    def example(self, index):
        self.index, self.at = index, 0
        if index % self.chunk == 0:
            self.kept = []

    def take(self, make):
        """make(lead) draws with `lead` put before the sizes; what the current example gets of it."""
        if self.mode == "error":
            raise RuntimeError(
                "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform the "
                "randomness operation out of vmap"
            )
        at, self.at = self.at, self.at + 1
        if at == len(self.kept):
            start = self.index - self.index % self.chunk
            self.kept.append(make((min(self.chunk, self.size - start),) if self.mode == "different" else ()))
        drawn = self.kept[at]
        return drawn[self.index % self.chunk] if self.mode == "different" else drawn


def drawn(make):
    """make(sizes before the rest), inside as many vmaps as are open."""

    def inside(level, lead):
        if level < 0:
            return make(lead)
        return _active[level].take(lambda more: inside(level - 1, (*more, *lead)))

    return inside(len(_active) - 1, ())


def in_vmap():
    return bool(_active)


@contextmanager
def drawing(mode, size, chunk):
    draws = _Draws(mode, size, chunk)
    _active.append(draws)
    _nabla.follow_batches(1)
    _install()
    try:
        yield draws
    finally:
        _active.pop()
        _nabla.follow_batches(0)
        if not _active:
            _uninstall()


_saved = {}


def _install():
    """While a vmap is open, the functions that draw go through it."""
    if _saved:
        return
    from .. import _draws
    from .._tensor import Tensor
    from ..nn import functional

    _saved["_nabla"] = _draws._nabla
    _draws._nabla = _Drawing()
    plain_draw = _draws._draw

    def draw(kind, sizes, a, b, dtype, device, generator, requires_grad):
        if kind == 3:
            return drawn(lambda lead: _stacked(lead, lambda: plain_draw(kind, sizes, a, b, dtype, device, generator, False)))
        return drawn(lambda lead: plain_draw(kind, (*lead, *sizes), a, b, dtype, device, generator, False)).detach().requires_grad_(requires_grad)

    def noise(plain):
        def method(self, *args, **kwargs):
            return self.copy_(drawn(lambda lead: plain(self.detach().new_empty((*lead, *self.shape)), *args, **kwargs)))

        return method

    _saved["draw"] = plain_draw
    _draws._draw = draw
    for name in ("uniform_", "normal_", "exponential_", "bernoulli_", "random_"):
        plain = getattr(Tensor, name)
        _saved[name] = plain
        setattr(Tensor, name, _bernoulli(plain) if name == "bernoulli_" else noise(plain))
    _refuse_looking(Tensor)
    plain_dropout = functional.dropout
    _saved["dropout"] = plain_dropout

    def dropout(input, p=0.5, training=True, inplace=False):
        if not training or p == 0 or inplace:
            return plain_dropout(input, p, training, inplace)
        keep = drawn(lambda lead: _saved["bernoulli_"](input.detach().new_empty((*lead, *input.shape)), 1 - p).div_(1 - p) if p < 1 else input.detach().new_zeros((*lead, *input.shape)))
        return input * keep

    functional.dropout = dropout


_ITEM = (
    "vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a Tensor, please try to rewrite what you're doing with other "
    "operations. If error is occurring somewhere inside PyTorch internals, please file a bug report."
)
_FLOW = (
    "vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow. We don't support that yet, please file an issue at "
    "https://github.com/pytorch/pytorch/issues ."
)


def _refuse_looking(Tensor):
    def guarded(name, message):
        plain = _saved[name] = getattr(Tensor, name)

        def method(self):
            if _nabla.is_batched(self._h):
                raise RuntimeError(message)
            return plain(self)

        setattr(Tensor, name, method)

    for name, message in (("item", _ITEM), ("__bool__", _FLOW), ("__float__", _ITEM), ("__int__", _ITEM)):
        guarded(name, message)


def _bernoulli(plain):
    def method(self, p=0.5, *, generator=None):
        from .._tensor import Tensor

        if isinstance(p, Tensor):
            spread = p.expand_as(self)
            return self.copy_(drawn(lambda lead: plain(self.detach().new_empty((*lead, *self.shape)), spread.expand((*lead, *self.shape)), generator=generator)))
        return self.copy_(drawn(lambda lead: plain(self.detach().new_empty((*lead, *self.shape)), p, generator=generator)))

    return method


class _Drawing:
    """The engine, but for draws from tensors of probabilities."""

    def __getattr__(self, name):
        return getattr(_nabla, name)

    def bernoulli_of(self, handle, generator):
        from .._tensor import wrap

        given = wrap(_nabla.detach(handle))

        def make(lead):
            spread = given.expand((*lead, *given.shape))
            return wrap(_nabla.bernoulli_of(spread._h, generator))

        found = drawn(make)
        return _nabla.detach(found._h)


def _stacked(lead, make):
    from .._engine import dispatch

    if not lead:
        return make()
    return dispatch("stack", ([_stacked(lead[1:], make) for _ in range(lead[0])],))


def _uninstall():
    from .. import _draws
    from .._tensor import Tensor
    from ..nn import functional

    _draws._draw = _saved.pop("draw")
    _draws._nabla = _saved.pop("_nabla")
    functional.dropout = _saved.pop("dropout")
    for name in list(_saved):
        setattr(Tensor, name, _saved.pop(name))
