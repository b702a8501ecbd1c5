"""DataLoader: batches of a dataset, in one process."""

import itertools
import warnings
from array import array

import _nabla
from nabla_runtime.bridge import CELL_RECORDING, cell

from ..._engine import fail
from ..._factories import empty
from ..._tensor import wrap
from ..._tensor_facts import OURS
from ... import _dtype
from .collate import default_collate, default_convert
from .dataset import Dataset, IterableDataset, Subset, TensorDataset
from .sampler import BatchSampler, RandomSampler, SequentialSampler

_numbers = itertools.count(1)
_FIXED = frozenset(["batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers"])
_explained = False


def _explain_workers(count):
    """Said once a run: there is one process, and the batches are the same."""
    global _explained
    if not _explained:
        _explained = True
        warnings.warn(f"Nabla loads data in one process: num_workers={count} is taken as 0. The batches are the same.", UserWarning, skip_file_prefixes=OURS)
_gather = _nabla.gather


class DataLoader:
    """Iterates over a dataset in batches."""

    def __class_getitem__(cls, item):
        return cls

    def __init__(
        self, dataset, batch_size=1, shuffle=None, sampler=None, batch_sampler=None, num_workers=0, collate_fn=None, pin_memory=False, drop_last=False,
        timeout=0, worker_init_fn=None, multiprocessing_context=None, generator=None, *, prefetch_factor=None, persistent_workers=False,
        pin_memory_device="", in_order=True,
    ):  # fmt: skip
        if num_workers < 0:
            raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        if num_workers > 0 and prefetch_factor is not None and prefetch_factor < 0:
            raise ValueError("prefetch_factor option should be non-negative")
        if num_workers == 0 and prefetch_factor is not None:
            raise ValueError("prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor to None.")
        if persistent_workers and num_workers == 0:
            raise ValueError("persistent_workers option needs num_workers > 0")
        streams = isinstance(dataset, IterableDataset)
        if streams:
            if shuffle not in (False, None):
                raise ValueError(f"DataLoader with IterableDataset: expected unspecified shuffle option, but got shuffle={shuffle}")
            if sampler is not None:
                raise ValueError(f"DataLoader with IterableDataset: expected unspecified sampler option, but got sampler={sampler}")
            if batch_sampler is not None:
                raise ValueError(f"DataLoader with IterableDataset: expected unspecified batch_sampler option, but got batch_sampler={batch_sampler}")
        shuffle = bool(shuffle)
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last")
            batch_size, drop_last = None, False
        elif batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
        if sampler is None and not streams:
            sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
        if batch_size is not None and batch_sampler is None and not streams:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        elif streams and batch_size is not None and (not isinstance(batch_size, int) or batch_size <= 0):
            raise ValueError(f"batch_size should be a positive integer value, but got batch_size={batch_size}")
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.sampler, self.batch_sampler, self.generator = sampler, batch_sampler, generator
        self.num_workers, self.pin_memory, self.timeout, self.worker_init_fn = num_workers, pin_memory, timeout, worker_init_fn
        self.prefetch_factor = 2 if num_workers > 0 and prefetch_factor is None else prefetch_factor
        self.persistent_workers, self.multiprocessing_context, self.in_order = persistent_workers, multiprocessing_context, in_order
        self.pin_memory_device = pin_memory_device
        if num_workers > 0:
            _explain_workers(num_workers)
        self._streams = streams
        self._asked_length = False
        self._number = next(_numbers)
        batched = batch_sampler is not None or streams and batch_size is not None
        self.collate_fn = collate_fn or (default_collate if batched else default_convert)
        self._ready = True

    def __setattr__(self, name, value):
        if name in _FIXED and self.__dict__.get("_ready"):
            raise ValueError(f"{name} attribute should not be set after {type(self).__name__} is initialized")
        object.__setattr__(self, name, value)

    def __len__(self):
        if self._streams:
            n = len(self.dataset)
            self._asked_length = True
            if self.batch_size is None:
                return n
            return n // self.batch_size if self.drop_last else -(-n // self.batch_size)
        return len(self.batch_sampler) if self.batch_sampler is not None else len(self.sampler)

    def __iter__(self):
        # torch draws a seed for worker processes at each start, also where there are none.
        empty((), dtype=_dtype.int64).random_(generator=self.generator)
        return _Pass(self)


class _Pass:
    """One pass over the data."""

    def __init__(self, loader):
        self._loader = loader
        self._batches = loader._streams and _stream(loader) or _batches(loader)
        self._started = False

    def __iter__(self):
        return self

    def __len__(self):
        return len(self._loader)

    def __next__(self):
        loader = self._loader
        if not self._started:
            self._started = True
            _nabla.loader(loader._number, 0)
        try:
            batch = next(self._batches)
        except StopIteration:
            _nabla.loader(loader._number, 2)
            raise
        if cell[CELL_RECORDING]:
            _nabla.loader(loader._number, 1)
        return batch


def _counted(items, loader):
    """Warns where a stream gives more samples than its length promised."""
    promised = len(loader.dataset) if hasattr(loader.dataset, "__len__") else None
    for count, item in enumerate(items, 1):
        if promised is not None and loader._asked_length and count > promised:
            warnings.warn(
                f"Length of IterableDataset {loader.dataset} was reported to be {promised}(when accessing len(dataloader)), but {count} samples have been fetched. ",
                UserWarning, skip_file_prefixes=OURS,
            )  # fmt: skip
        yield item


def _stream(loader):
    items = _counted(iter(loader.dataset), loader)
    if loader.batch_size is None:
        for item in items:
            yield loader.collate_fn(item)
        return
    while batch := list(itertools.islice(items, loader.batch_size)):
        if loader.drop_last and len(batch) < loader.batch_size:
            return
        yield loader.collate_fn(batch)


def _batches(loader):
    dataset, collate = loader.dataset, loader.collate_fn
    if loader.batch_sampler is None:
        for index in loader.sampler:
            yield collate(dataset[index])
        return
    rows = _rows(dataset) if collate is default_collate else None
    if rows is not None:
        yield from _gathered(loader, *rows)
        return
    many = getattr(dataset, "__getitems__", None)
    for indices in loader.batch_sampler:
        yield collate(many(indices) if many else [dataset[i] for i in indices])


def _rows(dataset):
    """(tensors, index maps) where samples are rows of plain tensors: whole batches are then gathered at once."""
    maps = []
    while type(dataset) is Subset:
        maps.append(dataset.indices)
        dataset = dataset.dataset
    if type(dataset) is not TensorDataset or any(t.requires_grad or t.dim() == 0 for t in dataset.tensors):
        return None
    return dataset.tensors, maps


def _gathered(loader, tensors, maps):
    limit = tensors[0].size(0)
    for indices in loader.batch_sampler:
        for one in maps:
            indices = [one[i] for i in indices]
        try:
            room = array("i", indices)
        except TypeError:
            room = array("i", [int(i) for i in indices])
        address, count = room.buffer_info()
        batch = []
        for t in tensors:
            handle = _gather(t._h, address, count)
            if handle < 0:
                bad = next((i for i in room if not -limit <= i < limit), None)
                if bad is not None:
                    raise IndexError(f"index {bad} is out of bounds for dimension 0 with size {limit}")
                fail()
            batch.append(wrap(handle))
        yield batch


def get_worker_info():
    return None
