"""What a case starts from, and how its failure is told."""

import random
import warnings

import numpy
import torch


def reset():
    """As if the process had just begun: modes, printing, random streams."""
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_printoptions(profile="default")
    torch.autograd.set_detect_anomaly(False)
    numpy.set_printoptions(precision=8, threshold=1000, edgeitems=3, linewidth=75, suppress=False)
    warnings.resetwarnings()
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    numpy.random.seed(0)
    random.seed(0)


def described(error):
    """An exception as the golden data tells it."""
    return {"type": type(error).__qualname__, "message": error.msg if isinstance(error, SyntaxError) else str(error)}


def one_line(error):
    told = described(error)
    return f"{told['type']}: {told['message']}".strip().split("\n")[0]


def attempt(evaluate, *arguments):
    """A value, or the reason why there is none, for parts of a case that stand alone."""
    try:
        return {"value": evaluate(*arguments)}
    except Exception as error:
        return {"error": one_line(error)}


def names():
    """The names an expression of the golden data may use."""
    import math

    from torch import nn, optim
    from torch.nn import functional

    return {"torch": torch, "nn": nn, "F": functional, "optim": optim, "np": numpy, "math": math}


def everything():
    """Those names, and what the loaders, schedulers and NumPy add to them."""
    from torch.optim import lr_scheduler
    from torch.utils import data

    public = {name: value for name, value in vars(data).items() if not name.startswith("_")}
    return public | {"data": data, "lr_scheduler": lr_scheduler, "numpy": numpy} | names()
