"""state_dict and load_state_dict: the part of nn.Module that keeps and restores what a model has learnt."""

from collections import OrderedDict, namedtuple

from .._tensor import Tensor
from .parameter import Parameter

_NONE = OrderedDict()


class _IncompatibleKeys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    __slots__ = ()

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"

    __str__ = __repr__


class StateDict:
    """The part of nn.Module that turns it into a dict and back."""

    def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
        if args:
            destination = args[0]
            prefix = args[1] if len(args) > 1 else prefix
            keep_vars = args[2] if len(args) > 2 else keep_vars
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = metadata
        for hook in self.__dict__.get("_state_dict_pre_hooks", _NONE).values():
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, module in self._modules.items():
            if module is not None:
                module.state_dict(destination=destination, prefix=prefix + name + ".", keep_vars=keep_vars)
        for hook in self.__dict__.get("_state_dict_hooks", _NONE).values():
            said = hook(self, destination, prefix, metadata)
            if said is not None:
                destination = said
        return destination

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        for name, param in self._parameters.items():
            if param is not None:
                destination[prefix + name] = param if keep_vars else param.detach()
        for name, buffer in self._buffers.items():
            if buffer is not None and name not in self._non_persistent_buffers_set:
                destination[prefix + name] = buffer if keep_vars else buffer.detach()

    def load_state_dict(self, state_dict, strict=True, assign=False):
        from .._grad_mode import no_grad

        if not hasattr(state_dict, "keys"):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        state = OrderedDict(state_dict)
        missing, unexpected, errors = [], [], []

        def load(module, prefix):
            for hook in module.__dict__.get("_load_state_dict_pre_hooks", _NONE).values():
                hook(module, state, prefix, {}, True, missing, unexpected, errors)
            held = {**module._parameters, **{k: v for k, v in module._buffers.items() if k not in module._non_persistent_buffers_set}}
            for name, target in held.items():
                if target is None:
                    continue
                key = prefix + name
                if key not in state:
                    missing.append(key)
                    continue
                value = state[key]
                if not isinstance(value, Tensor):
                    errors.append(f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint but received {type(value)}')
                    continue
                if value.dim() == 1 and value.shape[0] == 1 and target.dim() == 0:
                    value = value[0]
                if value.shape != target.shape:
                    errors.append(f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, the shape in current model is {target.shape}.")
                    continue
                with no_grad():
                    if assign:
                        made = Parameter(value, target.requires_grad) if name in module._parameters else value
                        setattr(module, name, made)
                    else:
                        target.copy_(value)
            for name, child in module._modules.items():
                if child is not None:
                    load(child, prefix + name + ".")
            incompatible = _IncompatibleKeys(missing, unexpected)
            for hook in module.__dict__.get("_load_state_dict_post_hooks", _NONE).values():
                hook(module, incompatible)

        known = {name for name, _ in self._state_names()}
        unexpected.extend(key for key in state if key not in known)
        load(self, "")
        if not strict:
            found = _IncompatibleKeys(missing, unexpected)
        else:
            found = _IncompatibleKeys(missing, unexpected)
            if unexpected:
                errors.insert(0, "Unexpected key(s) in state_dict: " + ", ".join(f'"{k}"' for k in unexpected) + ". ")
            if missing:
                errors.insert(0, "Missing key(s) in state_dict: " + ", ".join(f'"{k}"' for k in missing) + ". ")
        if errors:
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t" + "\n\t".join(errors))
        return found

    def _state_names(self, prefix=""):
        for name, value in self._parameters.items():
            if value is not None:
                yield prefix + name, value
        for name, value in self._buffers.items():
            if value is not None and name not in self._non_persistent_buffers_set:
                yield prefix + name, value
        for name, module in self._modules.items():
            if module is not None:
                yield from module._state_names(prefix + name + ".")
