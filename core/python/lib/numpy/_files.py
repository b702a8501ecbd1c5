"""np.save, np.load, np.savez, np.savetxt: arrays in the script's folder."""

import io
import os
import re
from array import array as raw

from ._bridge import missing
from ._convert import asarray, from_values
from ._dtypes import BOOL, dtype, packed, unpacked

__all__ = ["fromfile", "genfromtxt", "load", "loadtxt", "save", "savetxt", "savez", "savez_compressed"]

_MAGIC = b"\x93NUMPY"
_ENTRY = re.compile(r"""\s*['"](\w+)['"]\s*:\s*('[^'\\]*'|"[^"\\]*"|True|False|\([-\d\s,]*\)|\[.*?\]|[-.\w]+)\s*(?:,|$)""", re.DOTALL)
_MOST_HEADER_BYTES = 10_000
_MOST_UNPACKED_BYTES = 1 << 30
_PICKLED = (
    "This file contains pickled (object) data. If you trust the file you can load it unsafely using the `allow_pickle=` keyword argument or `pickle.load()`."
)


def _bytes(array):
    shape = f"({array.shape[0]},)" if array.ndim == 1 else str(array.shape)
    header = f"{{'descr': '{array.dtype.str}', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(-(-(len(header) + 11) // 64) * 64 - 11) + "\n"
    values = [int(value) for value in array._raw()] if array.dtype is BOOL else array._raw()
    return _MAGIC + b"\x01\x00" + len(header).to_bytes(2, "little") + header.encode("latin-1") + packed(array.dtype, values).tobytes()


def _ends(what, expected, got):
    return ValueError(f"EOF: reading {what}, expected {expected} bytes got {got}")


def _header(text):
    """The three entries of an array's header, read entry by entry: as an expression it could nest deeper than the interpreter can go."""
    inside = re.fullmatch(r"\s*\{(.*)\}\s*", text, re.DOTALL)
    found, at = {}, 0
    while inside is not None and (entry := _ENTRY.match(inside[1], at)):
        found[entry[1]] = entry[2]
        at = entry.end()
    if inside is None or inside[1][at:].strip():
        raise ValueError(f"Cannot parse header: {text!r}")
    if sorted(found) != ["descr", "fortran_order", "shape"]:
        raise ValueError(f"Header does not contain the correct keys: {sorted(found)!r}")
    if found["descr"][0] not in "'\"":
        raise missing(f"numpy.load of elements {found['descr']}")
    if found["fortran_order"] not in ("True", "False"):
        raise ValueError(f"fortran_order is not a valid bool: {found['fortran_order']}")
    if found["shape"][0] != "(":
        raise ValueError(f"shape is not valid: {found['shape']}")
    return found["descr"][1:-1], found["fortran_order"] == "True", tuple(int(n) for n in re.findall(r"-?\d+", found["shape"]))


def _array(data):
    if data[:6] != _MAGIC:
        raise ValueError(_PICKLED)
    if len(data) < 8:
        raise _ends("magic string", 8, len(data))
    version = (data[6], data[7])
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise ValueError(f"we only support format version (1,0), (2,0), and (3,0), not {version}")
    at = 10 if data[6] < 2 else 12
    if len(data) < at:
        raise _ends("array header length", at - 8, len(data) - 8)
    length = int.from_bytes(data[8:at], "little")
    if len(data) - at < length:
        raise _ends("array header", length, len(data) - at)
    if length > _MOST_HEADER_BYTES:
        raise ValueError(
            f"Header info length ({length}) is large and may not be safe to load securely.\nTo allow loading, adjust `max_header_size` or fully trust the `.npy` file "
            "using `allow_pickle=True`.\nFor safety against large resource use or crashes, sandboxing may be necessary."
        )
    code, fortran, shape = _header(data[at : at + length].decode("utf-8" if data[6] == 3 else "latin-1"))
    if code[1:2] == "O":
        raise ValueError("Object arrays cannot be loaded when allow_pickle=False")
    if code[:1] == ">":
        raise missing(f"numpy.load of elements {code!r}")
    try:
        kind = dtype(code)
    except TypeError:
        raise ValueError(f"descr is not a valid dtype descriptor: {code!r}") from None
    count = 1
    for n in shape:
        if n < 0:
            raise ValueError("negative dimensions are not allowed")
        count *= n
    body = data[at + length : at + length + count * kind.itemsize]
    if len(body) != count * kind.itemsize:
        raise _ends("array data", count * kind.itemsize, len(body))
    values = raw(kind.typecode)
    values.frombytes(body)
    made = from_values(unpacked(kind, values), kind, shape[::-1] if fortran else shape)
    return made.T.copy() if fortran else made


def _path(file, ending):
    path = os.fspath(file)
    return path if path.endswith(ending) else path + ending


def save(file, arr, allow_pickle=True):
    """One array as a .npy file."""
    data = _bytes(asarray(arr))
    if hasattr(file, "write"):
        file.write(data)
    else:
        with open(_path(file, ".npy"), "wb") as out:
            out.write(data)


def _write_archive(file, args, kwargs, method):
    import zipfile

    for i in range(len(args)):
        if f"arr_{i}" in kwargs:
            raise ValueError(f"Cannot use un-named variables and keyword arr_{i}")
    named = {f"arr_{i}": value for i, value in enumerate(args)} | kwargs
    target = file if hasattr(file, "write") else _path(file, ".npz")
    with zipfile.ZipFile(target, "w", getattr(zipfile, method)) as out:
        for name, value in named.items():
            out.writestr(name + ".npy", _bytes(asarray(value)))


def savez(file, *args, allow_pickle=True, **kwargs):
    """Several arrays as a .npz file: by name, or arr_0, arr_1 …"""
    _write_archive(file, args, kwargs, "ZIP_STORED")


def savez_compressed(file, *args, allow_pickle=True, **kwargs):
    """The same, compressed."""
    _write_archive(file, args, kwargs, "ZIP_DEFLATED")


class NpzFile(dict):
    """The arrays of a .npz file, by name."""

    def __getitem__(self, key):
        key = key.removesuffix(".npy")
        if key not in self:
            raise KeyError(f"{key} is not a file in the archive")
        return dict.__getitem__(self, key)

    def __repr__(self):
        return f"NpzFile 'object' with keys: {', '.join(self.files[:5])}{'...' if len(self) > 5 else ''}"

    @property
    def f(self):
        from types import SimpleNamespace

        return SimpleNamespace(**self)

    @property
    def files(self):
        return list(self)

    def close(self):
        """Everything was read already."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


def _archive(data):
    import zipfile
    import zlib

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(info.file_size for info in archive.infolist())
        if size > _MOST_UNPACKED_BYTES:
            raise ValueError(f"The archive unpacks to {size} bytes: more than {_MOST_UNPACKED_BYTES} are not read")
        try:
            return NpzFile({name.removesuffix(".npy"): _array(archive.read(name)) for name in archive.namelist()})
        except (zlib.error, EOFError, RuntimeError) as error:
            raise zipfile.BadZipFile(f"The archive is broken: {error}") from error


def load(file, mmap_mode=None, allow_pickle=False, **kwargs):
    """The array of a .npy file, or the arrays of a .npz file."""
    if hasattr(file, "read"):
        data = file.read()
    else:
        with open(file, "rb") as source:
            data = source.read()
    if not data:
        raise EOFError("No data left in file")
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _archive(data)
    if allow_pickle and data[:6] != _MAGIC:
        raise missing("numpy.load of pickled objects")
    return _array(data)


def _lines(fname):
    if hasattr(fname, "read"):
        text = fname.read()
        return (text.decode() if isinstance(text, bytes) else text).splitlines()
    if isinstance(fname, (str, os.PathLike)):
        if not os.path.exists(fname):
            raise FileNotFoundError(f"{os.fspath(fname)} not found.")
        with open(fname, encoding="utf-8") as source:
            return source.read().splitlines()
    return [line.decode() if isinstance(line, bytes) else line for line in fname]


def _fields(lines, comments, delimiter, skip):
    """(line number, fields) of the lines that hold some."""
    marks = [comments] if isinstance(comments, str) else list(comments or [])
    for number, line in enumerate(lines, 1):
        if number <= skip:
            continue
        for mark in marks:
            line = line.split(mark, 1)[0]
        if line.strip():
            yield number, [part.strip() for part in line.split(delimiter)]


def _chosen(fields, usecols):
    return fields if usecols is None else [fields[i] for i in ([usecols] if isinstance(usecols, int) else usecols)]


def _shaped(rows, kind, unpack, ndmin):
    width = len(rows[0]) if rows else 0
    made = from_values([value for row in rows for value in row], kind, (len(rows), width))
    if ndmin < 2 and made.size and 1 in made.shape:
        made = made.reshape(-1) if made.size > 1 or ndmin == 1 else made.reshape(())
    elif not rows:
        made = made.reshape(0) if ndmin < 2 else made.reshape(0, 1)
    return made.T if unpack else made


def loadtxt(
    fname, dtype=float, comments="#", delimiter=None, converters=None, skiprows=0, usecols=None, unpack=False, ndmin=0, encoding=None, max_rows=None, *,
    quotechar=None, like=None,
):  # fmt: skip
    """Numbers from a text file, one row a line. @raises ValueError where a field is no number or rows differ in length."""
    from ._dtypes import dtype as dtype_of

    if converters is not None or quotechar is not None:
        raise missing("numpy.loadtxt with converters or quotechar")
    kind = dtype_of(dtype)
    rows = []
    for number, fields in _fields(_lines(fname), comments, delimiter, skiprows):
        if max_rows is not None and len(rows) == max_rows:
            break
        if rows and usecols is None and len(fields) != len(rows[0]):
            raise ValueError(f"the number of columns changed from {len(rows[0])} to {len(fields)} at row {len(rows) + 1}; use `usecols` to select a subset and avoid this error")
        row = []
        for column, text in enumerate(_chosen(fields, usecols), 1):
            try:
                row.append(float(text) if kind.kind == "f" else int(text))
            except ValueError:
                raise ValueError(f"could not convert string {text!r} to {kind.name} at row {len(rows)}, column {column}.") from None
        rows.append(row)
    if not rows:
        import warnings

        warnings.warn(f'loadtxt: input contained no data: "{fname}"', UserWarning, stacklevel=2)
    return _shaped(rows, kind, unpack, ndmin)


def genfromtxt(
    fname, dtype=float, comments="#", delimiter=None, skip_header=0, skip_footer=0, converters=None, missing_values=None, filling_values=None,
    usecols=None, names=None, unpack=None, ndmin=0, max_rows=None, encoding=None, **kwargs,
):  # fmt: skip
    """Numbers from a text file; what is no number becomes NaN (or `filling_values`)."""
    from ._dtypes import dtype as dtype_of

    if names is not None or converters is not None or dtype is None:
        raise missing("numpy.genfromtxt with names, converters or dtype=None")
    kind = dtype_of(dtype)
    fill = filling_values if filling_values is not None else float("nan") if kind.kind == "f" else -1
    lines = _lines(fname)
    lines = lines[: len(lines) - skip_footer] if skip_footer else lines
    rows = []
    for number, fields in _fields(lines, comments, delimiter, skip_header):
        if max_rows is not None and len(rows) == max_rows:
            break
        row = []
        for text in _chosen(fields, usecols):
            try:
                row.append(float(text) if kind.kind == "f" else int(text))
            except ValueError:
                row.append(fill)
        if rows and len(row) != len(rows[0]):
            raise ValueError(f"Some errors were detected !\n    Line #{number} (got {len(row)} columns instead of {len(rows[0])})")
        rows.append(row)
    return _shaped(rows, kind, bool(unpack), ndmin)


def fromfile(file, dtype=float, count=-1, sep="", offset=0):
    """Raw elements, or numbers between separators, of a file."""
    from ._dtypes import dtype as dtype_of

    kind = dtype_of(dtype)
    if sep:
        with open(file, encoding="utf-8") as source:
            values = [float(part) if kind.kind == "f" else int(part) for part in source.read().split(sep.strip() or None) if part.strip()]
        values = values if count < 0 else values[:count]
        return from_values(values, kind, (len(values),))
    with open(file, "rb") as source:
        data = source.read()[offset:]
    values = raw(kind.typecode)
    values.frombytes(data[: len(data) // kind.itemsize * kind.itemsize])
    values = unpacked(kind, values)
    values = values if count < 0 else values[:count]
    return from_values(values, kind, (len(values),))


def savetxt(fname, X, fmt="%.18e", delimiter=" ", newline="\n", header="", footer="", comments="# ", encoding=None):
    """A table of numbers as text, one row a line."""
    a = asarray(X)
    if a.ndim not in (1, 2):
        raise ValueError(f"Expected 1D or 2D array, got {a.ndim}D array instead")
    rows = a.reshape(-1, 1).tolist() if a.ndim == 1 else a.tolist()
    width = len(rows[0]) if rows else 0
    if isinstance(fmt, (list, tuple)):
        if len(fmt) != width:
            raise AttributeError(f"fmt has wrong shape.  {fmt}")
        pattern = delimiter.join(fmt)
    else:
        pattern = fmt if fmt.count("%") > 1 else delimiter.join([fmt] * width)
    text = "".join(comments + line + newline for line in header.split("\n")) if header else ""
    text += "".join(pattern % tuple(row) + newline for row in rows)
    text += "".join(comments + line + newline for line in footer.split("\n")) if footer else ""
    if hasattr(fname, "write"):
        import io

        fname.write(text if isinstance(fname, io.TextIOBase) else text.encode())
    else:
        with open(fname, "w", encoding=encoding or "utf-8", newline="") as out:
            out.write(text)
