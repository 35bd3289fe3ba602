"""Reads a whole run, live or at rest: every journal, outbox and device log.

Devices, outboxes and discarded positions are read first, then the city's journal, then the
districts'. Whatever a device showed or an outbox discarded had been journaled before, so that a
journal that is read later must hold it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from citybrain.clock import Timestamp
from citybrain.decider.cores import Cores
from citybrain.errors import StoreError
from citybrain.ids import AgentId, DistrictId
from citybrain.journal.port import Store
from citybrain.journal.sqlite import SqliteStore
from citybrain.structs import Struct, field
from citysim.laws.history import (
    CITY,
    CityHistory,
    DistrictHistory,
    History,
    LiveState,
    NodeHistory,
    OutboxHistory,
    StoredRows,
)
from citysim.laws.journal_replay import JournalReplay
from citysim.laws.outbox_reader import read_outbox
from citysim.people.device_log import DeviceEntry, read
from coordinator.city_cores import city_cores
from coordinator.cores.state import CityState
from coordinator.inputs import CityInput
from district_node.cores.state import DistrictState
from district_node.district_cores import district_cores
from district_node.inputs import DistrictInput

S = TypeVar("S")
I = TypeVar("I")  # noqa: E741 - the inputs of a tier, as S are its states
DiscardedPositions = tuple[tuple[str, int], ...]  # peer, last position that is no longer kept
END_OF_TIME = Timestamp(2**62)
TIMERS_CHECKED = 200_000  # more rows than that are not compared: it would take seconds


class RunFiles(Struct, frozen=True, kw_only=True):
    """Where a run keeps what the laws are judged by.

    `caps`: the bytes that an agent's outbox may take, where known.
    """

    city: Path
    districts: Mapping[DistrictId, Path]
    outboxes: Mapping[AgentId, tuple[DistrictId, Path]]
    devices: Path  # folder of <unit>.jsonl
    caps: Mapping[AgentId, int] = field(default_factory=dict)


class JournalReplays:
    """The replays of all journals of one city, continued as the journals grow.

    A journal whose store was restored from a backup is replayed anew.
    """

    def __init__(self) -> None:
        self.other_cores: Mapping[str, tuple[Cores[Any], ...]] = {}  # by node, beside today's
        self._city: JournalReplay[CityState, CityInput] | None = None
        self._districts: dict[str, JournalReplay[DistrictState, DistrictInput]] = {}

    def city(
        self, store: Store | None, discarded: DiscardedPositions, live: LiveState | None = None
    ) -> CityHistory:
        """The city's history as its store stands. No store: as it was read last."""
        replay = self._city
        if replay is None or not _continues(replay, store):
            replay = JournalReplay(CITY, city_cores())
            self._city = replay
        replay.know(*self.other_cores.get(CITY, ()))
        return _history(replay, store, discarded, live)

    def district(
        self,
        name: DistrictId,
        store: Store | None,
        discarded: DiscardedPositions,
        live: LiveState | None = None,
    ) -> DistrictHistory:
        """The district's history as its store stands. No store: as it was read last."""
        replay = self._districts.get(name)
        if replay is None or not _continues(replay, store):
            replay = JournalReplay(name, district_cores())
            self._districts[name] = replay
        replay.know(*self.other_cores.get(name, ()))
        return _history(replay, store, discarded, live)


class HistoryReader:
    """Reads the same run again and again; of a journal only the new records are replayed."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._replays = JournalReplays()

    def history(self, *, is_final: bool = False, is_recovered: bool = False) -> History:
        """What happened so far. A store that is not there yet is an empty history."""
        files = self._files
        districts = sorted(files.districts.items())
        devices, outboxes = self._devices(), self._outboxes()
        discarded = {
            name: _read_discarded(path, peers_of_district(files.outboxes, name))
            for name, path in districts
        }
        city_discarded = _read_discarded(files.city, [f"district/{name}" for name, _ in districts])
        city = self._read_city(city_discarded)
        return History(
            districts=tuple(
                (name, self._read_district(name, path, discarded[name])) for name, path in districts
            ),
            city=city,
            outboxes=outboxes,
            devices=devices,
            is_final=is_final,
            is_recovered=is_recovered,
        )

    def _devices(self) -> tuple[tuple[str, tuple[DeviceEntry, ...]], ...]:
        return tuple(
            (path.stem, tuple(read(path))) for path in sorted(self._files.devices.glob("*.jsonl"))
        )

    def _outboxes(self) -> tuple[tuple[DistrictId, OutboxHistory], ...]:
        found = []
        for agent, (district, path) in sorted(self._files.outboxes.items()):
            try:
                outbox = read_outbox(agent, path, cap_bytes=self._files.caps.get(agent, 0))
            except StoreError:
                continue  # not made yet
            found.append((district, outbox))
        return tuple(found)

    def _read_city(self, discarded: DiscardedPositions) -> CityHistory:
        store = _open(self._files.city)
        try:
            return self._replays.city(store, discarded)
        finally:
            _close(store)

    def _read_district(
        self, name: DistrictId, path: Path, discarded: DiscardedPositions
    ) -> DistrictHistory:
        store = _open(path)
        try:
            return self._replays.district(name, store, discarded)
        finally:
            _close(store)


def peers_of_district(
    agents: Mapping[AgentId, tuple[DistrictId, object]], district: DistrictId
) -> list[str]:
    """The peers that a district writes letters to."""
    own = [agent for agent, (owner, _) in sorted(agents.items()) if owner == district]
    return [CITY, *(f"agent/{agent}" for agent in own)]


def discarded_positions(store: Store, peers: Sequence[str]) -> DiscardedPositions:
    """By peer: the last position that was assigned and is no longer kept. A node that runs may post
    between two reads: what was assigned is read first, and what is posted then is not missed."""
    found = []
    for peer in peers:
        following = store.next_position(peer)
        first_kept = store.letters(to=peer, after=0, limit=1)
        found.append((peer, (first_kept[0].position if first_kept else following) - 1))
    return tuple(found)


def _continues(replay: JournalReplay[S, I], store: Store | None) -> bool:
    return store is None or replay.continues(store)


def _history(
    replay: JournalReplay[S, I],
    store: Store | None,
    discarded: DiscardedPositions,
    live: LiveState | None,
) -> NodeHistory[S, I]:
    if store is None:
        return replay.history()
    replay.advance(store)
    rows = _stored_rows(store, replay.after, [peer for peer, _ in discarded])
    return replay.history(epoch=store.epoch(), discarded=discarded, live=live, rows=rows)


def _stored_rows(store: Store, last_record: int, peers: Sequence[str]) -> StoredRows | None:
    """The rows beside the records; None where the node wrote meanwhile or there are too many."""
    timers = store.timers_due(at=END_OF_TIME, limit=TIMERS_CHECKED)
    positions = tuple((peer, store.next_position(peer) - 1) for peer in peers)
    # a store that is open to be read knows the head of when it was opened
    is_behind = next(iter(store.records(after=last_record)), None) is not None
    if len(timers) == TIMERS_CHECKED or is_behind:
        return None
    return StoredRows(
        timers=tuple((timer.timer, timer.due) for timer in timers), last_positions=positions
    )


def _read_discarded(path: Path, peers: Sequence[str]) -> DiscardedPositions:
    store = _open(path)
    if store is None:
        return ()
    try:
        return discarded_positions(store, peers)
    finally:
        store.close()


def _open(path: Path) -> SqliteStore | None:
    """None: it is not there yet."""
    try:
        return SqliteStore.open_readonly(path)
    except StoreError:
        return None


def _close(store: SqliteStore | None) -> None:
    if store is not None:
        store.close()
