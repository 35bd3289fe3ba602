"""What a receiver has committed of one sender's sequence numbers: all up to a contiguous mark, and
ranges above it (as QUIC's ACK ranges). A number inside is a duplicate for ever. Pure.

A gap stands for a range of numbers, so one item may cover many: `take` handles both. An item is new
while any number that it covers is.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from citybrain.domain.agent import Ack, SeqRange
from citybrain.domain.event import Gap, OutboxItem
from citybrain.structs import Struct


class AckRanges(Struct, frozen=True, kw_only=True):
    """All up to `contiguous`, and the ranges `above`: in order, with at least one missing number
    between each other and the mark."""

    contiguous: int = 0
    above: tuple[SeqRange, ...] = ()

    def has(self, seq: int) -> bool:
        return self.has_range(seq, seq)

    def has_range(self, first: int, last: int) -> bool:
        """Whether all of `first`..`last` is in."""
        if last <= self.contiguous:
            return True
        if not self.above:  # hot: most senders' numbers come in order
            return False
        at = bisect_left(self.above, last, key=_last)
        return at < len(self.above) and self.above[at].first <= max(first, self.contiguous + 1)

    def has_any(self, first: int, last: int) -> bool:
        """Whether any of `first`..`last` is in."""
        if first <= self.contiguous or not self.above:  # hot, as above
            return first <= self.contiguous
        at = bisect_left(self.above, first, key=_last)
        return at < len(self.above) and self.above[at].first <= last

    def add(self, seq: int) -> "AckRanges":
        return self.add_range(seq, seq)

    def add_all(self, seqs: Iterable[int]) -> "AckRanges":
        """As `add` for each, neighbours joined first."""
        ack_ranges = self
        for seq_range in _runs(seqs):
            ack_ranges = ack_ranges.add_range(seq_range.first, seq_range.last)
        return ack_ranges

    def add_range(self, first: int, last: int) -> "AckRanges":
        """With `first`..`last` in. Costs O(log ranges) to find its place."""
        if first < 1 or last < first:
            raise ValueError(f"numbers begin at 1 and run upwards, not {first}..{last}")
        if first == self.contiguous + 1 and not self.above:  # hot, as above
            return AckRanges(contiguous=last)
        if self.has_range(first, last):
            return self
        above = self.above
        begin = bisect_left(above, first - 1, key=_last)  # the first range that touches it
        end = bisect_left(above, last + 2, key=_first)  # one past the last range that touches it
        if begin < end:
            first, last = min(first, above[begin].first), max(last, above[end - 1].last)
        if first <= self.contiguous + 1:
            return AckRanges(contiguous=max(last, self.contiguous), above=above[end:])
        return AckRanges(
            contiguous=self.contiguous,
            above=(*above[:begin], SeqRange(first=first, last=last), *above[end:]),
        )

    def add_run(self, items: Sequence[OutboxItem]) -> "AckRanges | None":
        """With all of `items` in, where none is in yet, none is a gap and their numbers run upwards
        one by one, as they do in almost every message; None: they have to be taken one by one."""
        seqs = [item.seq for item in items]
        if not seqs or seqs != list(range(seqs[0], seqs[0] + len(seqs))):
            return None
        first, last = seqs[0], seqs[-1]
        if self.has_any(first, last) or Gap in {type(item.content) for item in items}:
            return None
        return self.add_range(first, last)

    def take(self, item: OutboxItem) -> tuple["AckRanges", bool]:
        """(the ranges with `item` in, whether it was new)."""
        seq_range = covered(item)
        ack_ranges = self.add_range(seq_range.first, seq_range.last)
        return ack_ranges, ack_ranges is not self

    def ack(self, incarnation: int) -> Ack:
        """What the receiver answers, after its own commit."""
        return Ack(incarnation=incarnation, contiguous=self.contiguous, above=self.above)


def covered(item: OutboxItem) -> SeqRange:
    """The numbers that `item` stands for."""
    content = item.content
    if type(content) is Gap:  # hot: `isinstance` costs five times as much where it says no
        return SeqRange(first=content.first, last=content.last)
    return SeqRange(first=item.seq, last=item.seq)


def ack_ranges_of(ack: Ack) -> AckRanges:
    """The ranges of an acknowledgement, whatever order and overlap they have on the wire."""
    ack_ranges = AckRanges(contiguous=max(ack.contiguous, 0))
    for seq_range in ack.above:
        if 1 <= seq_range.first <= seq_range.last:
            ack_ranges = ack_ranges.add_range(seq_range.first, seq_range.last)
    return ack_ranges


def _runs(seqs: Iterable[int]) -> list[SeqRange]:
    runs: list[SeqRange] = []
    for seq in sorted(set(seqs)):
        if runs and runs[-1].last == seq - 1:
            runs[-1] = SeqRange(first=runs[-1].first, last=seq)
        else:
            runs.append(SeqRange(first=seq, last=seq))
    return runs


def _first(seq_range: SeqRange) -> int:
    return seq_range.first


def _last(seq_range: SeqRange) -> int:
    return seq_range.last
