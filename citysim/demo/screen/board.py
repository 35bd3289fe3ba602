"""What the demo knows of its city now, from the real desks over gRPC. Bounded; judges nothing."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TypeVar

from citybrain.clock import Timestamp
from citybrain.domain.console import CitySnapshot, DistrictSnapshot
from citybrain.domain.incident import IncidentReport
from citybrain.errors import RpcError
from citybrain.rpc.clients import CityConsoleClient, DistrictConsoleClient
from citybrain.vocabulary import IncidentStage
from citysim.demo.outcome.frames import FrameBook
from citysim.laws.report import LawReport

log = logging.getLogger(__name__)
HAPPENINGS_KEPT = 200
AGAIN_S = 0.5
D = TypeVar("D", CitySnapshot, DistrictSnapshot)


class Board:
    """`districts` and `city` hold the last desk seen; None while a desk does not answer."""

    def __init__(
        self,
        since: Timestamp,
        turned: Callable[[str, IncidentReport], None] = lambda _district, _report: None,
    ) -> None:
        self.districts: dict[str, DistrictSnapshot | None] = {}
        self.city: CitySnapshot | None = None
        self.laws: tuple[LawReport, ...] = ()
        self.frames = FrameBook(since)
        self.happenings: deque[str] = deque(maxlen=HAPPENINGS_KEPT)
        self.said = 0  # how many happenings there ever were
        self._turned = turned  # hears of each incident that came to another stage
        self._stages: dict[
            str, dict[str, IncidentStage]
        ] = {}  # by district and incident; none before the district's first desk

    def happened(self, line: str) -> None:
        self.happenings.append(line)
        self.said += 1

    def see_district(self, name: str, snapshot: DistrictSnapshot | None) -> None:
        self.districts[name] = snapshot
        if snapshot is not None:
            self.frames.see(snapshot.agents)
            self._compare(name, snapshot)

    def _compare(self, name: str, snapshot: DistrictSnapshot) -> None:
        before = self._stages.get(name)
        self._stages[name] = {row.report.incident: row.report.stage for row in snapshot.rows}
        for row in snapshot.rows:
            if before is not None and before.get(row.report.incident) is not row.report.stage:
                self._turned(name, row.report)

    def see_city(self, snapshot: CitySnapshot | None) -> None:
        self.city = snapshot

    def backlog(self) -> int:
        """Letters and items that still wait to be heard, as far as the desks tell."""
        snapshots = [snapshot for snapshot in self.districts.values() if snapshot is not None]
        return sum(link.backlog for snapshot in snapshots for link in snapshot.links) + sum(
            agent.outbox_rows for snapshot in snapshots for agent in snapshot.agents
        )


async def watch(
    board: Board, districts: Mapping[str, DistrictConsoleClient], city: CityConsoleClient
) -> None:
    """Keep the board up to date until cancelled; a desk that is away is tried again for ever."""
    async with asyncio.TaskGroup() as group:
        for name, client in districts.items():
            group.create_task(_follow(client.watch, _seer(board, name)))
        group.create_task(_follow(city.watch, board.see_city))


def _seer(board: Board, name: str) -> Callable[[DistrictSnapshot | None], None]:
    return lambda snapshot: board.see_district(name, snapshot)


async def _follow(source: Callable[[], AsyncIterator[D]], see: Callable[[D | None], None]) -> None:
    while True:
        try:
            async for snapshot in source():
                see(snapshot)
        except RpcError as error:
            log.debug("a desk is away: %s", error)
            see(None)
        await asyncio.sleep(AGAIN_S)
