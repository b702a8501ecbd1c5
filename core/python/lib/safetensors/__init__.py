"""safetensors: tensors in a file without code. The format: the header's length (8 bytes), a JSON header, the bytes."""

from ._format import SafetensorError, safe_open  # noqa: F401

__version__ = "0.5.3"
