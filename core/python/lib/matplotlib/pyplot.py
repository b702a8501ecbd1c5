"""pyplot: the current figure and axes.

How a figure reaches the window: `show()` turns each open figure into JSON, `_nabla.figure_svg(json)` draws it, and
`nabla_runtime.showing.post(text, svg)` shows it under its cell. Figures still open when a cell ends are shown then, as Jupyter does.
Shown figures are closed.
"""

from nabla_runtime.showing import on_cell_end, post

from . import rcParams  # noqa: F401
from ._axes import Axes
from ._colors import colormap as get_cmap  # noqa: F401
from ._figure import Figure

_open = {}
_current = None


def figure(num=None, figsize=None, dpi=None, *, facecolor=None, **kwargs):
    """A new figure, or figure `num` again."""
    global _current
    if isinstance(num, Figure):
        _current = num
        return num
    if num is not None and num in _open:
        _current = _open[num]
        return _current
    if num is None:
        num = max((key for key in _open if isinstance(key, int)), default=0) + 1
    from ._colors import color

    made = Figure(num, figsize, None if facecolor is None else color(facecolor))
    _open[num] = made
    _current = made
    return made


def gcf():
    return _current if _current is not None else figure()


def gca(**kwargs):
    return gcf().gca()


def sca(ax):
    global _current
    _current = ax.figure
    ax.figure.current = ax


def axes(*args, **kwargs):
    if args or kwargs:
        raise NotImplementedError("matplotlib's plt.axes with a rectangle or projection is not in Nabla yet")
    return gcf().gca()


def subplot(*args, **kwargs):
    return gcf().add_subplot(*args, **kwargs)


def subplots(nrows=1, ncols=1, *, sharex=False, sharey=False, squeeze=True, figsize=None, dpi=None, **kwargs):
    made = figure(figsize=figsize)
    return made, made.subplots(nrows, ncols, sharex=sharex, sharey=sharey, squeeze=squeeze)


def subplot2grid(shape, loc, rowspan=1, colspan=1, **kwargs):
    cell = {"rows": shape[0], "columns": shape[1], "row": loc[0], "column": loc[1], "rowSpan": rowspan, "columnSpan": colspan}
    return gcf()._add(cell)


def show_figure(one):
    post(text=repr(one), svg=one.svg())


def show(*args, **kwargs):
    """Show all open figures, and close them."""
    waiting = [one for one in _open.values() if one.axes]
    close("all")
    for one in waiting:
        show_figure(one)


on_cell_end(show)


def close(fig=None):
    global _current
    if fig == "all":
        _open.clear()
        _current = None
        return
    gone = _current if fig is None else fig if isinstance(fig, Figure) else _open.get(fig)
    for key in [key for key, one in _open.items() if one is gone]:
        del _open[key]
    if gone is _current:
        _current = next(reversed(_open.values()), None)


def savefig(*args, **kwargs):
    gcf().savefig(*args, **kwargs)


def suptitle(t, **kwargs):
    return gcf().suptitle(t, **kwargs)


def tight_layout(**kwargs):
    gcf().tight_layout()


def subplots_adjust(**kwargs):
    gcf().subplots_adjust()


def clf():
    gcf().clear()


def cla():
    gca().cla()


def ion():
    """Accepted: figures are shown when a cell ends."""


ioff = draw = ion


def pause(interval):
    show()


def colorbar(*args, **kwargs):
    gcf().colorbar()


def get_fignums():
    return sorted(key for key in _open if isinstance(key, int))


def fignum_exists(num):
    return num in _open


def xticks(ticks=None, labels=None, **kwargs):
    ax = gca()
    if ticks is None:
        ax.tick_params(rotation=kwargs.get("rotation"))
    else:
        ax.set_xticks(ticks, labels, **kwargs)


def yticks(ticks=None, labels=None, **kwargs):
    if ticks is not None:
        gca().set_yticks(ticks, labels, **kwargs)


def xlim(*args, **kwargs):
    return gca().set_xlim(*args, **kwargs) if args or kwargs else gca().get_xlim()


def ylim(*args, **kwargs):
    return gca().set_ylim(*args, **kwargs) if args or kwargs else gca().get_ylim()


def _of_axes(name, method=None):
    def call(*args, **kwargs):
        return getattr(gca(), method or name)(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = getattr(Axes, method or name).__doc__
    return call


for _name in (
    "plot scatter bar barh hist imshow matshow fill_between errorbar stem step semilogy semilogx loglog axhline axvline hlines vlines "
    "axhspan axvspan text annotate legend grid margins axis tick_params autoscale twinx"
).split():
    globals()[_name] = _of_axes(_name)
for _name in ("xlabel", "ylabel", "title", "xscale", "yscale"):
    globals()[_name] = _of_axes(_name, f"set_{_name}")


class _Styles:
    available = ("default",)

    def use(self, name):
        """Accepted: Nabla has one style."""

    def context(self, name):
        from contextlib import nullcontext

        return nullcontext()


style = _Styles()


class _Maps:
    """plt.cm.viridis and the like: a name that imshow and scatter take."""

    def __getattr__(self, name):
        get_cmap(name)
        return name


cm = _Maps()

_ELSEWHERE = set(
    "boxplot violinplot pie contour contourf pcolor pcolormesh quiver streamplot hexbin hist2d fill fill_betweenx stackplot polar "
    "twiny table Circle Rectangle Polygon ginput connect subplot_mosaic eventplot xkcd thetagrids rgrids specgram setp getp imread imsave".split()
)


def __getattr__(name):
    if name in _ELSEWHERE:
        raise NotImplementedError(f"matplotlib.pyplot.{name} is not in Nabla yet")
    raise AttributeError(f"module 'matplotlib.pyplot' has no attribute '{name}'")
