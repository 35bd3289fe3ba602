"""Which items of agents count, each once: the numbers received per (agent, incarnation), duplicates
for ever, declared gaps. Interprets no event.
"""

from typing import NamedTuple

from citybrain.ack_ranges import AckRanges, covered
from citybrain.domain.agent import Ack, AgentHello
from citybrain.domain.event import Gap, OutboxItem
from citybrain.ids import AgentId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace
from district_node.inputs import BatchReceived, ItemQuarantined
from district_node.limits import AGENTS, INCARNATIONS


class IntakeCounters(Struct, frozen=True, kw_only=True):
    """What came in since the store began."""

    items: int = 0  # that took effect
    duplicates: int = 0
    gaps: int = 0  # declared by an agent, or by us when an agent has dropped what we never received
    lost: int = 0  # sequence numbers that those gaps stand for
    quarantined_items: int = 0
    outboxes_lost: int = 0  # new incarnations of known agents


class SenderKey(NamedTuple):
    """One outbox of one agent."""

    agent: AgentId
    incarnation: int


class Intake(Struct, frozen=True, kw_only=True):
    """Which sequence numbers of each outbox have taken effect, and what was counted."""

    ack_ranges: SortedMap[SenderKey, AckRanges] = field(default_factory=SortedMap)
    # oldest first
    incarnations: SortedMap[AgentId, tuple[int, ...]] = field(default_factory=SortedMap)
    counters: IntakeCounters = field(default_factory=IntakeCounters)


def accept_batch(intake: Intake, batch: BatchReceived) -> tuple[Intake, tuple[OutboxItem, ...]]:
    """The items whose sequence number is new of this sender, in the order in which they stand."""
    intake = _register(intake, batch.agent, batch.incarnation)
    key = SenderKey(batch.agent, batch.incarnation)
    ack_ranges = intake.ack_ranges.get(key)
    if ack_ranges is None:  # too many incarnations: not accepted, not acknowledged
        return intake, ()
    had, fresh, gaps, lost = intake.counters, [], 0, 0
    for item in batch.items:
        content = item.content
        # the exact type: `isinstance` costs five times as much where it says no, for every event
        if type(content) is Gap and (missing := _missing(ack_ranges, content.first, content.last)):
            gaps, lost = gaps + 1, lost + missing
        ack_ranges, is_new = ack_ranges.take(item)
        if is_new:
            fresh.append(item)
    counters = IntakeCounters(  # field by field: this runs for every message, `replace` costs twice
        items=had.items + len(fresh),
        duplicates=had.duplicates + len(batch.items) - len(fresh),
        gaps=had.gaps + gaps,
        lost=had.lost + lost,
        quarantined_items=had.quarantined_items,
        outboxes_lost=had.outboxes_lost,
    )
    after = Intake(
        ack_ranges=intake.ack_ranges.put(key, ack_ranges),
        incarnations=intake.incarnations,
        counters=counters,
    )
    return after, tuple(fresh)


def accept_hello(intake: Intake, hello: AgentHello) -> tuple[Intake, int]:
    """Learn of an outbox, and how many of its sequence numbers can never come: those that it keeps
    no more and that we have not received.
    """
    intake = _register(intake, hello.agent, hello.incarnation)
    key = SenderKey(hello.agent, hello.incarnation)
    ack_ranges = intake.ack_ranges.get(key)
    if ack_ranges is None:
        return intake, 0
    missing = _missing(ack_ranges, 1, hello.lowest_unacked - 1)
    if not missing:
        return intake, 0
    ack_ranges = ack_ranges.add_range(1, hello.lowest_unacked - 1)
    had = intake.counters
    counters = replace(had, gaps=had.gaps + 1, lost=had.lost + missing)
    after = replace(intake, ack_ranges=intake.ack_ranges.put(key, ack_ranges), counters=counters)
    return after, missing


def is_new_information(intake: Intake, hello: AgentHello) -> bool:
    """Whether `accept_hello` would change anything: only then is a hello worth a record."""
    ack_ranges = intake.ack_ranges.get(SenderKey(hello.agent, hello.incarnation))
    return ack_ranges is None or hello.lowest_unacked - 1 > ack_ranges.contiguous


def quarantine_item(intake: Intake, item: ItemQuarantined) -> Intake:
    """Take the number of an item that cannot be decided, so that its sender may go on."""
    intake = _register(intake, item.agent, item.incarnation)
    key = SenderKey(item.agent, item.incarnation)
    ack_ranges = intake.ack_ranges.get(key)
    if ack_ranges is None or ack_ranges.has(item.seq):
        return intake
    had = intake.counters
    return replace(
        intake,
        ack_ranges=intake.ack_ranges.put(key, ack_ranges.add(item.seq)),
        counters=replace(had, quarantined_items=had.quarantined_items + 1),
    )


def ack_for(intake: Intake, agent: AgentId, incarnation: int) -> Ack | None:
    """What may be acknowledged to this sender now.

    None: nothing is known of it (or it has too many incarnations).
    """
    ack_ranges = intake.ack_ranges.get(SenderKey(agent, incarnation))
    return ack_ranges.ack(incarnation) if ack_ranges is not None else None


def unreceived(
    intake: Intake, agent: AgentId, incarnation: int, items: tuple[OutboxItem, ...]
) -> tuple[OutboxItem, ...]:
    """Those of `items` that cover a sequence number which is not in."""
    ack_ranges = intake.ack_ranges.get(SenderKey(agent, incarnation))
    if ack_ranges is None:
        return items
    spans = ((item, covered(item)) for item in items)
    return tuple(
        item
        for item, seq_range in spans
        if not ack_ranges.has_range(seq_range.first, seq_range.last)
    )


def has_received(intake: Intake, agent: AgentId, incarnation: int, seq: int) -> bool:
    """Whether this number is in."""
    ack_ranges = intake.ack_ranges.get(SenderKey(agent, incarnation))
    return ack_ranges is not None and ack_ranges.has(seq)


def _register(intake: Intake, agent: AgentId, incarnation: int) -> Intake:
    known = intake.incarnations.get(agent) or ()
    is_one_too_many = not known and len(intake.incarnations) >= AGENTS.value
    if incarnation in known or len(known) >= INCARNATIONS.value or is_one_too_many:
        return intake
    counters = intake.counters
    if known:
        counters = replace(counters, outboxes_lost=counters.outboxes_lost + 1)
    return Intake(
        ack_ranges=intake.ack_ranges.put(SenderKey(agent, incarnation), AckRanges()),
        incarnations=intake.incarnations.put(agent, (*known, incarnation)),
        counters=counters,
    )


def _missing(ack_ranges: AckRanges, first: int, last: int) -> int:
    """How many of `first`..`last` are not in."""
    first = max(first, ack_ranges.contiguous + 1)
    had = sum(
        max(0, min(last, seq_range.last) - max(first, seq_range.first) + 1)
        for seq_range in ack_ranges.above
    )
    return max(0, last - first + 1 - had)
