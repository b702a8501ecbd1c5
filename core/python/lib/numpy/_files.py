"""np.save, np.load, np.savez, np.savetxt: arrays in the script's folder."""

import ast
import io
import os
from array import array as raw

from ._bridge import missing
from ._convert import asarray, from_values
from ._dtypes import BOOL, dtype

__all__ = ["load", "save", "savetxt", "savez", "savez_compressed"]

_MAGIC = b"\x93NUMPY"


def _bytes(array):
    shape = f"({array.shape[0]},)" if array.ndim == 1 else str(array.shape)
    header = f"{{'descr': '{array.dtype.str}', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(-(-(len(header) + 11) // 64) * 64 - 11) + "\n"
    values = [int(value) for value in array._raw()] if array.dtype is BOOL else array._raw()
    return _MAGIC + b"\x01\x00" + len(header).to_bytes(2, "little") + header.encode("latin-1") + raw(array.dtype.typecode, values).tobytes()


def _array(data):
    if data[:6] != _MAGIC:
        raise ValueError("Cannot load file containing pickled data when allow_pickle=False")
    at = 10 if data[6] < 2 else 12
    length = int.from_bytes(data[8:at], "little")
    header = ast.literal_eval(data[at : at + length].decode("latin-1"))
    code = header["descr"]
    if not isinstance(code, str) or code[0] == ">":
        raise missing(f"numpy.load of elements {code!r}")
    kind = dtype(code)
    shape = header["shape"]
    count = 1
    for n in shape:
        count *= n
    values = raw(kind.typecode)
    body = data[at + length : at + length + count * kind.itemsize]
    if len(body) != count * kind.itemsize:
        raise ValueError("cannot reshape array: the file is cut short")
    values.frombytes(body)
    made = from_values(values, kind, shape[::-1] if header["fortran_order"] else shape)
    return made.T.copy() if header["fortran_order"] else made


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


def savez(file, *args, **kwargs):
    """Several arrays as a .npz file: by name, or arr_0, arr_1 …"""
    import zipfile

    named = {f"arr_{i}": value for i, value in enumerate(args)} | kwargs
    target = file if hasattr(file, "write") else _path(file, ".npz")
    with zipfile.ZipFile(target, "w") as out:
        for name, value in named.items():
            out.writestr(name + ".npy", _bytes(asarray(value)))


savez_compressed = savez


class NpzFile(dict):
    """The arrays of a .npz file, by name."""

    @property
    def files(self):
        return list(self)

    def close(self):
        """Everything was read already."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


def load(file, mmap_mode=None, allow_pickle=False, **kwargs):
    """The array of a .npy file, or the arrays of a .npz file."""
    if hasattr(file, "read"):
        data = file.read()
    else:
        with open(file, "rb") as source:
            data = source.read()
    if data[:2] == b"PK":
        import zipfile

        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return NpzFile({name.removesuffix(".npy"): _array(archive.read(name)) for name in archive.namelist()})
    return _array(data)


def savetxt(fname, X, fmt="%.18e", delimiter=" ", newline="\n", header="", footer="", comments="# ", **kwargs):
    a = asarray(X)
    rows = a.reshape(-1, 1).tolist() if a.ndim == 1 else a.tolist()
    lines = [comments + header] if header else []
    lines += [delimiter.join(fmt % value for value in row) for row in rows]
    lines += [comments + footer] if footer else []
    text = newline.join(lines) + newline
    if hasattr(fname, "write"):
        fname.write(text)
    else:
        with open(fname, "w") as out:
            out.write(text)
