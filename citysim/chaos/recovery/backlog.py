"""What had been sent at one moment, and what of it has not arrived yet: pure, over histories.

A fault is over when all that had been sent by its end has arrived.
"""

from collections.abc import Iterator

from citybrain.ids import AgentId, DistrictId
from citybrain.structs import Struct
from citysim.laws.history import CITY, History
from citysim.laws.projections.letters import (
    ReceivedLetter,
    received_by_city,
    received_by_district,
)


class Backlog(Struct, frozen=True, kw_only=True):
    """`items`: agent, incarnation, the next number of its outbox.

    `up`, `down`: by district, how many letters it had sent to the city, and the city to it.
    """

    items: tuple[tuple[AgentId, int, int], ...]
    up: tuple[tuple[DistrictId, int], ...]
    down: tuple[tuple[DistrictId, int], ...]


def backlog(history: History) -> Backlog:
    """All that was ever sent up to now; what has arrived already is found delivered at once."""
    city = history.city
    return Backlog(
        items=tuple((box.agent, box.incarnation, box.next_seq) for _, box in history.outboxes),
        up=tuple((name, len(node.letters_to(CITY))) for name, node in history.districts),
        down=()
        if city is None
        else tuple(
            (name, len(city.letters_to(f"district/{name}"))) for name, _ in history.districts
        ),
    )


def undelivered(sent: Backlog, history: History) -> tuple[str, ...]:
    """What has not arrived, one line per sender and receiver; empty: all has."""
    return (*_items(sent, history), *_letters(sent, history))


def _items(sent: Backlog, history: History) -> Iterator[str]:
    outboxes = {(outbox.agent, outbox.incarnation): outbox for _, outbox in history.outboxes}
    for agent, incarnation, next_seq in sent.items:
        outbox = outboxes.get((agent, incarnation))
        waiting = (
            sum(seq < next_seq for seq in outbox.unacknowledged_seqs) if outbox is not None else 0
        )
        if waiting:
            yield f"{waiting} item(s) of {agent} are not acknowledged"


def _letters(sent: Backlog, history: History) -> Iterator[str]:
    districts = dict(history.districts)
    received_up = history.city.projection(received_by_city) if history.city is not None else {}
    for name, count in sent.up:
        last = _last_position(received_up.get(name, []))
        if last < count:
            yield f"{count - last} letter(s) of {name} have not reached the city"
    for name, count in sent.down:
        node = districts.get(name)
        last = _last_position(node.projection(received_by_district)) if node is not None else 0
        if last < count:
            yield f"{count - last} letter(s) of the city have not reached {name}"


def _last_position(received: list[ReceivedLetter]) -> int:
    return max((letter.position for letter in received), default=0)
