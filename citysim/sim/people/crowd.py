"""Everybody in a simulated city: crews at their phones, an operator at every district's desk, the duty officer at the city's. Composition only."""

import asyncio
from functools import partial
from typing import Any

from citybrain.clock import Timestamp
from citybrain.domain.console import (
    CitySnapshot,
    DistrictSnapshot,
    OperatorAction,
    Outcome,
    PlanAction,
)
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import Task
from citybrain.domain.plan import PlanStage
from citybrain.errors import RpcError
from citybrain.ids import DistrictId, UnitId
from citybrain.stages import OVER_INCIDENT_STAGES
from citysim.sim.dice import Dice
from citysim.sim.loop import SimLoop
from citysim.sim.net.calls import Calls
from citysim.sim.nodes.city import CityProcess
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.people.consoles import Officer, Operator, officiate, operate
from citysim.sim.people.phone import SIM_HABITS, Phone, Pressed
from citysim.sim.people.second_thoughts import SecondThoughts, screen_of
from citysim.sim.people.sitting import Sitting
from citysim.sim.scenario import CityPlan
from citysim.sim.street.scene import Scenes
from district_node.cores.state import DistrictState

AGAIN_S = 1.0  # before a broken stream is opened again


class Crowd:
    """`phones` by unit; `pressed` is every button that a phone was told was done; `thoughts` are the operators' second ones."""

    def __init__(
        self,
        *,
        city: CityPlan,
        loop: SimLoop,
        dice: Dice,
        districts: dict[DistrictId, DistrictProcess],
        officed: CityProcess,
        calls: dict[DistrictId, Calls],
        scenes: Scenes,
    ) -> None:
        self._loop, self._dice, self._scenes = loop, dice, scenes
        self.pressed: list[Pressed] = []
        self.phones: dict[UnitId, Phone] = {}
        self._sitting: list[Sitting[Any, Any, Any]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._crews: dict[DistrictId, tuple[Phone, ...]] = {}
        self.thoughts = SecondThoughts(
            loop=loop, dice=dice, districts=districts, calls=calls, is_clear=self._is_clear
        )
        for plan in city.districts:
            crews = tuple(
                self._phone(unit.unit, districts[plan.district], calls[plan.district])
                for unit in plan.units
            )
            self._crews[plan.district] = crews
            node, line = districts[plan.district], calls[plan.district]
            Board(node, [Watch(node, line, phone, loop) for phone in crews])
            self._sitting.append(self._operator(node, line))
        self._sitting.append(
            self._officer(
                officed,
                Calls(loop=loop, stream=dice.of("calls city"), is_there=lambda: officed.is_up),
            )
        )

    def begin(self) -> None:
        """Everybody sits down."""
        self._tasks = [
            self._loop.create_task(sitting.run(), name="snapshot") for sitting in self._sitting
        ]

    def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.thoughts.leave()

    def crews(self, district: DistrictId) -> tuple[Phone, ...]:
        """A district's."""
        return self._crews[district]

    def _phone(self, unit: UnitId, node: DistrictProcess, calls: Calls) -> Phone:
        async def send(wish: CrewAnswer | CrewPosition) -> Outcome:
            async def at_the_node() -> Outcome:
                if node.works is None:
                    raise RpcError("UNAVAILABLE", "the node went down", retry=True)
                crews = node.works.crews
                return await (
                    crews.answer(wish) if isinstance(wish, CrewAnswer) else crews.report(wish)
                )

            return await calls.call(at_the_node)

        phone = Phone(
            unit,
            habits=SIM_HABITS,
            loop=self._loop,
            chance=self._dice.of(f"phone {unit}"),
            send=send,
            worked=self._worked,
            pressed=self.pressed.append,
        )
        self.phones[unit] = phone
        return phone

    def _worked(self, task: Task) -> None:
        self._scenes.treat(task.place, task.kind, self._loop.time())

    def _operator(
        self, node: DistrictProcess, calls: Calls
    ) -> Sitting[Operator, DistrictSnapshot, OperatorAction]:
        def see() -> DistrictSnapshot | None:
            if node.works is None or node.state is None or not _has_open(node.state):
                return None
            return node.works.snapshot.snapshot()

        def step(
            mind: Operator, snapshot: DistrictSnapshot, now: Timestamp
        ) -> tuple[Operator, tuple[OperatorAction, ...]]:
            return operate(mind, snapshot, now, self._is_clear)

        async def act(action: OperatorAction) -> Outcome:
            return await calls.call(lambda: screen_of(node).act(action))

        return Sitting(
            Operator(name=f"operator-{node.setup.district}"),
            loop=self._loop,
            see=see,
            step=step,
            act=act,
        )

    def _officer(
        self, node: CityProcess, calls: Calls
    ) -> Sitting[Officer, CitySnapshot, PlanAction]:
        def see() -> CitySnapshot | None:
            if (
                node.works is None
                or node.state is None
                or not any(plan.stage is PlanStage.PROPOSED for plan in node.state.plans)
            ):
                return None
            return node.works.snapshot()

        async def act(action: PlanAction) -> Outcome:
            if node.works is None:
                raise RpcError("UNAVAILABLE", "the city is down", retry=True)
            return await calls.call(partial(node.works.act, action))

        return Sitting(Officer(name="officer"), loop=self._loop, see=see, step=officiate, act=act)

    def _is_clear(self, report: IncidentReport) -> bool:
        return self._scenes.is_clear(report.place, report.kind, self._loop.time())


def _has_open(state: DistrictState) -> bool:
    return any(incident.stage not in OVER_INCIDENT_STAGES for incident in state.incidents.values())


class Watch:
    """A phone's open stream: in order, whatever it takes; broken, it is opened again and begins with what the district shows then."""

    def __init__(self, node: DistrictProcess, calls: Calls, phone: Phone, loop: SimLoop) -> None:
        self._node, self._calls, self._phone, self._loop = node, calls, phone, loop
        self._last: CrewView | None = None
        self._last_at = 0.0
        self._is_broken = False

    def look(self) -> None:
        """Send the present view where it is another than the last one sent."""
        works = self._node.works
        view = (
            works.crews.view(self._phone.unit)
            if works is not None and not self._is_broken
            else None
        )
        if view is None or view == self._last:
            return
        takes_s = self._calls.push_s()
        if takes_s is None:
            self._is_broken, self._last = True, None
            self._loop.call_later(AGAIN_S, self._open)
            return
        self._last, self._last_at = view, max(self._last_at, self._loop.time() + takes_s)
        self._loop.call_at(self._last_at, self._phone.show, view)

    def restart(self) -> None:
        """The district's process is another one."""
        self._last = None

    def _open(self) -> None:
        self._is_broken = False
        self.look()


class Board:
    """A district's side of its phones' streams: looks after every commit that may have changed what they show."""

    def __init__(self, node: DistrictProcess, watches: list[Watch]) -> None:
        self._node, self._watches = node, watches
        self._roster: object = None
        node.on_up = self._up

    def _up(self) -> None:
        for watch in self._watches:
            watch.restart()
        if self._node.commit_loop is not None:
            self._node.commit_loop.on_commit(lambda state, _: self._look(state))
            self._look(self._node.commit_loop.state)

    def _look(self, state: DistrictState) -> None:
        if state.roster is not self._roster:
            self._roster = state.roster
            for watch in self._watches:
                watch.look()
