"""Clients of a district's public API for asyncio, in this project's values. Their twins without
asyncio are in `blocking_district_clients`.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from citybrain.api.client.districts import district_windows, snapshot_of
from citybrain.api.client.incidents import WholeIncident
from citybrain.clock import Clock
from citybrain.domain.console import DistrictSnapshot, OperatorAction, Outcome
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.domain.report import Report
from citybrain.ids import IncidentId, UnitId
from citybrain.rpc.clients import Connection
from citybrain.rpc.public import district_methods
from citybrain.rpc.service import close
from citybrain.rpc.transport import Tls


class DistrictClient(Connection):
    """An operator's screen, or a program that reports and acts. `clock` is the screen's."""

    def __init__(self, address: str, clock: Clock, *, tls: Tls | None = None) -> None:
        super().__init__(address, tls=tls)
        self._clock = clock

    async def snapshot(self) -> DistrictSnapshot:
        """The whole screen as it is now: the first 500 rows of each list."""
        async with aclosing(self.watch()) as snapshots:
            return await anext(snapshots)

    async def watch(self) -> AsyncGenerator[DistrictSnapshot, None]:
        """The whole screen, at once and after changes."""
        windows = district_windows()
        stream = self.server_stream(district_methods.WATCH, windows)
        try:
            async for changes in stream:
                if windows.take(changes):
                    yield snapshot_of(windows, self._clock.now())
        finally:
            await close(stream)

    async def incident(self, incident: IncidentId) -> WholeIncident:
        """One incident with all that is known of it; `RpcError` NOT_FOUND: there is none."""
        return await self.unary(district_methods.GET_INCIDENT, incident)

    async def act(self, action: OperatorAction) -> Outcome:
        return await self.unary(district_methods.ACT, action)

    async def report(self, report: Report) -> Outcome:
        return await self.unary(district_methods.REPORT, report)


class CrewClient(Connection):
    """A crew's device."""

    def watch(self, unit: UnitId) -> AsyncIterator[CrewView]:
        return self.server_stream(district_methods.CREW_WATCH, unit)

    async def view(self, unit: UnitId) -> CrewView:
        """What the crew's screen shows now."""
        views = self.server_stream(district_methods.CREW_WATCH, unit)
        try:
            return await anext(views)
        finally:
            await close(views)

    async def answer(self, answer: CrewAnswer) -> Outcome:
        return await self.unary(district_methods.CREW_ANSWER, answer)

    async def report(self, position: CrewPosition) -> Outcome:
        return await self.unary(district_methods.CREW_POSITION, position)
