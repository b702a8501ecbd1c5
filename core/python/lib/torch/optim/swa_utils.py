"""Averages of a model's weights (Izmailov et al. 2018) and the schedule that goes with them."""

import itertools
import math
from copy import deepcopy

from .. import _dtype, nn
from .._factories import tensor
from .._grad_mode import no_grad
from ._lr_base import LRScheduler, anneal_checked, per_group

__all__ = ["AveragedModel", "SWALR", "get_ema_avg_fn", "get_ema_multi_avg_fn", "get_swa_avg_fn", "get_swa_multi_avg_fn", "update_bn"]


def _check_decay(decay):
    if decay < 0.0 or decay > 1.0:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")


def get_ema_avg_fn(decay=0.999):
    """decay·average + (1 − decay)·now."""
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param, current_param, num_averaged):
        return decay * ema_param + (1 - decay) * current_param

    return ema_update


def get_swa_avg_fn():
    """The plain mean."""

    @no_grad()
    def swa_update(averaged_param, current_param, num_averaged):
        return averaged_param + (current_param - averaged_param) / (num_averaged + 1)

    return swa_update


def get_ema_multi_avg_fn(decay=0.999):
    """The same over lists, in place."""
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_params, current_params, _):
        for average, now in zip(ema_params, current_params, strict=True):
            if average.is_floating_point():
                average.lerp_(now, 1 - decay)
            else:
                average.copy_(average * decay + now * (1 - decay))

    return ema_update


def get_swa_multi_avg_fn():
    """The plain mean over lists, in place."""

    @no_grad()
    def swa_update(averaged_params, current_params, num_averaged):
        count = float(num_averaged)
        for average, now in zip(averaged_params, current_params, strict=True):
            if average.is_floating_point():
                average.lerp_(now, 1 / (count + 1))
            else:
                average.copy_(average + (now - average) / (count + 1))

    return swa_update


class AveragedModel(nn.Module):
    """A copy of a model whose parameters are averages of the model's."""

    def __init__(self, model, device=None, avg_fn=None, multi_avg_fn=None, use_buffers=False):
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", tensor(0, dtype=_dtype.int64, device=device))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args, **kwargs):
        return self.module(*args, **kwargs)

    def update_parameters(self, model):
        """Takes the model's present parameters into the average; the first call copies them."""
        if self.use_buffers:
            own, theirs = itertools.chain(self.module.parameters(), self.module.buffers()), itertools.chain(model.parameters(), model.buffers())
        else:
            own, theirs = self.parameters(), model.parameters()
        averages = [p.detach() for p in own]
        present = [q.detach().to(p.device) for p, q in zip(averages, theirs)]
        count = int(self.n_averaged)
        if count == 0:
            for p, q in zip(averages, present):
                p.copy_(q)
        elif self.avg_fn is not None:
            for p, q in zip(averages, present):
                p.copy_(self.avg_fn(p, q, self.n_averaged.to(p.device)))
        else:
            (self.multi_avg_fn or get_swa_multi_avg_fn())(averages, present, self.n_averaged)
        if not self.use_buffers:
            for p, q in zip(self.module.buffers(), model.buffers()):
                p.detach().copy_(q.detach().to(p.device))
        self.n_averaged += 1


@no_grad()
def update_bn(loader, model, device=None):
    """Running statistics of all batch norms over one pass of the loader."""
    kept = {}
    for module in model.modules():
        if hasattr(module, "reset_running_stats") and hasattr(module, "momentum"):
            module.reset_running_stats()
            kept[module] = module.momentum
    if not kept:
        return
    training = model.training
    model.train()
    for module in kept:
        module.momentum = None
    for batch in loader:
        if isinstance(batch, (list, tuple)):
            batch = batch[0]
        model(batch if device is None else batch.to(device))
    for module, momentum in kept.items():
        module.momentum = momentum
    model.train(training)


class SWALR(LRScheduler):
    """From the present rate to swa_lr over anneal_epochs, then constant."""

    __module__ = "torch.optim.swa_utils"

    def __init__(self, optimizer, swa_lr, anneal_epochs=10, anneal_strategy="cos", last_epoch=-1):
        for group, rate in zip(optimizer.param_groups, per_group("swa_lr", optimizer, swa_lr)):
            group["swa_lr"] = rate
        self._anneal_strategy = anneal_checked(anneal_strategy)
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _share(self, step):
        t = max(0, min(1, step / max(1, self.anneal_epochs)))
        return (1 - math.cos(math.pi * t)) / 2 if self._anneal_strategy == "cos" else t

    def get_lr(self):
        self._expect_step()
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = self._share(step - 1), self._share(step)
        rates = []
        for group in self.optimizer.param_groups:
            target = group["swa_lr"]
            start = target if before == 1 else (group["lr"] - before * target) / (1 - before)
            rates.append(target * now + start * (1 - now))
        return rates
