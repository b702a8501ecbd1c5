"""torch.amp.GradScaler: a loss scaled up before backward, gradients scaled down before the step, steps with infinities left out."""

import warnings

from .._factories import tensor
from .._grad_mode import no_grad
from .._tensor import Tensor
from .._tensor_facts import OURS


class GradScaler:
    """Loss scaling with a scale that grows while gradients stay finite and shrinks when they do not."""

    def __init__(self, device="cuda", init_scale=2.0**16, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, enabled=True):
        from .. import cuda

        self._device, self._enabled = device, enabled
        if enabled and device == "cuda" and not cuda.is_available():
            warnings.warn("torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.", UserWarning, skip_file_prefixes=OURS)
            self._enabled = False
        if self._enabled:
            if growth_factor <= 1.0:
                raise AssertionError("The growth factor must be > 1.0.")
            if backoff_factor >= 1.0:
                raise AssertionError("The backoff factor must be < 1.0.")
            self._init_scale, self._scale = float(init_scale), None
            self._growth_factor, self._backoff_factor, self._growth_interval = growth_factor, backoff_factor, growth_interval
            self._tracker = 0
            self._found = {}

    def _current(self):
        return self._init_scale if self._scale is None else self._scale

    def scale(self, outputs):
        """The outputs times the scale."""
        if not self._enabled:
            return outputs
        self._scale = self._current()
        if isinstance(outputs, Tensor):
            return outputs * tensor(self._scale, device=outputs.device)
        if isinstance(outputs, (list, tuple)):
            return type(outputs)(self.scale(o) for o in outputs)
        raise ValueError("outputs must be a Tensor or an iterable of Tensors")

    def unscale_(self, optimizer):
        """Divide the gradients of the optimizer's parameters by the scale."""
        if not self._enabled:
            return
        if self._scale is None:
            raise AssertionError("Attempted unscale_ but _scale is None.  This may indicate your script did not use scaler.scale(loss or outputs) earlier in the iteration.")
        if id(optimizer) in self._found:
            raise RuntimeError("unscale_() has already been called on this optimizer since the last update().")
        infinite = False
        with no_grad():
            for group in optimizer.param_groups:
                for p in group["params"]:
                    g = p._grad_or_none()
                    if g is not None:
                        infinite = infinite or not bool((g - g == 0).all())
                        g.mul_(1.0 / self._scale)
        self._found[id(optimizer)] = infinite

    def step(self, optimizer, *args, **kwargs):
        """optimizer.step(), unless some gradient is infinite or NaN."""
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if "closure" in kwargs:
            raise RuntimeError("Closure use is not currently supported if GradScaler is enabled.")
        if id(optimizer) not in self._found:
            self.unscale_(optimizer)
        return None if self._found[id(optimizer)] else optimizer.step(*args, **kwargs)

    def update(self, new_scale=None):
        """Adapt the scale."""
        if not self._enabled:
            return
        if new_scale is not None:
            self._scale = float(new_scale)
        else:
            if not self._found:
                raise AssertionError("No inf checks were recorded prior to update.")
            if any(self._found.values()):
                self._scale *= self._backoff_factor
                self._tracker = 0
            else:
                self._tracker += 1
                if self._tracker == self._growth_interval:
                    self._scale *= self._growth_factor
                    self._tracker = 0
        self._found = {}

    def get_scale(self):
        return self._current() if self._enabled else 1.0

    def get_growth_factor(self):
        return self._growth_factor

    def get_backoff_factor(self):
        return self._backoff_factor

    def get_growth_interval(self):
        return self._growth_interval

    def is_enabled(self):
        return self._enabled

    def state_dict(self):
        if not self._enabled:
            return {}
        return {
            "scale": self.get_scale(),
            "growth_factor": self._growth_factor,
            "backoff_factor": self._backoff_factor,
            "growth_interval": self._growth_interval,
            "_growth_tracker": self._tracker,
        }

    def load_state_dict(self, state_dict):
        if not self._enabled:
            return
        if not state_dict:
            raise RuntimeError("The source state dict is empty, possibly because it was saved from a disabled instance of GradScaler.")
        self._scale = float(state_dict["scale"])
        self._growth_factor, self._backoff_factor = state_dict["growth_factor"], state_dict["backoff_factor"]
        self._growth_interval, self._tracker = state_dict["growth_interval"], state_dict["_growth_tracker"]
