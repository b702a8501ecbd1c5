"""The bytes of a safetensors file, to and from names with dtype, shape and raw little-endian bytes."""

import json
import struct
from math import prod

_SIZES = {"F64": 8, "F32": 4, "I64": 8, "I32": 4, "U8": 1, "BOOL": 1, "F16": 2, "BF16": 2, "I8": 1, "I16": 2}

_MOST_HEADER_BYTES = 100_000_000


class SafetensorError(Exception):
    """The file or the tensors do not fit the format."""


def pack(entries, metadata=None):
    """`entries`: name → (dtype, shape, bytes). Larger element types come first, then names, as the reference writer orders them."""
    header = {}
    if metadata is not None:
        if any(not isinstance(k, str) or not isinstance(v, str) for k, v in metadata.items()):
            raise TypeError("metadata must be a dictionary of str to str")
        header["__metadata__"] = dict(metadata)
    at, body = 0, []
    for name, (kind, shape, raw) in sorted(entries.items(), key=lambda e: (-_SIZES[e[1][0]], e[0])):
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [at, at + len(raw)]}
        at += len(raw)
        body.append(raw)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(body)


def _fault(what):
    return SafetensorError(f"Error while deserializing header: {what}")


def _is_size(value):
    return type(value) is int and 0 <= value < 1 << 53


def _read_header(data):
    """(metadata, the tensors' entries, where their bytes begin), each entry of the right form."""
    if len(data) < 8:
        raise _fault("header too small")
    (length,) = struct.unpack("<Q", data[:8])
    if length > _MOST_HEADER_BYTES:
        raise _fault("header too large")
    if length > len(data) - 8:
        raise _fault("invalid header length")
    try:
        header = json.loads(data[8 : 8 + length].decode())
    except UnicodeDecodeError as error:
        raise _fault("invalid UTF-8 in header") from error
    except (ValueError, RecursionError) as error:
        raise _fault("invalid JSON in header") from error
    if type(header) is not dict:
        raise _fault("invalid JSON in header: the header is no object")
    metadata = header.pop("__metadata__", None)
    if metadata is not None and (type(metadata) is not dict or any(type(value) is not str for value in metadata.values())):
        raise _fault("invalid JSON in header: metadata are texts by name")
    for name, entry in header.items():
        fields = entry if type(entry) is dict else {}
        shape, offsets = fields.get("shape"), fields.get("data_offsets")
        if type(fields.get("dtype")) is not str or type(shape) is not list or type(offsets) is not list or len(offsets) != 2 or not all(map(_is_size, [*shape, *offsets])):
            raise _fault(f"invalid JSON in header: tensor `{name}`")
    return metadata, header, 8 + length


def unpack(data):
    """(metadata, name → (dtype, shape, bytes)). @raises SafetensorError where the header lies."""
    metadata, header, begin = _read_header(data)
    out, end = {}, 0
    for name, entry in sorted(header.items(), key=lambda e: e[1]["data_offsets"]):
        kind, shape, (start, stop) = entry["dtype"], entry["shape"], entry["data_offsets"]
        if kind not in _SIZES:
            raise NotImplementedError(f"a safetensors tensor of {kind} is not in Nabla yet")
        if start != end or stop - start != prod(shape) * _SIZES[kind] or stop > len(data) - begin:
            raise _fault(f"invalid offset for tensor `{name}`")
        end = stop
        out[name] = (kind, shape, data[begin + start : begin + stop])
    if end != len(data) - begin:
        raise _fault("incomplete metadata, file not fully covered")
    return metadata, {name: out[name] for name in header}


class safe_open:
    """Tensors of a file one at a time, in a `with` block."""

    def __init__(self, filename, framework="pt", device="cpu"):
        if framework not in ("pt", "torch"):
            raise NotImplementedError(f"safetensors with framework={framework!r} is not in Nabla yet")
        with open(filename, "rb") as file:
            self._metadata, self._entries = unpack(file.read())
        self._device = device

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def metadata(self):
        return self._metadata

    def keys(self):
        return list(self._entries)

    def get_tensor(self, name):
        from .torch import tensor_of

        if name not in self._entries:
            raise SafetensorError(f"File does not contain tensor {name}")
        return tensor_of(*self._entries[name]).to(self._device)
