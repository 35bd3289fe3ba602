"""The district dispatches by the travel times in force, records which, and goes on by great circle
when they are faulty.
"""

import numpy as np
import pytest
from road_travel import ROADS, Lying, first_second

from citybrain.decider.command import Notice
from citybrain.decider.decider import Decider
from citybrain.journal.memory import MemoryStore
from citybrain.structs import Struct
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import NearestOrigins
from citybrain.travel.values import Origins
from citybrain.travel.version import TravelVersion
from district_node.district_cores import district_cores
from district_node.inputs import NodeStarted
from district_node.shell.assembly import first_input


class Ferry(Struct, frozen=True):
    """Units south of the river wait for a ferry: an hour more, however near they are by air."""

    south_of: float

    @property
    def version(self):
        return TravelVersion(name="ferry", version="1")

    def seconds(self, origins, destinations, pairs, at):
        straight_s = GREAT_CIRCLE.seconds(origins, destinations, pairs, at)
        is_south = origins.places.lat[pairs.origin] < self.south_of
        return straight_s + np.where(is_south, 3600.0, 0.0)

    def index(self, origins: Origins) -> NearestOrigins:
        raise AssertionError("a district asks for pairs only")


@pytest.fixture
def by(scenario):
    """The scenario's district with other travel times."""

    def made(travel):
        scenario.decider = Decider(district_cores(travel), scenario.store)
        return scenario

    return made


def who_was_sent(scenario):
    return [slot.unit for i in scenario.state.incidents.values() for slot in i.slots]


def two_units(scenario):
    """Both north of the incident, the far one further north."""
    near = scenario.a_unit("riverside-near", metres=200)
    return near, scenario.a_unit("riverside-far", metres=900)


def test_the_unit_goes_that_is_there_first_by_these_times(by):
    district = by(GREAT_CIRCLE)
    district.start(*two_units(district)).send_event()
    assert who_was_sent(district) == ["riverside-near"]


def test_another_unit_goes_where_the_way_of_the_nearest_is_long(by, scenario):
    district = by(Ferry(south_of=scenario.near(500).lat))
    district.start(*two_units(district)).send_event()
    assert who_was_sent(district) == ["riverside-far"]


def test_a_unit_that_no_road_leads_from_is_not_there_and_the_city_is_asked(by):
    nobody = Lying(GREAT_CIRCLE, times=lambda seconds: np.full(len(seconds), np.inf))
    district = by(nobody)
    district.start(*two_units(district)).send_event()
    assert who_was_sent(district) == [None]


@pytest.mark.parametrize("value", [np.nan, -5.0])
def test_with_faulty_times_it_goes_on_by_great_circle_and_says_so(by, value):
    district = by(Lying(ROADS, times=first_second(value)))
    commands = district.start(*two_units(district)).send_event()
    assert who_was_sent(district) == ["riverside-near"]
    said = [c for c in commands if isinstance(c, Notice) and c.code == "travel_times_faulty"]
    assert [notice.subject for notice in said] == ["roads-of-a-test/2026-07"]
    assert f"a time of {value} s" in said[0].detail


class Gone(Ferry, frozen=True):
    """Its road data cannot be read any more."""

    def seconds(self, origins, destinations, pairs, at):
        raise OSError(5, "Input/output error")


class Alike(Ferry, frozen=True):
    """Answers with a list, which is no array."""

    def seconds(self, origins, destinations, pairs, at):
        return [1.0] * len(pairs.origin)


@pytest.mark.parametrize(("adapter", "fault"), [(Gone, "OSError"), (Alike, "AttributeError")])
def test_an_event_is_taken_whatever_the_adapter_of_travel_times_raises(by, adapter, fault):
    district = by(adapter(south_of=0.0))
    commands = district.start(*two_units(district)).send_event()
    assert who_was_sent(district) == ["riverside-near"]
    (said,) = [c for c in commands if isinstance(c, Notice) and c.code == "travel_times_faulty"]
    assert f"no answer ({fault})" in said.detail


def test_a_start_records_by_which_times_the_run_dispatches(scenario):
    setup = scenario.start().state.setup
    store = MemoryStore()
    assert first_input(setup, store).travel == GREAT_CIRCLE.version
    assert first_input(setup, store, ROADS).travel == ROADS.version


def test_a_start_that_is_older_than_the_port_was_by_great_circle(scenario):
    assert NodeStarted(setup=scenario.start().state.setup).travel == GREAT_CIRCLE.version


def test_other_travel_times_are_other_code():
    """So that no journal is replayed by times that did not decide it."""
    assert district_cores().code == district_cores(GREAT_CIRCLE).code
    assert district_cores(ROADS).code != district_cores().code
    assert district_cores(ROADS).code == district_cores(ROADS).code


def test_the_same_inputs_by_the_same_times_are_the_same_decisions(by, scenario):
    district = by(ROADS)
    district.start(*two_units(district)).send_event()
    again = Decider(district_cores(ROADS), scenario.store)
    assert again.divergence is None
    assert again.state == district.state
