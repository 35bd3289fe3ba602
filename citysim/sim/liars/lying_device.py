"""A second device of a crew, which is proved to be its, and says anything about its unit: where it
is, and which buttons were pressed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random  # noqa: TID251 - seeded

from citybrain.clock import Timestamp, later
from citybrain.domain.console import Outcome
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition
from citybrain.errors import CityBrainError
from citybrain.geo import Point
from citybrain.ids import OrderId, RequestId, UnitId
from citybrain.vocabulary import CrewAction
from citysim.sim.event_loop import VirtualTimeLoop

MEAN_PAUSE_S = 4.0
NEARBY_DEG, FAR_DEG = 0.01, 8.0  # about 1 km, and as many hundred
NOWHERE = Point(lat=0.0, lon=0.0)

Send = Callable[[CrewAnswer | CrewPosition], Awaitable[Outcome]]


class LyingDevice:
    """`begin` it once; `fall_silent` ends it for good. `order_of`: the live order of any unit."""

    def __init__(
        self,
        unit: UnitId,
        place: Point,
        *,
        units: tuple[UnitId, ...],
        order_of: Callable[[UnitId], CrewOrder | None],
        send: Send,
        loop: VirtualTimeLoop,
        rng: Random,
        now: Callable[[], Timestamp],
    ) -> None:
        self.unit = unit
        self._place, self._units, self._order_of = place, units, order_of
        self._send, self._loop, self._rng, self._now = send, loop, rng, now
        self._sent = 0
        self._story: Point = NOWHERE  # one that it keeps to for a while
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = self._loop.start_task(self._lie_on(), name=f"lying device {self.unit}")

    def fall_silent(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _lie_on(self) -> None:
        while True:
            await asyncio.sleep(self._rng.expovariate(1 / MEAN_PAUSE_S))
            lie = self._position() if self._rng.random() < 0.6 else self._answer()
            if lie is None:
                continue
            try:
                await self._send(lie)
            except CityBrainError:
                continue

    def _position(self) -> CrewPosition:
        rng = self._rng
        if rng.random() < 0.1:
            self._story = rng.choice((NOWHERE, self._moved(NEARBY_DEG), self._moved(FAR_DEG)))
        place = self._story if rng.random() < 0.8 else self._moved(NEARBY_DEG)
        off_s = rng.choice((0.0, 0.0, -3_600.0, 3.2e8))
        return CrewPosition(unit=self.unit, place=place, at=later(self._now(), off_s))

    def _answer(self) -> CrewAnswer | None:
        """Under its own unit's name: for an order of its own or of another, by any number, and by
        a request that the other's device is about to make."""
        rng, named = self._rng, self._rng.choice((self.unit, self.unit, *self._units))
        order = self._order_of(named)
        if order is None:
            return None
        self._sent += 1
        number = rng.choice((order.assignment_number, 0, 1, order.assignment_number + 1, 2**31 - 1))
        action = rng.choice(tuple(CrewAction))
        own = f"lie-{self.unit}-{rng.randrange(1, self._sent + 1)}"
        others = f"{named}-{order.assignment_number + rng.randrange(2)}-{action}"
        return CrewAnswer(
            request=RequestId(own if named == self.unit else rng.choice((own, others))),
            unit=self.unit,
            order=OrderId(order.order),
            assignment_number=number,
            action=action,
            reason=rng.choice(("", "anything")),
        )

    def _moved(self, spread: float) -> Point:
        lat = self._place.lat + self._rng.uniform(-spread, spread)
        lon = self._place.lon + self._rng.uniform(-spread, spread)
        return Point(lat=round(lat, 6), lon=round(lon, 6))
