"""Where a drawn city's districts, edge boxes and units stand."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.geo import distance_m, is_valid
from citybrain.structs import replace
from citysim.life.load import street_life
from citysim.life.values import CAMERA, SENSOR, CrewLife
from citysim.sim.generator.layout import DISTRICT_SPACING_M, HOT_SPOT_SPREAD_M, RADIUS_M, lay_out
from citysim.sim.random_streams import RandomStreams
from citysim.sim.street.agent_setup import agent_setup


def a_layout(seed=1, districts=3, boxes=30, units=60, life=None):
    rng = RandomStreams(seed).named("layout")
    return lay_out(rng, districts=districts, boxes=boxes, units=units, life=life)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    districts=st.integers(1, 9),
    boxes=st.integers(0, 40),
    units=st.integers(0, 40),
)
def test_a_city_has_the_requested_number_of_everything_with_unique_names(
    seed, districts, boxes, units
):
    city = a_layout(seed, districts, boxes, units).city
    assert len(city.districts) == len({d.district for d in city.districts}) == districts
    assert len({box.agent for _, box in city.boxes()}) == boxes
    assert len({unit.unit for _, unit in city.units()}) == units
    assert (
        max(len(d.boxes) for d in city.districts) - min(len(d.boxes) for d in city.districts) <= 1
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_box_has_a_source_and_a_severity_of_its_incident_kind(seed):
    for _, box in a_layout(seed).city.boxes():
        assert box.life in street_life().of_source(box.source)
        assert box.severity in [severity for severity, _ in box.life.severities]
        setup = agent_setup(box)
        assert len(setup.cameras) + len(setup.sensors) == 1


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), districts=st.integers(2, 8))
def test_every_district_has_a_patrol_and_the_city_a_pump_but_not_everywhere(seed, districts):
    city = a_layout(seed, districts, 10, 2 * districts).city
    assert all(
        any("patrol" in unit.capabilities for unit in district.units) for district in city.districts
    )
    assert any("pump" in unit.capabilities for _, unit in city.units())


def test_a_third_of_the_boxes_have_cameras_and_every_district_has_both():
    city = a_layout().city
    assert sum(box.source == CAMERA for _, box in city.boxes()) == 10
    for districts in range(1, 8):
        for district in a_layout(districts=districts, boxes=3 * districts).city.districts:
            assert sorted(box.source for box in district.boxes) == [CAMERA, SENSOR, SENSOR]


def test_boxes_and_units_are_in_their_district_and_districts_are_apart():
    city = a_layout().city
    for district in city.districts:
        for each in (*district.boxes, *district.units):
            assert is_valid(each.place)
            assert distance_m(each.place, district.centre) < 2 * RADIUS_M + 4 * HOT_SPOT_SPREAD_M
    assert distance_m(city.districts[0].centre, city.districts[1].centre) == pytest.approx(
        DISTRICT_SPACING_M, rel=0.01
    )


def test_intensities_differ_widely_and_their_mean_is_one():
    intensities = [each for seed in range(20) for _, each in a_layout(seed).intensity]
    assert sum(intensities) / len(intensities) == pytest.approx(1.0)
    assert max(intensities) > 3 * min(intensities)


def test_boxes_are_clustered():
    """More than a third have a neighbour closer than half the mean distance of uniform points."""
    near = 0
    for seed in range(30):
        boxes = a_layout(seed, districts=1, boxes=30).city.districts[0].boxes
        near += sum(
            min(distance_m(a.place, b.place) for b in boxes if b is not a) < RADIUS_M / 30**0.5 / 2
            for a in boxes
        )
    assert near / (30 * 30) > 0.33


def test_pumps_are_slower_than_patrols():
    units = [unit for seed in range(10) for _, unit in a_layout(seed).city.units()]
    patrols, pumps = (
        [u.speed_mps for u in units if u.capabilities == (capability,)]
        for capability in ("patrol", "pump")
    )
    assert sum(pumps) / len(pumps) < sum(patrols) / len(patrols)


def test_the_same_seed_is_the_same_city_and_another_one_is_another():
    assert a_layout(7) == a_layout(7)
    assert all(a_layout(a) != a_layout(b) for a, b in pairwise(range(10)))


def test_a_source_that_no_kind_needs_is_the_other_one():
    life = street_life()
    only_gauges = replace(life, kinds=tuple(k for k in life.kinds if k.source == SENSOR))
    city = a_layout(3, life=only_gauges).city
    assert {box.source for _, box in city.boxes()} == {SENSOR}


def test_a_crew_that_nobody_else_can_replace_is_always_in_the_city():
    life = street_life()
    diver = CrewLife(capabilities=("dive",), share=0.0, speed_mps=(5.0, 8.0))
    with_divers = replace(life, crews=(*life.crews, diver))
    for seed in range(20):
        city = a_layout(seed, 2, 4, 4, life=with_divers).city
        assert [u.unit for _, u in city.units() if "dive" in u.capabilities]
