"""What operators and crews do in a district, and what a crew sees. Thin: every action is an input
of the journal.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from citybrain.conditions import Condition, no_conditions
from citybrain.decider.changes import Changes
from citybrain.decider.command import Reply
from citybrain.decider.commit_loop import CommitLoop
from citybrain.domain.agent import AgentStatus
from citybrain.domain.clock import ClockAction
from citybrain.domain.console import (
    AgentAction,
    LinkStatus,
    OperatorAction,
    Outcome,
    ShiftAction,
    UnitAction,
)
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewReply, CrewView
from citybrain.domain.principal import Principal, Role, unauthenticated
from citybrain.domain.report import Report
from citybrain.ids import IncidentId, RequestId, UnitId
from citybrain.node_time.setting import set_clock
from citybrain.permissions import ActionRefusal, own_unit_of
from citybrain.structs import replace
from district_node.cores import view
from district_node.cores.decide import is_answered
from district_node.cores.flows.attachments.attaching import refusal_now as attach_refusal
from district_node.cores.flows.operator import not_allowed
from district_node.cores.state import DistrictState
from district_node.inputs import (
    AgentActed,
    CrewAnswered,
    CrewPositionReported,
    CrewReplied,
    DistrictInput,
    OperatorActed,
    ReportReceived,
    ShiftActed,
    UnitActed,
)
from district_node.naming.gazetteer import Gazetteer
from district_node.naming.shown_names import ShownNames
from district_node.shell.crew_views.ended_orders import EndedOrders
from district_node.shell.positions.unit_positions import UnitPositions
from district_node.shell.report_text import cleaned, cleaned_action, line, paragraph

NO_PROGRAMS: Mapping[str, Role] = MappingProxyType({})
KnownPerson = Callable[[str], Principal | None]  # by the name that people use
UnitOf = Callable[[str], str]  # what a source measures in, by its label; "": not known


def nobody_known(_: str) -> Principal | None:
    """Of a node that keeps no accounts."""
    return None


def no_unit(_: str) -> str:
    """Of a node that keeps no series."""
    return ""


# no Struct: a Struct is skipped by the search for reference cycles, and callables make such
@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeStatus:
    """What a screen shows beside the state, read when it is drawn."""

    agents: Callable[[], tuple[AgentStatus, ...]]
    links: Callable[[], tuple[LinkStatus, ...]]
    counts: Callable[[], dict[str, float]]
    conditions: Callable[[], tuple[Condition, ...]] = no_conditions


class DistrictConsoleAdapter:
    """The door of operators and of programs that report. `programs`: the roles of those who are no
    people, by their names; a message never names its own. Who was proved to ask (`caller`) is the
    principal; without one the name is what somebody typed.
    """

    def __init__(
        self,
        commit_loop: CommitLoop[DistrictState],
        *,
        programs: Mapping[str, Role] = NO_PROGRAMS,
    ) -> None:
        self._commit_loop, self._programs = commit_loop, programs
        self.known_person: KnownPerson = nobody_known

    async def act(self, action: OperatorAction, caller: Principal | None = None, /) -> Outcome:
        action = cleaned_action(action)
        principal = caller or self._principal(action.operator, Role.OPERATOR)
        recipient = self.known_person(action.person) if action.person else None
        acted = OperatorActed(action=action, principal=principal, recipient=recipient)
        return await submitted(self._commit_loop, acted, action.request)

    def refusal_of(
        self, action: OperatorAction, caller: Principal | None = None, /
    ) -> ActionRefusal | None:
        """Why the file of an `attach` would be refused whatever it holds, so that nobody sends one
        in vain; what is repeated is not judged. The cores decide all the same."""
        principal = caller or self._principal(action.operator, Role.OPERATOR)
        state = self._commit_loop.state
        if is_answered(state, OperatorActed(action=action, principal=principal)):
            return None
        incident = state.incidents.get(action.incident)
        refused = not_allowed(incident, action, principal)
        if refused is not None or incident is None:
            return refused
        return attach_refusal(state, incident, own_unit_of(principal))

    async def act_on_agent(
        self, action: AgentAction, caller: Principal | None = None, /
    ) -> Outcome:
        principal = caller or self._principal(action.operator, Role.OPERATOR)
        acted = AgentActed(action=action, principal=principal)
        return await submitted(self._commit_loop, acted, action.request)

    async def act_on_unit(self, action: UnitAction, caller: Principal | None = None, /) -> Outcome:
        principal = caller or self._principal(action.operator, Role.OPERATOR)
        acted = UnitActed(action=action, principal=principal)
        return await submitted(self._commit_loop, acted, action.request)

    async def act_on_shift(
        self, action: ShiftAction, caller: Principal | None = None, /
    ) -> Outcome:
        action = replace(action, person=line(action.person), text=paragraph(action.text))
        principal = caller or self._principal(action.operator, Role.OPERATOR)
        recipient = self.known_person(action.person) if action.person else None
        acted = ShiftActed(action=action, principal=principal, recipient=recipient)
        return await submitted(self._commit_loop, acted, action.request)

    async def report(self, report: Report, caller: Principal | None = None, /) -> Outcome:
        """The outcome names the incident that the report opened or joined."""
        report = cleaned(report)
        role = Role.ADAPTER if report.case is not None else Role.OPERATOR
        principal = caller or self._principal(report.taken_by, role)
        received = ReportReceived(report=report, principal=principal)
        return await submitted(self._commit_loop, received, report.request)

    async def set_clock(self, action: ClockAction, caller: Principal | None = None, /) -> Outcome:
        """What a step of this node's clock was that is held back."""
        ask = self._commit_loop.clock_watch.request
        return await set_clock(ask, action, caller, role=Role.SUPERVISOR)

    def _principal(self, name: str, otherwise: Role) -> Principal:
        return unauthenticated(name, self._programs.get(name, otherwise))


class CrewConsoleAdapter:
    """See `citybrain.console.port.CrewConsole`."""

    def __init__(
        self,
        commit_loop: CommitLoop[DistrictState],
        changes: Changes,
        positions: UnitPositions,
        gazetteer: Gazetteer | None = None,
        *,
        unit_of: UnitOf = no_unit,
    ) -> None:
        self._commit_loop, self._changes, self._positions = commit_loop, changes, positions
        self._unit_of = unit_of
        self._names = ShownNames(lambda: commit_loop.state, gazetteer=gazetteer)
        self._ended = EndedOrders(lambda: commit_loop.state, self._names)

    def view(self, unit: UnitId) -> CrewView | None:
        found = view.crew_view(self._commit_loop.state, unit)
        if found is None:
            return None
        if found.order is not None:
            found = replace(found, order=self._in_words(found.order))
        if found.next_orders:
            named = (
                replace(one, place_name=self._names.of_place(one.place))
                for one in found.next_orders
            )
            found = replace(found, next_orders=tuple(named))
        newest = self._positions.of(unit)
        place = found.place if newest is None else newest.place
        return replace(found, place=place, ended_orders=self._ended.of(unit))

    def _in_words(self, order: CrewOrder) -> CrewOrder:
        """With what people call its place, and what its sensor measures in."""
        reading = order.reading
        if reading is not None:
            reading = replace(reading, unit=self._unit_of(reading.source))
        place_name = self._names.of_place(order.task.place)
        return replace(order, place_name=place_name, reading=reading)

    async def answer(self, answer: CrewAnswer, caller: Principal | None = None, /) -> Outcome:
        principal = caller or unauthenticated(answer.unit, Role.CREW)
        answered = CrewAnswered(answer=answer, principal=principal)
        return await submitted(self._commit_loop, answered, answer.request)

    async def set_duty(self, action: UnitAction, caller: Principal | None = None, /) -> Outcome:
        principal = caller or unauthenticated(action.unit, Role.CREW)
        acted = UnitActed(action=action, principal=principal)
        return await submitted(self._commit_loop, acted, action.request)

    async def reply(self, reply: CrewReply, caller: Principal | None = None, /) -> Outcome:
        principal = caller or unauthenticated(reply.unit, Role.CREW)
        replied = CrewReplied(reply=replace(reply, text=paragraph(reply.text)), principal=principal)
        return await submitted(self._commit_loop, replied, reply.request)

    async def report(self, position: CrewPosition, caller: Principal | None = None, /) -> Outcome:
        request = RequestId("")
        unit = self._commit_loop.state.roster.units.get(position.unit)
        if unit is None:
            return Outcome(
                request=request,
                done=False,
                reason="no_such_unit",
                detail="This district has no unit of that name.",
            )
        if not self._positions.record(position, unit):
            self._changes.touch()
            return Outcome(request=request, done=True)
        principal = caller or unauthenticated(position.unit, Role.CREW)
        reported = CrewPositionReported(position=position, principal=principal)
        return await submitted(self._commit_loop, reported, request)

    def changes(self) -> AsyncIterator[None]:
        return self._changes.stream()


async def submitted(
    commit_loop: CommitLoop[DistrictState], new_input: DistrictInput, request: RequestId
) -> Outcome:
    """Put `new_input` into the journal; what the cores decided, in words where they refused. Raises
    what `CommitLoop.submit` raises: then nothing was decided."""
    committed = await asyncio.wrap_future(commit_loop.submit(new_input))
    reply = next((c for c in committed.commands if isinstance(c, Reply)), None)
    if reply is None:
        return Outcome(request=request, done=True)
    return Outcome(
        request=request,
        done=reply.done,
        reason=reply.reason,
        detail=reply.detail,
        incident=IncidentId(reply.subject) if reply.subject else None,
    )
