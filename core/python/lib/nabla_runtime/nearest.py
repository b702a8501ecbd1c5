"""The nearest thing Nabla has to a name it does not have: by a few words written down, else by the name itself."""

import sys
from importlib.abc import MetaPathFinder

# The longest prefix counts.
BY_HAND = {
    "torch.compile": "the model itself, which computes the same",
    "torch.distributed": "one process, as every script here runs",
    "torch.fft": "torch.sin, torch.cos and a matrix product",
    "torch.jit": "the model itself, which computes the same",
    "torch.multiprocessing": "one process, as every script here runs",
    "torch.nn.DataParallel": "the model itself, on one device",
    "torch.nn.parallel": "the model itself, on one device",
    "torch.onnx": "torch.save of the state_dict",
    "torch.profiler": "time.perf_counter",
    "torch.sparse": "dense tensors",
    "torch.utils.tensorboard": "matplotlib, or the window's own chart of the training",
    "tensorboard": "matplotlib, or the window's own chart of the training",
    "tensorboardX": "matplotlib, or the window's own chart of the training",
    "torchinfo": "print(model)",
    "torchsummary": "print(model)",
    "torchvision": "torch.nn for models, torch itself for transforms, sklearn.datasets for data",
    "torchvision.datasets": "sklearn.datasets (load_digits, load_iris, make_moons), which needs no download",
    "torchvision.models": "torch.nn, layer by layer",
    "torchvision.transforms": "torch's own tensor functions",
    "torchaudio": "torch itself, on samples read by numpy",
    "torchtext": "torch.nn.Embedding, on ids made by hand",
    "pandas": "numpy.loadtxt and Python's csv",
    "scipy": "numpy",
    "seaborn": "matplotlib",
    "tqdm": "the loop without it",
}


def nearest(name):
    """What to use instead of the dotted `name`, or None."""
    import difflib

    head = name
    while head:
        if head in BY_HAND:
            return BY_HAND[head]
        head = head.rpartition(".")[0]
    module, _, last = name.rpartition(".")
    for home in dict.fromkeys((module, "torch.nn.functional", "torch.nn", "torch")):
        close = difflib.get_close_matches(last, _public(home), 1, 0.7)
        if close:
            return f"{home}.{close[0]}"
    return None


def note(name):
    """The line for `add_note`, or None."""
    instead = nearest(name)
    return None if instead is None else f"Nabla: the nearest thing that is: {instead}"


def noted(error, name):
    """The error with the nearest thing to `name` as a note."""
    line = note(name)
    if line is not None:
        error.add_note(line)
    return error


# Packages that scripts import beside torch.
PACKAGES = frozenset(
    """torchvision torchaudio torchtext torchinfo torchsummary torchmetrics tensorboard tensorboardX lightning pytorch_lightning transformers
    pandas scipy seaborn tqdm cv2 PIL tensorflow jax cupy""".split()
)


class AbsentPackages(MetaPathFinder):
    """`import torchvision` fails by name, where the script's folder has no module of that name."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in PACKAGES:
            return None
        raise noted(ModuleNotFoundError(f"No module named '{name}': {name} is not in Nabla yet", name=name), name)


def _public(home):
    owner = sys.modules.get(home) or (sys.modules["torch"].Tensor if home == "torch.Tensor" else None)
    return [name for name in vars(owner) if not name.startswith("_")] if owner is not None else []
