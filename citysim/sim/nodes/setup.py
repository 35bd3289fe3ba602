"""A district's and the city's configuration, from their specs and the built-in playbooks."""

from functools import cache

from citybrain.localized_name import LocalizedName
from citysim.sim.scenario import CitySpec, DistrictSpec
from coordinator.policy import IssueMode, Policy
from district_node.inputs import Setup, UnitSetup
from district_node.playbook import Playbook
from district_node.playbooks.load import load_playbooks


@cache
def playbooks() -> tuple[Playbook, ...]:
    return load_playbooks()


def setup_of(spec: DistrictSpec) -> Setup:
    units = tuple(
        UnitSetup(
            unit=unit.unit,
            name=f"crew {unit.unit}",
            capabilities=unit.capabilities,
            place=unit.place,
            speed_mps=unit.speed_mps,
        )
        for unit in spec.units
    )
    return Setup(
        district=spec.district,
        name=LocalizedName(en=spec.district, zh=spec.district),
        centre=spec.centre,
        units=units,
        playbooks=playbooks(),
    )


def policy_of(city: CitySpec) -> Policy:
    return Policy(issue=IssueMode(city.issue))
