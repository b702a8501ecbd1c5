"""torch.jit: functions run as they are; scripted and traced modules, which print and save differently, are refused."""

from .. import _missing
from ..nn import Module


def script(obj=None, optimize=None, _frames_up=0, _rcb=None, example_inputs=None):
    """The function itself."""
    if isinstance(obj, Module):
        raise _missing.NotInNabla("torch.jit.script(module) is not in Nabla yet")
    return obj


def ignore(drop=False, **kwargs):
    return drop if callable(drop) else lambda function: function


def unused(function):
    return function


def export(function):
    return function


def is_scripting():
    return False


def is_tracing():
    return False


def annotate(the_type, the_value):
    return the_value


_LATER = frozenset(
    """Attribute CompilationUnit Error Final Future RecursiveScriptModule ScriptFunction ScriptModule ScriptWarning TopLevelTracedModule TracedModule TracingCheckError
    enable_onednn_fusion fork freeze fuser interface isinstance last_executed_optimized_graph load onednn_fusion_enabled optimize_for_inference optimized_execution
    run_frozen_optimizations save script_if_tracing script_method set_fusion_strategy strict_fusion trace trace_module wait""".split()
)

__getattr__ = _missing.names_missing("torch.jit", _LATER)
