"""torchviz: make_dot draws what leads to a tensor."""

from .dot import Digraph, make_dot, make_dot_from_trace, resize_graph  # noqa: F401
