"""What crews of the two-owners tests say: why they cannot, and whether they are on duty."""

from principals import CREW
from two_owners_nodes import PLACES

from citybrain.domain.console import UnitAction, UnitVerb
from citybrain.domain.crew import CrewAnswer
from citybrain.vocabulary import CrewAction, RefusalClass
from district_node.inputs import CrewAnswered, UnitActed

# whose end no test has to wait for: a crew that comes back is ready
REFUSALS = (RefusalClass.UNIT_OUT, RefusalClass.EQUIPMENT_OUT, RefusalClass.LATER)


def refuse(scenario, name, unit, refusal, reason="flat tyre"):
    """The crew of `unit` cannot do its live order, and says what that means for the unit."""
    roster = scenario.districts[name].state.roster
    order = roster.orders[roster.units[unit].order]
    scenario.actions += 1
    answer = CrewAnswer(
        request=f"refuse-{name}-{scenario.actions}",
        unit=unit,
        order=order.order,
        assignment_number=order.assignment_number,
        action=CrewAction.CANNOT,
        reason=reason,
        reason_class=refusal,
    )
    scenario.districts[name].submit(CrewAnswered(answer=answer, principal=CREW))


def say(scenario, name, unit, verb=UnitVerb.OFF_DUTY):
    """The crew of `unit` says whether it is on duty."""
    scenario.actions += 1
    action = UnitAction(request=f"say-{name}-{scenario.actions}", operator="", unit=unit, verb=verb)
    scenario.districts[name].submit(UnitActed(action=action, principal=CREW))


def come_back(scenario, name):
    """Every crew is on duty again."""
    for unit in scenario.districts[name].state.roster.units.values():
        if unit.status is not None or unit.lost_capabilities:
            say(scenario, name, unit.unit, UnitVerb.READY)


def let_pass(scenario, seconds):
    """All links stand, the planner answers, and no crew presses anything."""
    for _ in range(seconds):
        for name in sorted(PLACES):
            scenario.deliver_all(name)
        scenario.plan()
        scenario.clock.advance(1.0)
        scenario.fire_timers()
        scenario.check_laws()
