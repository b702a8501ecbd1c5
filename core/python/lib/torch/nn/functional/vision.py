"""Images: resizing and sampling at the points of a grid."""

import warnings

from ..._engine import dispatch as _dispatch
from ..._tensor_facts import OURS
from . import pooling as _pooling

_BY_RANK = {
    "nearest": {3: "upsample_nearest1d", 4: "upsample_nearest2d", 5: "upsample_nearest3d"},
    "nearest-exact": {3: "_upsample_nearest_exact1d", 4: "_upsample_nearest_exact2d", 5: "_upsample_nearest_exact3d"},
    "linear": {3: "upsample_linear1d"},
    "bilinear": {4: "upsample_bilinear2d"},
    "bicubic": {4: "upsample_bicubic2d"},
    "trilinear": {5: "upsample_trilinear3d"},
}
_SMOOTHED = {"bilinear": "_upsample_bilinear2d_aa", "bicubic": "_upsample_bicubic2d_aa"}
_RANK_OF = {"linear": 3, "bilinear": 4, "trilinear": 5}


def _goal(input, size, scale_factor, dim):
    """Output sizes and scale factors, whichever was given; the other is None."""
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is None and scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    if size is not None:
        if not isinstance(size, (list, tuple)):
            return [size] * dim, None
        if len(size) != dim:
            raise ValueError(
                f"Input and output must have the same number of spatial dimensions, but got input with spatial dimensions of {list(input.shape[2:])} "
                f"and output size of {size}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format."
            )
        if not all(hasattr(one, "__index__") for one in size):
            raise TypeError(
                "expected size to be one of int or Tuple[int] or Tuple[int, int] or Tuple[int, int, int], "
                f"but got size with types {[type(one) for one in size]}"
            )
        return list(size), None
    if not isinstance(scale_factor, (list, tuple)):
        return None, [scale_factor] * dim
    if len(scale_factor) != dim:
        raise ValueError(
            f"Input and scale_factor must have the same number of spatial dimensions, but got input with spatial dimensions of {list(input.shape[2:])} "
            f"and scale_factor of shape {scale_factor}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format."
        )
    return None, list(scale_factor)


def interpolate(input, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None, antialias=False):
    """Resizes the dimensions behind the channels to `size`, or by `scale_factor`."""
    if mode in ("nearest", "area", "nearest-exact"):
        if align_corners is not None:
            raise ValueError("align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear")
    elif align_corners is None:
        align_corners = False
    rank = input.dim()
    goal, scales = _goal(input, size, scale_factor, rank - 2)
    if recompute_scale_factor and size is not None:
        raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
    if scales is not None and (recompute_scale_factor or mode == "area"):
        goal, scales = [int(input.shape[i + 2] * scale) for i, scale in enumerate(scales)], None
    if antialias and not (mode in ("bilinear", "bicubic", "lanczos") and rank == 4):
        raise ValueError("Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input")
    if mode == "area" and rank in (3, 4, 5):
        return (_area1d, _pooling.adaptive_avg_pool2d, _pooling.adaptive_avg_pool3d)[rank - 3](input, goal)
    name = _BY_RANK.get(mode, {}).get(rank)
    if name is None:
        _refuse(mode, rank)
    if antialias:
        name = _SMOOTHED[mode]
    if goal is None:
        goal = [int(input.shape[i + 2] * scale) for i, scale in enumerate(scales)]
    settings = (tuple(goal),) if mode.startswith("nearest") else (tuple(goal), align_corners)
    return _dispatch(name, (input, *settings, *([None] * (rank - 2) if scales is None else [float(scale) for scale in scales])))


def _area1d(input, goal):
    return _dispatch("adaptive_avg_pool1d", (input, tuple(goal)))


def _refuse(mode, rank):
    if mode in _RANK_OF and rank in (3, 4, 5):
        raise NotImplementedError(f"Got {rank}D input, but {mode} mode needs {_RANK_OF[mode]}D input")
    if mode == "lanczos" and rank == 4:
        raise NotImplementedError("torch.nn.functional.interpolate with mode='lanczos' is not in Nabla yet")
    raise NotImplementedError(
        f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {rank}D) for the modes: "
        f"nearest | linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got {mode})"
    )


def _deprecated(name):
    warnings.warn(f"`nn.functional.{name}` is deprecated. Use `nn.functional.interpolate` instead.", skip_file_prefixes=OURS)


def upsample(input, size=None, scale_factor=None, mode="nearest", align_corners=None):
    """interpolate's old name."""
    _deprecated("upsample")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input, size=None, scale_factor=None):
    """interpolate with mode='nearest'."""
    _deprecated("upsample_nearest")
    return interpolate(input, size, scale_factor, mode="nearest")


def upsample_bilinear(input, size=None, scale_factor=None):
    """interpolate with mode='bilinear' and align_corners."""
    _deprecated("upsample_bilinear")
    return interpolate(input, size, scale_factor, mode="bilinear", align_corners=True)


_MODES = ("bilinear", "nearest", "bicubic")
_PADDINGS = ("zeros", "border", "reflection")


def _corners_unsaid():
    warnings.warn(
        "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please specify align_corners=True if the "
        "old behavior is desired. See the documentation of grid_sample for details.",
        skip_file_prefixes=OURS,
    )
    return False


def grid_sample(input, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    """The image read at the grid's points, x and y in -1 … 1: (N, C, H, W) and (N, h, w, 2) give (N, C, h, w)."""
    if mode not in _MODES:
        raise ValueError(f"nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{mode}'")
    if padding_mode not in _PADDINGS:
        raise ValueError(f"nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: '{padding_mode}'")
    if align_corners is None:
        align_corners = _corners_unsaid()
    return _dispatch("grid_sampler", (input, grid, _MODES.index(mode), _PADDINGS.index(padding_mode), align_corners))


def affine_grid(theta, size, align_corners=None):
    """The grid of an affine map: (N, 2, 3) gives (N, H, W, 2), (N, 3, 4) gives (N, D, H, W, 3)."""
    if align_corners is None:
        align_corners = _corners_unsaid()
    if not theta.is_floating_point():
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")
    n = len(size) - 2
    if n not in (2, 3):
        raise NotImplementedError(
            f"affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size {size}."
        )
    if theta.dim() != 3 or tuple(theta.shape[1:]) != (n, n + 1):
        raise ValueError(f"Expected a batch of {n}D affine matrices of shape Nx{n}x{n + 1} for size {size}. Got {theta.shape}.")
    if align_corners and min(size[2:]) == 1:
        warnings.warn(
            "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when align_corners=True. This is not an intended use case "
            "of affine_grid. See the documentation of affine_grid for details.",
            skip_file_prefixes=OURS,
        )
    elif min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {size}")
    return _dispatch("affine_grid_generator", (theta, tuple(size), align_corners))
