"""What sources, crews and operators may do in a state of a district, as inputs of its node."""

from collections.abc import Mapping
from typing import NamedTuple

from citybrain.domain.console import OperatorAction, UnitAction, UnitVerb
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.principal import Role, unauthenticated
from citybrain.ids import IncidentId, RequestId, UnitId
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb, OrderStage, UnitState
from citysim.explore.model.actions import Action, ActionKind
from citysim.explore.model.worlds import START, SmallDistrict, SmallWorld, incident_event
from district_node.cores.orders.roster import Order, is_free
from district_node.cores.state import DistrictState
from district_node.inputs import CrewAnswered, DistrictInput, OperatorActed, UnitActed

NEXT_CREW_ACTION: Mapping[OrderStage, CrewAction] = {
    OrderStage.ISSUED: CrewAction.ACCEPT,
    OrderStage.ACCEPTED: CrewAction.ARRIVE,
    OrderStage.ON_SCENE: CrewAction.FINISH,
}
LAST_CREW_ACTION = {
    OrderStage.ACCEPTED: CrewAction.ACCEPT,
    OrderStage.ON_SCENE: CrewAction.ARRIVE,
    OrderStage.DONE: CrewAction.FINISH,
}
VOID_STAGES = (OrderStage.WITHDRAWN, OrderStage.REFUSED, OrderStage.DONE)
# verb: the stages in which it is tried
STAGES_OF_VERB: Mapping[OperatorVerb, tuple[IncidentStage, ...]] = {
    OperatorVerb.CLOSE: (IncidentStage.OPENED, IncidentStage.DISPATCHED, IncidentStage.WORKING),
    OperatorVerb.REJECT: (IncidentStage.OPENED, IncidentStage.DISPATCHED),
    OperatorVerb.DEFER: (IncidentStage.OPENED, IncidentStage.REOPENED),
    OperatorVerb.OPEN: (IncidentStage.DEFERRED, IncidentStage.CLOSED, IncidentStage.HANDLED),
    OperatorVerb.ASSIGN: (IncidentStage.OPENED, IncidentStage.DISPATCHED, IncidentStage.REOPENED),
}

OPERATOR = unauthenticated("wang", Role.OPERATOR)


class LocalAction(NamedTuple):
    """`cost` names the field of the budget that it spends; "": none, it is bound to happen."""

    action: Action
    cost: str
    input: DistrictInput


def local_actions(
    world: SmallWorld, d: int, state: DistrictState, *, crew_steps: int
) -> tuple[LocalAction, ...]:
    """Of district `d`; its crews go on by themselves for so many `crew_steps`."""
    district = world.districts[d]
    return (
        *_incident_events(district, state),
        *_crew_actions(district.name, state, crew_steps),
        *_ready_crews(district.name, state, crew_steps),
        *_operator_actions(district.name, state, world.operator_verbs),
    )


def _incident_events(district: SmallDistrict, state: DistrictState) -> tuple[LocalAction, ...]:
    number = state.intake.counters.items
    if number >= len(district.incidents):
        return ()
    action = (ActionKind.INCIDENT_EVENT, district.name, str(number + 1))
    return (LocalAction(action, "", incident_event(district, number, START)),)


def _crew_actions(name: str, state: DistrictState, crew_steps: int) -> list[LocalAction]:
    actions: list[LocalAction] = []
    for order in state.roster.orders.values():
        if order.stage in NEXT_CREW_ACTION:
            following = NEXT_CREW_ACTION[order.stage]
            if list(NEXT_CREW_ACTION).index(order.stage) < crew_steps:
                actions.append(_crew_action(name, ActionKind.CREW, order, following, ""))
            actions.append(
                _crew_action(name, ActionKind.CREW, order, CrewAction.CANNOT, "refusals")
            )
        if order.stage in LAST_CREW_ACTION:
            last = LAST_CREW_ACTION[order.stage]
            actions.append(_crew_action(name, ActionKind.CREW_AGAIN, order, last, "duplicates"))
        if order.stage in VOID_STAGES and order.assignment_number:
            late = _crew_action(
                name, ActionKind.CREW_LATE, order, CrewAction.ACCEPT, "duplicates", suffix="-late"
            )
            actions.append(late)
    return actions


def _ready_crews(name: str, state: DistrictState, crew_steps: int) -> tuple[LocalAction, ...]:
    """Where crews do all that is wanted of them, who was taken for silent says that it is there."""
    if crew_steps < len(NEXT_CREW_ACTION):
        return ()
    return tuple(
        LocalAction(
            (ActionKind.CREW_READY, name, unit.unit),
            "",
            UnitActed(
                action=UnitAction(
                    request=RequestId(f"ready-{unit.unit}-{unit.assignment_number}"),
                    operator="",
                    unit=unit.unit,
                    verb=UnitVerb.READY,
                ),
                principal=unauthenticated(unit.unit, Role.CREW),
            ),
        )
        for unit in state.roster.units.values()
        if unit.state is UnitState.OUT_OF_SERVICE
    )


def _crew_action(
    name: str, kind: ActionKind, order: Order, action: CrewAction, cost: str, *, suffix: str = ""
) -> LocalAction:
    """A press of a button. Pressed again it comes under the same request; late it comes under a new
    one."""
    answer = CrewAnswer(
        request=RequestId(f"{order.order}-{action}{suffix}"),
        unit=order.unit,
        order=order.order,
        assignment_number=order.assignment_number,
        action=action,
        reason="cannot",
    )
    label = (kind, name, action, order.order, order.unit)
    return LocalAction(
        label, cost, CrewAnswered(answer=answer, principal=unauthenticated(order.unit, Role.CREW))
    )


def _operator_actions(
    name: str, state: DistrictState, verbs: tuple[OperatorVerb, ...]
) -> tuple[LocalAction, ...]:
    return tuple(
        _operator_action(name, verb, incident.incident, unit)
        for incident in state.incidents.values()
        for verb in verbs
        if incident.stage in STAGES_OF_VERB[verb]
        for unit in _assignable(verb, state)
    )


def _assignable(verb: OperatorVerb, state: DistrictState) -> tuple[UnitId | None, ...]:
    if verb is not OperatorVerb.ASSIGN:
        return (None,)
    return tuple(unit.unit for unit in state.roster.units.values() if is_free(unit))


def _operator_action(
    name: str, verb: OperatorVerb, incident: IncidentId, unit: UnitId | None
) -> LocalAction:
    request = RequestId(f"{verb}-{incident}-{unit or ''}")
    action = OperatorAction(
        request=request,
        operator=OPERATOR.name,
        incident=incident,
        verb=verb,
        reason="seen",
        unit=unit,
        confirmed=True,
    )
    label = (ActionKind.OPERATOR, name, verb, incident, unit or "")
    return LocalAction(label, "operator_actions", OperatorActed(action=action, principal=OPERATOR))
