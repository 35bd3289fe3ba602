"""The histories of a simulated city: as `gather`, from stores and outboxes in memory. One walk a node is the one replay of the story.

A node or agent that is down is read as the next process would find it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from citybrain.ack_ranges import covered
from citybrain.errors import StoreError
from citybrain.ids import AgentId, DistrictId
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Store
from citysim.crews.device import DeviceLine
from citysim.laws.gather import Walks, letters_let_go, peers_of_district
from citysim.laws.history import CITY, History, Live, OutboxHistory, Sample, Stall
from citysim.laws.truth import Truth
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.ranks import GAP_RANK


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What somebody who stood beside the city knows: of nodes that are up by name, of faults, of bounds, of what really happened."""

    live: Mapping[str, Live]
    stalls: tuple[Stall, ...] = ()
    clock_error_s: float = 0.0
    samples: tuple[Sample, ...] = ()
    truth: Truth | None = None


NOBODY = Beside(live={})
Outboxes = Iterable[tuple[DistrictId, AgentId, MemoryOutbox]]


class MemoryGathering:
    """Looks at one simulated city again and again: at the second look only the new records are replayed."""

    def __init__(self) -> None:
        self._walks = Walks(trusts_unsigned=True)

    def history(
        self,
        districts: Mapping[DistrictId, Store],
        city: Store | None,
        outboxes: Outboxes,
        devices: Mapping[str, Sequence[DeviceLine]],
        is_final: bool,
        *,
        beside: Beside = NOBODY,
    ) -> History:
        """What happened so far. `is_final`: every fault was over and all had the time to arrive; else what is under way is not held against anybody."""
        kept = [(district, agent, outbox) for district, agent, outbox in outboxes]
        boxes = {agent: (district, outbox) for district, agent, outbox in kept}
        stores = {district: _readable(store) for district, store in sorted(districts.items())}
        nodes = [
            (
                d,
                self._walks.of(
                    d, store, letters_let_go(store, peers_of_district(boxes, d)), beside.live.get(d)
                ),
            )
            for d, store in stores.items()
        ]
        walked_city = None
        if city is not None:
            city = _readable(city)
            walked_city = self._walks.of(
                CITY,
                city,
                letters_let_go(city, [f"district/{d}" for d in stores]),
                beside.live.get(CITY),
            )
        return History(
            districts=tuple(nodes),
            city=walked_city,
            outboxes=tuple(
                (district, outbox_history(agent, outbox)) for district, agent, outbox in kept
            ),
            devices=tuple((unit, tuple(lines)) for unit, lines in sorted(devices.items())),
            is_final=is_final,
            is_healed=is_final,
            stalls=beside.stalls,
            clock_error_s=beside.clock_error_s,
            samples=beside.samples,
            truth=beside.truth,
        )


def gathered(
    districts: Mapping[DistrictId, Store],
    city: Store | None,
    outboxes: Outboxes,
    devices: Mapping[str, Sequence[DeviceLine]],
    is_final: bool,
    *,
    beside: Beside = NOBODY,
) -> History:
    """One look at a simulated city; see `MemoryGathering` for several."""
    return MemoryGathering().history(districts, city, outboxes, devices, is_final, beside=beside)


def outbox_history(agent: AgentId, outbox: MemoryOutbox) -> OutboxHistory:
    """What an outbox in memory keeps; one whose process died is read as the next process will find it."""
    try:
        rows = outbox.rows()
    except StoreError:
        outbox = outbox.crash()
        rows = outbox.rows()
    stats = outbox.stats()
    spans = [covered(row.said) for row in rows]
    return OutboxHistory(
        agent=agent,
        incarnation=outbox.incarnation,
        next_seq=stats.next_seq,
        kept=frozenset(number for span in spans for number in range(span.first, span.last + 1)),
        bytes=stats.bytes,
        cap_bytes=stats.cap_bytes,
        holds_only_gaps=all(row.rank == GAP_RANK for row in rows),
        asked=tuple(sorted((ack.epoch, ack.contiguous) for ack in outbox.request_acks())),
        open_requests=frozenset(request.request for request in outbox.open_requests()),
    )


def _readable(store: Store) -> Store:
    """`store`, or what the next process opens where this one's process died."""
    try:
        store.epoch()
    except StoreError:
        if isinstance(store, MemoryStore):
            return store.crash()
        raise
    return store
