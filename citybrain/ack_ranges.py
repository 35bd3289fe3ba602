"""What a receiver has committed of one numbered sender: a contiguous mark and the spans above it. A number inside is a duplicate for ever. Pure.

A gap marker stands for a run of numbers, so one item may cover many: use `take`, which knows. An item is new while any number it covers is.
"""

from bisect import bisect_left
from collections.abc import Iterable

from citybrain.domain.agent import Ack, SeqRange
from citybrain.domain.event import OutboxItem
from citybrain.structs import Struct


class AckRanges(Struct, frozen=True, kw_only=True):
    """Everything up to `contiguous`, and `above` it these spans: in order, apart from each other and from the mark by at least one number."""

    contiguous: int = 0
    above: tuple[SeqRange, ...] = ()

    def has(self, seq: int) -> bool:
        return self.has_span(seq, seq)

    def has_span(self, first: int, last: int) -> bool:
        """Whether all of `first`..`last` is in."""
        if last <= self.contiguous:
            return True
        at = bisect_left(self.above, last, key=_last)
        return at < len(self.above) and self.above[at].first <= max(first, self.contiguous + 1)

    def add(self, seq: int) -> "AckRanges":
        return self.add_span(seq, seq)

    def add_all(self, seqs: Iterable[int]) -> "AckRanges":
        """As `add` for each, neighbours joined first."""
        ack_ranges = self
        for span in _runs(seqs):
            ack_ranges = ack_ranges.add_span(span.first, span.last)
        return ack_ranges

    def add_span(self, first: int, last: int) -> "AckRanges":
        """With `first`..`last` in. Costs O(log spans) to find its place."""
        if first < 1 or last < first:
            raise ValueError(f"numbers begin at 1 and run upwards, not {first}..{last}")
        if self.has_span(first, last):
            return self
        above = self.above
        begin = bisect_left(
            above, first - 1, key=_last
        )  # the first span that touches from the left
        end = bisect_left(
            above, last + 2, key=_first
        )  # one past the last span that touches from the right
        if begin < end:
            first, last = min(first, above[begin].first), max(last, above[end - 1].last)
        if first <= self.contiguous + 1:
            return AckRanges(contiguous=max(last, self.contiguous), above=above[end:])
        return AckRanges(
            contiguous=self.contiguous,
            above=(*above[:begin], SeqRange(first=first, last=last), *above[end:]),
        )

    def take(self, said: OutboxItem) -> tuple["AckRanges", bool]:
        """(the marks with `said` in, whether it was new)."""
        span = covered(said)
        ack_ranges = self.add_span(span.first, span.last)
        return ack_ranges, ack_ranges is not self

    def ack(self, incarnation: int) -> Ack:
        """What the receiver answers, after its own commit."""
        return Ack(incarnation=incarnation, contiguous=self.contiguous, above=self.above)


def covered(said: OutboxItem) -> SeqRange:
    """The numbers that `said` stands for."""
    if said.gap is not None:
        return SeqRange(first=said.gap.first, last=said.gap.last)
    return SeqRange(first=said.seq, last=said.seq)


def ack_ranges_of(ack: Ack) -> AckRanges:
    """The marks that an acknowledgement tells of, whatever order and overlap its spans have."""
    ack_ranges = AckRanges(contiguous=max(ack.contiguous, 0))
    for span in ack.above:
        if 1 <= span.first <= span.last:
            ack_ranges = ack_ranges.add_span(span.first, span.last)
    return ack_ranges


def _runs(seqs: Iterable[int]) -> list[SeqRange]:
    runs: list[SeqRange] = []
    for seq in sorted(set(seqs)):
        if runs and runs[-1].last == seq - 1:
            runs[-1] = SeqRange(first=runs[-1].first, last=seq)
        else:
            runs.append(SeqRange(first=seq, last=seq))
    return runs


def _first(span: SeqRange) -> int:
    return span.first


def _last(span: SeqRange) -> int:
    return span.last
