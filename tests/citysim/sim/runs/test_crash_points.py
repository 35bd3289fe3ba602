"""Crash points: named, counted, and the power fails exactly there."""

import pytest

from citybrain.journal.memory import Boundary, Crashed
from citysim.sim.machine.disk import Disk
from citysim.sim.random_streams import RandomStreams
from citysim.sim.runs.crash_points import (
    CrashPoint,
    FaultFreeRun,
    crash_tasks,
    fault_free_run,
    parse_crash_point,
    run_crash,
)
from citysim.sim.runs.scenario_runner import PRODUCTION


@pytest.fixture(scope="module")
def fault_free():
    return fault_free_run(PRODUCTION, 5)


def test_a_crash_point_has_a_name_that_is_parsed_back():
    crash_point = CrashPoint(computer="district/north", write=17, boundary=Boundary.DURING)
    assert str(crash_point) == "district/north:17:during"
    assert parse_crash_point(str(crash_point)) == crash_point


@pytest.mark.parametrize("text", ["city", "city:x:before", "city:1:later", ":1:before"])
def test_a_malformed_crash_point_is_refused(text):
    with pytest.raises(ValueError, match="COMPUTER:WRITE"):
        parse_crash_point(text)


def test_there_are_three_for_every_write_of_every_computer(fault_free):
    assert len(fault_free.crash_points()) == 3 * sum(fault_free.writes.values())
    assert set(fault_free.writes) > {"city"} and all(
        count > 0 for count in fault_free.writes.values()
    )


def test_a_disk_crashes_at_the_named_write_only_and_once():
    disk = Disk(RandomStreams(1).named("disk"))
    disk.crash_at, disk.crash_on_write = Boundary.DURING, 3
    crashes = []
    for write in range(1, 6):
        try:
            for boundary in Boundary:
                disk.on_boundary(boundary)
        except Crashed as crash:
            crashes.append((write, str(crash)))
    assert crashes == [(3, "the power went during write 3")]


def test_a_crash_at_the_first_write_of_all_is_recovered_from(fault_free):
    crash_point = CrashPoint(computer="city", write=1, boundary=Boundary.BEFORE)
    one_write = FaultFreeRun(scenario=fault_free.scenario, writes={"city": 1})
    tasks = crash_tasks(PRODUCTION, one_write)
    (task,) = [task for task in tasks if task.crash_point == crash_point]
    result = run_crash(task)
    assert result.crashed
    assert result.verdict.kept, result.verdict.violations


def test_a_sample_is_the_same_each_time(fault_free):
    first, second = (
        [task.crash_point for task in crash_tasks(PRODUCTION, fault_free, sample=9)]
        for _ in range(2)
    )
    assert first == second and len(set(map(str, first))) == 9
