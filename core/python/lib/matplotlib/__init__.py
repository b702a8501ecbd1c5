"""Nabla's own matplotlib: figures as plain specifications, drawn to SVG by the engine. Only pyplot and what it returns."""

__version__ = "3.11.0"


class _Settings(dict):
    """rcParams: figure.figsize and figure.dpi are followed, the rest is kept and has no effect."""

    def update(self, *args, **kwargs):
        super().update(*args, **kwargs)


rcParams = _Settings({"figure.figsize": [6.4, 4.8], "figure.dpi": 72.0, "lines.linewidth": 1.5, "axes.grid": False})


def use(backend, **kwargs):
    """Accepted: Nabla has one way of drawing."""


def rc(group, **kwargs):
    rcParams.update({f"{group}.{name}": value for name, value in kwargs.items()})


_PARTS = ("animation", "cm", "colors", "patches", "ticker", "gridspec", "dates", "image", "lines", "font_manager", "widgets", "style", "collections")


def __getattr__(name):
    if name in _PARTS:
        raise NotImplementedError(f"matplotlib.{name} is not in Nabla yet")
    raise AttributeError(f"module 'matplotlib' has no attribute '{name}'")
