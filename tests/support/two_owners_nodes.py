"""The nodes of the two-owners tests: one city and three districts with their units, each on the
production cores.
"""

from tier_under_test import TierUnderTest

from citybrain.geo import Point
from coordinator import inputs as city_inputs
from coordinator.city_cores import city_cores
from coordinator.policy import IssueMode, Policy
from district_node import inputs as district_inputs
from district_node.district_cores import district_cores
from district_node.playbook import LocalizedName
from district_node.playbooks.load import load_playbooks

PLACES = {
    "north": Point(lat=30.70, lon=104.06),
    "south": Point(lat=30.66, lon=104.06),
    "east": Point(lat=30.68, lon=104.10),
}
UNITS = {"north": 2, "south": 0, "east": 1}
POLICY = Policy(
    issue=IssueMode.AUTO,
    promise_ttl_s=8.0,
    propose_s=5.0,
    issue_s=6.0,
    accept_s=20.0,
    withdraw_s=5.0,
    avoid_s=5.0,
    replan_s=3.0,
)


def city_node(clock):
    return TierUnderTest(
        "city",
        city_cores(),
        lambda store: city_inputs.NodeStarted(policy=POLICY, epoch=store.epoch()),
        clock,
    )


def district_node(name, clock):
    units = tuple(
        district_inputs.UnitSetup(
            unit=f"{name}-{i}",
            name=f"{name} {i}",
            capabilities=("patrol",),
            place=PLACES[name],
            speed_mps=8.0,
        )
        for i in range(UNITS[name])
    )
    setup = district_inputs.Setup(
        district=name,
        name=LocalizedName(en=name, zh=name),
        centre=PLACES[name],
        units=units,
        playbooks=tuple(p for p in load_playbooks() if p.kind == "crowding"),
    )
    return TierUnderTest(
        name,
        district_cores(),
        lambda store: district_inputs.NodeStarted(setup=setup, epoch=store.epoch()),
        clock,
    )
