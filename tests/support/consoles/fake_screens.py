"""A district's, a crew's and the city's screen in memory: no tier stands behind them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

from citybrain.clock import Timestamp
from citybrain.conditions import Condition
from citybrain.domain.clock import ClockAction
from citybrain.domain.console import (
    DistrictSnapshot,
    OperatorAction,
    Outcome,
    PlanAction,
    UnitAction,
)
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.domain.report import Report
from citybrain.feed.change_feed import ChangeFeed
from citybrain.structs import replace
from consoles.city_screen import CityScreen, shown_of
from consoles.reports import CLOCK
from coordinator.api.districts import NO_CONSOLES
from coordinator.api.lists import city_lists
from coordinator.api.shown import Shown


class FakeScreen:
    """What all three have: listeners that `poke` wakes, and the actions that were received."""

    def __init__(self) -> None:
        self.actions: list[object] = []
        self.callers: list[object] = []  # who was proved to ask for each
        self.refusal: tuple[str, str] | None = None
        self.raises: Exception | None = None
        self.on_poke: list[Callable[[], None]] = []
        self._waiting: set[asyncio.Event] = set()

    def poke(self) -> None:
        for step in self.on_poke:
            step()
        for event in tuple(self._waiting):
            event.set()

    async def changes(self) -> AsyncIterator[None]:
        changed = asyncio.Event()
        self._waiting.add(changed)
        try:
            while True:
                yield
                await changed.wait()
                changed.clear()
        finally:
            self._waiting.discard(changed)

    def outcome(
        self, action: OperatorAction | PlanAction | UnitAction | CrewAnswer | Report, caller=None
    ) -> Outcome:
        self.actions.append(action)
        self.callers.append(caller)
        if self.raises is not None:
            raise self.raises
        if self.refusal is not None:
            return Outcome(
                request=action.request, done=False, reason=self.refusal[0], detail=self.refusal[1]
            )
        return Outcome(request=action.request, done=True)


class FakeDistrictScreen(FakeScreen):
    def __init__(self, snapshot: DistrictSnapshot) -> None:
        super().__init__()
        self.value = snapshot

    async def act(self, action: OperatorAction, caller=None) -> Outcome:
        return self.outcome(action, caller)

    async def report(self, report: Report, caller=None) -> Outcome:
        return replace(self.outcome(report, caller), incident=self.value.queue[0].report.incident)


class FakeCrewScreen(FakeScreen):
    def __init__(self, *views: CrewView) -> None:
        super().__init__()
        self.views = {view.unit: view for view in views}
        self.positions: list[CrewPosition] = []

    def view(self, unit: str) -> CrewView | None:
        return self.views.get(unit)

    async def answer(self, answer: CrewAnswer, caller=None) -> Outcome:
        return self.outcome(answer, caller)

    async def set_duty(self, action: UnitAction, caller=None) -> Outcome:
        return self.outcome(action, caller)

    async def report(self, position: CrewPosition, caller=None) -> Outcome:
        self.positions.append(position)
        return Outcome(request="", done=True)


class FakeCityScreen(FakeScreen):
    """The city's API over a screen; see `citybrain.api.services.port.CityApi`."""

    def __init__(self, screen: CityScreen, consoles: Mapping[str, str] = NO_CONSOLES) -> None:
        super().__init__()
        self.value = screen
        self.conditions: tuple[Condition, ...] = ()
        name = {"en": "Three Rivers", "zh": "三江市"}
        self.lists = city_lists(self.shown, name=name, consoles=consoles)
        self.feed = ChangeFeed("life")
        for one in self.lists.values():
            self.feed.add(one.collection, one.related)
        self.on_poke.append(self.refresh)
        self.refresh()

    def now(self) -> Timestamp:
        return CLOCK.now()

    def refresh(self, names=None) -> None:
        for name in self.lists if names is None else names:
            self.feed.refresh(name, self.lists[name].items(), CLOCK.now())

    def shown(self) -> Shown:
        shown = shown_of(self.value)
        (overview,) = shown.city.values()
        return shown._replace(city={"city": replace(overview, conditions=self.conditions)})

    async def act(self, action: PlanAction, caller=None) -> Outcome:
        return self.outcome(action, caller)

    async def set_clock(self, action: ClockAction, caller=None) -> Outcome:
        return self.outcome(action, caller)
