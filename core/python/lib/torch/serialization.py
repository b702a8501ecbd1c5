"""torch.save and torch.load: torch's own zip files, and the older form without a zip."""

import io
import os
import pickle
import struct
import zipfile
import zlib
from array import array
from contextlib import contextmanager

import _nabla

from ._checkpoint import STORAGES, Reader, Stored, Writer, corrupt
from ._checkpoint import safe_globals as _allowed
from ._checkpoint import safe_name as _safe_name
from ._dtype import device as _device
from ._engine import fail
from ._missing import raise_missing
from ._tensor import wrap

DEFAULT_PROTOCOL = 2
_ALIGNMENT = 64
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_RECORD_LIMIT_BYTES = 1 << 30


def add_safe_globals(safe_globals):
    """Classes and functions that `load(weights_only=True)` may use besides torch's."""
    for value in safe_globals:
        _allowed[_safe_name(value)] = value[0] if isinstance(value, tuple) else value


def get_safe_globals():
    return list(_allowed.values())


def clear_safe_globals():
    _allowed.clear()


@contextmanager
def safe_globals(safe_globals):
    """The same within a `with` block."""
    kept = dict(_allowed)
    add_safe_globals(safe_globals)
    try:
        yield
    finally:
        _allowed.clear()
        _allowed.update(kept)


def save(obj, f, pickle_module=pickle, pickle_protocol=DEFAULT_PROTOCOL, _use_new_zipfile_serialization=True, _disable_byteorder_record=False):
    """Write `obj` (tensors, state dicts, plain containers, modules) to a file name or file object, in a form PyTorch reads."""
    if not isinstance(f, (str, os.PathLike)) and not hasattr(f, "write"):
        raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'write' attribute")
    data = io.BytesIO()
    writer = Writer(data, pickle_protocol)
    writer.dump(obj)
    if not _use_new_zipfile_serialization:
        raise_missing("torch.save with _use_new_zipfile_serialization=False")
    name = os.path.splitext(os.path.basename(f))[0] if isinstance(f, (str, os.PathLike)) else "archive"
    written = _zip(name, data.getvalue(), writer.stored)
    if hasattr(f, "write"):
        f.write(written)
    else:
        with open(f, "wb") as file:
            file.write(written)


def _zip(name, pickled, stored):
    out = io.BytesIO()
    records = [("data.pkl", pickled), (".format_version", b"1"), (".storage_alignment", str(_ALIGNMENT).encode()), ("byteorder", b"little")]
    records += [(f"data/{i}", one.raw()) for i, one in enumerate(stored)]
    # A number that tells files apart; here it follows from what is in them.
    total = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path, content in [*records, ("version", b"3\n")]:
            total = zipfile.crc32(content, total)
            _record(archive, out, f"{name}/{path}", content)
        _record(archive, out, f"{name}/.data/serialization_id", str(total).zfill(40).encode())
    return out.getvalue()


def _record(archive, out, path, content):
    """One member whose bytes begin at a multiple of the alignment, padded as torch pads."""
    info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    start = out.tell() + 30 + len(path.encode()) + 4
    padding = -start % _ALIGNMENT
    info.extra = struct.pack("<2sH", b"FB", padding) + b"Z" * padding
    archive.writestr(info, content)


def load(f, map_location=None, pickle_module=None, *, weights_only=None, mmap=None, **pickle_load_args):
    """Read what `save` wrote, here or in PyTorch. With weights_only (the default) only tensors and plain containers."""
    if weights_only is None:
        weights_only = pickle_module is None
    if weights_only and pickle_module is not None:
        raise RuntimeError("Can not safely load weights when explicit pickle_module is specified")
    if isinstance(f, (str, os.PathLike)):
        with open(f, "rb") as file:
            data = file.read()
    elif hasattr(f, "seek") and hasattr(f, "read"):
        data = f.read()
    else:
        raise AttributeError(
            f"'{type(f).__name__}' object has no attribute 'seek'. You can only torch.load from a file that is seekable. Please pre-load the data into a buffer like "
            "io.BytesIO and try to load from it instead."
        )
    pickle_load_args.setdefault("encoding", "utf-8")
    if not data:
        raise EOFError
    if data[:4] == b"PK\x03\x04":
        return _from_zip(data, map_location, weights_only, pickle_load_args)
    if data[257:262] == b"ustar":
        raise_missing("torch.load of a tar file (PyTorch 0.1)")
    return _from_flat(data, map_location, weights_only, pickle_load_args)


def _from_zip(data, map_location, weights_only, options):
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise RuntimeError("PytorchStreamReader failed reading zip archive: failed finding central directory") from error
    names = archive.namelist()
    root = names[0].partition("/")[0] if names else ""
    if f"{root}/constants.pkl" in names:
        raise_missing("torch.load of a TorchScript archive")
    if f"{root}/data.pkl" not in names:
        raise RuntimeError("PytorchStreamReader failed locating file data.pkl: file not found")
    if f"{root}/byteorder" in names and _record_of(archive, f"{root}/byteorder", "byteorder") != b"little":
        raise_missing("torch.load of a big-endian file")
    made = {}

    def storages(kind, key, location, count):
        if key not in made:
            raw = _record_of(archive, f"{root}/data/{key}", f"data/{key}", count * STORAGES[kind.name].itemsize)
            made[key] = _place(raw, kind, count, location, map_location)
        return made[key]

    pickled = _record_of(archive, f"{root}/data.pkl", "data.pkl")
    return Reader(io.BytesIO(pickled), storages, weights_only, **options).load()


def _record_of(archive, path, name, expected=None):
    """A record's bytes; what it unpacks to is known before it is unpacked."""
    try:
        size = archive.getinfo(path).file_size
    except KeyError:
        raise RuntimeError(f"PytorchStreamReader failed locating file {name}: file not found") from None
    if expected is not None and size != expected:
        raise RuntimeError(f"record size ({size} bytes) does not match expected size ({expected} bytes = {expected} elements * 1 bytes/element) for dtype Byte")
    if size > _RECORD_LIMIT_BYTES:
        raise RuntimeError(f"PytorchStreamReader failed reading file {name}: it unpacks to {size} bytes")
    try:
        return archive.read(path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise RuntimeError(f"PytorchStreamReader failed reading file {name}: file read failed") from error


def _from_flat(data, map_location, weights_only, options):
    """The form before 1.6: pickles in a row, then the storages' bytes."""
    file = io.BytesIO(data)

    def plain():
        return Reader(file, None, True).load()

    magic = plain()
    if magic != _LEGACY_MAGIC:
        raise RuntimeError("Invalid magic number; corrupt file?")
    version = plain()
    if version != 1001:
        raise RuntimeError(f"Invalid protocol version: {version}")
    plain()
    start = file.tell()
    # Bytes come after the pickle that refers to them: read it once for the references alone.
    seen = {}

    def note(kind, key, location, count):
        if count * STORAGES[kind.name].itemsize > len(data):
            raise RuntimeError("unexpected EOF. The file might be corrupted.")
        seen[key] = (kind, location, count)
        return _place(bytes(count * STORAGES[kind.name].itemsize), kind, count, "cpu", None)

    Reader(file, note, weights_only, **options).load()
    made = {}
    for key in plain():
        if key not in seen:
            raise corrupt(f"\n\nno tensor lies on the storage {key!r}")
        kind, location, promised = seen[key]
        count = int.from_bytes(file.read(8), "little", signed=True)
        if count != promised or len(data) - file.tell() < count * STORAGES[kind.name].itemsize:
            raise RuntimeError("unexpected EOF. The file might be corrupted.")
        made[key] = _place(file.read(count * STORAGES[kind.name].itemsize), kind, count, location, map_location)
    file.seek(start)
    return Reader(file, lambda kind, key, location, count: made[key], weights_only, **options).load()


def _place(raw, kind, count, location, map_location):
    """The bytes of a storage as a Stored on the device it is to be on."""
    where = location
    if isinstance(map_location, dict):
        where = map_location.get(location, location)
    elif isinstance(map_location, (str, _device)):
        where = map_location
    elif map_location is not None and callable(map_location):
        stored = _make(raw, kind, count, False)
        stored = map_location(stored, location)
        if stored is not None:
            return stored
    where = str(where)
    gpu = where.startswith("cuda")
    if gpu and _nabla.has_gpu() != 1:
        raise RuntimeError(
            "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a CPU-only machine, please use torch.load "
            "with map_location=torch.device('cpu') to map your storages to the CPU."
        )
    if not gpu and where != "cpu":
        raise_missing(f"torch.load onto the device {where}")
    return _make(raw, kind, count, gpu)


def _make(raw, kind, count, gpu):
    room = array("B", raw)
    dtype = STORAGES[kind.name]
    handle = _nabla.storage_make(room.buffer_info()[0], len(room), count, dtype._index, gpu)
    if handle < 0:
        fail()
    return Stored(wrap(handle), "cuda:0" if gpu else "cpu")
