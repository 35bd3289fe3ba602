"""The district behind the public API: its lists over the newest state, and the feed of their
changes, kept up after commits. See `citybrain.api.services.port.DistrictApi`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import cast

from citybrain.api.lists.port import PublicList
from citybrain.api.services.attachments import AttachAsked, AttachmentAsked, StoredFile
from citybrain.api.services.series import SeriesAsked
from citybrain.clock import Clock, Timestamp
from citybrain.decider.changes import Changes
from citybrain.distribution import installed_version
from citybrain.domain.clock import ClockAction
from citybrain.domain.console import (
    AgentAction,
    HandOver,
    OperatorAction,
    Outcome,
    ShiftAction,
    UnitAction,
)
from citybrain.domain.principal import Principal
from citybrain.domain.report import Report
from citybrain.domain.series import SeriesPoint
from citybrain.feed.change_feed import ChangeFeed
from citybrain.ids import AgentId, IncidentId, SourceId
from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from district_node.api.assets import asset_list
from district_node.api.files import FileDoor
from district_node.api.incidents import incident_list
from district_node.api.kinds import kind_list
from district_node.api.orders import order_list
from district_node.api.overview import overview_list
from district_node.api.rules import rule_list
from district_node.api.sources import source_list
from district_node.api.units import NewestPosition, unit_list
from district_node.attachments.attachments import Attachments
from district_node.cores.numbering.case_number import canonical, year_of
from district_node.cores.state import DistrictState
from district_node.limits import FEED_REFRESH
from district_node.naming.gazetteer import Gazetteer
from district_node.naming.shown_names import ShownNames
from district_node.shell.consoles import DistrictConsoleAdapter, KnownPerson, RuntimeStatus

ReadSeries = Callable[[AgentId, SourceId, Timestamp], tuple[SeriesPoint, ...]]

TICK_S = 1.0  # a clock that has run out, or a link that is lost without a commit, is shown in it


def no_series(_agent: AgentId, _source: SourceId, _since: Timestamp) -> tuple[SeriesPoint, ...]:
    """Of a district that keeps none."""
    return ()


class DistrictApiAdapter:
    """Run `run` beside the node: without it lists are new and streams stand still."""

    def __init__(
        self,
        console: DistrictConsoleAdapter,
        state: Callable[[], DistrictState],
        *,
        status: RuntimeStatus,
        newest: NewestPosition,
        clock: Clock,
        changes: Changes,
        epoch: str,
        series: ReadSeries = no_series,
        travel: TravelTimes = GREAT_CIRCLE,
        files: Attachments | None = None,
        gazetteer: Gazetteer | None = None,
        tick_s: float = TICK_S,
    ) -> None:
        """`files`: of a node that has a disk for those that people attach. `gazetteer`: see
        `ShownNames`."""
        self._console, self._clock, self._changes = console, clock, changes
        self._tick_s, self._series, self._state = tick_s, series, state
        self._files = FileDoor(console, state, files)
        names = ShownNames(state, status.agents, gazetteer)
        lists = (
            overview_list(state, status, installed_version(), clock.now, names.of_source),
            incident_list(state, clock.now, travel, names, self._files.state_of),
            unit_list(state, newest),
            order_list(state),
            source_list(status.agents, names.of_source, lambda: state().incidents),
            asset_list(state),
            kind_list(state),
            rule_list(state, names.of_source),
        )
        # each list's functions are only ever given the values of its own
        offered = cast("tuple[PublicList[object], ...]", lists)
        self.lists: Mapping[str, PublicList[object]] = {one.collection.name: one for one in offered}
        self.feed = ChangeFeed(epoch)
        for one in offered:
            self.feed.add(one.collection, one.related)
        self.refresh()

    def now(self) -> Timestamp:
        return self._clock.now()

    def know_people(self, known_person: KnownPerson) -> None:
        """By what name people sign in at this node, so that a case is given to nobody else."""
        self._console.known_person = known_person

    def incident_id(self, name: str) -> IncidentId:
        """The id of the incident that people call so, the newest one; with its year in the number,
        the one of that year. An id is its own."""
        incidents, typed = self._state().incidents, canonical(name)
        if typed is None or name in incidents:
            return IncidentId(name)
        named = (
            one
            for one in incidents.unordered().values()
            if one.number == typed.number
            and typed.year in (None, year_of(one.number, one.reported_at))
        )
        newest = max(named, key=lambda one: one.reported_at, default=None)
        return IncidentId(name) if newest is None else newest.incident

    async def act(self, action: OperatorAction, caller: Principal | None = None, /) -> Outcome:
        other = None if action.other is None else self.incident_id(action.other)
        named = replace(action, incident=self.incident_id(action.incident), other=other)
        return await self._console.act(named, caller)

    async def attach(
        self, asked: AttachAsked, pieces: AsyncIterator[bytes], caller: Principal | None = None, /
    ) -> Outcome:
        named = replace(asked, incident=self.incident_id(asked.incident))
        return await self._files.attach(named, pieces, caller)

    async def attachment(
        self, asked: AttachmentAsked, caller: Principal | None = None, /
    ) -> StoredFile:
        named = replace(asked, incident=self.incident_id(asked.incident))
        return await self._files.attachment(named, caller)

    async def act_on_agent(
        self, action: AgentAction, caller: Principal | None = None, /
    ) -> Outcome:
        return await self._console.act_on_agent(action, caller)

    async def act_on_unit(self, action: UnitAction, caller: Principal | None = None, /) -> Outcome:
        return await self._console.act_on_unit(action, caller)

    async def act_on_shift(
        self, action: ShiftAction, caller: Principal | None = None, /
    ) -> Outcome:
        return await self._console.act_on_shift(action, caller)

    def hand_overs(self) -> tuple[HandOver, ...]:
        return tuple(self._state().hand_overs.values())

    async def report(self, report: Report, caller: Principal | None = None, /) -> Outcome:
        return await self._console.report(report, caller)

    async def series(self, asked: SeriesAsked, /) -> tuple[SeriesPoint, ...]:
        return await asyncio.to_thread(self._series, asked.agent, asked.source, asked.since)

    async def set_clock(self, action: ClockAction, caller: Principal | None = None, /) -> Outcome:
        return await self._console.set_clock(action, caller)

    def refresh(self, names: Iterable[str] | None = None) -> None:
        """Let the feed find what has changed in the lists of these names; None: in all."""
        now = self._clock.now()
        for name in self.lists if names is None else names:
            self.feed.refresh(name, self.lists[name].items(), now)

    async def run(self) -> None:
        """Keep the feed up until cancelled; then its streams end."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow(self._changes.stream()), name="feed of changes")
                group.create_task(self._tick(), name="clocks of the feed")
        finally:
            self.feed.close()

    async def _follow(self, changes: AsyncIterator[None]) -> None:
        async with aclosing(changes):  # type: ignore[type-var]  # it is a generator
            async for _ in changes:
                self.refresh()
                await asyncio.sleep(FEED_REFRESH.value / 1000)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._tick_s)
            self.refresh()  # not the clocks alone: where a link is down, nothing is committed
