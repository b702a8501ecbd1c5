"""How tensors print: torch.set_printoptions and the engine's formatter."""

import json

import _nabla

from ._engine import fail

_DEFAULT = {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80, "sciMode": None}
_options = dict(_DEFAULT)
_text = json.dumps(_options)


def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None):
    """Set how tensors print; see torch.set_printoptions."""
    global _text
    if profile is not None:
        if profile == "default":
            _options.update(precision=4, threshold=1000, edgeitems=3, linewidth=80)
        elif profile == "short":
            _options.update(precision=2, threshold=1000, edgeitems=2, linewidth=80)
        elif profile == "full":
            _options.update(precision=4, threshold=float("inf"), edgeitems=3, linewidth=80)
    for key, value in (("precision", precision), ("threshold", threshold), ("edgeitems", edgeitems), ("linewidth", linewidth)):
        if value is not None:
            _options[key] = value
    _options["sciMode"] = sci_mode
    _text = json.dumps({k: (2**53 if v == float("inf") else v) for k, v in _options.items()})


class printoptions:
    """Print options within a `with` block."""

    def __init__(self, **kwargs):
        self._kwargs = kwargs

    def __enter__(self):
        self._before = dict(_options)
        set_printoptions(**self._kwargs)

    def __exit__(self, *exc):
        before = self._before
        set_printoptions(before["precision"], before["threshold"], before["edgeitems"], before["linewidth"], sci_mode=before["sciMode"])


def tensor_text(tensor):
    text = _nabla.tensor_text(tensor._h, _text)
    if text is None:
        fail()
    cls = tensor.__class__
    if cls.__name__ != "Tensor":
        from .nn.parameter import Parameter

        if isinstance(tensor, Parameter):
            return "Parameter containing:\n" + text
        if text.startswith("tensor("):
            return cls.__name__ + text[6:]
    return text
