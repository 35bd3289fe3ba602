"""The city behind the public API: its lists over the newest state, and the feed of their changes,
kept up after commits. See `citybrain.api.services.port.CityApi`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing

from citybrain.clock import Clock, Timestamp
from citybrain.conditions import Condition, no_conditions
from citybrain.decider.changes import Changes
from citybrain.decider.commit_loop import CommitLoop
from citybrain.domain.clock import ClockAction
from citybrain.domain.console import Outcome, PlanAction
from citybrain.domain.principal import Principal, Role
from citybrain.feed.change_feed import ChangeFeed
from citybrain.node_time.setting import set_clock
from coordinator.api.districts import NO_CONSOLES
from coordinator.api.follower import Follower
from coordinator.api.lists import city_lists
from coordinator.api.shown import Shown
from coordinator.api.touched import NOTHING, Touched, TouchedUnits, union
from coordinator.cores.state import CityState
from coordinator.limits import FEED_REFRESH
from coordinator.shell.planner import PlannerStatus

TICK_S = 1.0  # where plans are made may change without a commit


class CityApiAdapter:
    """Run `run` beside the node: without it lists are new and streams stand still."""

    def __init__(
        self,
        commit_loop: CommitLoop[CityState],
        *,
        act: Callable[[PlanAction, Principal | None], Awaitable[Outcome]],
        planner: Callable[[], PlannerStatus],
        name: Mapping[str, str],
        consoles: Mapping[str, str] = NO_CONSOLES,
        clock: Clock,
        epoch: str,
        conditions: Callable[[], tuple[Condition, ...]] = no_conditions,
    ) -> None:
        """`consoles`: the address of each district's pages, where it is known."""
        self._commit_loop, self._conditions = commit_loop, conditions
        self._act, self._planner, self._clock = act, planner, clock
        self._touched = TouchedUnits(commit_loop)
        self._changes = Changes(commit_loop)  # after it: who is woken finds what was touched
        self._follower = Follower()
        self._unfed: Touched = None  # touched since the feed was last refreshed
        self.lists = city_lists(self.shown, name=name, consoles=consoles)
        self.feed = ChangeFeed(epoch)
        for one in self.lists.values():
            self.feed.add(one.collection, one.related)
        self.refresh()

    def now(self) -> Timestamp:
        return self._clock.now()

    async def act(self, action: PlanAction, caller: Principal | None = None, /) -> Outcome:
        return await self._act(action, caller)

    async def set_clock(self, action: ClockAction, caller: Principal | None = None, /) -> Outcome:
        ask = self._commit_loop.clock_watch.request
        return await set_clock(ask, action, caller, role=Role.DUTY_OFFICER)

    def shown(self) -> Shown:
        """What the lists hold now."""
        newest = self._touched.take()
        self._unfed = union(self._unfed, newest.touched)
        return self._follower.advance(
            newest.state, newest.touched, self._planner(), self._conditions()
        )

    def refresh(self, names: Iterable[str] | None = None) -> None:
        """Let the feed find what has changed in the lists of these names; None: in all."""
        now, shown = self._clock.now(), self.shown()
        held: dict[str, Mapping[str, object]] = {
            "units": shown.units,
            "incidents": shown.incidents,
            "needs": shown.needs,
            "orders": shown.orders,
            "plans": shown.plans,
            "districts": shown.districts,
            "city": shown.city,
        }
        for name in held if names is None else names:
            touched: Touched = None
            if name == "units":
                touched, self._unfed = self._unfed, NOTHING
            self.feed.refresh(name, held[name], now, touched=touched)

    async def run(self) -> None:
        """Keep the feed up until cancelled; then its streams end."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow(), name="feed of changes")
                group.create_task(self._tick(), name="planner of the feed")
        finally:
            self.feed.close()

    async def _follow(self) -> None:
        async with aclosing(self._changes.stream()) as changes:  # type: ignore[type-var]  # it is a generator
            async for _ in changes:
                self.refresh()
                await asyncio.sleep(FEED_REFRESH.value / 1000)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.refresh()
