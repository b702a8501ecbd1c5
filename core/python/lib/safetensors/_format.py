"""The bytes of a safetensors file, to and from names with dtype, shape and raw little-endian bytes."""

import json
import struct

_SIZES = {"F64": 8, "F32": 4, "I64": 8, "I32": 4, "U8": 1, "BOOL": 1}


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


def unpack(data):
    """(metadata, name → (dtype, shape, bytes)). @raises SafetensorError where the header lies."""
    if len(data) < 8:
        raise SafetensorError("Error while deserializing header: header too small")
    (length,) = struct.unpack("<Q", data[:8])
    if length > len(data) - 8:
        raise SafetensorError("Error while deserializing header: invalid header length")
    try:
        header = json.loads(data[8 : 8 + length])
    except ValueError as error:
        raise SafetensorError("Error while deserializing header: invalid JSON in header") from error
    metadata = header.pop("__metadata__", None)
    body, out, end = data[8 + length :], {}, 0
    for name, entry in sorted(header.items(), key=lambda e: e[1]["data_offsets"]):
        kind, shape, (start, stop) = entry["dtype"], entry["shape"], entry["data_offsets"]
        if kind not in _SIZES:
            raise NotImplementedError(f"a safetensors tensor of {kind} is not in Nabla yet")
        count = 1
        for n in shape:
            count *= n
        if start != end or stop - start != count * _SIZES[kind]:
            raise SafetensorError(f"Error while deserializing header: invalid offset for tensor `{name}`")
        end = stop
        out[name] = (kind, shape, body[start:stop])
    if end != len(body):
        raise SafetensorError("Error while deserializing header: incomplete metadata, file not fully covered")
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
