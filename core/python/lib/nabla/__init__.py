"""What Nabla offers besides PyTorch's interface: small data sets to learn on."""

from . import datasets  # noqa: F401
