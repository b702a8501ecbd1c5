"""What a script may not reach: the host behind the engine, and the network."""

import builtins
import sys
from importlib.abc import MetaPathFinder

from .nearest import AbsentPackages

CLOSED = ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "pyodide_core", "micropip")
# They read and write memory by address, or make modules the finders would refuse.
MACHINE = ("ctypes", "_ctypes", "_ctypes_test", "_testcapi", "_testinternalcapi", "_testlimitedcapi", "_testbuffer", "_posixsubprocess")
NETWORK = ("requests", "urllib3", "httpx", "aiohttp", "websockets")


class Gate(MetaPathFinder):
    """Answers imports of closed modules by name; lets all others pass."""

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in CLOSED:
            raise ModuleNotFoundError(f"No module named {name!r}: a script in Nabla cannot reach the host it runs in", name=name)
        if top in MACHINE:
            raise ModuleNotFoundError(f"No module named {name!r}: a script in Nabla cannot reach the machine it runs on", name=name)
        if top in NETWORK:
            raise ModuleNotFoundError(f"No module named {name!r}: Nabla works offline; open a file beside the script instead", name=name)
        return None


def _refuse(what):
    def refuse(*args, **kwargs):
        raise OSError(f"{what} is not in Nabla: scripts have no network. Put the file beside the script and open it by name")

    return refuse


def _close_network():
    import socket

    socket.socket.connect = _refuse("socket.connect")
    socket.create_connection = _refuse("socket.create_connection")
    socket.getaddrinfo = _refuse("socket.getaddrinfo")


def _closed_open(code):
    raise OSError("os.system is not in Nabla: scripts cannot start other programs")


def _forget_host():
    """Empty what still names the host: the import hook's table and every module dictionary that holds its objects."""
    import gc

    for found in gc.get_objects():
        if type(found).__name__ == "JsFinder":
            found.jsproxies.clear()


def _close_builtins():
    """Built-in modules are made by name, past every finder."""
    import _imp

    create = _imp.create_builtin

    def create_builtin(spec):
        if spec.name.partition(".")[0] in CLOSED + MACHINE:
            raise ModuleNotFoundError(f"No module named {spec.name!r}", name=spec.name)
        return create(spec)

    _imp.create_builtin = create_builtin


def close():
    """Take the host's modules out of reach, for good."""
    import os
    import posix
    import time

    import _nabla

    sys.meta_path[:] = [finder for finder in sys.meta_path if "pyodide" not in getattr(finder, "__module__", type(finder).__module__)]
    sys.meta_path.insert(0, Gate())
    sys.meta_path.append(AbsentPackages())
    for name in list(sys.modules):
        if name.partition(".")[0] in CLOSED + MACHINE:
            del sys.modules[name]
    sys.modules["_nabla"] = _nabla
    os.system = posix.system = _closed_open
    _forget_host()
    _close_builtins()
    real = sys.modules.get("socket")
    if real is not None:
        _close_network()

    monotonic = time.monotonic

    def sleep(seconds, /):
        """Waits in slices, so that a stop is heard."""
        from .output import flush

        if not isinstance(seconds, (int, float)) and not hasattr(seconds, "__float__") and not hasattr(seconds, "__index__"):
            raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer or float")
        seconds = float(seconds)
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        flush()
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0:
            _nabla.sleep(min(left, 0.02) * 1000)

    time.sleep = sleep

    real_import = builtins.__import__
    # socket is large and seldom used: its doors are closed when it is first asked for.
    class OnSocket(MetaPathFinder):
        def find_spec(self, name, path=None, target=None):
            if name == "socket":
                sys.meta_path.remove(self)
                real_import("socket")
                _close_network()
                sys.meta_path.insert(1, self)
            return None

    if real is None:
        sys.meta_path.insert(1, OnSocket())
