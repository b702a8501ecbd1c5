"""Modules, one file per family as in torch; the files name what is public."""

from importlib import import_module as _import

from ..module import Module

# Every file is loaded, and its public modules are torch.nn's.
for _file in ("activation", "attention", "batchnorm", "channelshuffle", "conv", "distance", "dropout", "flatten", "fold", "instancenorm", "linear", "loss", "normalization", "padding", "pixelshuffle", "pooling", "rnn", "sparse", "transformer", "upsampling", "lazy"):
    for _name, _value in vars(_import("." + _file, __name__)).items():
        if isinstance(_value, type) and issubclass(_value, Module) and not _name.startswith("_"):
            globals()[_name] = _value
