"""The histories of a simulated city, read from stores and outboxes in memory.

Like `history_reader`, which reads files. The replay that the laws judge is the only replay of the
simulated run. A node or agent that is down is read as its next process would find it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from citybrain.ack_ranges import covered
from citybrain.decider.cores import Cores
from citybrain.errors import StoreError
from citybrain.ids import AgentId, DistrictId
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Store
from citybrain.structs import Struct, field
from citysim.laws.ground_truth_log import GroundTruth
from citysim.laws.history import CITY, History, LimitSample, LiveState, OutboxHistory, Stall
from citysim.laws.history_reader import JournalReplays, discarded_positions, peers_of_district
from citysim.people.device_log import DeviceEntry
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.priority import GAP_PRIORITY


class SimulatorFacts(Struct, frozen=True, kw_only=True):
    """What the simulator knows: the nodes that are up, by name, and the facts of `History`.
    `other_cores`: by node, the versions beside today's that have run on it."""

    live: Mapping[str, LiveState]
    stalls: tuple[Stall, ...] = ()
    clock_error_s: float = 0.0
    samples: tuple[LimitSample, ...] = ()
    ground_truth: GroundTruth | None = None
    other_cores: Mapping[str, tuple[Cores[Any], ...]] = field(default_factory=dict)
    liars: frozenset[str] = frozenset()


NO_FACTS = SimulatorFacts(live={})
Outboxes = Iterable[tuple[DistrictId, AgentId, MemoryOutbox]]


class MemoryHistoryReader:
    """Reads one simulated city again and again; of a journal only the new records are replayed."""

    def __init__(self) -> None:
        self._replays = JournalReplays()

    def history(
        self,
        districts: Mapping[DistrictId, Store],
        city: Store | None,
        outboxes: Outboxes,
        devices: Mapping[str, Sequence[DeviceEntry]],
        *,
        is_final: bool,
        facts: SimulatorFacts = NO_FACTS,
    ) -> History:
        """What happened so far.

        `is_final`: every fault is over and everything had the time to arrive; else what is under
        way violates nothing.
        """
        self._replays.other_cores = facts.other_cores
        boxes = [(district, agent, outbox) for district, agent, outbox in outboxes]
        agents = {agent: (district, outbox) for district, agent, outbox in boxes}
        stores = {name: _readable(store) for name, store in sorted(districts.items())}
        nodes = []
        for name, store in stores.items():
            discarded = discarded_positions(store, peers_of_district(agents, name))
            nodes.append(
                (name, self._replays.district(name, store, discarded, facts.live.get(name)))
            )
        city_history = None
        if city is not None:
            city = _readable(city)
            discarded = discarded_positions(city, [f"district/{name}" for name in stores])
            city_history = self._replays.city(city, discarded, facts.live.get(CITY))
        return History(
            districts=tuple(nodes),
            city=city_history,
            outboxes=tuple((name, outbox_history(agent, outbox)) for name, agent, outbox in boxes),
            devices=tuple((unit, tuple(entries)) for unit, entries in sorted(devices.items())),
            is_final=is_final,
            is_recovered=is_final,
            stalls=facts.stalls,
            clock_error_s=facts.clock_error_s,
            samples=facts.samples,
            ground_truth=facts.ground_truth,
            liars=facts.liars,
        )


def read_memory_history(
    districts: Mapping[DistrictId, Store],
    city: Store | None,
    outboxes: Outboxes,
    devices: Mapping[str, Sequence[DeviceEntry]],
    *,
    is_final: bool,
    facts: SimulatorFacts = NO_FACTS,
) -> History:
    """The history of a simulated city, read once; see `MemoryHistoryReader` for several times."""
    return MemoryHistoryReader().history(
        districts, city, outboxes, devices, is_final=is_final, facts=facts
    )


def outbox_history(agent: AgentId, outbox: MemoryOutbox) -> OutboxHistory:
    """What an outbox in memory keeps. A dead process's is read as its next process finds it."""
    try:
        rows = outbox.all_rows()
    except StoreError:
        outbox = outbox.crash()
        rows = outbox.all_rows()
    stats = outbox.stats()
    ranges = [covered(row.item) for row in rows]
    return OutboxHistory(
        agent=agent,
        incarnation=outbox.incarnation,
        next_seq=stats.next_seq,
        unacknowledged_seqs=frozenset(
            seq for kept in ranges for seq in range(kept.first, kept.last + 1)
        ),
        bytes=stats.bytes,
        cap_bytes=stats.cap_bytes,
        holds_only_gaps=all(row.priority == GAP_PRIORITY for row in rows),
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
