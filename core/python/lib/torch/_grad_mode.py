"""no_grad, enable_grad, set_grad_enabled and inference_mode, as context managers and decorators."""

import functools
import inspect

import _nabla


def is_grad_enabled():
    return _nabla.grad_mode(-1) == 1


class _Decorator:
    """A context manager that also decorates functions and generator functions."""

    def __call__(self, function):
        if inspect.isclass(function):
            raise TypeError(f"{type(self).__name__} cannot decorate a class")
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def generate(*args, **kwargs):
                generator = function(*args, **kwargs)
                sent = None
                while True:
                    with self.clone():
                        try:
                            value = generator.send(sent)
                        except StopIteration as stop:
                            return stop.value
                    sent = yield value

            return generate

        @functools.wraps(function)
        def call(*args, **kwargs):
            with self.clone():
                return function(*args, **kwargs)

        return call

    def clone(self):
        return type(self)()


class _Switched(_Decorator):
    """Recording for backward is on or off inside, as `_on` says."""

    __slots__ = ("prev",)

    def __new__(cls, orig_func=None):
        self = object.__new__(cls)
        return self if orig_func is None else self(orig_func)

    def __init__(self, orig_func=None):
        pass

    def __enter__(self):
        self.prev = _nabla.grad_mode(self._on)

    def __exit__(self, *exc):
        _nabla.grad_mode(self.prev)


class no_grad(_Switched):
    """Nothing inside is recorded for backward."""

    __slots__ = ()
    _on = 0


class enable_grad(_Switched):
    """Recording for backward is on inside."""

    __slots__ = ()
    _on = 1


class set_grad_enabled(_Decorator):
    """Turns recording on or off at once; as a context manager, until its end."""

    def __init__(self, mode):
        self.mode = bool(mode)
        self.prev = _nabla.grad_mode(int(self.mode))

    def __call__(self, function):
        _nabla.grad_mode(self.prev)
        return super().__call__(function)

    def __enter__(self):
        _nabla.grad_mode(int(self.mode))

    def __exit__(self, *exc):
        _nabla.grad_mode(self.prev)

    def __repr__(self):
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"

    def clone(self):
        made = object.__new__(type(self))
        made.mode, made.prev = self.mode, _nabla.grad_mode(-1)
        return made


class inference_mode(_Decorator):
    """no_grad, and tensors made inside can never be recorded."""

    def __new__(cls, mode=True):
        self = object.__new__(cls)
        if callable(mode) and not isinstance(mode, bool):
            self.mode = True
            return self(mode)
        return self

    def __init__(self, mode=True):
        self.mode = mode

    def __enter__(self):
        self.prev = _nabla.grad_mode(0 if self.mode else 1)
        self.prev_inference = _nabla.inference_mode(int(bool(self.mode)))

    def __exit__(self, *exc):
        _nabla.grad_mode(self.prev)
        _nabla.inference_mode(self.prev_inference)

    def clone(self):
        return inference_mode(self.mode)


def is_inference_mode_enabled():
    return _nabla.inference_mode(-1) == 1
