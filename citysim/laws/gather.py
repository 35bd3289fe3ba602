"""Reads a whole run: every journal, outbox and device log, live or at rest, in the order that keeps a moving city from looking guilty.

Devices, outboxes and the stores' letters first, then the city's journal, then the districts': what was shown or let go of was journaled before, so a later
look must find it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from citybrain.clock import Timestamp
from citybrain.decider.fingerprint import fingerprint_of
from citybrain.errors import StoreError
from citybrain.ids import AgentId, DistrictId
from citybrain.journal.port import Store
from citybrain.journal.sqlite import SqliteStore
from citysim.crews.device import DeviceLine, read
from citysim.laws.history import CITY, History, Live, NodeHistory, OutboxHistory, Rows
from citysim.laws.sqlite import read_outbox
from citysim.laws.walk import Cores, Walk

LetGo = tuple[tuple[str, int], ...]
FOR_EVER = Timestamp(2**62)
TIMERS_JUDGED = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFiles:
    """Where a run keeps what the laws are judged by. `caps`: the bytes that an agent's outbox may take, where known."""

    city: Path
    districts: Mapping[DistrictId, Path]
    outboxes: Mapping[AgentId, tuple[DistrictId, Path]]
    devices: Path  # folder of <unit>.jsonl
    caps: Mapping[AgentId, int] = field(default_factory=dict)


@cache
def district_cores() -> Cores:
    from district_node.cores.decide import decide
    from district_node.cores.state import EMPTY
    from district_node.inputs import DECIDING, KINDS

    return Cores(decide=decide, initial=EMPTY, kinds=KINDS, fingerprint=fingerprint_of(*DECIDING))


@cache
def city_cores() -> Cores:
    from coordinator.cores.decide import decide
    from coordinator.cores.state import EMPTY
    from coordinator.inputs import DECIDING, KINDS

    return Cores(decide=decide, initial=EMPTY, kinds=KINDS, fingerprint=fingerprint_of(*DECIDING))


class Walks:
    """The walks of a city's journals, gone on with as they grow; one whose store was put back from a backup is walked anew."""

    def __init__(self, *, trusts_unsigned: bool = False) -> None:
        self._trusts_unsigned = trusts_unsigned
        self._walks: dict[str, Walk] = {}

    def of(
        self, name: str, store: Store | None, let_go: LetGo, live: Live | None = None
    ) -> NodeHistory:
        """The history of the node `name` as its store stands. No store: as it was seen last."""
        walk = self._walks.get(name)
        if walk is None or (store is not None and not walk.continues(store)):
            cores = city_cores() if name == CITY else district_cores()
            walk = self._walks[name] = Walk(name, cores, trusts_unsigned=self._trusts_unsigned)
        if store is None:
            return walk.history()
        walk.go_on(store.records(after=walk.after), snapshot=store.snapshot())
        return walk.history(
            epoch=store.epoch(),
            let_go=let_go,
            live=live,
            rows=_rows(store, walk, [peer for peer, _ in let_go]),
        )


class Gathering:
    """Reads the same run again and again; a journal is walked once, then only what is new."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._walks = Walks()

    def history(self, *, is_final: bool = False, is_healed: bool = False) -> History:
        """What happened so far. A store that is not there yet is an empty history."""
        districts = sorted(self._files.districts.items())
        devices = self._devices()
        outboxes = self._outboxes()
        let_go = {
            district: _let_go(path, peers_of_district(self._files.outboxes, district))
            for district, path in districts
        }
        city_let_go = _let_go(
            self._files.city, [f"district/{district}" for district, _ in districts]
        )
        city = self._walked(CITY, self._files.city, city_let_go)
        walked = tuple(
            (district, self._walked(district, path, let_go[district]))
            for district, path in districts
        )
        return History(
            districts=walked,
            city=city,
            outboxes=outboxes,
            devices=devices,
            is_final=is_final,
            is_healed=is_healed,
        )

    def _devices(self) -> tuple[tuple[str, tuple[DeviceLine, ...]], ...]:
        return tuple(
            (path.stem, tuple(read(path))) for path in sorted(self._files.devices.glob("*.jsonl"))
        )

    def _outboxes(self) -> tuple[tuple[DistrictId, OutboxHistory], ...]:
        found = []
        for agent, (district, path) in sorted(self._files.outboxes.items()):
            try:
                found.append(
                    (district, read_outbox(agent, path, cap_bytes=self._files.caps.get(agent, 0)))
                )
            except StoreError:
                continue  # not made yet
        return tuple(found)

    def _walked(self, name: str, path: Path, let_go: LetGo) -> NodeHistory:
        try:
            store = SqliteStore.open_readonly(path)
        except StoreError:
            return self._walks.of(name, None, let_go)
        try:
            return self._walks.of(name, store, let_go)
        finally:
            store.close()


def peers_of_district(
    agents: Mapping[AgentId, tuple[DistrictId, object]], district: DistrictId
) -> list[str]:
    """Whom a district writes letters to."""
    return [
        CITY,
        *(f"agent/{agent}" for agent, (owner, _) in sorted(agents.items()) if owner == district),
    ]


def letters_let_go(store: Store, peers: list[str]) -> LetGo:
    """By peer: the last position given and no longer kept."""
    found = []
    for peer in peers:
        kept = store.letters(to=peer, after=0, limit=1)
        found.append((peer, (kept[0].position if kept else store.next_position(peer)) - 1))
    return tuple(found)


def _rows(store: Store, walk: Walk, peers: list[str]) -> Rows | None:
    """The rows beside the records, where nothing was written while they were read and there are not too many to judge."""
    timers = store.timers_due(at=FOR_EVER, limit=TIMERS_JUDGED)
    given = tuple((peer, store.next_position(peer) - 1) for peer in peers)
    if len(timers) == TIMERS_JUDGED or store.head().seq != walk.after:
        return None
    return Rows(timers=tuple((timer.timer, timer.due) for timer in timers), given=given)


def _let_go(path: Path, peers: list[str]) -> LetGo:
    try:
        store = SqliteStore.open_readonly(path)
    except StoreError:
        return ()
    try:
        return letters_let_go(store, peers)
    finally:
        store.close()
