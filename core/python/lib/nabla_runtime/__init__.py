"""What runs a script: output, cells, tracebacks, files. Knows nothing of torch; the packages beside it know nothing of sessions."""

from .showing import display, on_cell_end
from .output import flush

__all__ = ["display", "flush", "on_cell_end"]
