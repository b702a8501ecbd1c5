"""The shared memory beside the crossing: dead handles, flags and many results, as arrays the engine reads in place."""

from array import array

import _nabla

# dead[0] counts the handles queued in dead[1:]; the engine empties it at its next call.
DEAD_LIMIT = 8191
dead = array("i", bytes(4 * (DEAD_LIMIT + 1)))

# cell[0]: 1 while printed text waits; cell[1]: 1 while something records; cell[8:]: results of calls that return several tensors.
CELL_PENDING = 0
CELL_RECORDING = 1
CELL_OUT = 8
cell = array("i", bytes(4 * 4096))

_nabla.attach(dead.buffer_info()[0], DEAD_LIMIT, cell.buffer_info()[0], len(cell))

# An exception raised by a Python function that the engine called, on its way through the engine.
_passing = []


def hold(error):
    """Keep `error` while the engine unwinds; `fail` raises it again on the other side."""
    _passing.append(error)


def fail():
    """Raise what the engine refused to do as the Python exception it stands for."""
    import json

    if _passing:
        error = _passing.pop()
        _passing.clear()
        _nabla.take()
    else:
        said = json.loads(_nabla.take())
        error = exception_class(said["type"])(said["message"])
        for note in said["notes"]:
            error.add_note(note)
    try:
        raise error
    finally:
        # This frame is in the error's traceback: holding it would be a cycle, and the tensors of the call would wait for the collector.
        error = None


_classes = {}


def name_exception(name, cls):
    """Let the engine raise `cls` by `name`."""
    _classes[name] = cls


def exception_class(name):
    import builtins

    found = _classes.get(name) or getattr(builtins, name, None)
    if isinstance(found, type) and issubclass(found, BaseException):
        return found
    return RuntimeError


def guarded(function):
    """`function` as the engine may call it: an exception waits in `hold`, and the engine sees -1."""

    def call(*args):
        try:
            return function(*args)
        except BaseException as error:
            hold(error)
            return -1

    return call


def ask(name, *args):
    """Call a seldom used engine function with plain values; returns plain values."""
    import json

    answer = _nabla.invoke(name, json.dumps(args))
    if answer is None:
        fail()
    return json.loads(answer)
