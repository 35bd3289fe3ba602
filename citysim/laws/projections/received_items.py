"""Which items of which agents a district's journal holds, and which of them were new.

Counted here number by number, not by the intake core, which is judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import get_args

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.command import ClockSet, Reply
from citybrain.domain.agent import AgentHello
from citybrain.domain.event import Gap, OutboxItem
from citybrain.structs import Struct
from citysim.laws.history import DistrictHistory, ReplayedRecord
from citysim.laws.projections.enrolled_boxes import EnrolledBoxes
from citysim.laws.projections.rebases import rebase_in
from district_node.inputs import (
    AgentActed,
    AgentEnrolled,
    AgentRevoked,
    BatchReceived,
    DistrictInput,
    HelloReceived,
    ItemQuarantined,
    NodeStarted,
)
from district_node.limits import NEW_OUTBOXES

Sender = tuple[str, int]  # agent, incarnation
# the inputs that say what came of which agent, and who is believed
Telling = (
    NodeStarted
    | AgentEnrolled
    | AgentRevoked
    | AgentActed
    | BatchReceived
    | HelloReceived
    | ItemQuarantined
    | ClockSet
)
DAY_US = 86_400 * SECOND_US


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
    followed: dict[str, list[Timestamp]] = field(default_factory=dict)  # when one followed another
    waiting: set[str] = field(default_factory=set)  # agents for whose next one a person decides

    def new(self) -> Iterator[ReceivedItem]:
        return (received for received in self.all if received.is_new)

    def numbers_of(self, agent: str, incarnation: int, *, is_chained: bool) -> SeqSet:
        """The sender's numbers.

        `is_chained`: an agent's first incarnation is whatever comes first, and another one's
        numbers count for nothing before a hello that names the last. What is before a journal's
        beginning, or was decided by older code, says nothing of that.
        """
        known = self.incarnations.setdefault(agent, [])
        if incarnation not in known:
            if known and is_chained:
                return SeqSet()
            known.append(incarnation)
        return self.senders.setdefault((agent, incarnation), SeqSet())

    def move_times(self, record: ReplayedRecord[DistrictInput]) -> None:
        """A person may have moved the district's time."""
        if (moved := rebase_in(record)) is not None:
            self.followed = {agent: [*map(moved, at)] for agent, at in self.followed.items()}

    def follow(self, record: ReplayedRecord[DistrictInput], hello: AgentHello) -> None:
        """Where the hello names the last incarnation, its own becomes the last."""
        known = self.incarnations.setdefault(hello.agent, [])
        if not known or known[-1] == hello.incarnation or hello.previous != known[-1]:
            return
        within_a_day = [at for at in self.followed.get(hello.agent, []) if at > record.at - DAY_US]
        if hello.agent in self.waiting or len(within_a_day) >= NEW_OUTBOXES.value:
            self.waiting.add(hello.agent)
            return
        self.followed[hello.agent] = [*within_a_day, record.at]
        if hello.incarnation in known:
            known.remove(hello.incarnation)
        known.append(hello.incarnation)


def received_items(node: DistrictHistory) -> ReceivedItems:
    found, enrolled = ReceivedItems(), EnrolledBoxes()
    records: list[ReplayedRecord[Telling]] = node.records_of_any(*get_args(Telling))
    for record in records:
        is_known = record.seq not in node.foreign_records and not node.begins_after
        match record.input:
            case NodeStarted() | AgentEnrolled() | AgentRevoked():
                enrolled.tell(record.input)
            case ClockSet():
                found.move_times(record)
            case AgentActed(action=action) if not is_known or _is_done(record):
                found.waiting.discard(action.agent)
                found.followed.pop(action.agent, None)
            case BatchReceived() as batch:
                is_believed = not is_known or enrolled.is_believed(batch.agent, record.at)
                _add_batch(found, record, batch, is_known=is_known, is_believed=is_believed)
            case HelloReceived(hello=hello):
                if not is_known or enrolled.is_believed(hello.agent, record.at):
                    found.follow(record, hello)
                    _add_hello(found, record.seq, hello, is_known=is_known)
            case ItemQuarantined(agent=agent, incarnation=incarnation, seq=seq, last=last):
                if not is_known or enrolled.is_believed(agent, record.at):
                    numbers = found.numbers_of(agent, incarnation, is_chained=is_known)
                    numbers.add(seq, max(seq, last))
    return found


def _is_done(record: ReplayedRecord[Telling]) -> bool:
    return any(type(command) is Reply and command.done for command in record.commands)


def _add_hello(found: ReceivedItems, seq: int, hello: AgentHello, *, is_known: bool) -> None:
    sender = hello.agent, hello.incarnation
    numbers = found.numbers_of(*sender, is_chained=is_known)
    if sender not in found.senders:
        return  # it is not believed, and declares nothing
    found.declared[sender] = max(found.declared.get(sender, 0), hello.next_seq)
    missing = numbers.add(1, hello.lowest_unacked - 1) if hello.lowest_unacked > 1 else 0
    found.hello_gaps.append(
        HelloGap(seq=seq, agent=hello.agent, incarnation=hello.incarnation, missing=missing)
    )


def _add_batch(
    found: ReceivedItems,
    record: ReplayedRecord[DistrictInput],
    batch: BatchReceived,
    *,
    is_known: bool,
    is_believed: bool,
) -> None:
    """`is_known`: today's code decided it: a gap beyond its sender's hello counts for nothing, and
    neither does what is of an incarnation that is not believed. Of a box that is not, nothing
    does."""
    declared = found.declared.get((batch.agent, batch.incarnation), 0)
    numbers = SeqSet()
    if is_believed:
        numbers = found.numbers_of(batch.agent, batch.incarnation, is_chained=is_known)
    for item in batch.items:
        first = last = item.seq
        if isinstance(item.content, Gap):
            first, last = item.content.first, item.content.last
        is_refused = isinstance(item.content, Gap) and is_known and last >= declared
        received = ReceivedItem(
            record=record,
            agent=batch.agent,
            incarnation=batch.incarnation,
            item=item,
            is_new=is_believed and not is_refused and numbers.add(first, last) > 0,
        )
        found.all.append(received)


def effective_item_count(node: DistrictHistory) -> int | None:
    """How many items the intake core counted as new.

    None where that is not known: other code may have counted otherwise.
    """
    if node.state is None or node.foreign_records:
        return None
    return node.state.intake.counters.items
