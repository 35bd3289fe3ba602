"""A district without its sockets and files: door, acks, requests, uplink and screens over one writer. Composed alike in production and simulation."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from citybrain.bus.port import Bus
from citybrain.clock import Clock, Timestamp
from citybrain.decider.changes import Changes
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Decider
from citybrain.decider.fingerprint import fingerprint_of
from citybrain.domain.console import LinkStatus
from citybrain.ids import IdSource
from citybrain.journal.port import Store
from district_node.cores.decide import decide
from district_node.cores.state import EMPTY, DistrictState
from district_node.inputs import DECIDING, KINDS, NodeStarted, Setup
from district_node.shell.acks import Acks, Asker
from district_node.shell.door import Door, DoorMeter, DoorParts
from district_node.shell.quarantine import Apart
from district_node.shell.screens import (
    Around,
    CrewsScreen,
    DistrictConsoleScreen,
    Places,
    sorted_statuses,
)
from district_node.shell.uplink import OpenLink, Uplink

Forever = Callable[[], Coroutine[Any, Any, None]]  # a task that ends only by being cancelled


def decider_of(store: Store) -> Decider[DistrictState]:
    """The district's cores behind their journal: the same in production, replay and simulation."""
    return Decider(decide=decide, initial=EMPTY, store=store, kinds=KINDS)


def started(setup: Setup, store: Store) -> NodeStarted:
    """The first input of every run."""
    return NodeStarted(setup=setup, epoch=store.epoch(), cores=fingerprint_of(*DECIDING))


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictParts:
    """What a district works with. `open_link` None: there is no city."""

    setup: Setup
    commit_loop: CommitLoop[DistrictState]
    store: Store
    bus: Bus
    clock: Clock
    ids: IdSource
    quarantine: Apart
    meter: DoorMeter
    open_link: OpenLink | None


class District:
    """Build it once the writer has taken `NodeStarted`; start the bus; run the `tasks`."""

    def __init__(self, parts: DistrictParts) -> None:
        self._parts = parts
        district, commit_loop, store, bus, clock = (
            parts.setup.district,
            parts.commit_loop,
            parts.store,
            parts.bus,
            parts.clock,
        )
        self.changes = Changes(commit_loop)
        self._acks, self._asker = (
            Acks(district, commit_loop, bus),
            Asker(district, commit_loop, store, bus, clock),
        )
        self._door = Door(
            DoorParts(
                district=district,
                commit_loop=commit_loop,
                store=store,
                bus=bus,
                acks=self._acks,
                quarantine=parts.quarantine,
                meters=parts.meter,
            )
        )
        self._door.on_status = self.changes.touch
        self._door.on_greeting = self._asker.again
        self._door.subscribe()
        self.uplink = self._make_uplink()
        places = Places(clock)
        self.snapshot = DistrictConsoleScreen(
            commit_loop, clock, self.changes, self._around(), places
        )
        self.crews = CrewsScreen(commit_loop, self.changes, places)
        self._bus_up_since, self._bus_was_up = clock.now(), False

    def tasks(self) -> list[tuple[str, Forever]]:
        tasks: list[tuple[str, Forever]] = [("acks", self._acks.run), ("asker", self._asker.run)]
        return [*tasks, ("uplink", self.uplink.run)] if self.uplink is not None else tasks

    def _make_uplink(self) -> Uplink | None:
        parts = self._parts
        if parts.open_link is None:
            return None
        return Uplink(
            commit_loop=parts.commit_loop,
            store=parts.store,
            open_link=parts.open_link,
            clock=parts.clock,
            ids=parts.ids,
            quarantine=parts.quarantine,
            on_change=self.changes.touch,
        )

    def _around(self) -> Around:
        commit_loop, quarantine = self._parts.commit_loop, self._parts.quarantine
        return Around(
            agents=lambda: sorted_statuses(self._door.statuses),
            links=self._links,
            counts=lambda: {
                "quarantined": float(quarantine.count),
                "records": float(commit_loop.seq),
                "rejected": float(commit_loop.rejected_count),
                "waiting": float(commit_loop.waiting),
            },
        )

    def _links(self) -> tuple[LinkStatus, ...]:
        up = self._parts.bus.is_connected()
        if up is not self._bus_was_up:
            self._bus_was_up, self._bus_up_since = up, self._parts.clock.now()
        broker = LinkStatus(name="broker", up=up, since=Timestamp(self._bus_up_since), backlog=0)
        if self.uplink is None:
            return (broker,)
        return broker, LinkStatus(
            name="city", up=self.uplink.is_up, since=self.uplink.since, backlog=self.uplink.backlog
        )
