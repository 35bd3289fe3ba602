"""Everybody in a simulated city, assembled: crews at their phones, operators, the duty officer,
callers.
"""

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Protocol

from citybrain.clock import Timestamp
from citybrain.domain.console import OperatorAction, Outcome, PlanAction, QueueEntry, UnitAction
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import Task
from citybrain.domain.plan import Plan, PlanStage
from citybrain.domain.principal import Role, unauthenticated
from citybrain.ids import DistrictId, UnitId
from citybrain.stages import ENDED_INCIDENT_STAGES
from citybrain.structs import replace
from citysim.laws.ground_truth_log import AcceptedAnswer, AcceptedReport
from citysim.people.simulated_crew import CrewBehaviour
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.net.calls import Calls
from citysim.sim.nodes.city import CityProcess
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.people.callers import Callers
from citysim.sim.people.correspondents import Correspondents
from citysim.sim.people.crew_phone import SIM_CREW_BEHAVIOUR, CrewPhone
from citysim.sim.people.indecisive_operators import IndecisiveOperators
from citysim.sim.people.on_call import OnCallPeople
from citysim.sim.people.operator_session import OperatorSession, act_confirmed
from citysim.sim.people.operators import Officer, Operator, Screen, handle_queue, review_plans
from citysim.sim.people.phone_stream import PhoneStream, PhoneStreams
from citysim.sim.people.stacking import plan_next
from citysim.sim.random_streams import RandomStreams
from citysim.sim.scenario import CitySpec, DistrictSpec, StreetCall
from citysim.sim.street.scene import Scenes
from district_node.cores import view
from district_node.cores.incidents.incident import waits_for
from district_node.cores.orders.next_orders import promised_slots
from district_node.cores.report import unit_report
from district_node.cores.state import DistrictState


class _Session(Protocol):
    async def run(self) -> None: ...


class People:
    """`phones` by unit; `accepted_answers` are those whose outcome a phone received as done,
    `accepted_reports` those whose caller did; `sent_by_crews`: what devices sent under the name of
    their own unit, whatever became of it."""

    def __init__(
        self,
        *,
        city: CitySpec,
        loop: VirtualTimeLoop,
        streams: RandomStreams,
        districts: dict[DistrictId, DistrictProcess],
        city_node: CityProcess,
        calls: dict[DistrictId, Calls],
        scenes: Scenes,
        street_calls: tuple[StreetCall, ...] = (),
    ) -> None:
        self._loop, self._streams, self._scenes = loop, streams, scenes
        self.accepted_answers: list[AcceptedAnswer] = []
        self.sent_by_crews: list[CrewAnswer | CrewPosition | UnitAction] = []
        self._networks = {name: (districts[name], calls[name]) for name in districts}
        self.accepted_reports: list[AcceptedReport] = []
        self.phones: dict[UnitId, CrewPhone] = {}
        self._sessions: list[_Session] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._crews: dict[DistrictId, tuple[CrewPhone, ...]] = {}
        self._district_of: dict[UnitId, DistrictId] = {}
        self.indecisive_operators = IndecisiveOperators(
            loop=loop, streams=streams, districts=districts, calls=calls, is_clear=self._is_clear
        )
        self.callers = Callers(
            street_calls,
            loop=loop,
            district_of={box.agent: spec.district for spec, box in city.boxes()},
            districts=districts,
            networks=calls,
            scenes=scenes,
            on_accepted=self.accepted_reports.append,
        )
        self._on_call = [
            OnCallPeople(node, calls[name], loop=loop, rng=streams.named(f"on call {name}"))
            for name, node in districts.items()
        ]
        self._behaviour = _behaviour_in(city)
        for spec in city.districts:
            self._add_district(spec, districts[spec.district], calls[spec.district])
        city_rng = streams.named("calls city")
        city_calls = Calls(loop=loop, rng=city_rng, is_reachable=lambda: city_node.is_up)
        self._sessions.append(self._officer_session(city_node, city_calls))

    def begin(self) -> None:
        """Every operator and the officer log in to their consoles; callers wait for their time."""
        self._tasks = [
            self._loop.start_task(session.run(), name="console session")
            for session in self._sessions
        ]
        self.callers.begin()

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.indecisive_operators.stop()
        self.callers.stop()
        for people in self._on_call:
            people.stop()

    @property
    def pages_taken(self) -> list[str]:
        """The pages that reached somebody, of all districts."""
        return [page for people in self._on_call for page in people.taken]

    def crews(self, district: DistrictId) -> tuple[CrewPhone, ...]:
        """The phones of a district's crews."""
        return self._crews[district]

    def _add_district(self, spec: DistrictSpec, node: DistrictProcess, calls: Calls) -> None:
        crews = tuple(self._phone(unit.unit, spec.district) for unit in spec.units)
        self._crews[spec.district] = crews
        PhoneStreams(node, [PhoneStream(node, calls, phone, self._loop) for phone in crews])
        self._sessions.append(self._operator_session(node, calls))
        letters = Calls(
            loop=self._loop,
            rng=self._streams.named(f"correspondence {spec.district}"),
            is_reachable=lambda: node.is_up,
        )
        units = tuple(unit.unit for unit in spec.units)
        self._sessions.append(Correspondents(node, letters, loop=self._loop, units=units))

    async def send_as(
        self, unit: UnitId, message: CrewAnswer | CrewPosition | UnitAction
    ) -> Outcome:
        """A device that was proved to be `unit`'s sends: who it is, the door says."""
        node, calls = self._networks[self._district_of[unit]]
        if message.unit == unit:
            self.sent_by_crews.append(message)

        async def at_the_node() -> Outcome:
            console, caller = node.running().crew_console, unauthenticated(unit, Role.CREW)
            if isinstance(message, CrewAnswer):
                return await console.answer(message, caller)
            if isinstance(message, UnitAction):
                return await console.set_duty(message, caller)
            return await console.report(message, caller)

        return await calls.call(at_the_node)

    def _phone(self, unit: UnitId, district: DistrictId) -> CrewPhone:
        self._district_of[unit] = district
        phone = CrewPhone(
            unit,
            behaviour=self._behaviour,
            loop=self._loop,
            rng=self._streams.named(f"phone {unit}"),
            send=partial(self.send_as, unit),
            on_work_done=self._treat,
            on_accepted=self.accepted_answers.append,
        )
        self.phones[unit] = phone
        return phone

    def _treat(self, task: Task) -> None:
        self._scenes.treat(task.place, self._loop.time())

    def _operator_session(
        self, node: DistrictProcess, calls: Calls
    ) -> OperatorSession[Operator, Screen, OperatorAction | UnitAction]:
        def read_screen() -> Screen | None:
            if node.runtime is None or node.state is None or not _has_open_incident(node.state):
                return None
            return _screen(node.state, node.clock.now())

        def decide(
            operator: Operator, screen: Screen, now: Timestamp
        ) -> tuple[Operator, tuple[OperatorAction | UnitAction, ...]]:
            operator, actions = handle_queue(operator, screen, now, self._is_clear)
            return operator, (*actions, *plan_next(operator.name, screen))

        async def send(action: OperatorAction) -> Outcome:
            return await calls.call(lambda: node.running().console.act(action))

        async def act(action: OperatorAction | UnitAction) -> Outcome:
            if isinstance(action, UnitAction):
                return await calls.call(lambda: node.running().console.act_on_unit(action))
            return await act_confirmed(send, action)

        return OperatorSession(
            Operator(name=f"operator-{node.setup.district}"),
            loop=self._loop,
            read_screen=read_screen,
            decide=decide,
            act=act,
        )

    def _officer_session(
        self, node: CityProcess, calls: Calls
    ) -> OperatorSession[Officer, tuple[Plan, ...], PlanAction]:
        def read_screen() -> tuple[Plan, ...] | None:
            if node.runtime is None or node.state is None:
                return None
            if not any(plan.stage is PlanStage.PROPOSED for plan in node.state.plans):
                return None
            return node.state.plans

        async def act(action: PlanAction) -> Outcome:
            return await calls.call(partial(node.running().act, action))

        return OperatorSession(
            Officer(name="officer"),
            loop=self._loop,
            read_screen=read_screen,
            decide=review_plans,
            act=act,
        )

    def _is_clear(self, report: IncidentReport) -> bool:
        return self._scenes.is_clear(report.place, self._loop.time())


def _behaviour_in(city: CitySpec) -> CrewBehaviour:
    """Who needs help at the scene asks for what the city's first crew can do."""
    for district in city.districts:
        for unit in district.units:
            return replace(SIM_CREW_BEHAVIOUR, wanted=unit.capabilities[0])
    return SIM_CREW_BEHAVIOUR


def _has_open_incident(state: DistrictState) -> bool:
    return any(incident.stage not in ENDED_INCIDENT_STAGES for incident in state.incidents.values())


def _screen(state: DistrictState, at: Timestamp) -> Screen:
    """The rows of the queue that an operator does something with, and whom there is to send."""
    district = state.setup.district
    return Screen(
        queue=tuple(
            view.queue_entry(incident, district, at)
            for incident in state.incidents.values()
            if waits_for(incident) == "person"
        ),
        units=tuple(unit_report(unit, district) for unit in state.roster.units.values()),
        waiting=tuple(_waiting(state, at)),
    )


def _waiting(state: DistrictState, at: Timestamp) -> Iterator[QueueEntry]:
    """Cases with an open place, and who comes to each next."""
    promised = promised_slots(state.roster)
    for name in dict.fromkeys(state.open_slots.values()):
        row = view.queue_entry(state.incidents[name], state.setup.district, at)
        yield replace(row, next_units=promised)
