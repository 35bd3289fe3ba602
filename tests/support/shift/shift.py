"""What stories of the shift have in their hands: the people at their screens, the street, the town,
the ledger. It decides nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from district_day.layout import SURELY_ANOTHER_S
from district_day.live_sensors import LiveSensor
from district_day.town import Town

from citybrain.clock import SECOND_US
from citybrain.system_clock import SystemClock
from shift.crew_page import CrewPage
from shift.desk_page import DeskPage
from shift.ledger import Case, Ledger
from shift.screen import Screen
from shift.wall_page import WallPage

CLOCK = SystemClock()
OVER = ("gone", "closed", "rejected", "merged")
FALSE_ALARM = ("rejected", ("false_alarm",))


@dataclass(slots=True)
class Shift:
    """`li`, `zhao`: the two operators. `mended`: numbers of cases at which a crew was done."""

    li: DeskPage
    zhao: DeskPage
    wall: WallPage
    crews: Mapping[str, CrewPage]
    sensors: Mapping[str, LiveSensor]
    town: Town
    ledger: Ledger
    say: Callable[[str], None]
    mended: set[str] = field(default_factory=set)
    step: int = 0
    began: int = field(default_factory=CLOCK.instant)
    rested: dict[str, int] = field(default_factory=dict)  # when a sensor's last case was over

    def __post_init__(self) -> None:
        for crew in self.crews.values():
            crew.on_done = self.crew_is_done

    @property
    def screens(self) -> tuple[Screen, ...]:
        return (self.li, self.zhao, self.wall, *self.crews.values())

    def seconds(self) -> float:
        return (CLOCK.instant() - self.began) / SECOND_US

    async def pictures(self, step: str, *screens: Screen) -> None:
        """Of those screens, or of all."""
        self.step += 1
        for screen in screens or self.screens:
            await screen.picture(f"{self.step:02d}-{step}")

    def saw(self, what: str, how: str = "") -> None:
        """One of the things that the shift is about was seen on a screen."""
        self.ledger.seen[what] = how
        self.say(f"{self.seconds():6.0f} s  {what}{f': {how}' if how else ''}")

    async def alarms(self, *cases: Case) -> None:
        """Their sensors see them at once; each has its row at the desk from then on."""
        for case in cases:
            await self._surely_another(case.sensor)
        for case in cases:
            case.raised_us = CLOCK.now()
            self.sensors[case.sensor].set_alarm()
        for case in cases:
            await self.comes(case)

    async def comes(self, case: Case) -> None:
        """The row of a case that has just begun."""
        self.ledger.cases.append(case)
        known = [one.id for one in self.ledger.cases if one.id]
        found = await self.li.new_row(case.kind, known)
        case.id, case.number = found["id"], found["number"]
        case.shown_ms = await self.li.shown_at_ms(case.id)
        if case.number in self.mended:
            self._comes_to_rest(case)

    def crew_is_done(self, number: str) -> None:
        """What a crew has mended the sensor sees no more."""
        self.mended.add(number)
        for case in self.ledger.cases:
            if case.number == number:
                self._comes_to_rest(case)

    def comes_to_rest(self, case: Case) -> None:
        """By itself."""
        self._comes_to_rest(case)

    async def over(self, *cases: Case) -> None:
        """They leave the operators' list."""
        for case in cases:
            await self.li.in_stage(case, *OVER)
            if case.sensor:
                self.rested[case.sensor] = CLOCK.instant()

    async def rings(self, *units: str, within_s: float = 120.0) -> CrewPage:
        """The first of those crews (or of all) whose phone rings."""
        asked = [self.crews[one] for one in units] or list(self.crews.values())
        async with asyncio.timeout(within_s):
            while True:
                for crew in asked:
                    if await crew.is_ringing():
                        return crew
                await asyncio.sleep(0.3)

    async def crews_under_way(self, count: int, within_s: float = 120.0) -> None:
        """So many crews have accepted something."""
        async with asyncio.timeout(within_s):
            while sum(bool(crew.answered) for crew in self.crews.values()) < count:
                await asyncio.sleep(0.3)

    @asynccontextmanager
    async def waiting_before(self, answer: str) -> AsyncIterator[None]:
        """No crew gives that answer meanwhile."""
        for crew in self.crews.values():
            crew.waits_before.add(answer)
        try:
            yield
        finally:
            for crew in self.crews.values():
                crew.waits_before.discard(answer)

    async def _surely_another(self, sensor: str) -> None:
        """What a sensor sees so long after a closing is another case for certain."""
        if sensor in self.rested:
            left = SURELY_ANOTHER_S - (CLOCK.instant() - self.rested[sensor]) / SECOND_US
            await asyncio.sleep(max(0.0, left))

    def _comes_to_rest(self, case: Case) -> None:
        if case.sensor:
            self.sensors[case.sensor].set_rest()
