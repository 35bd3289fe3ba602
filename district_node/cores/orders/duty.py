"""Whether a unit takes orders, and which: its duty, what it goes without, the cases that it is not
sent to. Changes a unit and nothing else; what becomes of its orders is a flow's.
"""

from collections.abc import Mapping

from citybrain.clock import Timestamp, later
from citybrain.domain.unit import UnitStatus
from citybrain.ids import IncidentId
from citybrain.stages import FREE_UNIT_STATES, UnitTrigger, next_unit
from citybrain.structs import replace
from citybrain.vocabulary import Capability, Duty, UnitState
from district_node.cores.orders.limits import AVOIDED_CASES, CASE_AVOIDED
from district_node.cores.orders.roster import Unit, is_free

# duty: the state of a unit that has no order
STATES: Mapping[Duty, UnitState] = {
    Duty.ON_BREAK: UnitState.ON_BREAK,
    Duty.OFF_DUTY: UnitState.OFF_DUTY,
    Duty.OUT_OF_SERVICE: UnitState.OUT_OF_SERVICE,
}
TRIGGERS: Mapping[Duty, UnitTrigger] = {
    Duty.ON_BREAK: UnitTrigger.BREAK,
    Duty.OFF_DUTY: UnitTrigger.SIGN_OFF,
    Duty.OUT_OF_SERVICE: UnitTrigger.LEAVE,
}


def unavailable_for(unit: Unit, incident: IncidentId) -> str:
    """Why the unit cannot be reserved for `incident`, as a reason code; "": it can."""
    if unit.order is not None:
        return "busy"
    if unit.status is not None:
        return unit.status.duty.value
    if not is_free(unit):
        return "busy"
    return "gave_it_back" if incident in unit.avoids else ""


def with_status(unit: Unit, status: UnitStatus) -> Unit:
    """The unit with what was said of it last."""
    return replace(unit, status=status)


def ready(unit: Unit) -> Unit:
    """The unit on duty, and able to do everything again."""
    return replace(
        unit,
        status=None,
        capabilities=(*unit.capabilities, *unit.lost_capabilities),
        lost_capabilities=(),
    )


def without(unit: Unit, capability: Capability) -> Unit:
    """The unit until it is ready: it cannot do this."""
    if capability not in unit.capabilities:
        return unit
    return replace(
        unit,
        capabilities=tuple(one for one in unit.capabilities if one != capability),
        lost_capabilities=(*unit.lost_capabilities, capability),
    )


def avoiding(unit: Unit, incident: IncidentId, at: Timestamp) -> Unit:
    """The unit, not to be sent to `incident` again for a time from now on."""
    avoids = unit.avoids.put(incident, later(at, CASE_AVOIDED.value))
    if len(avoids) > AVOIDED_CASES.value:
        soonest = min(avoids.items(), key=lambda one: (one[1], one[0]))
        avoids = avoids.drop(soonest[0])
    return replace(unit, avoids=avoids)


def next_end(unit: Unit) -> Timestamp | None:
    """When the next thing ends that was said of it for a time."""
    ends = [*unit.avoids.values()]
    if unit.status is not None and unit.status.until is not None:
        ends.append(unit.status.until)
    return min(ends, default=None)


def without_ended(unit: Unit, at: Timestamp) -> Unit:
    """The unit without what was said of it until now or earlier."""
    for incident, until in unit.avoids.items():
        if until <= at:
            unit = replace(unit, avoids=unit.avoids.drop(incident))
    status = unit.status
    is_over = status is not None and status.until is not None and status.until <= at
    return replace(unit, status=None) if is_over else unit


def settled(unit: Unit, at: Timestamp, *, is_configured: bool) -> Unit:
    """The unit in the state that its duty asks for, where no order has a say in it. One that the
    configuration does not name stays out."""
    wanted = STATES[unit.status.duty] if unit.status is not None else None
    if unit.order is not None or unit.state is wanted:
        return unit
    is_out = unit.state in STATES.values()
    if is_out and is_configured:
        unit = replace(unit, state=next_unit(unit.state, UnitTrigger.ENTER), at=at)
    if unit.status is not None and unit.state in FREE_UNIT_STATES:
        state = next_unit(unit.state, TRIGGERS[unit.status.duty])
        unit = replace(unit, state=state, at=at)
    return unit
