"""Carries out what the crews' minds wish, over the real crew interface: one watch a unit, one connection a district. Decides nothing."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from citybrain.clock import Clock
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.errors import RpcError
from citybrain.ids import UnitId
from citybrain.rpc.clients import CrewClient
from citysim.crews.device import DeviceLine, DeviceLog
from citysim.crews.mind import Habits, Mind, Void, Wish, shown, ticked

log = logging.getLogger(__name__)
TICK_S, AGAIN_S = 0.2, 1.0


class CrewDriver:
    """One unit's crew, with its device in hand. `said` hears of every button that was taken."""

    def __init__(
        self,
        *,
        unit: UnitId,
        client: CrewClient,
        habits: Habits,
        speed_mps: float,
        device: Path,
        clock: Clock,
        said: Callable[[CrewAnswer], None],
    ) -> None:
        self._client, self._clock, self._said = client, clock, said
        self._device = DeviceLog(device)
        self._mind = Mind(
            unit=unit,
            habits=replace(habits, speed_mps=speed_mps),
            last_assignment=self._device.last_assignment(),
        )
        self._shown: tuple[str, int] | None = None
        self._one_thing = asyncio.Lock()  # a device shows the next order when it knows what became of the button, not while it waits for that

    async def run(self) -> None:
        """Work until cancelled; a district that is away is tried again for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch())
            group.create_task(self._tick())

    async def _watch(self) -> None:
        while True:
            try:
                async for view in self._client.watch(self._mind.unit):
                    async with self._one_thing:
                        await self._show(view)
            except RpcError as error:
                log.info("%s: its district is away: %s", self._mind.unit, error)
            await asyncio.sleep(AGAIN_S)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            async with self._one_thing:
                self._mind, wishes = ticked(self._mind, self._clock.now())
                await self._carry_out(wishes)

    async def _show(self, view: CrewView) -> None:
        before = self._mind
        self._mind, wishes = shown(self._mind, view, self._clock.now())
        order = self._mind.order
        if (
            order is not None
            and (before.order is None or before.order.order != order.order)
            and self._shown != (order.order, order.assignment)
        ):
            self._shown = (order.order, order.assignment)
            self._note("shown", order.order, order.assignment)
        await self._carry_out(wishes)

    async def _carry_out(self, wishes: tuple[Wish, ...]) -> None:
        for wish in wishes:
            try:
                match wish:
                    case CrewAnswer():
                        await self._press(wish)
                    case CrewPosition():
                        await self._client.report(wish)
                    case Void(order=order):
                        self._note("void", order.order, order.assignment)
            except RpcError as error:
                log.info("%s: %s was not heard: %s", self._mind.unit, type(wish).__name__, error)

    async def _press(self, answer: CrewAnswer) -> None:
        outcome = await self._client.answer(answer)
        self._note(
            str(answer.action),
            answer.order,
            answer.assignment,
            "done" if outcome.done else outcome.reason or "refused",
        )
        if outcome.done:
            self._said(answer)

    def _note(self, what: str, order: str, assignment: int, outcome: str = "") -> None:
        self._device.write(
            DeviceLine(
                at=self._clock.now(),
                unit=self._mind.unit,
                assignment=assignment,
                order=order,
                what=what,
                outcome=outcome,
            )
        )
