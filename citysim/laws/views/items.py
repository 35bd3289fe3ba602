"""Which items of which agents a district's journal holds, and which of them were new: counted here, number by number, not by the intake that is judged."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from citybrain.domain.event import OutboxItem
from citysim.laws.history import NodeHistory, Step
from district_node.inputs import BatchReceived, HelloReceived, ItemQuarantined
from district_node.limits import INCARNATIONS

Sender = tuple[str, int]  # agent, incarnation


class Numbers:
    """What is in of one sender's numbers."""

    __slots__ = ("_above", "_upto")

    def __init__(self) -> None:
        self._upto = 0  # all from 1 to here are in
        self._above: set[int] = set()

    def __contains__(self, number: int) -> bool:
        return 0 < number <= self._upto or number in self._above

    def __len__(self) -> int:
        return self._upto + len(self._above)

    @property
    def holes(self) -> int:
        """Numbers that are missing below the highest one that is in."""
        return max(self._above) - self._upto - len(self._above) if self._above else 0

    @property
    def spans(self) -> int:
        """Stretches of numbers above the contiguous ones."""
        return sum(number - 1 not in self._above for number in self._above)

    def take(self, first: int, last: int) -> int:
        """Put `first`..`last` in; how many of them were new."""
        before = len(self)
        if first <= self._upto + 1:
            if last > self._upto:
                self._above = (
                    {number for number in self._above if number > last}
                    if self._above
                    else self._above
                )
                self._upto = last
        else:
            self._above.update(range(first, last + 1))
        while self._upto + 1 in self._above:
            self._upto += 1
            self._above.remove(self._upto)
        return len(self) - before


@dataclass(frozen=True, slots=True)
class Hearing:
    """One item in one record."""

    step: Step
    agent: str
    incarnation: int
    item: OutboxItem
    is_new: bool

    @property
    def sender(self) -> Sender:
        return self.agent, self.incarnation


@dataclass(frozen=True, slots=True)
class Greeting:
    """A hello that told how many numbers will never come."""

    step: Step
    agent: str
    incarnation: int
    missing: int


@dataclass(slots=True)
class Items:
    """Everything that agents said, by record."""

    heard: list[Hearing] = field(default_factory=list)
    greeted: list[Greeting] = field(default_factory=list)
    senders: dict[Sender, Numbers] = field(default_factory=dict)
    incarnations: dict[str, list[int]] = field(default_factory=dict)  # by agent, as they were met

    def new(self) -> Iterator[Hearing]:
        return (hearing for hearing in self.heard if hearing.is_new)

    def of(self, agent: str, incarnation: int) -> Numbers:
        """What is in of this sender; where it has had more incarnations than are taken, of a further one nothing."""
        known = self.incarnations.setdefault(agent, [])
        if incarnation not in known:
            if len(known) >= INCARNATIONS.value:
                return Numbers()
            known.append(incarnation)
        return self.senders.setdefault((agent, incarnation), Numbers())


def items(node: NodeHistory) -> Items:
    found = Items()
    for step in node.inputs(BatchReceived, HelloReceived, ItemQuarantined):
        match step.input:
            case BatchReceived(agent=agent, incarnation=incarnation, items=said):
                numbers = found.of(agent, incarnation)
                for item in said:
                    gap = item.gap
                    new = (
                        numbers.take(item.seq, item.seq)
                        if gap is None
                        else numbers.take(gap.first, gap.last)
                    )
                    found.heard.append(Hearing(step, agent, incarnation, item, new > 0))
            case HelloReceived(hello=hello):
                numbers = found.of(hello.agent, hello.incarnation)
                missing = numbers.take(1, hello.lowest_kept - 1) if hello.lowest_kept > 1 else 0
                found.greeted.append(Greeting(step, hello.agent, hello.incarnation, missing))
            case ItemQuarantined(agent=agent, incarnation=incarnation, seq=seq):
                found.of(agent, incarnation).take(seq, seq)
    return found


def items_in_effect(node: NodeHistory) -> int | None:
    """How many items its intake says it took for new; None where that is not known (other code may have counted otherwise)."""
    tally = getattr(getattr(node.state, "intake", None), "tally", None)
    return None if tally is None or node.unjudged else int(tally.items)
