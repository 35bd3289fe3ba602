"""Which items of which agents a district's journal holds, and which of them were new.

Counted here number by number, not by the intake core, which is judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from citybrain.domain.event import Gap, OutboxItem
from citybrain.structs import Struct
from citysim.laws.history import DistrictHistory, ReplayedRecord
from district_node.inputs import (
    BatchReceived,
    DistrictInput,
    HelloReceived,
    ItemQuarantined,
)
from district_node.limits import INCARNATIONS

Sender = tuple[str, int]  # agent, incarnation


class SeqSet:
    """A set of one sender's sequence numbers, kept as 1..n and the numbers above."""

    __slots__ = ("_above", "_upto")

    def __init__(self) -> None:
        self._upto = 0  # all numbers from 1 to this one are in the set
        self._above: set[int] = set()

    def __contains__(self, number: int) -> bool:
        return 0 < number <= self._upto or number in self._above

    def __len__(self) -> int:
        return self._upto + len(self._above)

    @property
    def missing(self) -> int:
        """How many numbers are missing below the highest one."""
        return max(self._above) - self._upto - len(self._above) if self._above else 0

    @property
    def ranges_above(self) -> int:
        """How many ranges there are above the contiguous numbers."""
        return sum(number - 1 not in self._above for number in self._above)

    def add(self, first: int, last: int) -> int:
        """Add `first`..`last`; how many of them are new."""
        before = len(self)
        if first > self._upto + 1:
            self._above.update(range(first, last + 1))
        elif last > self._upto:
            if self._above:
                self._above = {number for number in self._above if number > last}
            self._upto = last
        while self._upto + 1 in self._above:
            self._upto += 1
            self._above.remove(self._upto)
        return len(self) - before


class ReceivedItem(Struct, frozen=True, kw_only=True):
    """One outbox item in one record. `is_new`: some number that it stands for was not there yet."""

    record: ReplayedRecord[DistrictInput]
    agent: str
    incarnation: int
    item: OutboxItem
    is_new: bool

    @property
    def sender(self) -> Sender:
        return self.agent, self.incarnation


class HelloGap(Struct, frozen=True, kw_only=True):
    """A hello with the count of the numbers that will never come, because they were discarded."""

    seq: int  # of its record
    agent: str
    incarnation: int
    missing: int


@dataclass(slots=True)  # mutable: filled record by record
class ReceivedItems:
    """Everything that a district received from its agents, in the order of the records."""

    all: list[ReceivedItem] = field(default_factory=list)
    hello_gaps: list[HelloGap] = field(default_factory=list)
    senders: dict[Sender, SeqSet] = field(default_factory=dict)
    incarnations: dict[str, list[int]] = field(default_factory=dict)  # by agent, as they came
    # the next number of each sender's highest hello: a gap that reaches there is no declaration
    declared: dict[Sender, int] = field(default_factory=dict)

    def new(self) -> Iterator[ReceivedItem]:
        return (received for received in self.all if received.is_new)

    def numbers_of(self, agent: str, incarnation: int) -> SeqSet:
        """The sender's numbers.

        Of an agent with more incarnations than are accepted, a further one's count for nothing.
        """
        known = self.incarnations.setdefault(agent, [])
        if incarnation not in known:
            if len(known) >= INCARNATIONS.value:
                return SeqSet()
            known.append(incarnation)
        return self.senders.setdefault((agent, incarnation), SeqSet())


def received_items(node: DistrictHistory) -> ReceivedItems:
    found = ReceivedItems()
    records: list[ReplayedRecord[BatchReceived | HelloReceived | ItemQuarantined]] = (
        node.records_of_any(BatchReceived, HelloReceived, ItemQuarantined)
    )
    for record in records:
        match record.input:
            case BatchReceived() as batch:
                is_known = record.seq not in node.foreign_records and not node.begins_after
                _add_batch(found, record, batch, is_gap_bounded=is_known)
            case HelloReceived(hello=hello):
                numbers = found.numbers_of(hello.agent, hello.incarnation)
                sender = hello.agent, hello.incarnation
                found.declared[sender] = max(found.declared.get(sender, 0), hello.next_seq)
                missing = (
                    numbers.add(1, hello.lowest_unacked - 1) if hello.lowest_unacked > 1 else 0
                )
                gap = HelloGap(
                    seq=record.seq,
                    agent=hello.agent,
                    incarnation=hello.incarnation,
                    missing=missing,
                )
                found.hello_gaps.append(gap)
            case ItemQuarantined(agent=agent, incarnation=incarnation, seq=seq, last=last):
                found.numbers_of(agent, incarnation).add(seq, max(seq, last))
    return found


def _add_batch(
    found: ReceivedItems,
    record: ReplayedRecord[DistrictInput],
    batch: BatchReceived,
    *,
    is_gap_bounded: bool,
) -> None:
    """`is_gap_bounded`: a gap beyond its sender's hello counts for nothing."""
    declared = found.declared.get((batch.agent, batch.incarnation), 0)
    numbers = found.numbers_of(batch.agent, batch.incarnation)
    for item in batch.items:
        first = last = item.seq
        if isinstance(item.content, Gap):
            first, last = item.content.first, item.content.last
        is_refused = isinstance(item.content, Gap) and is_gap_bounded and last >= declared
        received = ReceivedItem(
            record=record,
            agent=batch.agent,
            incarnation=batch.incarnation,
            item=item,
            is_new=not is_refused and numbers.add(first, last) > 0,
        )
        found.all.append(received)


def effective_item_count(node: DistrictHistory) -> int | None:
    """How many items the intake core counted as new.

    None where that is not known: other code may have counted otherwise.
    """
    if node.state is None or node.foreign_records:
        return None
    return node.state.intake.counters.items
