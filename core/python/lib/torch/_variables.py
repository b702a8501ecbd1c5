"""Which tensors the script's variables hold, for the recorder's labels."""

import json

import _nabla
from nabla_runtime import sites

from ._tensor import Tensor


def _named():
    """`[[handle, name], …]` as JSON."""
    return json.dumps(list(sites.names(lambda value: value._h if isinstance(value, Tensor) else 0).items()))


_nabla.on_variables(_named)
