"""Carries out one simulated crew's commands over the real crew interface. Decides nothing.

One `CrewDriver` per unit; the units of a district share one connection.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from citybrain.api.client.crews import crew_view_of
from citybrain.api.resources.elements import place_message, time_message
from citybrain.clock import Clock
from citybrain.domain.console import UnitAction
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.errors import RpcError
from citybrain.ids import UnitId
from citybrain.rpc.public.client import ApiClient
from citybrain.structs import replace, to_builtins
from citybrain.vocabulary import Finding
from citysim.people.device_log import DeviceEntry, DeviceLog
from citysim.people.simulated_crew import (
    CrewBehaviour,
    CrewCommand,
    CrewState,
    VoidOrder,
    on_tick,
    on_view,
)

log = logging.getLogger(__name__)
TICK_S, RETRY_S = 0.2, 1.0


def as_pressed(answer: CrewAnswer, _order: CrewOrder | None) -> CrewAnswer:
    """A crew that says what its behaviour says."""
    return answer


class CrewDriver:
    """One unit's crew with its device. `client`: of its district's `CrewService`. `on_accepted` is
    called for each answer taken. `says`: what it says in the place of an answer to that order, the
    same each time.
    """

    def __init__(
        self,
        *,
        unit: UnitId,
        client: ApiClient,
        behaviour: CrewBehaviour,
        speed_mps: float,
        device: Path,
        clock: Clock,
        on_accepted: Callable[[CrewAnswer], None],
        says: Callable[[CrewAnswer, CrewOrder | None], CrewAnswer] = as_pressed,
    ) -> None:
        self._client, self._clock, self._on_accepted = client, clock, on_accepted
        self._says = says
        self._device = DeviceLog(device)
        self._crew = CrewState(
            unit=unit,
            behaviour=replace(behaviour, speed_mps=speed_mps),
            last_assignment_number=self._device.last_assignment_number(),
        )
        self._last_shown: tuple[str, int] | None = None
        # The next order is shown only after the outcome of the last button is logged: the device
        # log is judged in its order.
        self._device_lock = asyncio.Lock()

    async def run(self) -> None:
        """Work until cancelled; a district that does not answer is tried again for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch_views())
            group.create_task(self._tick())

    async def _watch_views(self) -> None:
        while True:
            try:
                async for screen in self._client.stream("Watch", unit=self._crew.unit):
                    async with self._device_lock:
                        await self._show(crew_view_of(screen))
            except RpcError as error:
                log.info("%s: its district does not answer: %s", self._crew.unit, error)
            await asyncio.sleep(RETRY_S)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            async with self._device_lock:
                self._crew, commands = on_tick(self._crew, self._clock.now())
                await self._execute(commands)

    async def _show(self, view: CrewView) -> None:
        before = self._crew
        self._crew, commands = on_view(self._crew, view, self._clock.now())
        order = self._crew.order
        if (
            order is not None
            and (before.order is None or before.order.order != order.order)
            and self._last_shown != (order.order, order.assignment_number)
        ):
            self._last_shown = (order.order, order.assignment_number)
            self._log_entry("shown", order.order, order.assignment_number)
        await self._execute(commands)

    async def _execute(self, commands: tuple[CrewCommand, ...]) -> None:
        for command in commands:
            try:
                match command:
                    case CrewAnswer():
                        await self._answer(self._says(command, self._crew.order))
                    case CrewPosition():
                        await self._client.call(
                            "ReportPosition",
                            unit=command.unit,
                            place=place_message(command.place),
                            at=time_message(command.at),
                        )
                    case UnitAction():
                        await self._client.call(
                            "SetDuty",
                            request_id=command.request,
                            unit=command.unit,
                            duty=command.verb.value,
                            reason=command.reason,
                        )
                    case VoidOrder(order=order):
                        self._log_entry("void", order.order, order.assignment_number)
                    case _:
                        assert_never(command)
            except RpcError as error:
                name = type(command).__name__
                log.info("%s: %s was not delivered: %s", self._crew.unit, name, error)

    async def _answer(self, answer: CrewAnswer) -> None:
        outcome = await self._client.call(
            "Answer",
            request_id=answer.request,
            unit=answer.unit,
            order=answer.order,
            assignment_number=answer.assignment_number,
            answer=answer.action.value,
            reason=answer.reason,
            reason_class=answer.reason_class.value if answer.reason_class is not None else "",
            finding=answer.finding.value if answer.finding is not Finding.UNKNOWN else "",
            needs=[to_builtins(need) for need in answer.needs],
        )
        self._log_entry(
            str(answer.action),
            answer.order,
            answer.assignment_number,
            "done" if outcome.done else outcome.reason or "refused",
        )
        if outcome.done:
            self._on_accepted(answer)

    def _log_entry(
        self, action: str, order: str, assignment_number: int, outcome: str = ""
    ) -> None:
        self._device.write(
            DeviceEntry(
                at=self._clock.now(),
                unit=self._crew.unit,
                assignment_number=assignment_number,
                order=order,
                action=action,
                outcome=outcome,
            )
        )
