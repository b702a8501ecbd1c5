"""torch.autograd.forward_ad: dual numbers. A tangent is computed when it is asked for, by differentiating a vector-Jacobian product
with respect to its vector: the engine has backward formulas only."""

from typing import NamedTuple

from .._engine import ask, dispatch
from .._grad_mode import enable_grad
from .._tensor import Tensor

_levels = []


class UnpackedDualTensor(NamedTuple):
    """What `unpack_dual` gives."""

    primal: Tensor
    tangent: Tensor | None


def enter_dual_level():
    """Begin a level of forward derivatives."""
    if _levels:
        raise RuntimeError("Nested forward mode AD is not supported at the moment")
    _levels.append([])
    return len(_levels) - 1


def exit_dual_level(*, level=None):
    """End the level: its tangents are gone."""
    if not _levels:
        raise RuntimeError("Trying to exit a forward AD level but no level was entered.")
    _levels.pop()


class dual_level:
    """A level of forward derivatives, as a context manager."""

    def __enter__(self):
        return enter_dual_level()

    def __exit__(self, *exc):
        exit_dual_level()


def make_dual(tensor, tangent, *, level=None):
    """A tensor that carries `tangent` (same shape and type) through the level."""
    if not _levels:
        raise RuntimeError("Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first.")
    if not tensor.is_floating_point():
        raise ValueError(f"Expected primal to be floating point or complex, but got: {tensor.dtype}")
    if not tangent.is_floating_point():
        raise ValueError(f"Expected tangent to be floating point or complex, but got: {tangent.dtype}")
    if tensor.shape != tangent.shape:
        raise RuntimeError(
            "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not supported. "
            f"Tensor is of size {list(tensor.shape)} while the given forward gradient is of size {list(tangent.shape)}."
        )
    with enable_grad():
        made = tensor.view_as(tensor) if tensor.requires_grad else tensor.detach().requires_grad_()
    _levels[-1].append((made, tangent))
    return made


def unpack_dual(tensor, *, level=None):
    """The value and, where the tensor depends on a dual one, its tangent."""
    if not _levels:
        return UnpackedDualTensor(tensor, None)
    from . import grad

    duals = _levels[-1]
    own = [d for d, _ in duals if d.is_leaf]
    primal = _without(tensor, own)
    for made, tangent in duals:
        if made is tensor:
            return UnpackedDualTensor(primal, tangent)
    if not tensor.requires_grad or not duals:
        return UnpackedDualTensor(primal, None)
    with enable_grad():
        vector = dispatch("zeros_like", (tensor.detach(),)).requires_grad_()
        first = grad(tensor, [d for d, _ in duals], vector, create_graph=True, allow_unused=True)
        pairs = [(g, t) for g, (_, t) in zip(first, duals) if g is not None]
        if not pairs:
            return UnpackedDualTensor(primal, None)
        outer = any(t.requires_grad for _, t in pairs) or ask("depends_on_others", [g._h for g, _ in pairs], [t._h for t in (*own, vector)])
        pairs = [(g, t) for g, t in pairs if g.requires_grad]
        found = grad([g for g, _ in pairs], vector, [t for _, t in pairs], create_graph=outer, retain_graph=True, allow_unused=True)[0] if pairs else None
    if found is None:
        found = dispatch("zeros_like", (tensor.detach(),))
    return UnpackedDualTensor(primal, _without(found, [*own, vector]))


def _without(tensor, own):
    return tensor if tensor.requires_grad and ask("depends_on_others", [tensor._h], [t._h for t in own]) else tensor.detach()
