"""For every second: observed, degraded or blind, and why. Changes are emitted, and no time is
counted twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import SECOND_US
from citybrain.vocabulary import Visibility
from street_agent.core import coverage_log

BEGIN = 1_000 * SECOND_US
visibilities = st.sampled_from(
    [
        (Visibility.OBSERVED, ""),
        (Visibility.DEGRADED, "too_blurry"),
        (Visibility.BLIND, "signal_loss"),
        (Visibility.BLIND, "frozen"),
    ]
)


def test_blindness_and_recovery_are_emitted_as_intervals(box):
    box.observe(0, times=5).wait(1.5).visibility(Visibility.BLIND, "signal_loss", ago_s=1.5)
    lost = box.at - round(1.5 * SECOND_US)
    closed, open_ = box.intervals[-2:]
    assert (closed.visibility, closed.until) == (Visibility.OBSERVED, lost)
    assert (open_.visibility, open_.reason, open_.since, open_.until) == (
        Visibility.BLIND,
        "signal_loss",
        lost,
        None,
    )
    box.wait(3).visibility().observe(0)
    assert box.intervals[-1].visibility is Visibility.OBSERVED


def test_an_unchanged_visibility_is_not_emitted_again(box):
    box.observe(0, times=5)
    count = len(box.intervals)
    box.observe(0, times=50).tick()
    assert len(box.intervals) == count


def test_unprocessed_pictures_are_few_looks_and_then_blindness(box):
    box.observe(0, times=5)
    last = box.at
    box.wait(2.5).tick()
    assert visibility_of(box) == (Visibility.DEGRADED, "too_few_looks", last)
    box.wait(3.0).tick()
    assert visibility_of(box) == (Visibility.BLIND, "not_processed", last)
    box.observe(0)
    assert visibility_of(box) == (Visibility.BLIND, "not_processed", last), (
        "one look observed no time"
    )
    first = box.at
    box.observe(0)
    assert visibility_of(box) == (Visibility.OBSERVED, "", first)


def visibility_of(box):
    last = box.intervals[-1]
    return last.visibility, last.reason, last.since


def test_the_time_between_two_runs_is_declared(new_box):
    new_box.begin(last_alive=new_box.at - 60 * SECOND_US)
    down = [s for s in new_box.intervals if s.reason == "agent_down"]
    assert [s.source for s in down] == ["cam-1", "level-1"]
    assert all(s.until - s.since == 60 * SECOND_US for s in down)


def test_a_silent_sensor_is_blind_from_its_last_reading(box):
    box.read(0.5)
    last = box.at
    box.wait(11).tick()
    assert (
        box.intervals[-1].source,
        box.intervals[-1].reason,
        box.intervals[-1].since,
    ) == (
        "level-1",
        "silent",
        last,
    )
    box.read(0.5)
    assert box.intervals[-1].visibility is Visibility.OBSERVED


def test_implausible_readings_are_a_fault_of_the_sensor(config, new_box):
    one = config(
        sensor=[
            {
                "id": "level-1",
                "source": "x",
                "place": {"lat": 1, "lon": 2},
                "range": [0, 5],
                "stuck_s": 3,
                "rule": [],
            }
        ]
    )
    new_box.setup = one.setup({"tiny": 0.3})
    new_box.begin().read(99.0)
    assert new_box.intervals[-1].reason == "out_of_range"
    for _ in range(5):
        new_box.read(2.0)
    assert (new_box.intervals[-1].visibility, new_box.intervals[-1].reason) == (
        Visibility.DEGRADED,
        "stuck",
    )
    assert new_box.events == []


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_is_no_number_is_a_fault_of_the_sensor_whatever_its_range(config, new_box, value):
    sensor = {
        "id": "level-1",
        "source": "x",
        "place": {"lat": 1, "lon": 2},
    }
    rule = {"id": "high", "incident_kind": "waterlogging", "above": 1.2, "below": 1.0}
    new_box.setup = config(sensor=[{**sensor, "rule": [rule]}]).setup({"tiny": 0.3})
    new_box.begin().read(value)
    assert new_box.intervals[-1].reason == "not_a_number"
    assert new_box.events == []
    new_box.read(0.5)
    assert new_box.intervals[-1].visibility is Visibility.OBSERVED


@given(st.lists(st.tuples(visibilities, st.floats(0, 5), st.floats(0, 3)), max_size=30))
def test_every_microsecond_is_counted_once_whatever_is_noticed_late(course):
    log, emitted = coverage_log.begin("cam", BEGIN)
    at, intervals = BEGIN, list(emitted)
    for (visibility, reason), passed_s, late_s in course:
        at += round(passed_s * SECOND_US)
        log, emitted = coverage_log.change(
            log, visibility, reason, at - round(late_s * SECOND_US), at
        )
        intervals.extend(emitted)
        assert log.total_us == at - BEGIN
        assert min(log.observed_us, log.degraded_us, log.blind_us) >= 0
    opened = [i for i in intervals if i.until is None]
    assert [i.since for i in opened] == sorted(i.since for i in opened)
    assert (opened[-1].visibility, opened[-1].reason) == (log.visibility, log.reason)
