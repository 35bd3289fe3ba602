"""A district's and the city's configuration, from their specs and the city's packs."""

from citybrain.localized_name import LocalizedName
from citysim.life.values import CityLife
from citysim.sim.nodes.called_people import PAGING
from citysim.sim.scenario import CitySpec, DistrictSpec
from coordinator.policy import IssueMode, Policy
from district_node.inputs import Setup, UnitSetup


def setup_of(spec: DistrictSpec, life: CityLife) -> Setup:
    """Every district has the playbooks of all packs of the city."""
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
        playbooks=life.playbooks,
        packs=life.packs,
        paging=PAGING,
    )


def policy_of(city: CitySpec) -> Policy:
    return Policy(issue=IssueMode(city.issue))
