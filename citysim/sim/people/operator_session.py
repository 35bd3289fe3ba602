"""A person at a console: polls the screen and sends the actions that a pure core decides on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.console import OperatorAction, Outcome
from citybrain.errors import CityBrainError
from citybrain.ids import RequestId
from citybrain.structs import replace
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.machine.clocks import EPOCH_US
from district_node.cores.flows.verbs.endings import STILL_SEEN

O = TypeVar("O")  # noqa: E741 - the operator's state
S = TypeVar("S")  # a snapshot
A = TypeVar("A")  # an action

POLL_PERIOD_S = 5.0


class OperatorSession(Generic[O, S, A]):
    """`run` it for as long as the simulation lasts, or `poll` it when needed."""

    def __init__(
        self,
        operator: O,
        *,
        loop: VirtualTimeLoop,
        read_screen: Callable[[], S | None],
        decide: Callable[[O, S, Timestamp], tuple[O, tuple[A, ...]]],
        act: Callable[[A], Awaitable[Outcome]],
        poll_period_s: float = POLL_PERIOD_S,
    ) -> None:
        """`read_screen`: None where the screen is dark. `act` raises a `CityBrainError` where no
        answer came: the action may have taken effect or not."""
        self.operator = operator
        self.act = act
        self._loop, self._read_screen, self._decide = loop, read_screen, decide
        self._poll_period_s = poll_period_s

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self._poll_period_s)
            await self.poll()

    async def poll(self) -> None:
        """Reads the screen once and sends every action that follows."""
        screen = self._read_screen()
        if screen is None:
            return
        self.operator, actions = self._decide(self.operator, screen, simulated_now(self._loop))
        for action in actions:
            try:
                await self.act(action)
            except CityBrainError:
                continue  # the screen will show whether it took effect


async def act_confirmed(
    act: Callable[[OperatorAction], Awaitable[Outcome]], action: OperatorAction
) -> Outcome:
    """Acts; what the district does not end because a source still sees it is confirmed, for whoever
    ends it has been there or thinks so."""
    outcome = await act(action)
    if outcome.reason != STILL_SEEN:
        return outcome
    request = RequestId(f"{action.request}-confirmed")
    return await act(replace(action, request=request, confirmed=True))


def simulated_now(loop: VirtualTimeLoop) -> Timestamp:
    """Simulated time, as a person's watch shows it."""
    return Timestamp(EPOCH_US + round(loop.time() * SECOND_US))
