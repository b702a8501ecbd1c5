"""safetensors.torch: dicts of tensors and whole models to and from files."""

from array import array

import _nabla
import torch
from torch._checkpoint import Stored
from torch._engine import fail
from torch._tensor import wrap

from ._format import SafetensorError, pack, unpack  # noqa: F401

_KINDS = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64, "I32": torch.int32, "U8": torch.uint8, "BOOL": torch.bool, "F16": torch.float16, "BF16": torch.bfloat16, "I8": torch.int8, "I16": torch.int16}
_names = {kind: name for name, kind in _KINDS.items()}


def _entries(tensors):
    if not isinstance(tensors, dict):
        raise ValueError(f"Expected a dict of [str, torch.Tensor] but received {type(tensors)}")
    places = {}
    for name, tensor in tensors.items():
        if not isinstance(tensor, torch.Tensor):
            raise ValueError(f"Key `{name}` is invalid, expected torch.Tensor but received {type(tensor)}")
        if tensor.numel():
            places.setdefault(_nabla.storage_key(tensor._h), []).append(name)
    shared = [set(names) for names in places.values() if len(names) > 1]
    if shared:
        raise RuntimeError(
            f"\n            Some tensors share memory, this will lead to duplicate memory on disk and potential differences when loading them again: {shared}.\n"
            "            A potential way to correctly save your model is to use `save_model`.\n"
            "            More information at https://huggingface.co/docs/safetensors/torch_shared_tensors\n            "
        )
    for name, tensor in tensors.items():
        if not tensor.is_contiguous():
            raise ValueError(
                f"You are trying to save a non contiguous tensor: `{name}` which is not allowed. It either means you are trying to save tensors which are reference of "
                "each other in which case it's recommended to save only the full tensors, and reslice at load time, or simply call `.contiguous()` on your tensor to "
                "pack it before saving."
            )
    return {name: (_names[t.dtype], tuple(t.shape), Stored(t.detach().cpu().clone()).raw()) for name, t in tensors.items()}


def tensor_of(kind, shape, raw):
    room = array("B", raw)
    dtype = _KINDS[kind]
    handle = _nabla.storage_make(room.buffer_info()[0], len(room), len(raw) // dtype.itemsize, dtype._index, False)
    if handle < 0:
        fail()
    return wrap(handle).view(shape)


def save(tensors, metadata=None):
    """The bytes of a file."""
    return pack(_entries(tensors), metadata)


def save_file(tensors, filename, metadata=None):
    with open(filename, "wb") as file:
        file.write(save(tensors, metadata))


def load(data):
    """Name → tensor, from a file's bytes."""
    return {name: tensor_of(*entry) for name, entry in unpack(data)[1].items()}


def load_file(filename, device="cpu"):
    with open(filename, "rb") as file:
        return {name: tensor.to(device) for name, tensor in load(file.read()).items()}


def save_model(model, filename, metadata=None, force_contiguous=True):
    """A model's state dict; of names that share memory the first is kept."""
    seen, kept = set(), {}
    for name, tensor in model.state_dict().items():
        key = _nabla.storage_key(tensor._h)
        if key in seen:
            continue
        seen.add(key)
        kept[name] = tensor.contiguous() if force_contiguous else tensor
    save_file(kept, filename, metadata)


def load_model(model, filename, strict=True, device="cpu"):
    """(missing, unexpected) names. @raises RuntimeError where strict and some are."""
    found = load_file(filename, device)
    own = model.state_dict()
    places = {}
    for name, tensor in own.items():
        places.setdefault(_nabla.storage_key(tensor._h), []).append(name)
    alike = {name: names for names in places.values() for name in names}
    missing, unexpected = model.load_state_dict(found, strict=False)
    missing = [name for name in missing if not any(other in found for other in alike.get(name, []))]
    if strict and (missing or unexpected):
        raise RuntimeError(f"Error(s) in loading state_dict for {type(model).__name__}:\n    Missing key(s) in state_dict: {missing}\n    Unexpected key(s): {unexpected}")
    return set(missing), list(unexpected)
