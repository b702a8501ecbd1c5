"""sys.stdout and sys.stderr of a script: many prints, one message."""

import io
from time import monotonic

import _nabla

from .bridge import CELL_PENDING, cell

# A line goes out at once while there is credit: BURST lines, one more every LONGEST_S. Without a clock of its own a script that
# prints and then loops for ever would otherwise keep its last line to itself.
LONGEST_S = 0.04
BURST = 20
MOST_CHARACTERS = 16384

_parts = []
_stream = 0
_size = 0
_last = 0.0
_credit = float(BURST)


def flush():
    """Hand on what was printed so far."""
    global _size
    if _parts:
        text = "".join(_parts)
        _parts.clear()
        _size = 0
        _nabla.output(_stream, text)
    cell[CELL_PENDING] = 0


def _may_pass():
    global _last, _credit
    now = monotonic()
    _credit = min(BURST, _credit + (now - _last) / LONGEST_S)
    _last = now
    if _credit < 1:
        return False
    _credit -= 1
    return True


class Stream(io.TextIOBase):
    """A text stream whose writes are joined. `number`: 1 stdout, 2 stderr."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, number, name):
        self._number = number
        self.name = name

    def write(self, text):
        global _stream, _size
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if _stream != self._number:
            flush()
            _stream = self._number
        _parts.append(text)
        _size += len(text)
        if _size > MOST_CHARACTERS or text.endswith("\n") and _may_pass():
            flush()
        else:
            cell[CELL_PENDING] = 1
        return len(text)

    def writable(self):
        return True

    def isatty(self):
        return False

    def fileno(self):
        raise io.UnsupportedOperation("fileno")

    def flush(self):
        flush()


class Stdin(io.TextIOBase):
    """There is no keyboard behind a run."""

    def readline(self, size=-1):
        raise EOFError("input() is not in Nabla yet: a run has no keyboard. Put the value in the script, or in sys.argv")

    read = readline

    def readable(self):
        return True

    def fileno(self):
        raise io.UnsupportedOperation("fileno")


stdout = Stream(1, "<stdout>")
stderr = Stream(2, "<stderr>")
stdin = Stdin()
