"""What a city owed at one moment, and what of it is still to be paid: pure, over histories. A fault is over when all that was owed at its end has arrived."""

from collections.abc import Iterator
from dataclasses import dataclass

from citybrain.ids import AgentId, DistrictId
from citysim.laws.history import History, NodeHistory
from coordinator.inputs import DistrictLetterReceived
from district_node.inputs import CityLetterReceived


@dataclass(frozen=True, slots=True, kw_only=True)
class Debts:
    """`items`: by agent, its incarnation and the next number it would give. `up`, `down`: by district, how many letters there were for the city, and for it."""

    items: tuple[tuple[AgentId, int, int], ...]
    up: tuple[tuple[DistrictId, int], ...]
    down: tuple[tuple[DistrictId, int], ...]


def debts(history: History) -> Debts:
    """All that was ever said up to now: what has arrived already is paid at once."""
    return Debts(
        items=tuple(
            (outbox.agent, outbox.incarnation, outbox.next_seq) for _, outbox in history.outboxes
        ),
        up=tuple((district, len(node.posts("city"))) for district, node in history.districts),
        down=tuple(
            (district, len(history.city.posts(f"district/{district}")))
            for district, _ in history.districts
        )
        if history.city is not None
        else (),
    )


def unpaid(owed: Debts, history: History) -> tuple[str, ...]:
    """What has not arrived, a line for each creditor; empty: the fault is over."""
    return (*_items(owed, history), *_letters(owed, history))


def _items(owed: Debts, history: History) -> Iterator[str]:
    outboxes = {(outbox.agent, outbox.incarnation): outbox for _, outbox in history.outboxes}
    for agent, incarnation, next_seq in owed.items:
        outbox = outboxes.get((agent, incarnation))
        waiting = sum(seq < next_seq for seq in outbox.kept) if outbox is not None else 0
        if waiting:
            yield f"{waiting} item(s) of {agent} are not acknowledged"


def _letters(owed: Debts, history: History) -> Iterator[str]:
    districts = dict(history.districts)
    for district, count in owed.up:
        heard = _last(history.city, district)
        if heard < count:
            yield f"{count - heard} letter(s) of {district} have not reached the city"
    for district, count in owed.down:
        node = districts.get(district)
        heard = (
            max(
                (s.input.position for s in node.steps if isinstance(s.input, CityLetterReceived)),
                default=0,
            )
            if node is not None
            else 0
        )
        if heard < count:
            yield f"{count - heard} letter(s) of the city have not reached {district}"


def _last(city: NodeHistory | None, district: DistrictId) -> int:
    said = (
        [
            s.input.position
            for s in city.steps
            if isinstance(s.input, DistrictLetterReceived) and s.input.district == district
        ]
        if city is not None
        else []
    )
    return max(said, default=0)
