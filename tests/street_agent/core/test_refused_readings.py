"""What is no reading is skipped, counted and shown; a sensor of nonsense is blind, because."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Timestamp
from citybrain.vocabulary import Phase, Visibility
from street_agent.core.inputs import ReadingRefused

STALE_S = 10.0  # of the box's sensor


def refuse(box, *, step_s=1.0, times=1, reason="unreadable", source="level-1"):
    for _ in range(times):
        box.wait(step_s)
        box.give(
            ReadingRefused(source=source, at=Timestamp(box.at), reason=reason, detail="line 3")
        )
    return box


def sensor(box):
    return box.state.sensors["level-1"]


def known(box):
    log = sensor(box).source.coverage
    return log.visibility, log.reason


def test_one_between_others_changes_nothing_and_is_counted(box):
    box.read(0.5).read(0.5)
    count = len(box.intervals)
    refuse(box).read(0.5)
    assert len(box.intervals) == count
    assert known(box) == (Visibility.OBSERVED, "")
    assert (sensor(box).readings, sensor(box).refused) == (4, 1)


@pytest.mark.parametrize("reason", ["unreadable", "not_a_number"])
def test_a_sensor_of_nonsense_is_blind_for_that_reason_from_its_last_reading_on(box, reason):
    box.read(0.5)
    last = box.at
    refuse(box, times=11, reason=reason)
    assert known(box) == (Visibility.BLIND, reason)
    assert box.intervals[-1].since == last
    box.read(0.5)
    assert known(box) == (Visibility.OBSERVED, "")


def test_one_that_never_gave_a_reading_is_blind_for_what_it_gives(box):
    assert known(box) == (Visibility.BLIND, "starting")
    refuse(box)
    assert known(box) == (Visibility.BLIND, "unreadable")


def test_silence_after_nonsense_is_blindness_for_the_nonsense(box):
    box.read(0.5)
    refuse(box).wait(STALE_S + 1).tick()
    assert known(box) == (Visibility.BLIND, "unreadable")


def test_nonsense_of_two_kinds_makes_no_flood_of_intervals(box):
    box.read(0.5)
    count = len(box.intervals)
    for n in range(1_000):
        refuse(box, step_s=0.1, reason=("unreadable", "not_a_number")[n % 2])
    assert len(box.intervals) == count + 1  # blind, from its only reading on
    assert sensor(box).refused == 1_000


def test_no_rule_is_given_a_value_that_is_none(box):
    for _ in range(5):
        box.read(float("inf")).read(float("nan"))
    assert box.events == []
    box.read(1.5)
    assert [event.phase for event in box.events] == [Phase.START]


def test_blind_time_counts_for_no_rule(box):
    """A high level is over after two observed seconds without it, and the first reading after a
    blind time observed none."""
    box.read(1.5)
    refuse(box, times=11)
    box.read(0.5)
    assert [event.phase for event in box.events] == [Phase.START]
    box.read(0.5).read(0.5).read(0.5)
    assert [event.phase for event in box.events] == [Phase.START, Phase.END]


def test_one_of_an_unknown_source_changes_nothing(box):
    before = box.state
    refuse(box, source="unknown")
    assert box.state is before


@given(st.lists(st.tuples(st.booleans(), st.floats(0.01, 15.0)), max_size=40))
def test_every_second_is_accounted_for_and_observed_is_never_long_without_a_reading(
    config_maker, agent_maker, course
):
    box = agent_maker(config_maker().setup({"tiny": 0.3}))
    begun = box.at
    last = None
    for is_reading, step_s in course:
        if is_reading:
            box.read(0.5, step_s=step_s)
            last = box.at
        else:
            refuse(box, step_s=step_s)
        log = sensor(box).source.coverage
        assert log.total_us <= box.at - begun
        if log.visibility is Visibility.OBSERVED:
            assert last is not None and box.at - last <= STALE_S * SECOND_US
