"""The present state of the demo's city, from its nodes' API over gRPC.
Bounded; judges nothing.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import TypeVar

from citybrain.api.client.districts import DISTRICT_VIEWS, snapshot_of
from citybrain.clock import Clock, Timestamp
from citybrain.domain.console import DistrictSnapshot
from citybrain.domain.incident import IncidentReport
from citybrain.errors import RpcError
from citybrain.rpc.public.client import ApiClient
from citybrain.vocabulary import IncidentStage
from citysim.demo.outcome.frame_counts import FrameCounter
from citysim.demo.screen.city_now import CityNow, watch_city
from citysim.laws.report import LawReport

log = logging.getLogger(__name__)
LOG_LINES_KEPT = 200
RETRY_S = 0.5
S = TypeVar("S", CityNow, DistrictSnapshot)


def _ignore(_district: str, _report: IncidentReport) -> None:
    """For a monitor without a listener for stage changes."""


class CityMonitor:
    """`districts` and `city` hold what was last shown; None while a node does not answer.

    `on_stage_change` is called with the district and each incident that came to another stage.
    """

    def __init__(
        self, since: Timestamp, on_stage_change: Callable[[str, IncidentReport], None] = _ignore
    ) -> None:
        self.districts: dict[str, DistrictSnapshot | None] = {}
        self.city: CityNow | None = None
        self.laws: tuple[LawReport, ...] = ()
        self.frames = FrameCounter(since)
        self.log_lines: deque[str] = deque(maxlen=LOG_LINES_KEPT)
        self.log_line_count = 0  # of all lines ever
        self._on_stage_change = on_stage_change
        # By district and incident; a district has none before its first snapshot.
        self._stages: dict[str, dict[str, IncidentStage]] = {}

    def add_log_line(self, line: str) -> None:
        self.log_lines.append(line)
        self.log_line_count += 1

    def update_district(self, name: str, snapshot: DistrictSnapshot | None) -> None:
        self.districts[name] = snapshot
        if snapshot is not None:
            self.frames.add(snapshot.agents)
            self._report_stage_changes(name, snapshot)

    def update_city(self, city: CityNow | None) -> None:
        self.city = city

    def backlog(self) -> int:
        """Letters and items that have not arrived, as far as the consoles show."""
        snapshots = [snapshot for snapshot in self.districts.values() if snapshot is not None]
        return sum(link.backlog for snapshot in snapshots for link in snapshot.links) + sum(
            agent.outbox_rows for snapshot in snapshots for agent in snapshot.agents
        )

    def _report_stage_changes(self, name: str, snapshot: DistrictSnapshot) -> None:
        before = self._stages.get(name)
        self._stages[name] = {row.report.incident: row.report.stage for row in snapshot.queue}
        for row in snapshot.queue:
            if before is not None and before.get(row.report.incident) is not row.report.stage:
                self._on_stage_change(name, row.report)


async def follow_consoles(
    monitor: CityMonitor, districts: Mapping[str, ApiClient], city: ApiClient, clock: Clock
) -> None:
    """Keep the monitor up to date until cancelled; a console that is away is tried for ever."""
    async with asyncio.TaskGroup() as group:
        for name, client in districts.items():
            watch = partial(_watch_district, client, clock)
            group.create_task(_follow(watch, partial(monitor.update_district, name)))
        group.create_task(_follow(partial(watch_city, city), monitor.update_city))


async def _watch_district(client: ApiClient, clock: Clock) -> AsyncIterator[DistrictSnapshot]:
    async for windows in client.watch(DISTRICT_VIEWS):
        yield snapshot_of(windows, clock.now())


async def _follow(
    watch: Callable[[], AsyncIterator[S]], update: Callable[[S | None], None]
) -> None:
    while True:
        try:
            async for snapshot in watch():
                update(snapshot)
        except RpcError as error:
            log.debug("a console does not answer: %s", error)
            update(None)
        await asyncio.sleep(RETRY_S)
