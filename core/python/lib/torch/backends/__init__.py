"""torch.backends: switches that change nothing here."""


class _Switches:
    """Settings are kept and have no effect."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def is_available(self):
        return self.available

    def is_built(self):
        return self.available


cudnn = _Switches(benchmark=False, deterministic=True, enabled=False, allow_tf32=False, available=False, version=lambda: None)
cuda = _Switches(matmul=_Switches(allow_tf32=False), available=False)
mps = _Switches(available=False)
mkldnn = _Switches(enabled=False, available=False)
mkl = _Switches(available=False)
openmp = _Switches(available=False)
