"""Functions and methods made from the op table's own signatures: nothing here is written op by op but what Python shapes differently."""

import re

import _nabla

from . import _engine, _names
from ._dtype import Size, dtype
from ._engine import ask, dispatch, fail
from ._grad_mode import is_grad_enabled
from ._tensor import Tensor, wrap
from . import _shaped
from ._missing import refuse_out

# Tensors one by one, as in block_diag(a, b), where the table takes a list.
_SPREAD = frozenset(("broadcast_tensors", "cartesian_prod", "block_diag", "atleast_1d", "atleast_2d", "atleast_3d"))
# Sizes one by one or as a tuple: the table takes them as its last list of ints; leading single tuples pass as they are.
schemas = {name: found for name, found in ask("ops").items()}


def has(name):
    return name in schemas


def _returns(schema):
    """Field names of a tuple result, or None."""
    text = schema.rpartition(" -> ")[2]
    if not text.startswith("("):
        return None
    fields = [part.split() for part in text.strip("()").split(", ")]
    return [field[1] for field in fields] if all(len(field) == 2 for field in fields) else None


_return_types = {}


def return_type(name, fields):
    """torch.return_types.max and the like."""
    found = _return_types.get(name)
    if found is None:

        def __repr__(self):
            body = ",\n".join(f"{field}={value!r}" for field, value in zip(fields, self))
            return f"torch.return_types.{name}(\n{body})"

        members = {field: property(lambda self, i=i: tuple.__getitem__(self, i)) for i, field in enumerate(fields)}
        found = type(name, (tuple,), {"__module__": "torch.return_types", "__slots__": (), "__repr__": __repr__, "_fields": tuple(fields), **members})
        _return_types[name] = found
    return found


def _public(name):
    """`linalg_inv` as users know it: `linalg.inv`."""
    for module in ("linalg", "special"):
        if name.startswith(module + "_"):
            return f"{module}.{name[len(module) + 1 :]}"
    return name


def invoke(name, args, kwargs):
    """Call an op with Python's extras: `axis=`, `keepdims=`; `out=` is refused."""
    if kwargs:
        if "out" in kwargs:
            refuse_out(_public(name), kwargs.pop("out"))
        if "axis" in kwargs:
            kwargs["dim"] = kwargs.pop("axis")
        if "keepdims" in kwargs:
            kwargs["keepdim"] = kwargs.pop("keepdims")
    return dispatch(name, args, kwargs)


def _of_method(name, error):
    """The parser's words as a method says them: the tensor itself is not counted among the arguments."""
    text = str(error)
    if text.startswith(f"{name}(): argument "):
        text = re.sub(r"\(position (\d+)\)", lambda m: f"(position {int(m[1]) - 1})", text, count=1)
    elif text.startswith(f"{name}() received an invalid"):
        text = re.sub(r"got \(\w*Tensor(?:, )?(\w+=[^)]*)?", lambda m: f"got ({m[1]}, " if m[1] else "got (", text, count=1).replace("* (Tensor input, ", "* (").replace("* (Tensor input)", "* ()")
    elif found := re.match(rf"{name}\(\) takes (?:from (\d+) to )?(\d+) positional arguments? but (\d+) were given", text):
        least, takes, given = int(found[1] or 0) - 1, int(found[2]) - 1, int(found[3]) - 1
        counts = f"from {least} to {takes} positional arguments" if found[1] else f"{takes} positional argument{'' if takes == 1 else 's'}"
        text = f"{name}() takes {counts} but {given} {'was' if given == 1 else 'were'} given"
        if takes == 0 and _alone(name):
            text = f"TensorBase.{name}() takes no arguments ({given} given)"
    elif text.startswith(f"{name}() got an unexpected keyword") and _alone(name):
        text = f"TensorBase.{name}() takes no keyword arguments"
    else:
        return
    error.args = (text,)


def _alone(name):
    """Whether the tensor is the op's only parameter."""
    return all(schema.partition(" -> ")[0].count(",") == 0 for schema in schemas[name])


class _VariableFunctionsClass:
    """What torch's own functions are methods of, by their full names."""

    __module__ = "torch"


def make(name, label=None, method=False, owner=None):
    """The function of an op; a method's differs in what it says about wrong arguments."""
    label = label or name
    found = [fields for schema in schemas[name] if (fields := _returns(schema))]
    doc = "\n".join(schemas[name])

    if name in _SPREAD:

        def function(*args, **kwargs):
            if not (len(args) == 1 and (isinstance(args[0], (tuple, list)) or name.startswith("atleast"))):
                args = (args,)
            return invoke(name, args, kwargs)

    elif found:

        def function(*args, **kwargs):
            try:
                out = invoke(name, args, kwargs)
            except TypeError as error:
                if method:
                    _of_method(name, error)
                raise
            return return_type(name, found[0])(out) if isinstance(out, tuple) else out

    else:
        return _native(name, label, method, owner, doc)
    function.__name__ = function.__qualname__ = label
    if owner is not None:
        function.__qualname__ = f"{owner.__name__}.{label}"
    function.__doc__ = doc
    function.__module__ = "torch"
    return function


def _native(name, label, method, owner, doc):
    """A builtin; its slow part is for arguments that the engine leaves to Python."""
    in_place = name.endswith("_") and not name.endswith("__")

    def slow(*args, **kwargs):
        try:
            out = dispatch(name, args, kwargs) if in_place else invoke(name, args, kwargs)
        except TypeError as error:
            if method or in_place:
                _of_method(name, error)
            raise
        return args[0] if in_place else out

    def failing():
        try:
            fail()
        except TypeError as error:
            _of_method(name, error)
            raise

    if method:
        return _nabla.op_method(name, label, doc, slow, failing, Tensor, "any")
    return _engine.function(name, label, doc, slow, failing if in_place else fail, owner)


def _is_method(name):
    return any(re.match(r"\w+(\.\w+)?\(Tensor(\([a-z]!?\))? self", schema) for schema in schemas[name])


def fill(module_names, functional):
    """Put every op where torch has it: `torch.`, `Tensor.`, `torch.nn.functional.`."""
    for name in schemas:
        if name.startswith("_") and name not in ("_softmax",):
            continue
        function = None
        if name in _names.TORCH and name not in module_names:
            function = module_names[name] = make(name, owner=_VariableFunctionsClass)
        if name in _names.TENSOR and _is_method(name) and not hasattr(Tensor, name):
            setattr(Tensor, name, make(name, method=True))
        if name in _names.FUNCTIONAL and name not in functional:
            functional[name] = function or make(name)
    for alias, name in ALIASES.items():
        if name in schemas:
            function = module_names.get(name) or make(name)
            if alias in _names.TORCH and alias not in module_names:
                module_names[alias] = function
            if alias in _names.TENSOR and not hasattr(Tensor, alias) and _is_method(name):
                setattr(Tensor, alias, getattr(Tensor, name, None) or make(name, method=True))


ALIASES = {
    "absolute": "abs", "negative": "neg", "multiply": "mul", "subtract": "sub", "divide": "div", "true_divide": "div", "clip": "clamp", "arccos": "acos",
    "arcsin": "asin", "arctan": "atan", "arctan2": "atan2", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "concat": "cat", "concatenate": "cat",
    "greater": "gt", "greater_equal": "ge", "less": "lt", "less_equal": "le", "not_equal": "ne", "moveaxis": "movedim", "swapaxes": "transpose",
    "swapdims": "transpose", "fix": "trunc", "row_stack": "vstack", "inverse": "linalg_inv", "det": "linalg_det", "absolute_": "abs_", "multiply_": "mul_",
    "subtract_": "sub_", "divide_": "div_", "clip_": "clamp_", "true_divide_": "div_", "negative_": "neg_", "ger": "outer",
    "arccos_": "acos_", "arcsin_": "asin_", "arctan_": "atan_", "arctan2_": "atan2_", "arcsinh_": "asinh_", "arccosh_": "acosh_", "arctanh_": "atanh_",
    "fix_": "trunc_", "greater_": "gt_", "greater_equal_": "ge_", "less_": "lt_", "less_equal_": "le_", "not_equal_": "ne_",
}  # fmt: skip


# -- what the table does not say --------------------------------------------------------------------------------------


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    if input.dtype is not other.dtype:
        raise RuntimeError(f"{_scalar_name(input)} did not match {_scalar_name(other)}")
    difference = (input - other).abs()
    near = difference <= atol + rtol * other.abs()
    near = near | (input == other)
    if equal_nan:
        near = near | ((input != input) & (other != other))
    return bool(near.all())


def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    for label, position, value in (("input", 1, input), ("other", 2, other)):
        if not isinstance(value, Tensor):
            raise TypeError(f"isclose(): argument '{label}' (position {position}) must be Tensor, not {type(value).__name__}")
    for label, value in (("rtol", rtol), ("atol", atol)):
        if value < 0:
            raise RuntimeError(f"{label} must be greater than or equal to zero, but got {value}")
    near = ((input - other).abs() <= atol + rtol * other.abs()) | (input == other)
    return near | ((input != input) & (other != other)) if equal_nan else near


def equal(input, other):
    return input.shape == other.shape and bool((input == other).all())


def _scalar_name(tensor):
    from ._dtype import tensor_type_names

    return tensor_type_names[tensor.dtype._name][:-6]


def numel(input):
    return input.numel()


def is_tensor(obj):
    return isinstance(obj, Tensor)


def is_floating_point(input):
    return input.is_floating_point()


def is_complex(input):
    return False


def is_nonzero(input):
    if input.numel() != 1:
        raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous" if input.numel() else "Boolean value of Tensor with no values is ambiguous")
    return bool(input)


def broadcast_shapes(*shapes):
    rank = max((len(s) if isinstance(s, (tuple, list)) else 1 for s in shapes), default=0)
    found = [1] * rank
    for shape in shapes:
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        for i, size in enumerate(reversed(shape)):
            at = rank - 1 - i
            if size != 1 and found[at] not in (1, size):
                raise RuntimeError(f"The size of tensor a ({found[at]}) must match the size of tensor b ({size}) at non-singleton dimension {at}")
            if size != 1:
                found[at] = size
    return Size(found)


def result_type(tensor1, tensor2):
    from ._factories import tensor

    one = tensor1 if isinstance(tensor1, Tensor) else tensor(tensor1)
    two = tensor2 if isinstance(tensor2, Tensor) else tensor(tensor2)
    return (one.new_zeros(()) + two.new_zeros(())).dtype if one.dim() == two.dim() else (one.new_zeros(one.shape) + two.new_zeros(two.shape)).dtype


def promote_types(type1, type2):
    from ._dtype import checked, float32, int16

    rank = {"bool": 0, "uint8": 1, "int8": 1, "int16": 2, "int32": 3, "int64": 4, "float16": 5, "bfloat16": 5, "float32": 6, "float64": 7}
    one, two = rank[checked(type1)._name], rank[checked(type2)._name]
    if one == two and type1 is not type2:
        return float32 if one == 5 else int16
    return type1 if one >= two else type2


def can_cast(from_, to):
    order = lambda d: 2 if d.is_floating_point else 0 if d._name == "bool" else 1
    return order(from_) <= order(to) and not (to._name == "uint8" and from_.is_signed and order(from_) == 1)


def polygamma(self, n):
    """The n-th derivative of digamma: as a method its order comes second."""
    return dispatch("polygamma", (n, self))


def polygamma_(self, n):
    return self.copy_(dispatch("polygamma", (n, self)))


METHODS = {"allclose": allclose, "isclose": isclose, "equal": equal, "is_nonzero": is_nonzero}
FUNCTIONS = {
    **METHODS, "numel": numel, "is_tensor": is_tensor, "is_floating_point": is_floating_point, "is_complex": is_complex, "broadcast_shapes": broadcast_shapes,
    "result_type": result_type, "promote_types": promote_types, "can_cast": can_cast,
}  # fmt: skip


def _random_methods():
    """In-place fillers from the random generators."""

    def filler(name, defaults):
        def fill(self, *args, generator=None, **kw):
            values = list(args) + [kw.get(key, value) for key, value in list(defaults.items())[len(args) :]]
            number = 0 if generator is None else generator._g
            _mark(self, name)
            if _nabla.random_fill(name, self._h, *[(-1 if v is None else v) for v in values], sum(1 for v in values if v is not None), number) < 0:
                _engine.fail()
            return self

        fill.__name__ = fill.__qualname__ = name
        return fill

    return {
        "uniform_": filler("uniform_", {"from": 0.0, "to": 1.0}),
        "normal_": filler("normal_", {"mean": 0.0, "std": 1.0}),
        "exponential_": filler("exponential_", {"lambd": 1.0}),
        "geometric_": filler("geometric_", {"p": None}),
        "cauchy_": filler("cauchy_", {"median": 0.0, "sigma": 1.0}),
        "log_normal_": filler("log_normal_", {"mean": 1.0, "std": 2.0}),
    }


def _mark(tensor, name):
    """In the graph an in-place fill ends the history before it."""
    if tensor.requires_grad and is_grad_enabled():
        dispatch(f"_{name}mark_", (tensor,))


def bernoulli_(self, p=0.5, *, generator=None):
    if isinstance(p, Tensor):
        spread = p.expand_as(self)  # held in a name: a temporary handle would be let go before the call
        handle = _nabla.bernoulli_of(spread._h, 0 if generator is None else generator._g)
        if handle < 0:
            _engine.fail()
        return self.copy_(wrap(handle))
    _mark(self, "bernoulli_")
    if _nabla.random_fill("bernoulli_", self._h, float(p), 0, 1, 0 if generator is None else generator._g) < 0:
        _engine.fail()
    return self


def random_(self, *args, generator=None, **kw):
    low, high = kw.get("from"), kw.get("to")
    if len(args) == 1:
        high = args[0]
    elif args:
        low, high = args
    count = 0 if low is None and high is None else 1 if low is None else 2
    _mark(self, "random_")
    if _nabla.random_fill("random_", self._h, low or 0, 0 if high is None else high, count, 0 if generator is None else generator._g) < 0:
        _engine.fail()
    return self


def install(module_names, functional):
    for table, put in (
        ({**FUNCTIONS, **_shaped.FUNCTIONS}, module_names.__setitem__),
        ({**METHODS, **_shaped.METHODS}, lambda name, function: setattr(Tensor, name, function)),
    ):
        for name, function in table.items():
            put(name, function)
    for name, function in _random_methods().items():
        setattr(Tensor, name, function)
    Tensor.bernoulli_ = bernoulli_
    Tensor.polygamma, Tensor.polygamma_ = polygamma, polygamma_
    Tensor.random_ = random_
    fill(module_names, functional)
    _sized(module_names)
    from . import _seldom

    _seldom.install(module_names)


def _sized(module_names):
    """Methods whose sizes or dims come one by one; functions that turn themselves around in Python."""

    def view(self, *shape):
        if len(shape) == 1 and shape[0].__class__ is not int:
            one = shape[0]
            if not isinstance(one, (tuple, list)) and not hasattr(one, "__index__"):
                return dispatch("_view_dtype" if isinstance(one, dtype) else "view", (self, one))
            shape = one if isinstance(one, (tuple, list)) else shape
        return dispatch("view", (self, tuple(shape)))

    if has("view"):
        Tensor.view = view
    if not hasattr(Tensor, "view_as"):
        Tensor.view_as = lambda self, other: self.view(other.shape)
    if not hasattr(Tensor, "reshape_as"):
        Tensor.reshape_as = lambda self, other: self.reshape(other.shape)
    if not hasattr(Tensor, "expand_as"):
        Tensor.expand_as = lambda self, other: self.expand(other.shape)

    def split(self, split_size, dim=0):
        if isinstance(split_size, (list, tuple)) and has("split_with_sizes"):
            return dispatch("split_with_sizes", (self, split_size, dim))
        return dispatch("split", (self, split_size, dim))

    if has("split"):
        Tensor.split = split
        module_names["split"] = lambda tensor, split_size_or_sections, dim=0: split(tensor, split_size_or_sections, dim)
    Tensor.multinomial = lambda self, num_samples, replacement=False, *, generator=None: module_names["multinomial"](
        self, num_samples, replacement, generator=generator
    )
    Tensor.bernoulli = lambda self, p=None, *, generator=None: module_names["bernoulli"](self, p, generator=generator)
    if not hasattr(Tensor, "contiguous"):
        Tensor.contiguous = lambda self, memory_format=None: self if self.is_contiguous() else self.clone()
