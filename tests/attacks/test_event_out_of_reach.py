"""A believed box may still name any place: nobody is sent far out of its district for it."""

import asyncio
import logging

import pytest
from attacked_district import HERE, AttackedDistrict
from principals import OPERATOR

from citybrain.domain.console import OperatorAction
from citybrain.geo import Point, toward
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OperatorVerb, Severity
from district_node.inputs import OperatorActed, UnitSetup
from district_node.limits import EVENT_REACH

UNIT = UnitSetup(unit="unit-1", name="One", capabilities=("patrol",), place=HERE, speed_mps=8.0)
NORTH = Point(lat=HERE.lat + 5.0, lon=HERE.lon)


def attacked(folder, attack):
    async def run():
        async with AttackedDistrict(folder, UNIT) as district:
            await attack(district)

    asyncio.run(run())


def severe_at(district, metres):
    return replace(district.alarm("e1", Severity.EXTREME), place=toward(HERE, NORTH, metres))


async def begun(district, metres):
    district.send_item("box-1", 1, severe_at(district, metres))
    await district.until(lambda: district.loop.state.incidents, "a case")
    (incident,) = district.loop.state.incidents.values()
    return incident


def the_unit(district):
    return district.loop.state.roster.units["unit-1"]


@pytest.mark.parametrize("factor", [1.1, 4.0])
def test_a_case_far_outside_is_shown_and_waits_for_a_person(tmp_path, caplog, factor):
    caplog.set_level(logging.WARNING)

    async def attack(district):
        incident = await begun(district, factor * EVENT_REACH.value)
        assert incident.stage is IncidentStage.REPORTED
        assert "place_doubtful" in [line.code for line in incident.history]
        assert the_unit(district).order is None and not incident.slots
        district.send_item("box-1", 2, severe_at(district, factor * EVENT_REACH.value))
        await district.settle()
        assert the_unit(district).order is None, "however often it says so"
        action = OperatorAction(
            request="r1",
            operator="Li",
            incident=incident.incident,
            verb=OperatorVerb.OPEN,
            reason="",
        )
        given = OperatorActed(action=action, principal=OPERATOR)
        await asyncio.wrap_future(district.loop.submit(given))
        assert the_unit(district).order, "a person vouches for it"

    attacked(tmp_path, attack)
    (line,) = [r.getMessage() for r in caplog.records if "waits for a person" in r.getMessage()]
    assert "km from the district's centre" in line


def test_an_incident_within_the_district_s_reach_is_dispatched(tmp_path):
    async def attack(district):
        incident = await begun(district, 0.9 * EVENT_REACH.value)
        assert incident.stage is not IncidentStage.REPORTED
        assert the_unit(district).order

    attacked(tmp_path, attack)
