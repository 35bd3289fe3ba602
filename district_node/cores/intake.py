"""Whose words count, once: marks per (agent, incarnation), duplicates for ever, declared gaps. Believes nothing yet."""

from citybrain.ack_ranges import AckRanges
from citybrain.domain.agent import Ack, AgentHello
from citybrain.domain.event import OutboxItem
from citybrain.ids import AgentId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace
from district_node.inputs import BatchReceived, ItemQuarantined
from district_node.limits import AGENTS, INCARNATIONS


class Tally(Struct, frozen=True, kw_only=True):
    """What came in since the store began."""

    items: int = 0  # that took effect
    duplicates: int = 0
    gaps: int = 0  # declared by an agent, or by us when we know less than it has kept
    lost: int = 0  # sequence numbers that those gaps stand for
    spoiled: int = 0
    outboxes_lost: int = 0  # new incarnations of known agents


class Intake(Struct, frozen=True, kw_only=True):
    ack_ranges: SortedMap[str, AckRanges] = field(default_factory=SortedMap)  # by sender_key
    incarnations: SortedMap[AgentId, tuple[int, ...]] = field(
        default_factory=SortedMap
    )  # oldest first
    tally: Tally = field(default_factory=Tally)


def sender_key(agent: AgentId, incarnation: int) -> str:
    return f"{agent}/{incarnation}"


def take(intake: Intake, said: BatchReceived) -> tuple[Intake, tuple[OutboxItem, ...]]:
    """The items whose sequence number was never seen from this sender, in the order in which they stand."""
    intake = _meet(intake, said.agent, said.incarnation)
    key = sender_key(said.agent, said.incarnation)
    ack_ranges = intake.ack_ranges.get(key)
    if ack_ranges is None:  # too many incarnations: not taken, not acknowledged
        return intake, ()
    had, fresh, gaps, lost = intake.tally, [], 0, 0
    for item in said.items:
        if item.gap is not None and (
            missing := _missing(ack_ranges, item.gap.first, item.gap.last)
        ):
            gaps, lost = gaps + 1, lost + missing
        ack_ranges, is_new = ack_ranges.take(item)
        if is_new:
            fresh.append(item)
    tally = Tally(  # spelled out: this runs for every message, and `replace` costs twice as much
        items=had.items + len(fresh),
        duplicates=had.duplicates + len(said.items) - len(fresh),
        gaps=had.gaps + gaps,
        lost=had.lost + lost,
        spoiled=had.spoiled,
        outboxes_lost=had.outboxes_lost,
    )
    return Intake(
        ack_ranges=intake.ack_ranges.put(key, ack_ranges),
        incarnations=intake.incarnations,
        tally=tally,
    ), tuple(fresh)


def greet(intake: Intake, hello: AgentHello) -> tuple[Intake, int]:
    """Learn of an outbox. The number says how many of its sequence numbers we will never see: it keeps them no more and we never had them."""
    intake = _meet(intake, hello.agent, hello.incarnation)
    key = sender_key(hello.agent, hello.incarnation)
    ack_ranges = intake.ack_ranges.get(key)
    if ack_ranges is None:
        return intake, 0
    missing = _missing(ack_ranges, 1, hello.lowest_kept - 1)
    if not missing:
        return intake, 0
    ack_ranges = ack_ranges.add_span(1, hello.lowest_kept - 1)
    tally = replace(intake.tally, gaps=intake.tally.gaps + 1, lost=intake.tally.lost + missing)
    return replace(intake, ack_ranges=intake.ack_ranges.put(key, ack_ranges), tally=tally), missing


def teaches(intake: Intake, hello: AgentHello) -> bool:
    """Whether `greet` would change anything: only then is a hello worth a record."""
    ack_ranges = intake.ack_ranges.get(sender_key(hello.agent, hello.incarnation))
    return ack_ranges is None or hello.lowest_kept - 1 > ack_ranges.contiguous


def spoil(intake: Intake, spoiled: ItemQuarantined) -> Intake:
    """Take the number of an item that cannot be decided, so that its sender may go on."""
    intake = _meet(intake, spoiled.agent, spoiled.incarnation)
    key = sender_key(spoiled.agent, spoiled.incarnation)
    ack_ranges = intake.ack_ranges.get(key)
    if ack_ranges is None or ack_ranges.has(spoiled.seq):
        return intake
    tally = replace(intake.tally, spoiled=intake.tally.spoiled + 1)
    return replace(
        intake, ack_ranges=intake.ack_ranges.put(key, ack_ranges.add(spoiled.seq)), tally=tally
    )


def ack_for(intake: Intake, agent: AgentId, incarnation: int) -> Ack | None:
    """What may be acknowledged to this sender now; None: nothing is known of it (or it has too many incarnations)."""
    ack_ranges = intake.ack_ranges.get(sender_key(agent, incarnation))
    return ack_ranges.ack(incarnation) if ack_ranges is not None else None


def is_known(intake: Intake, agent: AgentId, incarnation: int, seq: int) -> bool:
    ack_ranges = intake.ack_ranges.get(sender_key(agent, incarnation))
    return ack_ranges is not None and ack_ranges.has(seq)


def _meet(intake: Intake, agent: AgentId, incarnation: int) -> Intake:
    known = intake.incarnations.get(agent) or ()
    is_one_too_many = not known and len(intake.incarnations) >= AGENTS.value
    if incarnation in known or len(known) >= INCARNATIONS.value or is_one_too_many:
        return intake
    tally = (
        replace(intake.tally, outboxes_lost=intake.tally.outboxes_lost + 1)
        if known
        else intake.tally
    )
    return replace(
        intake,
        ack_ranges=intake.ack_ranges.put(sender_key(agent, incarnation), AckRanges()),
        incarnations=intake.incarnations.put(agent, (*known, incarnation)),
        tally=tally,
    )


def _missing(ack_ranges: AckRanges, first: int, last: int) -> int:
    """How many of `first`..`last` are not in."""
    first = max(first, ack_ranges.contiguous + 1)
    had = sum(
        max(0, min(last, span.last) - max(first, span.first) + 1) for span in ack_ranges.above
    )
    return max(0, last - first + 1 - had)
