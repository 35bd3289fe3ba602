"""A district without its sockets and files: gateway, publishers, uplink and consoles over one
commit loop. Composed alike in production and simulation.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from citybrain.bus.port import Bus
from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.conditions import ConditionCode, Conditions
from citybrain.decider.changes import Changes
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed, Decider
from citybrain.domain.console import LinkStatus
from citybrain.domain.principal import Role
from citybrain.ids import IdSource
from citybrain.journal.port import Store
from citybrain.link.past import OnPast
from citybrain.refusal_log import RefusalLog
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from district_node.calendars.watch import CalendarWatch
from district_node.cores.decision_draft import CITY
from district_node.cores.state import DistrictState
from district_node.district_cores import district_cores
from district_node.inputs import NodeStarted, Setup
from district_node.naming.gazetteer import Gazetteer
from district_node.series.intake import SeriesIntake, SeriesMetrics
from district_node.series.store import SeriesStore
from district_node.shell.ack_publisher import AckPublisher
from district_node.shell.agent_gateway import AgentGateway, AgentGatewayMetrics
from district_node.shell.consoles import (
    CrewConsoleAdapter,
    DistrictConsoleAdapter,
    RuntimeStatus,
    no_unit,
)
from district_node.shell.enrolment import Enrolment, HelloVerifier
from district_node.shell.ingress.agent_ingress import AgentIngress, IngressMetrics
from district_node.shell.paging.port import NoChannels, PageSender
from district_node.shell.paging.publisher import PagePublisher
from district_node.shell.positions.unit_positions import UnitPositions
from district_node.shell.quarantine import Quarantine
from district_node.shell.request_publisher import RequestPublisher
from district_node.shell.shown_statuses import ShownStatuses
from district_node.shell.uplink import OpenLink, Uplink

BackgroundTask = Callable[[], Coroutine[object, object, None]]  # ends only by being cancelled


def decider_of(store: Store, travel: TravelTimes = GREAT_CIRCLE) -> Decider[DistrictState]:
    """The district's cores behind their journal: the same in production, replay and simulation."""
    return Decider(district_cores(travel), store)


def first_input(
    setup: Setup,
    store: Store,
    travel: TravelTimes = GREAT_CIRCLE,
    *,
    proves_boxes: bool = False,
    at: Timestamp | None = None,
) -> NodeStarted:
    """The first input of every run. `proves_boxes`: it has a verifier of hellos. `at`: now, for
    the time zone by which its days begin; None: UTC."""
    return NodeStarted(
        setup=setup,
        epoch=store.epoch(),
        travel=travel.version,
        proves_boxes=proves_boxes,
        utc_offset_s=0 if at is None else _utc_offset_s(setup.time_zone or "UTC", at),
    )


def _utc_offset_s(zone: str, at: Timestamp) -> int:
    """By how much the zone's time is ahead of UTC at `at`."""
    offset = datetime.fromtimestamp(at / SECOND_US, ZoneInfo(zone)).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


class ShellMetrics(AgentGatewayMetrics, IngressMetrics, SeriesMetrics, Protocol):
    """What the shells of a district count."""


# no Struct: a Struct is skipped by the search for reference cycles, and these are live objects
@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictParts:
    """What a district works with. `open_link` None: there is no city."""

    setup: Setup
    commit_loop: CommitLoop[DistrictState]
    store: Store
    bus: Bus
    clock: Clock
    ids: IdSource
    quarantine: Quarantine
    metrics: ShellMetrics
    open_link: OpenLink | None
    verifier: HelloVerifier | None = None  # of its boxes' hellos; None: lab mode
    programs: Mapping[str, Role] = field(default_factory=dict)
    conditions: Conditions | None = None  # of the node, where one is there already
    on_past: OnPast | None = None  # None: a condition as long as the node runs
    series: SeriesStore | None = None  # None: what sources count and read is not kept
    gazetteer: Gazetteer | None = None  # None: places are called by assets alone
    page_sender: PageSender = field(default_factory=NoChannels)  # calls people
    has_threads: bool = True  # False: the event loop decodes what agents send


class District:
    """Build it once `NodeStarted` is committed; start the bus; run the `tasks`."""

    def __init__(self, parts: DistrictParts) -> None:
        self._parts, self.gazetteer = parts, parts.gazetteer
        district, commit_loop, clock = parts.setup.district, parts.commit_loop, parts.clock
        self.changes = Changes(commit_loop)
        self.conditions = parts.conditions or Conditions(clock)
        self.conditions.on_change(self.changes.touch)
        commit_loop.clock_watch.on_hold(self.conditions.clock_held)
        commit_loop.on_commit(CalendarWatch(clock, self.conditions))
        self._acks = AckPublisher(
            district, commit_loop, parts.bus, clock=clock, epoch=parts.store.epoch()
        )
        self._requests = RequestPublisher(
            district, commit_loop, parts.store, parts.bus, clock, parts.quarantine
        )
        self._pages = PagePublisher(
            commit_loop,
            parts.store,
            parts.page_sender,
            clock=clock,
            ids=parts.ids,
            gazetteer=parts.gazetteer,
        )
        self._enrolment = Enrolment(commit_loop, clock, parts.verifier)
        refusals = RefusalLog(clock)
        self._ingress = AgentIngress(
            commit_loop=commit_loop,
            bus=parts.bus,
            clock=clock,
            conditions=self.conditions,
            metrics=parts.metrics,
            refusals=refusals,
            may_begin=self._enrolment.may_begin,
        )
        self._gateway = AgentGateway(
            district,
            commit_loop=commit_loop,
            store=parts.store,
            bus=self._ingress,
            acks=self._acks,
            enrolment=self._enrolment,
            quarantine=parts.quarantine,
            metrics=parts.metrics,
            refusals=refusals,
            clock=clock,
        )
        self._gateway.on_status = self.changes.touch
        self._gateway.on_hello = self._requests.resend
        self._gateway.subscribe()
        self._series = self._series_intake()
        if parts.open_link is None:
            commit_loop.on_commit(self._keep_no_letters)
        self.uplink = self._make_uplink()
        self.positions, self.runtime_status = UnitPositions(clock), self._runtime_status()
        self.console = DistrictConsoleAdapter(commit_loop, programs=parts.programs)
        self.crew_console = self._crew_console()
        self._bus_up_since, self._bus_was_up = clock.now(), False

    def tasks(self) -> list[tuple[str, BackgroundTask]]:
        ingress = self._ingress
        tasks: list[tuple[str, BackgroundTask]] = [
            (
                "agent ingress",
                ingress.run_on_thread if self._parts.has_threads else ingress.run_on_loop,
            ),
            ("ack publisher", self._acks.run),
            ("request publisher", self._requests.run),
            ("page publisher", self._pages.run),
        ]
        if self._series is not None:
            tasks.append(("series", self._series.run))
        if self._parts.verifier is not None:
            tasks.append(("revoked boxes", self._enrolment.run))
        return [*tasks, ("uplink", self.uplink.run)] if self.uplink is not None else tasks

    def _crew_console(self) -> CrewConsoleAdapter:
        parts = self._parts
        return CrewConsoleAdapter(
            parts.commit_loop,
            self.changes,
            self.positions,
            parts.gazetteer,
            unit_of=no_unit if parts.series is None else parts.series.unit_of,
        )

    def _series_intake(self) -> SeriesIntake | None:
        parts = self._parts
        if parts.series is None:
            return None
        intake = SeriesIntake(
            parts.setup.district,
            parts.series,
            clock=parts.clock,
            refusal=self._enrolment.refusal,
            metrics=parts.metrics,
        )
        intake.subscribe(self._ingress)
        return intake

    def _keep_no_letters(self, state: DistrictState, _committed: Sequence[Committed]) -> None:
        """Those to a city that there never was; the first one to come is told what is open then.
        Those to one that was left out of the configuration are kept."""
        if state.city.epoch is None:
            store = self._parts.store
            store.discard_letters(to=CITY, upto=store.next_position(CITY) - 1)

    @property
    def waiting_bytes(self) -> int:
        """Of agents' messages that are not yet decoded."""
        return self._ingress.waiting

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
            on_past=parts.on_past or self.conditions.begin,
            on_code=partial(self.conditions.hold, ConditionCode.CODE_SHARED),
            gazetteer=parts.gazetteer,
        )

    def _runtime_status(self) -> RuntimeStatus:
        commit_loop, quarantine = self._parts.commit_loop, self._parts.quarantine
        shown = ShownStatuses(
            self._gateway.statuses, self._enrolment.refusal, lambda: commit_loop.state.agents
        )
        return RuntimeStatus(
            agents=shown.now,
            links=self._links,
            conditions=self.conditions.lasting,
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
        broker = LinkStatus(
            name="broker",
            up=up,
            since=self._bus_up_since,
            backlog=0,
            problem=self._parts.bus.problem(),
        )
        if self.uplink is None:
            return (broker,)
        city = LinkStatus(
            name="city", up=self.uplink.is_up, since=self.uplink.since, backlog=self.uplink.backlog
        )
        return broker, city
