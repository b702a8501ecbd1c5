"""Sequences of different lengths: padded to one length, or packed for a recurrent network."""

from collections import namedtuple

from ... import _factories
from ..._dtype import int64
from ..._engine import dispatch
from ..._tensor import Tensor

__all__ = [
    "PackedSequence", "invert_permutation", "pack_padded_sequence", "pad_packed_sequence", "pad_sequence", "unpad_sequence", "pack_sequence", "unpack_sequence",
]  # fmt: skip

PackedSequence_ = namedtuple("PackedSequence", ["data", "batch_sizes", "sorted_indices", "unsorted_indices"])
PackedSequence_.__annotations__ = {}


class PackedSequence(PackedSequence_):
    """The elements of all sequences step by step, and how many there are at each step."""

    def __new__(cls, data, batch_sizes=None, sorted_indices=None, unsorted_indices=None):
        if batch_sizes is None:
            assert isinstance(data, (list, tuple)) and len(data) == 2, "Expected data to be a list or tuple of length 2"
            data, batch_sizes = data
        elif batch_sizes.device.type != "cpu":
            raise ValueError(
                "batch_sizes should always be on CPU. Instances of PackedSequence should never be created manually. They should be instantiated by functions like "
                f"pack_sequence and pack_padded_sequences in nn.utils.rnn. https://pytorch.org/docs/stable/nn.html#torch.nn.utils.rnn.pack_sequence. Got: {batch_sizes.device}"
            )
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def _with(self, data, move):
        """The same packing of other data; indices go where the data went."""
        if data is self.data:
            return self
        indices = [None if t is None else move(t) for t in (self.sorted_indices, self.unsorted_indices)]
        return type(self)(data, self.batch_sizes, *indices)

    def to(self, *args, **kwargs):
        data = self.data.to(*args, **kwargs)
        return self._with(data, lambda t: t.to(data.device))

    def cpu(self, *args, **kwargs):
        return self.to("cpu")

    def cuda(self, *args, **kwargs):
        return self.to("cuda")

    def pin_memory(self):
        return self

    def double(self):
        return self._with(self.data.double(), lambda t: t)

    def float(self):
        return self._with(self.data.float(), lambda t: t)

    def half(self):
        return self._with(self.data.half(), lambda t: t)

    def long(self):
        return self._with(self.data.long(), lambda t: t)

    def int(self):
        return self._with(self.data.int(), lambda t: t)

    @property
    def is_cuda(self):
        return self.data.is_cuda

    def is_pinned(self):
        return False


PackedSequence.__module__ = PackedSequence_.__module__ = __name__


def invert_permutation(permutation):
    """The permutation that undoes another."""
    if permutation is None:
        return None
    output = _factories.empty_like(permutation)
    output[permutation] = _factories.arange(0, permutation.numel(), device=permutation.device)
    return output


def pack_padded_sequence(input, lengths, batch_first=False, enforce_sorted=True):
    """Packs [T, B, *] (or [B, T, *]) with the lengths of its sequences."""
    if not isinstance(lengths, Tensor):
        lengths = _factories.as_tensor(lengths, dtype=int64, device="cpu")
    else:
        lengths = lengths.to(dtype=int64)
    sorted_indices = None
    if not enforce_sorted:
        lengths, sorted_indices = lengths.sort(descending=True)
        sorted_indices = sorted_indices.to(input.device)
        input = input.index_select(0 if batch_first else 1, sorted_indices)
    data, batch_sizes = dispatch("_pack_padded_sequence", (input, lengths, bool(batch_first)))
    return PackedSequence(data, batch_sizes, sorted_indices, None)


def pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None):
    """The padded tensor and the lengths a packed sequence stands for."""
    sizes = sequence.batch_sizes.tolist()
    steps = len(sizes)
    if total_length is not None:
        if total_length < steps:
            raise ValueError(
                f"Expected total_length to be at least the length of the longest sequence in input, but got total_length={total_length} and max sequence length being {steps}"
            )
        steps = total_length
    data = sequence.data
    padded = _factories.full((steps, sizes[0], *data.shape[1:]), padding_value, dtype=data.dtype, device=data.device)
    lengths = [0] * sizes[0]
    start = at = 0
    for step in range(1, len(sizes) + 1):
        size, following = sizes[step - 1], sizes[step] if step < len(sizes) else 0
        if following == size:
            continue
        count = size * (step - start)
        rows = data.narrow(0, at, count).view(step - start, size, *data.shape[1:])
        padded.narrow(0, start, step - start).narrow(1, 0, size).copy_(rows)
        lengths[following:size] = [step] * (size - following)
        at, start = at + count, step
    if batch_first:
        padded = padded.transpose(0, 1)
    lengths = _factories.tensor(lengths, dtype=int64)
    order = sequence.unsorted_indices
    if order is not None:
        return padded.index_select(0 if batch_first else 1, order), lengths[order.cpu()]
    return padded, lengths


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    """Tensors of different lengths as one, padded to the longest."""
    if isinstance(sequences, Tensor):
        sequences = sequences.unbind(0)
    else:
        try:
            sequences = tuple(sequences)
        except TypeError:
            raise RuntimeError(f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences)}") from None
    if not sequences:
        raise RuntimeError("received an empty list of sequences")
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    first = sequences[0]
    longest = max(t.size(0) for t in sequences)
    rest = tuple(first.shape[1:])
    shape = (len(sequences), longest, *rest) if batch_first else (longest, len(sequences), *rest)
    padded = _factories.full(shape, padding_value, dtype=first.dtype, device=first.device)
    for i, t in enumerate(sequences):
        start = 0 if padding_side == "right" else longest - t.size(0)
        place = padded.select(0 if batch_first else 1, i).narrow(0, start, t.size(0))
        place.copy_(t)
    return padded


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    """The sequences within a padded tensor."""
    if not batch_first:
        padded_sequences = padded_sequences.transpose(0, 1)
    steps = _factories.arange(padded_sequences.shape[1], device=lengths.device)
    return [sequence[steps < length] for sequence, length in zip(padded_sequences, lengths, strict=True)]


def pack_sequence(sequences, enforce_sorted=True):
    """Packs tensors of different lengths."""
    lengths = _factories.as_tensor([t.size(0) for t in sequences])
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences):
    """The tensors within a packed sequence."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)


