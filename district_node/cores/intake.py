"""Which items of agents count, each once: the numbers received per (agent, incarnation), duplicates
for ever, declared gaps. Interprets no event.

A sender is believed about its own numbers and no further: a gap reaches at most to the `next_seq`
of its hello, its ranges are bounded. A box's outboxes are a chain: the first one is whatever comes
first, another one follows by a hello that names the last, and of a made-up one nothing is taken.
"""

from collections.abc import Container
from enum import StrEnum
from typing import NamedTuple

from citybrain.ack_ranges import AckRanges, covered
from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.agent import Ack, AgentHello
from citybrain.domain.event import Gap, OutboxItem
from citybrain.ids import AgentId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace
from district_node.inputs import BatchReceived, ItemQuarantined
from district_node.limits import AGENTS, INCARNATIONS, LAST_SEEN_STEP, SENDER_RANGES

BEYOND_HELLO, TOO_MANY_RANGES = "gap_beyond_hello", "too_many_ranges"  # why an item is not taken
NOT_BELIEVED = "incarnation"  # why a message is not taken: its outbox is none that is believed
NEVER = Timestamp(0)


class IntakeCounters(Struct, frozen=True, kw_only=True):
    """What came in since the store began."""

    items: int = 0  # that took effect
    duplicates: int = 0
    gaps: int = 0  # declared by an agent, or by us when an agent has dropped what we never received
    lost: int = 0  # sequence numbers that those gaps stand for
    quarantined_items: int = 0
    outboxes_lost: int = 0  # new incarnations of known agents
    items_refused: int = 0  # gaps beyond the sender's hello, ranges beyond the bound
    ends_forgotten: int = 0  # of episodes whose start never came, beyond the bound


class SenderKey(NamedTuple):
    """One outbox of one agent."""

    agent: AgentId
    incarnation: int


class Sender(Struct, frozen=True, kw_only=True):
    """What is known of an outbox besides its numbers. One of an older state counts as one of which
    items took effect."""

    next_seq: int = 0  # of the highest hello in the journal; 0: none
    last_seen_at: Timestamp = NEVER  # when an item last took effect, to the hour; NEVER: not known
    has_items: bool = True  # whether any item took effect, and not a hello alone


UNKNOWN_SENDER = Sender()


class Link(StrEnum):
    """Where a hello stands in the chain of its box's outboxes."""

    FIRST = "first"  # none of the box is known
    LAST = "last"  # the one that is believed last
    FOLLOWS = "follows"  # another one, which names the last as the one before
    REPLACED = "replaced"  # an earlier one: what it kept is taken, and it is not the last
    UNKNOWN = "unknown"  # another one, which names none that we believe last: it has to ask


class Intake(Struct, frozen=True, kw_only=True):
    """Which sequence numbers of each outbox have taken effect, and what was counted."""

    ack_ranges: SortedMap[SenderKey, AckRanges] = field(default_factory=SortedMap)
    senders: SortedMap[SenderKey, Sender] = field(default_factory=SortedMap)
    # as they were believed, the last one last
    incarnations: SortedMap[AgentId, tuple[int, ...]] = field(default_factory=SortedMap)
    counters: IntakeCounters = field(default_factory=IntakeCounters)


def accept_batch(
    intake: Intake, batch: BatchReceived, at: Timestamp
) -> tuple[Intake, tuple[OutboxItem, ...]]:
    """The items whose sequence number is new of this sender, in the order in which they stand. One
    that `refusal` names is neither taken nor acknowledged: its sender sends it again. Nor is
    anything of an outbox that is not believed."""
    intake = _begin(intake, batch.agent, batch.incarnation)
    key = SenderKey(batch.agent, batch.incarnation)
    ack_ranges = intake.ack_ranges.get(key)
    if ack_ranges is None:
        return intake, ()
    sender = intake.senders.get(key) or UNKNOWN_SENDER
    had, fresh, gaps, lost, refused = intake.counters, batch.items, 0, 0, 0
    run = ack_ranges.add_run(batch.items)
    if run is not None and len(run.above) <= SENDER_RANGES.value:
        ack_ranges = run
    else:
        ack_ranges, fresh, gaps, lost, refused = _one_by_one(ack_ranges, sender, batch.items)
    counters = IntakeCounters(  # field by field: this runs for every message, `replace` costs twice
        items=had.items + len(fresh),
        duplicates=had.duplicates + len(batch.items) - len(fresh) - refused,
        gaps=had.gaps + gaps,
        lost=had.lost + lost,
        quarantined_items=had.quarantined_items,
        outboxes_lost=had.outboxes_lost,
        items_refused=had.items_refused + refused,
        ends_forgotten=had.ends_forgotten,
    )
    taken = Intake(
        ack_ranges=intake.ack_ranges.put(key, ack_ranges),
        senders=intake.senders if not fresh else _seen(intake.senders, key, sender, at),
        incarnations=intake.incarnations,
        counters=counters,
    )
    return taken, fresh


class _Accepted(NamedTuple):
    """The ranges behind a batch, what of it counts, and what it declares or is refused."""

    ack_ranges: AckRanges
    fresh: tuple[OutboxItem, ...]
    gaps: int
    lost: int
    refused: int


def _one_by_one(ack_ranges: AckRanges, sender: Sender, items: tuple[OutboxItem, ...]) -> _Accepted:
    fresh, gaps, lost, refused = list[OutboxItem](), 0, 0, 0
    for item in items:
        content = item.content
        after, is_new = ack_ranges.take(item)
        if is_new and _refusal(sender, after, item):
            refused += 1
            continue
        # the exact type: `isinstance` costs five times as much where it says no, for every event
        if type(content) is Gap and (missing := _missing(ack_ranges, content.first, content.last)):
            gaps, lost = gaps + 1, lost + missing
        ack_ranges = after
        if is_new:
            fresh.append(item)
    return _Accepted(ack_ranges, tuple(fresh), gaps, lost, refused)


def accept_hello(intake: Intake, hello: AgentHello) -> tuple[Intake, int]:
    """Believe an outbox that begins or goes on its box's chain, and how many of its sequence
    numbers can never come: those that it keeps no more and that we have not received.
    """
    match link_of(intake, hello):
        case Link.FIRST | Link.FOLLOWS:
            intake = _believe(intake, hello.agent, hello.incarnation)
        case Link.UNKNOWN:
            return intake, 0
        case _:
            pass
    key = SenderKey(hello.agent, hello.incarnation)
    ack_ranges = intake.ack_ranges.get(key)
    if ack_ranges is None:
        return intake, 0
    sender = intake.senders.get(key) or UNKNOWN_SENDER
    if hello.next_seq > sender.next_seq:
        senders = intake.senders.put(key, replace(sender, next_seq=hello.next_seq))
        intake = replace(intake, senders=senders)
    missing = _missing(ack_ranges, 1, hello.lowest_unacked - 1)
    if not missing:
        return intake, 0
    ack_ranges = ack_ranges.add_range(1, hello.lowest_unacked - 1)
    had = intake.counters
    counters = replace(had, gaps=had.gaps + 1, lost=had.lost + missing)
    after = replace(intake, ack_ranges=intake.ack_ranges.put(key, ack_ranges), counters=counters)
    return after, missing


def link_of(intake: Intake, hello: AgentHello) -> Link:
    """Where the hello's outbox stands among those of its box."""
    known = intake.incarnations.get(hello.agent) or ()
    if not known:
        return Link.FIRST
    if known[-1] == hello.incarnation:
        return Link.LAST
    if hello.previous == known[-1]:
        return Link.FOLLOWS
    return Link.REPLACED if hello.incarnation in known else Link.UNKNOWN


def is_believed(intake: Intake, agent: AgentId, incarnation: int) -> bool:
    """Whether items of this outbox may be taken: it is one of its box's chain, or begins it."""
    known = intake.incarnations.get(agent) or ()
    return not known or incarnation in known


def is_new_information(intake: Intake, hello: AgentHello) -> bool:
    """Whether a hello is worth a record: its outbox takes the place of the last one, or it says
    that numbers can never come. That a first outbox is there is known by what it sends, and
    made-up hellos fill nothing."""
    link = link_of(intake, hello)
    if link in (Link.FOLLOWS, Link.UNKNOWN):
        return link is Link.FOLLOWS
    ack_ranges = intake.ack_ranges.get(SenderKey(hello.agent, hello.incarnation)) or AckRanges()
    return hello.lowest_unacked - 1 > ack_ranges.contiguous


def quarantine_item(intake: Intake, item: ItemQuarantined) -> Intake:
    """Take the numbers of an item that cannot be decided, so that its sender may go on."""
    intake = _begin(intake, item.agent, item.incarnation)
    key, last = SenderKey(item.agent, item.incarnation), max(item.seq, item.last)
    ack_ranges = intake.ack_ranges.get(key)
    if ack_ranges is None or ack_ranges.has_range(item.seq, last):
        return intake
    sender, after = (
        intake.senders.get(key) or UNKNOWN_SENDER,
        ack_ranges.add_range(item.seq, last),
    )
    if (last > item.seq and last >= sender.next_seq) or len(after.above) > SENDER_RANGES.value:
        return intake
    had = intake.counters
    return replace(
        intake,
        ack_ranges=intake.ack_ranges.put(key, after),
        counters=replace(had, quarantined_items=had.quarantined_items + 1),
    )


def are_plain(
    intake: Intake, agent: AgentId, incarnation: int, items: tuple[OutboxItem, ...]
) -> bool:
    """Whether none of `items` can be refused, as almost always: no gap, and few ranges."""
    ack_ranges = intake.ack_ranges.get(SenderKey(agent, incarnation)) or AckRanges()
    has_room = len(ack_ranges.above) + len(items) <= SENDER_RANGES.value
    return has_room and Gap not in {type(item.content) for item in items}


def refusal(
    intake: Intake, agent: AgentId, incarnation: int, item: OutboxItem, *, next_seq: int = 0
) -> str:
    """Why an item of this sender is not taken; "" when it may be. `next_seq`: of a hello that is
    not in the journal yet."""
    key = SenderKey(agent, incarnation)
    sender = intake.senders.get(key) or UNKNOWN_SENDER
    after, _ = (intake.ack_ranges.get(key) or AckRanges()).take(item)
    return _refusal(replace(sender, next_seq=max(next_seq, sender.next_seq)), after, item)


def needs_hello(intake: Intake, agent: AgentId, incarnation: int, item: OutboxItem) -> bool:
    """Whether a gap reaches beyond the hellos in the journal."""
    content = item.content
    if type(content) is not Gap:
        return False
    sender = intake.senders.get(SenderKey(agent, incarnation)) or UNKNOWN_SENDER
    return content.last >= sender.next_seq


def forget_silent(intake: Intake, agent: AgentId, *, before: Timestamp, all_of_it: bool) -> Intake:
    """Without the outboxes of `agent` that were not seen since `before`: those that it replaced,
    or `all_of_it`."""
    known = intake.incarnations.get(agent) or ()
    seen = {one: _last_seen_at(intake, agent, one) for one in known}
    newest = max(seen.values(), default=NEVER)
    silent = [one for one in known if seen[one] < before]
    if not all_of_it or newest >= before:
        silent = [one for one in silent if seen[one] < newest]
    for one in silent:
        intake = _forget(intake, SenderKey(agent, one))
    return intake


def with_room_for(
    intake: Intake, agent: AgentId, *, known: tuple[Container[AgentId], ...]
) -> Intake:
    """Where there are as many boxes as may be: of those that are not `known` any more, the one that
    is silent longest makes room for another one."""
    if agent in intake.incarnations or len(intake.incarnations) < AGENTS.value:
        return intake
    gone = [one for one in intake.incarnations if not any(one in names for names in known)]
    if not gone:
        return intake
    newest = {one: _last_seen_at(intake, one, intake.incarnations[one][-1]) for one in gone}
    silent = min(gone, key=lambda one: (newest[one], one))
    for incarnation in intake.incarnations[silent]:
        intake = _forget(intake, SenderKey(silent, incarnation))
    return intake


def note_unknown_times(intake: Intake, at: Timestamp) -> Intake:
    """With `at` as the time of every outbox of which none is known: from now on it counts."""
    for key in intake.ack_ranges:
        sender = intake.senders.get(key) or UNKNOWN_SENDER
        if sender.last_seen_at == NEVER:
            senders = intake.senders.put(key, replace(sender, last_seen_at=at))
            intake = replace(intake, senders=senders)
    return intake


def believed_incarnation(intake: Intake, agent: AgentId) -> int:
    """The outbox that the agent has, as far as is known: its newest one; 0: none is known."""
    known = intake.incarnations.get(agent)
    return known[-1] if known else 0


def ack_for(intake: Intake, agent: AgentId, incarnation: int) -> Ack:
    """What may be acknowledged to this sender now: nothing to one that is not believed. One that is
    not the last of its box is told which is."""
    ack_ranges = intake.ack_ranges.get(SenderKey(agent, incarnation)) or AckRanges()
    known = intake.incarnations.get(agent) or ()
    ack = ack_ranges.ack(incarnation)
    if not known or known[-1] == incarnation:
        return ack
    return replace(ack, believed_instead=known[-1])


def unreceived(
    intake: Intake, agent: AgentId, incarnation: int, items: tuple[OutboxItem, ...]
) -> tuple[OutboxItem, ...]:
    """Those of `items` that cover a sequence number which is not in."""
    ack_ranges = intake.ack_ranges.get(SenderKey(agent, incarnation))
    if ack_ranges is None or ack_ranges.add_run(items) is not None:
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


def _refusal(sender: Sender, after: AckRanges, item: OutboxItem) -> str:
    """`after`: the sender's ranges with the item in."""
    content = item.content
    if type(content) is Gap and content.last >= sender.next_seq:
        return BEYOND_HELLO
    return TOO_MANY_RANGES if len(after.above) > SENDER_RANGES.value else ""


def _begin(intake: Intake, agent: AgentId, incarnation: int) -> Intake:
    """Its first outbox is believed, and no other."""
    is_first = agent not in intake.incarnations
    return _believe(intake, agent, incarnation) if is_first else intake


def _believe(intake: Intake, agent: AgentId, incarnation: int) -> Intake:
    """As the last one of its box; the oldest makes room."""
    known = intake.incarnations.get(agent) or ()
    if not known and len(intake.incarnations) >= AGENTS.value:
        return intake
    key, counters = SenderKey(agent, incarnation), intake.counters
    if known:
        counters = replace(counters, outboxes_lost=counters.outboxes_lost + 1)
    if incarnation in known:  # it is back, with the numbers that it had
        known = tuple(one for one in known if one != incarnation)
        incarnations = intake.incarnations.put(agent, (*known, incarnation))
        return replace(intake, incarnations=incarnations, counters=counters)
    if len(known) >= INCARNATIONS.value:
        intake = _forget(intake, SenderKey(agent, known[0]))
        known = known[1:]
    return Intake(
        ack_ranges=intake.ack_ranges.put(key, AckRanges()),
        senders=intake.senders.put(key, Sender(has_items=False)),
        incarnations=intake.incarnations.put(agent, (*known, incarnation)),
        counters=counters,
    )


def _forget(intake: Intake, key: SenderKey) -> Intake:
    rest = tuple(one for one in intake.incarnations.get(key.agent) or () if one != key.incarnation)
    incarnations = intake.incarnations.drop(key.agent)
    return Intake(
        ack_ranges=intake.ack_ranges.drop(key),
        senders=intake.senders.drop(key),
        incarnations=incarnations.put(key.agent, rest) if rest else incarnations,
        counters=intake.counters,
    )


def _last_seen_at(intake: Intake, agent: AgentId, incarnation: int) -> Timestamp:
    return (intake.senders.get(SenderKey(agent, incarnation)) or UNKNOWN_SENDER).last_seen_at


def _seen(
    senders: SortedMap[SenderKey, Sender], key: SenderKey, sender: Sender, at: Timestamp
) -> SortedMap[SenderKey, Sender]:
    """With an item of the sender seen at `at`; a change is seldom: it runs for every message."""
    if sender.has_items and seconds_between(sender.last_seen_at, at) < LAST_SEEN_STEP.value:
        return senders
    return senders.put(key, replace(sender, last_seen_at=at, has_items=True))


def _missing(ack_ranges: AckRanges, first: int, last: int) -> int:
    """How many of `first`..`last` are not in."""
    first = max(first, ack_ranges.contiguous + 1)
    had = sum(
        max(0, min(last, seq_range.last) - max(first, seq_range.first) + 1)
        for seq_range in ack_ranges.above
    )
    return max(0, last - first + 1 - had)
