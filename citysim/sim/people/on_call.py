"""Whom a district calls: they get pages over networks that lose them, and acknowledge soon, late or
never; what they acknowledge they may forget.
"""

import asyncio
from random import Random  # noqa: TID251 - seeded

from citybrain.domain.console import OperatorAction
from citybrain.domain.page import PageLetter
from citybrain.errors import CityBrainError
from citybrain.ids import RequestId
from citybrain.vocabulary import OperatorVerb
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.net.calls import Calls
from citysim.sim.nodes.district import DistrictProcess
from district_node.shell.paging.port import PageNotSentError

DELAY_S = (0.02, 1.5)  # until a provider answers
REFUSED, ANSWER_LOST = 0.1, 0.05  # shares of the pages
SOON, LATE = 0.4, 0.2  # shares that are acknowledged so; the others are not
SOON_S, LATE_S = (2.0, 12.0), (30.0, 80.0)


class OnCallPeople:
    """The people of one district; see `district_node.shell.paging.port.PageSender`. `taken`: the
    pages that reached somebody, once for each time."""

    def __init__(
        self, node: DistrictProcess, calls: Calls, *, loop: VirtualTimeLoop, rng: Random
    ) -> None:
        self.taken: list[str] = []
        self._node, self._calls, self._loop, self._rng = node, calls, loop, rng
        self._tasks: list[asyncio.Task[None]] = []
        node.page_sender = self

    async def send(self, letter: PageLetter, pages: str) -> None:  # noqa: ARG002 - as the port wants it
        await asyncio.sleep(self._rng.uniform(*DELAY_S))
        fate = self._rng.random()
        if fate < REFUSED:
            raise PageNotSentError("not_delivered")
        self.taken.append(letter.page)
        self._read(letter)
        if fate < REFUSED + ANSWER_LOST:
            raise PageNotSentError("no_answer")

    def stop(self) -> None:
        """Nobody answers any more."""
        for task in self._tasks:
            task.cancel()

    def _read(self, letter: PageLetter) -> None:
        chance = self._rng.random()
        if chance < SOON + LATE:
            delay_s = self._rng.uniform(*(SOON_S if chance < SOON else LATE_S))
            self._tasks = [
                *(task for task in self._tasks if not task.done()),
                self._loop.start_task(self._acknowledge(letter, delay_s), name="on call"),
            ]

    async def _acknowledge(self, letter: PageLetter, delay_s: float) -> None:
        """Once: where no answer comes, they think that it is done."""
        await asyncio.sleep(delay_s)
        action = OperatorAction(
            request=RequestId(f"ack-{letter.page}"),
            operator=letter.person,
            incident=letter.incident,
            verb=OperatorVerb.ACKNOWLEDGE,
        )
        try:
            await self._calls.call(lambda: self._node.running().console.act(action))
        except CityBrainError:
            pass  # the next step calls somebody else
