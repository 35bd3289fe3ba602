"""Attack 7: a unit's position set to 0,0 takes it out of reach of everything."""

import asyncio
import logging

from attacked_district import HERE, AttackedDistrict

from citybrain.domain.crew import CrewPosition
from citybrain.domain.principal import Role, unauthenticated
from citybrain.geo import Point
from district_node.api.units import unit_list
from district_node.inputs import CrewPositionReported, UnitSetup

UNIT = UnitSetup(unit="unit-1", name="One", capabilities=("patrol",), place=HERE, speed_mps=8.0)
NOWHERE = Point(lat=0.0, lon=0.0)


def attacked(folder, attack):
    async def run():
        async with AttackedDistrict(folder, UNIT) as district:
            await attack(district)

    asyncio.run(run())


def shown(district):
    parts = district.district
    units = unit_list(lambda: district.loop.state, parts.positions.of)
    return units.row(units.items()["unit-1"], district.clock.now())


def test_a_position_that_the_unit_could_not_have_reached_is_doubted_and_shown(tmp_path, caplog):
    caplog.set_level(logging.WARNING)

    async def attack(district):
        position = CrewPosition(unit="unit-1", place=NOWHERE, at=district.clock.now())
        assert (await district.district.crew_console.report(position)).done, "it may say so"
        row = shown(district)
        assert (row.place.latitude, row.place.longitude) == (HERE.lat, HERE.lon)
        assert (row.doubtful.place.latitude, row.doubtful.place.longitude) == (0.0, 0.0)
        unit = district.loop.state.roster.units["unit-1"]
        assert unit.place == HERE, "plans go on with the last one that is believed"
        district.send_item("box-1", 1)
        await district.until(lambda: district.loop.state.incidents, "a case")
        assert district.loop.state.roster.units["unit-1"].order, "it is sent as before"
        assert district.registry.value("district_positions_doubtful_total") == 1

    attacked(tmp_path, attack)
    (line,) = [r.message for r in caplog.records if "doubtful" in r.message]
    assert "unit-1" in line


def test_the_phone_s_clock_gives_it_no_more_time(tmp_path):
    async def attack(district):
        place = Point(lat=HERE.lat + 1.0, lon=HERE.lon)
        for place_now, at in ((HERE, 1), (place, district.clock.now() + 10**13)):
            given = CrewPositionReported(
                position=CrewPosition(unit="unit-1", place=place_now, at=at),
                principal=unauthenticated("unit-1", Role.CREW),
            )
            await asyncio.wrap_future(district.loop.submit(given))
        assert district.loop.state.roster.units["unit-1"].place == HERE

    attacked(tmp_path, attack)


def test_a_time_of_its_phone_far_ahead_does_not_silence_the_unit(tmp_path):
    async def attack(district):
        crew, there = district.district.crew_console, Point(lat=HERE.lat + 0.001, lon=HERE.lon)
        ahead = CrewPosition(unit="unit-1", place=HERE, at=district.clock.now() + 10**13)
        await crew.report(ahead)
        await crew.report(CrewPosition(unit="unit-1", place=there, at=district.clock.now()))
        assert district.district.positions.of("unit-1").place == there

    attacked(tmp_path, attack)
