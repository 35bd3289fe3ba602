"""The sessions of indecisive operators, one for each district, driven by fault actions.

A fault lets an operator act on everything for a while, or do one thing at once. What an operator
decides by itself is in `indecision`.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial

from citybrain.clock import Timestamp
from citybrain.domain.console import OperatorAction, Outcome
from citybrain.errors import CityBrainError
from citybrain.ids import DistrictId, IncidentId, RequestId, UnitId
from citybrain.structs import replace
from citybrain.vocabulary import OperatorVerb, SlotState
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.net.calls import Calls
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.people.attached_pictures import taken_back
from citysim.sim.people.indecision import (
    IndecisiveOperator,
    decide_indecisively,
    with_reopening,
)
from citysim.sim.people.operator_session import OperatorSession, act_confirmed, simulated_now
from citysim.sim.people.operators import IsClear, Screen
from citysim.sim.random_streams import RandomStreams
from district_node.api.incidents import INCIDENTS
from district_node.cores import view
from district_node.cores.orders.roster import is_free
from district_node.cores.report import unit_report
from district_node.cores.state import DistrictState

POLL_PERIOD_S = 3.0


class IndecisiveOperators:
    """An operator's session runs only while the operator has something to do."""

    def __init__(
        self,
        *,
        loop: VirtualTimeLoop,
        streams: RandomStreams,
        districts: dict[DistrictId, DistrictProcess],
        calls: dict[DistrictId, Calls],
        is_clear: IsClear,
    ) -> None:
        self._loop, self._districts, self._is_clear = loop, districts, is_clear
        self._action_count = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._running: set[DistrictId] = set()
        self._sessions = {
            name: self._make_session(streams, node, calls[name]) for name, node in districts.items()
        }

    @property
    def indecisive(self) -> tuple[DistrictId, ...]:
        """The districts whose operator is indecisive now."""
        return tuple(d for d, session in self._sessions.items() if session.operator.is_indecisive)

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    def set_indecisive(self, district: DistrictId, *, active: bool) -> None:
        """The district's operator begins or ends to do whatever the console allows."""
        session = self._sessions[district]
        session.operator = replace(session.operator, is_indecisive=active)
        self._start_session(district)

    def close_and_reopen(self, district: DistrictId, incident: IncidentId) -> None:
        """The district's operator closes the incident and opens it again at once."""
        session = self._sessions[district]
        # whatever becomes of the two calls
        session.operator = with_reopening(session.operator, incident, simulated_now(self._loop))
        self._start_session(district)
        self._act(district, incident, OperatorVerb.CLOSE, OperatorVerb.OPEN)

    def reopen(self, district: DistrictId, incident: IncidentId) -> None:
        """The district's operator reopens the incident, if it is handled or closed."""
        self._act(district, incident, OperatorVerb.OPEN)

    def assign_by_hand(self, district: DistrictId, incident: IncidentId) -> None:
        """The operator assigns a free crew that can serve the incident, if there is one."""
        state = self._districts[district].state
        known = state.incidents.get(incident) if state is not None else None
        if state is None or known is None:
            return
        needed = {slot.capability for slot in known.slots if slot.state is SlotState.OPEN}
        for unit in state.roster.units.values():
            if is_free(unit) and needed & set(unit.capabilities):
                self._act(district, incident, OperatorVerb.ASSIGN, unit=unit.unit)
                return

    def _act(
        self,
        district: DistrictId,
        incident: IncidentId,
        *verbs: OperatorVerb,
        unit: UnitId | None = None,
    ) -> None:
        """Sends each action once, one after the other: each may take effect or not."""

        async def act() -> None:
            session = self._sessions[district]
            for verb in verbs:
                self._action_count += 1
                name = session.operator.name
                action = OperatorAction(
                    request=RequestId(f"{name}-{self._action_count}"),
                    operator=name,
                    incident=incident,
                    verb=verb,
                    reason="on second thoughts",
                    unit=unit,
                )
                with suppress(CityBrainError):
                    await session.act(action)

        self._begin(act())

    def _start_session(self, district: DistrictId) -> None:
        """Polls until the operator is idle."""

        async def poll_until_idle() -> None:
            while not self._sessions[district].operator.is_idle:
                await asyncio.sleep(POLL_PERIOD_S)
                await self._sessions[district].poll()
            self._running.discard(district)

        if district not in self._running:
            self._running.add(district)
            self._begin(poll_until_idle())

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        self._tasks = [
            *(task for task in self._tasks if not task.done()),
            self._loop.start_task(work, name="indecisive operator"),
        ]

    def _make_session(
        self, streams: RandomStreams, node: DistrictProcess, calls: Calls
    ) -> OperatorSession[IndecisiveOperator, Screen, OperatorAction]:
        rng = streams.named(f"second thoughts {node.setup.district}")

        def read_screen() -> Screen | None:
            if node.runtime is None or node.state is None or session.operator.is_idle:
                return None
            return _screen(node.state, node.clock.now())

        def decide(
            operator: IndecisiveOperator, screen: Screen, now: Timestamp
        ) -> tuple[IndecisiveOperator, tuple[OperatorAction, ...]]:
            operator, actions = decide_indecisively(
                operator, screen, now, self._is_clear, rng, is_live=is_live
            )
            if node.state is not None:
                actions = (*actions, *taken_back(actions, node.state.incidents))
            return operator, actions

        def is_live(name: IncidentId) -> bool:
            known = node.state.incidents.get(name) if node.state is not None else None
            return known is not None and known.live_count > 0

        async def send(action: OperatorAction) -> Outcome:
            return await calls.call(lambda: node.running().console.act(action))

        session = OperatorSession(
            IndecisiveOperator(name=f"indecisive-{node.setup.district}"),
            loop=self._loop,
            read_screen=read_screen,
            decide=decide,
            act=partial(act_confirmed, send),
            poll_period_s=POLL_PERIOD_S,
        )
        return session


def _screen(state: DistrictState, at: Timestamp) -> Screen:
    """What the district's console shows, the queue in the order of its list."""
    district, position = state.setup.district, INCIDENTS.orders["queue"]
    queue = sorted(state.incidents.values(), key=lambda incident: position(incident, at))
    return Screen(
        queue=tuple(view.queue_entry(incident, district, at) for incident in queue),
        units=tuple(unit_report(unit, district) for unit in state.roster.units.values()),
    )
