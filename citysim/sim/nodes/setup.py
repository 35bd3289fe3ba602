"""A district's and the city's configuration from their plans. The playbooks are the built-in ones, as in production."""

from functools import cache

from citysim.sim.scenario import CityPlan, DistrictPlan
from coordinator.policy import Issuing, Policy
from district_node.inputs import Setup, UnitSetup
from district_node.playbook import Playbook, Title
from district_node.playbooks.load import load_playbooks


@cache
def playbooks() -> tuple[Playbook, ...]:
    return load_playbooks()


def setup_of(plan: DistrictPlan) -> Setup:
    units = tuple(
        UnitSetup(
            unit=unit.unit,
            name=f"crew {unit.unit}",
            capabilities=unit.capabilities,
            place=unit.place,
            speed_mps=unit.speed_mps,
        )
        for unit in plan.units
    )
    return Setup(
        district=plan.district,
        name=Title(en=plan.district, zh=plan.district),
        centre=plan.centre,
        units=units,
        playbooks=playbooks(),
    )


def policy_of(city: CityPlan) -> Policy:
    return Policy(issue=Issuing(city.issue))
