"""functional_call and stack_module_state: modules with their parameters handed in from outside."""

from contextlib import contextmanager

from .._engine import dispatch


def _owner(module, path):
    """(module, attribute) of a dotted name."""
    prefix, _, name = path.rpartition(".")
    for part in prefix.split(".") if prefix else ():
        module = getattr(module, part)
    return module, name


def _names_of(module):
    return {
        **dict(module.named_parameters(remove_duplicate=False)),
        **dict(module.named_buffers(remove_duplicate=False)),
    }


def _with_tied(module, given):
    """The given tensors under every name their original has."""
    groups = {}
    for name, tensor in _names_of(module).items():
        groups.setdefault(id(tensor), []).append(name)
    every = dict(given)
    for names in groups.values():
        chosen = [n for n in names if n in given]
        for other in chosen[1:]:
            if given[other] is not given[chosen[0]]:
                raise ValueError(
                    f"functional_call got multiple values for keys {sorted(names)}, which are tied. Consider using tie_weights=False"
                )
        if chosen:
            for name in names:
                every.setdefault(name, given[chosen[0]])
    return every


@contextmanager
def _swapped(module, tensors):
    before = []
    try:
        for path, tensor in tensors.items():
            owner, name = _owner(module, path)
            place = owner._parameters if name in owner._parameters else owner._buffers if name in owner._buffers else owner.__dict__
            before.append((place, name, place[name]))
            place[name] = tensor
        yield
    finally:
        for place, name, value in reversed(before):
            place[name] = value


def functional_call(module, parameter_and_buffer_dicts, args=None, kwargs=None, *, tie_weights=True, strict=False):
    """module(*args, **kwargs) with the given tensors in place of its parameters and buffers."""
    if isinstance(parameter_and_buffer_dicts, dict):
        given = parameter_and_buffer_dicts
    elif isinstance(parameter_and_buffer_dicts, (tuple, list)):
        if not all(isinstance(d, dict) for d in parameter_and_buffer_dicts):
            raise ValueError("Expected all elements of parameter_and_buffer_dicts to be dictionaries")
        keys = [key for d in parameter_and_buffer_dicts for key in d]
        repeated = [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
        if repeated:
            raise ValueError(f"{repeated} appeared in multiple dictionaries; behavior of functional call is ambiguous")
        given = {key: value for d in parameter_and_buffer_dicts for key, value in d.items()}
    else:
        raise ValueError(f"Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got {type(parameter_and_buffer_dicts)}")
    known = _names_of(module)
    unexpected = [name for name in given if name not in known]
    if tie_weights:
        given = _with_tied(module, given)
    if strict:
        missing = [name for name in known if name not in given]
        if unexpected or missing:
            said = []
            if unexpected:
                said.append(f"Unexpected key(s): {', '.join(map(repr, sorted(unexpected)))}.")
            if missing:
                said.append(f"Missing key(s): {', '.join(map(repr, sorted(missing)))}.")
            raise RuntimeError("Error(s) in reparametrizing for {}:\n\t{}".format(type(module).__name__, "\n\t".join(said)))
    given = {name: tensor for name, tensor in given.items() if name not in unexpected}
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    with _swapped(module, given):
        return module(*args, **({} if kwargs is None else kwargs))


def stack_module_state(models):
    """Parameters and buffers of models of one shape, stacked along a new first dimension."""
    models = list(models)
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if not (all(m.training for m in models) or all(not m.training for m in models)):
        raise RuntimeError("stack_module_state: Expected all models to have the same training/eval mode.")
    if any(type(m) is not type(models[0]) for m in models):
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")

    def stacked(tensors):
        if any(t.requires_grad != tensors[0].requires_grad for t in tensors):
            raise RuntimeError("Expected parameters from each model to have the same .requires_grad")
        return dispatch("stack", ([t.detach() for t in tensors],)).requires_grad_(tensors[0].requires_grad)

    parameters = {name: stacked([dict(m.named_parameters())[name] for m in models]) for name, _ in models[0].named_parameters()}
    buffers = {name: stacked([dict(m.named_buffers())[name] for m in models]) for name, _ in models[0].named_buffers()}
    return parameters, buffers
