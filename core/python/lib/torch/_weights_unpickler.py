"""The unpickler behind weights_only: a closed list of opcodes, which call, make and fill nothing but what the subclass's
`find_class` opened. It knows neither tensors nor files."""

import pickle
import warnings
from collections import Counter, OrderedDict

_ops = pickle._Unpickler.dispatch
_CODES = """MARK TUPLE TUPLE1 TUPLE2 TUPLE3 NONE NEWFALSE NEWTRUE EMPTY_TUPLE EMPTY_LIST EMPTY_DICT EMPTY_SET BININT BININT1 BININT2 BINFLOAT BINUNICODE
SHORT_BINSTRING BINGET LONG_BINGET BINPUT LONG_BINPUT LONG1 STOP GLOBAL""".split()


class Unopened(pickle.UnpicklingError):
    """The file asks for more than weights need."""


class _Closed(dict):
    def __missing__(self, code):
        raise Unopened(f"Unsupported operand {code}")


class WeightsUnpickler(pickle._Unpickler):
    """Reads what torch.save writes of tensors and plain containers. @raises Unopened at the first opcode that would do more."""

    def __init__(self, file, **options):
        super().__init__(file, **options)
        self._opened = {}

    def find_class(self, module, name):
        raise NotImplementedError

    def may_build(self, kind):
        """Whether objects of this class, which is none of torch's, take a state from the file."""
        return False

    def _is_open(self, value):
        return id(value) in self._opened

    def load_global(self):
        module = self.readline()[:-1].decode("utf-8")
        name = self.readline()[:-1].decode("utf-8")
        found = self.find_class(module, name)
        self._opened[id(found)] = found
        self.append(found)

    def load_proto(self):
        self.proto = self.read(1)[0]
        if self.proto != 2:
            warnings.warn(
                f"Detected pickle protocol {self.proto} in the checkpoint, which was not the default pickle protocol used by `torch.load` (2). The weights_only "
                "Unpickler might not support all instructions implemented by this protocol, please file an issue for adding support if you encounter this.",
                stacklevel=5,
            )

    def load_binpersid(self):
        pid = self.stack.pop()
        if type(pid) not in (tuple, int):
            raise Unopened(f"persistent_load id must be tuple or int, but got {type(pid)}")
        if type(pid) is tuple and pid and pid[0] != "storage":
            raise Unopened(f"Only persistent_load of storage is allowed, but got {type(pid[0])}")
        self.append(self.persistent_load(pid))

    def load_newobj(self):
        args = self.stack.pop()
        kind = self.stack.pop()
        if not self._is_open(kind) or not isinstance(kind, type):
            raise Unopened(f"Can only create new object for nn.Parameter or classes allowlisted via `add_safe_globals` but got {kind}")
        self.append(kind.__new__(kind, *args))

    def load_reduce(self):
        args = self.stack.pop()
        called = self.stack[-1]
        if not self._is_open(called):
            belongs = f" which belongs to {called.__self__}" if hasattr(called, "__self__") else ""
            raise Unopened(f"Trying to call reduce for unrecognized function {called}{belongs}")
        self.stack[-1] = called(*args)

    def load_build(self):
        kind = type(self.stack[-2])
        if kind is OrderedDict:
            state = self.stack.pop()
            self.stack[-1].__dict__.update(state)
        elif self.may_build(kind):
            super().load_build()
        else:
            raise Unopened(f"Can only build Tensor, Parameter, OrderedDict or types allowlisted via `add_safe_globals`, but got {kind}")

    def load_append(self):
        item = self.stack.pop()
        self._list("append to").append(item)

    def load_appends(self):
        items = self.pop_mark()
        self._list("extend").extend(items)

    def load_setitem(self):
        value, key = self.stack.pop(), self.stack.pop()
        self._mapping("SETITEM")[key] = value

    def load_setitems(self):
        items = self.pop_mark()
        target = self._mapping("SETITEMS")
        for i in range(0, len(items), 2):
            target[items[i]] = items[i + 1]

    def _list(self, what):
        if type(self.stack[-1]) is not list:
            raise Unopened(f"Can only {what} lists, but got {type(self.stack[-1])}")
        return self.stack[-1]

    def _mapping(self, code):
        if type(self.stack[-1]) not in (dict, OrderedDict, Counter):
            raise Unopened(f"Can only {code} for dict, collections.OrderedDict, collections.Counter, but got {type(self.stack[-1])}")
        return self.stack[-1]

    dispatch = _Closed({getattr(pickle, name)[0]: _ops[getattr(pickle, name)[0]] for name in _CODES})
    for _code, _method in (
        (pickle.GLOBAL, load_global), (pickle.PROTO, load_proto), (pickle.BINPERSID, load_binpersid), (pickle.NEWOBJ, load_newobj), (pickle.REDUCE, load_reduce),
        (pickle.BUILD, load_build), (pickle.APPEND, load_append), (pickle.APPENDS, load_appends), (pickle.SETITEM, load_setitem), (pickle.SETITEMS, load_setitems),
    ):  # fmt: skip
        dispatch[_code[0]] = _method


__all__ = ["Unopened", "WeightsUnpickler"]
