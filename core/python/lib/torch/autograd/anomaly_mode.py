"""Anomaly mode: a backward that fails or gives NaN names the forward line it belongs to."""

import sys
import traceback
import warnings

import _nabla
from nabla_runtime.bridge import guarded
from nabla_runtime.tracebacks import is_script

from .._tensor_facts import OURS


def _forward_lines():
    frames = [frame for frame in traceback.extract_stack(sys._getframe(1)) if is_script(frame.filename)]
    return "".join(traceback.format_list(frames))


def _warn(text):
    warnings.warn(text, UserWarning, skip_file_prefixes=OURS)
    return 0


_nabla.on_anomaly(guarded(_forward_lines), guarded(_warn))


def is_anomaly_enabled():
    return _nabla.anomaly_mode(-1, False) & 1 == 1


def is_anomaly_check_nan_enabled():
    return _nabla.anomaly_mode(-1, False) & 2 == 2


class set_detect_anomaly:
    """Turns anomaly mode on or off at once; as a context manager, until its end."""

    def __init__(self, mode, check_nan=True):
        self.prev = _nabla.anomaly_mode(int(bool(mode)), bool(check_nan))

    def __enter__(self):
        pass

    def __exit__(self, *exc):
        _nabla.anomaly_mode(self.prev & 1, self.prev & 2 == 2)


class detect_anomaly:
    """Anomaly mode inside."""

    def __init__(self, check_nan=True):
        self.check_nan = check_nan
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging.",
            stacklevel=2,
        )

    def __enter__(self):
        self.prev = _nabla.anomaly_mode(1, bool(self.check_nan))

    def __exit__(self, *exc):
        _nabla.anomaly_mode(self.prev & 1, self.prev & 2 == 2)
