"""torch.backends: what there is to switch. oneDNN's and the attention kernels' switches are obeyed; the others are kept and change nothing."""

import contextlib


class _Switches:
    """Settings are kept and have no effect."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def is_available(self):
        return self.available

    def is_built(self):
        return self.available


class _Mkldnn(_Switches):
    """oneDNN: with it a float32 LSTM layer is one step of the graph."""

    def set_flags(self, _enabled=None, _deterministic=None, _allow_tf32=None, _fp32_precision="none"):
        before = (self.enabled, self.deterministic, self.allow_tf32, self.fp32_precision)
        if _enabled is not None:
            self.enabled = _enabled
        if _deterministic is not None:
            self.deterministic = _deterministic
        if _allow_tf32 is not None:
            self.allow_tf32 = _allow_tf32
        return before

    @contextlib.contextmanager
    def flags(self, enabled=False, deterministic=False, allow_tf32=True, fp32_precision="none"):
        before = self.set_flags(enabled, deterministic, allow_tf32, fp32_precision)
        try:
            yield
        finally:
            self.set_flags(*before)


class _Cuda(_Switches):
    """Which ways of attention may be taken; on the CPU flash and the written-out one."""

    _ways = {"flash": True, "mem_efficient": True, "math": True, "cudnn": True}

    def flash_sdp_enabled(self):
        return self._ways["flash"]

    def enable_flash_sdp(self, enabled):
        self._ways["flash"] = bool(enabled)

    def mem_efficient_sdp_enabled(self):
        return self._ways["mem_efficient"]

    def enable_mem_efficient_sdp(self, enabled):
        self._ways["mem_efficient"] = bool(enabled)

    def math_sdp_enabled(self):
        return self._ways["math"]

    def enable_math_sdp(self, enabled):
        self._ways["math"] = bool(enabled)

    def cudnn_sdp_enabled(self):
        return self._ways["cudnn"]

    def enable_cudnn_sdp(self, enabled):
        self._ways["cudnn"] = bool(enabled)

    def is_flash_attention_available(self):
        return False

    @contextlib.contextmanager
    def sdp_kernel(self, enable_flash=True, enable_math=True, enable_mem_efficient=True, enable_cudnn=True):
        import warnings

        warnings.warn(
            "`torch.backends.cuda.sdp_kernel()` is deprecated. In the future, this context manager will be removed. Please see `torch.nn.attention.sdpa_kernel()` for the new context manager, with updated signature.",
            FutureWarning,
            stacklevel=3,
        )
        before = dict(self._ways)
        self._ways.update(flash=enable_flash, math=enable_math, mem_efficient=enable_mem_efficient, cudnn=enable_cudnn)
        try:
            yield {}
        finally:
            self._ways.update(before)


cudnn = _Switches(benchmark=False, deterministic=True, enabled=False, allow_tf32=False, available=False, version=lambda: None)
cuda = _Cuda(matmul=_Switches(allow_tf32=False), available=False)
mps = _Switches(available=False)
mkldnn = _Mkldnn(enabled=True, deterministic=False, allow_tf32=True, fp32_precision="none", available=True)
mkl = _Switches(available=True)
openmp = _Switches(available=True)
