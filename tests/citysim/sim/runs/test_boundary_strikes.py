"""Every boundary of every write: named, counted, and struck exactly there."""

import pytest

from citybrain.journal.memory import Boundary
from citysim.sim.dice import Dice
from citysim.sim.machine.disk import Disk
from citysim.sim.runs.boundaries import Calm, Edge, calm_story, read_edge, strike, strikes
from citysim.sim.runs.teller import PRODUCTION


@pytest.fixture(scope="module")
def calm():
    return calm_story(PRODUCTION, 5)


def test_a_boundary_has_a_name_that_is_read_back():
    edge = Edge(computer="district/north", write=17, boundary=Boundary.DURING)
    assert str(edge) == "district/north:17:during"
    assert read_edge(str(edge)) == edge


@pytest.mark.parametrize("text", ["city", "city:x:before", "city:1:later", ":1:before"])
def test_what_is_no_boundary_is_said(text):
    with pytest.raises(ValueError, match="COMPUTER:WRITE"):
        read_edge(text)


def test_there_are_three_for_every_write_of_every_computer(calm):
    assert len(calm.edges()) == 3 * sum(calm.writes.values())
    assert set(calm.writes) > {"city"} and all(count > 0 for count in calm.writes.values())


def test_a_disk_strikes_at_the_named_write_only_and_once():
    from citybrain.journal.memory import Crashed

    disk = Disk(Dice(1).of("disk"))
    disk.strikes_at, disk.strikes_on = Boundary.DURING, 3
    struck = []
    for write in range(1, 6):
        try:
            for boundary in Boundary:
                disk.strike(boundary)
        except Crashed as crash:
            struck.append((write, str(crash)))
    assert struck == [(3, "the power went during write 3")]


def test_the_first_write_of_all_can_be_struck_and_the_story_goes_on_to_its_end(calm):
    edge = Edge(computer="city", write=1, boundary=Boundary.BEFORE)
    (work,) = [
        s
        for s in strikes(PRODUCTION, Calm(scenario=calm.scenario, writes={"city": 1}))
        if s.edge == edge
    ]
    struck = strike(work)
    assert struck.happened
    assert struck.verdict.kept, struck.verdict.broken


def test_a_sample_is_the_same_each_time(calm):
    one, other = ([s.edge for s in strikes(PRODUCTION, calm, sample=9)] for _ in range(2))
    assert one == other and len(set(map(str, one))) == 9
