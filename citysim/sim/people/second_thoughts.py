"""Operators who change their minds, as the faults wish: at times whatever a desk allows, or one thing at once. What they do by themselves is `wavering`."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

from citybrain.clock import Timestamp
from citybrain.domain.console import DistrictSnapshot, OperatorAction, Outcome
from citybrain.errors import CityBrainError, RpcError
from citybrain.ids import DistrictId, IncidentId, RequestId, UnitId
from citybrain.vocabulary import OperatorVerb, SlotState
from citysim.sim.dice import Dice
from citysim.sim.loop import SimLoop
from citysim.sim.net.calls import Calls
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.people.consoles import IsClear
from citysim.sim.people.sitting import Sitting, story_time
from citysim.sim.people.wavering import Waverer, owing, wavered
from district_node.cores.orders.roster import is_free
from district_node.shell.screens import DistrictConsoleScreen

LOOK_S = 3.0  # between two looks at the desk


class SecondThoughts:
    """Of one operator for each district, who sits at his desk while there is something to be seen to."""

    def __init__(
        self,
        *,
        loop: SimLoop,
        dice: Dice,
        districts: dict[DistrictId, DistrictProcess],
        calls: dict[DistrictId, Calls],
        is_clear: IsClear,
    ) -> None:
        self._loop, self._districts, self._is_clear = loop, districts, is_clear
        self._changes = 0  # so far
        self._tasks: list[asyncio.Task[None]] = []
        self._at_console: set[DistrictId] = set()
        self._sitting = {
            name: self._sit(dice, node, calls[name]) for name, node in districts.items()
        }

    def leave(self) -> None:
        for task in self._tasks:
            task.cancel()

    def waver(self, district: DistrictId, *, does: bool) -> None:
        """Its operator does whatever the desk allows from now on, or no more."""
        sitting = self._sitting[district]
        sitting.mind = replace(sitting.mind, wavers=does)
        self._sit_down(district)

    def close_and_open(self, district: DistrictId, incident: IncidentId) -> None:
        """Its operator closes this case, and opens it again at once."""
        sitting = self._sitting[district]
        sitting.mind = owing(
            sitting.mind, incident, story_time(self._loop)
        )  # whatever becomes of the two calls
        self._sit_down(district)
        self._press(district, incident, OperatorVerb.CLOSE, OperatorVerb.OPEN)

    def open_again(self, district: DistrictId, incident: IncidentId) -> None:
        """Its operator opens this case again, if it is handled or closed."""
        self._press(district, incident, OperatorVerb.OPEN)

    def send_by_hand(self, district: DistrictId, incident: IncidentId) -> None:
        """Its operator sends a free crew of his own to this case, if there is one that can serve it, however far it is."""
        state = self._districts[district].state
        known = state.incidents.get(incident) if state is not None else None
        if state is None or known is None:
            return
        wanted = {slot.capability for slot in known.slots if slot.state is SlotState.OPEN}
        unit = next(
            (
                unit.unit
                for unit in state.roster.units.values()
                if is_free(unit) and wanted & set(unit.capabilities)
            ),
            None,
        )
        if unit is not None:
            self._press(district, incident, OperatorVerb.ASSIGN, unit=unit)

    def _press(
        self,
        district: DistrictId,
        incident: IncidentId,
        *verbs: OperatorVerb,
        unit: UnitId | None = None,
    ) -> None:
        """One after the other, each once: it may be done or not."""

        async def press() -> None:
            sitting = self._sitting[district]
            for verb in verbs:
                self._changes += 1
                name = sitting.mind.name
                request = RequestId(f"{name}-{self._changes}")
                action = OperatorAction(
                    request=request,
                    operator=name,
                    incident=incident,
                    verb=verb,
                    reason="on second thoughts",
                    unit=unit,
                )
                with suppress(CityBrainError):
                    await sitting.act(action)

        self._begin(press())

    def _sit_down(self, district: DistrictId) -> None:
        """Until there is nothing more to be seen to."""

        async def sit() -> None:
            while not self._sitting[district].mind.is_idle:
                await asyncio.sleep(LOOK_S)
                await self._sitting[district].look()
            self._at_console.discard(district)

        if district not in self._at_console:
            self._at_console.add(district)
            self._begin(sit())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks = [
            *(task for task in self._tasks if not task.done()),
            self._loop.create_task(work, name="second thoughts"),
        ]

    def _sit(
        self, dice: Dice, node: DistrictProcess, calls: Calls
    ) -> Sitting[Waverer, DistrictSnapshot, OperatorAction]:
        chance = dice.of(f"second thoughts {node.setup.district}")

        def see() -> DistrictSnapshot | None:
            return (
                node.works.snapshot.snapshot()
                if node.works is not None and not sitting.mind.is_idle
                else None
            )

        def step(
            mind: Waverer, snapshot: DistrictSnapshot, now: Timestamp
        ) -> tuple[Waverer, tuple[OperatorAction, ...]]:
            return wavered(mind, snapshot, now, self._is_clear, chance, is_live=is_live)

        def is_live(name: IncidentId) -> bool:
            known = node.state.incidents.get(name) if node.state is not None else None
            return known is not None and known.live > 0

        async def act(action: OperatorAction) -> Outcome:
            return await calls.call(lambda: screen_of(node).act(action))

        sitting = Sitting(
            Waverer(name=f"waverer-{node.setup.district}"),
            loop=self._loop,
            see=see,
            step=step,
            act=act,
            look_s=LOOK_S,
        )
        return sitting


def screen_of(node: DistrictProcess) -> DistrictConsoleScreen:
    """Raises `RpcError` where the node is down."""
    if node.works is None:
        raise RpcError("UNAVAILABLE", "the node went down", retry=True)
    return node.works.snapshot
