"""Reads a whole run: every journal, outbox and device log, live or at rest, in the order that keeps a moving city from looking guilty.

Outboxes and the stores' letters first, then the city's journal, then the districts': what was let go of was journaled before, so a later look must find it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from citybrain.errors import StoreError
from citybrain.ids import AgentId, DistrictId
from citybrain.journal.sqlite import SqliteStore
from citysim.crews.device import read
from citysim.laws.history import History, NodeHistory, OutboxHistory
from citysim.laws.sqlite import read_outbox
from citysim.laws.walk import Cores, Walk

CITY = "city"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFiles:
    """Where a run keeps what the laws are judged by."""

    city: Path
    districts: Mapping[DistrictId, Path]
    outboxes: Mapping[AgentId, tuple[DistrictId, Path]]
    devices: Path  # folder of <unit>.jsonl


def district_cores() -> Cores:
    from district_node.cores.decide import decide
    from district_node.cores.state import EMPTY
    from district_node.inputs import KINDS

    return Cores(decide=decide, initial=EMPTY, kinds=KINDS)


def city_cores() -> Cores:
    from coordinator.cores.decide import decide
    from coordinator.cores.state import EMPTY
    from coordinator.inputs import KINDS

    return Cores(decide=decide, initial=EMPTY, kinds=KINDS)


class Gathering:
    """Reads the same run again and again; a journal is walked once, then only what is new."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._city = Walk(CITY, city_cores())
        self._districts = {district: Walk(district, district_cores()) for district in sorted(files.districts)}

    def history(self, *, is_final: bool = False) -> History:
        """What happened so far. A store that is not there yet is an empty history."""
        outboxes = self._outboxes()
        let_go = {district: _let_go(path, [CITY]) for district, path in sorted(self._files.districts.items())}
        city_let_go = _let_go(self._files.city, [f"district/{district}" for district in sorted(self._files.districts)])
        city = _walked(self._city, self._files.city, city_let_go)
        districts = tuple((d, _walked(self._districts[d], path, let_go[d])) for d, path in sorted(self._files.districts.items()))
        devices = tuple((path.stem, tuple(read(path))) for path in sorted(self._files.devices.glob("*.jsonl")))
        return History(districts=districts, city=city, outboxes=outboxes, devices=devices, is_final=is_final)

    def _outboxes(self) -> tuple[tuple[DistrictId, OutboxHistory], ...]:
        found = []
        for agent, (district, path) in sorted(self._files.outboxes.items()):
            try:
                found.append((district, read_outbox(agent, path)))
            except StoreError:
                continue  # not made yet
        return tuple(found)


def _let_go(path: Path, peers: list[str]) -> tuple[tuple[str, int], ...]:
    """By peer: the last position given and no longer kept."""
    try:
        store = SqliteStore.open_readonly(path)
    except StoreError:
        return ()
    try:
        found = []
        for peer in peers:
            kept = store.letters(to=peer, after=0, limit=1)
            found.append((peer, (kept[0].position if kept else store.next_position(peer)) - 1))
        return tuple(found)
    finally:
        store.close()


def _walked(walk: Walk, path: Path, let_go: tuple[tuple[str, int], ...]) -> NodeHistory:
    try:
        store = SqliteStore.open_readonly(path)
    except StoreError:
        return walk.history()
    try:
        walk.go_on(store.records(after=walk.after), snapshot=store.snapshot())
        return walk.history(epoch=store.epoch(), let_go=let_go)
    finally:
        store.close()
