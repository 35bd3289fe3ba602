"""Somebody before a screen: looks at it every so often and does what the mind wishes, over a network that may lose the call. Decides nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.console import Outcome
from citybrain.errors import CityBrainError
from citysim.sim.loop import SimLoop
from citysim.sim.machine.clocks import EPOCH_US

M = TypeVar("M")
D = TypeVar("D")
A = TypeVar("A")

LOOK_S = 5.0


class Sitting(Generic[M, D, A]):
    """`see` gives the screen, None where it is dark; `act` raises a `CityBrainError` where nobody answered. Run `run` for as long as the story goes."""

    def __init__(
        self,
        mind: M,
        *,
        loop: SimLoop,
        see: Callable[[], D | None],
        step: Callable[[M, D, Timestamp], tuple[M, tuple[A, ...]]],
        act: Callable[[A], Awaitable[Outcome]],
        told: Callable[[A, Outcome], None] = lambda _action, _outcome: None,
        look_s: float = LOOK_S,
    ) -> None:
        self.mind = mind
        self.act = act
        self._loop, self._see, self._step, self._told, self._look_s = loop, see, step, told, look_s

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self._look_s)
            await self.look()

    async def look(self) -> None:
        """Once."""
        screen = self._see()
        if screen is None:
            return
        self.mind, wishes = self._step(self.mind, screen, story_time(self._loop))
        for wish in wishes:
            try:
                self._told(wish, await self.act(wish))
            except CityBrainError:
                continue  # it may have been done or not: the screen will tell


def story_time(loop: SimLoop) -> Timestamp:
    """The true time of a story, as a person's watch shows it."""
    return Timestamp(EPOCH_US + round(loop.time() * SECOND_US))
