"""What a receiver has committed of one numbered sender: a contiguous mark and the spans above it. A number inside is a duplicate for ever. Pure.

A gap marker stands for a run of numbers, so one item may cover many: use `take`, which knows. An item is new while any number it covers is.
"""

from bisect import bisect_left
from collections.abc import Iterable

from citybrain.domain.agent import Ack, Span
from citybrain.domain.event import Said
from citybrain.value import Value


class Marks(Value, frozen=True, kw_only=True):
    """Everything up to `contiguous`, and `above` it these spans: in order, apart from each other and from the mark by at least one number."""

    contiguous: int = 0
    above: tuple[Span, ...] = ()

    def has(self, seq: int) -> bool:
        return self.has_span(seq, seq)

    def has_span(self, first: int, last: int) -> bool:
        """Whether all of `first`..`last` is in."""
        if last <= self.contiguous:
            return True
        at = bisect_left(self.above, last, key=_last)
        return at < len(self.above) and self.above[at].first <= max(first, self.contiguous + 1)

    def add(self, seq: int) -> "Marks":
        return self.add_span(seq, seq)

    def add_all(self, seqs: Iterable[int]) -> "Marks":
        """As `add` for each, neighbours joined first."""
        marks = self
        for span in _runs(seqs):
            marks = marks.add_span(span.first, span.last)
        return marks

    def add_span(self, first: int, last: int) -> "Marks":
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
            return Marks(contiguous=max(last, self.contiguous), above=above[end:])
        return Marks(
            contiguous=self.contiguous,
            above=(*above[:begin], Span(first=first, last=last), *above[end:]),
        )

    def take(self, said: Said) -> tuple["Marks", bool]:
        """(the marks with `said` in, whether it was new)."""
        span = covered(said)
        marks = self.add_span(span.first, span.last)
        return marks, marks is not self

    def ack(self, incarnation: int) -> Ack:
        """What the receiver answers, after its own commit."""
        return Ack(incarnation=incarnation, contiguous=self.contiguous, above=self.above)


def covered(said: Said) -> Span:
    """The numbers that `said` stands for."""
    if said.gap is not None:
        return Span(first=said.gap.first, last=said.gap.last)
    return Span(first=said.seq, last=said.seq)


def marks_of(ack: Ack) -> Marks:
    """The marks that an acknowledgement tells of, whatever order and overlap its spans have."""
    marks = Marks(contiguous=max(ack.contiguous, 0))
    for span in ack.above:
        if 1 <= span.first <= span.last:
            marks = marks.add_span(span.first, span.last)
    return marks


def _runs(seqs: Iterable[int]) -> list[Span]:
    runs: list[Span] = []
    for seq in sorted(set(seqs)):
        if runs and runs[-1].last == seq - 1:
            runs[-1] = Span(first=runs[-1].first, last=seq)
        else:
            runs.append(Span(first=seq, last=seq))
    return runs


def _first(span: Span) -> int:
    return span.first


def _last(span: Span) -> int:
    return span.last
