"""Runs one script or the cells of a notebook in one namespace. The session calls `begin`, `run_cell` per cell, `end`."""

import ast
import builtins
import gc
import io
import json
import os
import shutil
import sys
import tokenize
import types
import warnings

import _nabla

from . import showing as shown
from . import magics, output, tracebacks
from .bridge import CELL_RECORDING, cell

LIBRARY = os.path.dirname(os.path.dirname(__file__))
FOLDER = tracebacks.script_folder

_first_modules = frozenset(sys.modules)
_ours = frozenset(os.path.splitext(name)[0] for name in os.listdir(LIBRARY)) - {"nabla_runtime"}
_kept_path = list(sys.path)
_warning_filters = list(warnings.filters)
_original = {}
_main = None
_notebook = False


def begin(config):
    """Start a run. `config`: JSON with name, argv, notebook, device and folder (relative paths already written under the script folder)."""
    global _main, _notebook
    config = json.loads(config)
    _notebook = config["notebook"]
    sys.stdout, sys.stderr, sys.stdin = output.stdout, output.stderr, output.stdin
    os.makedirs(FOLDER, exist_ok=True)
    os.chdir(FOLDER)
    _original.clear()
    _original.update((path, os.stat(path).st_mtime_ns) for path in _files())
    sys.path[:] = [FOLDER, *_kept_path]
    sys.argv = [config["name"], *config["argv"]]
    warnings.filters[:] = _warning_filters
    warnings._filters_mutated() if hasattr(warnings, "_filters_mutated") else None
    _main = types.ModuleType("__main__")
    _main.__dict__["__builtins__"] = builtins
    if not _notebook:
        _main.__file__ = config["name"]
    else:
        _main.get_ipython = lambda: _shell
        _main.display = shown.display
    sys.modules["__main__"] = _main
    tracebacks.forget()
    shown.reset()
    cell[CELL_RECORDING] = config["recording"]


class _Shell:
    """Enough of IPython for exported notebooks: every magic is taken quietly."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None


_shell = _Shell()


def _compile_error(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError as error:
            return error
        except ValueError:
            return None
    return None


def _ends_with_semicolon(text):
    last = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type not in (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT, tokenize.ENDMARKER, tokenize.DEDENT):
                last = token.string
    except tokenize.TokenError:
        pass
    return last == ";"


def run_cell(text, number, name, show_last):
    """Run a cell (or the whole script: number 0). Returns '' or the error as JSON; SystemExit and KeyboardInterrupt by type."""
    filename = tracebacks.CELL_NAME % number if _notebook else name
    namespace = _main.__dict__
    try:
        try:
            if _notebook:
                text = magics.plain(text, _compile_error)
            tracebacks.remember(filename, number, text)
            tree = ast.parse(text, filename)
            last = None
            if show_last and tree.body and isinstance(tree.body[-1], ast.Expr) and not _ends_with_semicolon(text):
                last = ast.Expression(tree.body.pop().value)
            body = compile(tree, filename, "exec", dont_inherit=True) if tree.body or last is None else None
            tail = compile(last, filename, "eval", dont_inherit=True) if last is not None else None
            del tree, last
            _nabla.guard_stack(1)
            if body is not None:
                exec(body, namespace)
            value = eval(tail, namespace) if tail is not None else None
            shown.cell_ended()
            if value is not None:
                namespace["_"] = value
                shown.show(value)
                value = None
        finally:
            _nabla.guard_stack(0)
            output.flush()
    except SystemExit as error:
        code = error.code
        if code is not None and not isinstance(code, int):
            output.stderr.write(str(code) + "\n")
        output.flush()
        return json.dumps({"type": "SystemExit", "message": "" if code is None else str(code), "traceback": "", "sites": [], "notes": []})
    except BaseException as error:
        return tracebacks.describe(error)
    return ""


def _files():
    found = []
    for folder, _, names in os.walk(FOLDER):
        found += [os.path.join(folder, name) for name in names]
    return found


def written():
    """JSON list of the files the run wrote or changed, relative to its folder."""
    return json.dumps(
        [os.path.relpath(path, FOLDER) for path in _files() if _original.get(path) != os.stat(path).st_mtime_ns and "__pycache__" not in path]
    )


def clear():
    """Empty the script's folder."""
    os.chdir("/")
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER, exist_ok=True)


def end():
    """Forget the run: its namespace, its modules, and the packages it imported, so that the next one starts clean."""
    global _main
    if _main is not None:
        _main.__dict__.clear()
        _main = None
    for name in [name for name in sys.modules if name not in _first_modules and _belongs_to_run(sys.modules[name])]:
        del sys.modules[name]
    sys.last_value = sys.last_exc = None
    sys.modules["__main__"] = types.ModuleType("__main__")
    gc.collect()


def _belongs_to_run(module):
    name = getattr(module, "__name__", "")
    path = getattr(module, "__file__", None) or ""
    return path.startswith(FOLDER + "/") or name.partition(".")[0] in _ours
