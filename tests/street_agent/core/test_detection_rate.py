"""How often a camera is looked at: asked, floor and served, and what follows for its coverage."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Timestamp
from citybrain.vocabulary import Phase, Visibility
from street_agent.core import coverage_log, detection_rate
from street_agent.core.detection_rate import DetectionRate, RateLimits

BEGIN = Timestamp(1_000 * SECOND_US)
LIMITS = RateLimits(asked_fps=5.0, floor_fps=1.0)
PLACE = {"lat": 30.66, "lon": 104.06}


def served(*intervals_s, then_s=0.0):
    rate, at = detection_rate.begin(DetectionRate(), BEGIN), BEGIN
    rate = detection_rate.look(rate, LIMITS, at, is_gap=False)
    for interval_s in intervals_s:
        at = Timestamp(at + round(interval_s * SECOND_US))
        rate = detection_rate.look(rate, LIMITS, at, is_gap=False)
        rate = detection_rate.wait(rate, LIMITS, at)
    return rate, Timestamp(at + round(then_s * SECOND_US))


@pytest.mark.parametrize(
    ("asked", "configured", "floor"),
    [(5.0, None, 1.0), (1.5, None, 1.0), (0.8, None, 0.8), (0.2, None, 0.5), (5.0, 3.0, 3.0)],
)
def test_the_floor_is_what_is_asked_for_but_between_a_half_and_one(asked, configured, floor):
    assert detection_rate.floor_of(asked, configured) == floor


def test_served_is_the_mean_of_the_last_looks_and_less_when_one_is_overdue():
    rate, at = served(*[0.25] * 20)
    assert detection_rate.served_fps(rate, at) == 4.0
    assert detection_rate.served_fps(rate, Timestamp(at + SECOND_US // 4)) == 4.0
    assert detection_rate.served_fps(rate, Timestamp(at + 3 * SECOND_US)) == pytest.approx(1.6 / 3)
    assert detection_rate.served_fps(DetectionRate(), at) == 0.0


@pytest.mark.parametrize(
    ("asked", "took_s", "served"),
    [
        ((5.0,), (0.02,), (5.0,)),
        ((5.0,), (0.5,), (2.0,)),
        ((5.0,) * 16, (0.05,) * 16, (1.25,) * 16),
        ((1.0, 5.0), (0.2, 0.2), (1.0, 4.0)),  # what one does not ask for is the other's
        ((5.0, 1.0, 5.0), (0.1, 0.5, 0.1), (2.5, 1.0, 2.5)),
        ((10.0, 10.0), (0.1, 0.3), (2.5, 2.5)),  # in turns: a slow model slows all alike
        ((), (), ()),
        ((5.0, 5.0), (0.0, 0.0), (5.0, 5.0)),
    ],
)
def test_what_will_be_served_is_divided_as_the_detector_does(asked, took_s, served):
    assert detection_rate.predicted_fps(asked, took_s) == pytest.approx(served)


@given(st.lists(st.tuples(st.floats(0.1, 60), st.floats(0.001, 2)), min_size=1, max_size=16))
def test_a_prediction_fills_the_detector_and_starves_nobody(cameras):
    asked, took_s = zip(*cameras, strict=True)
    predicted = detection_rate.predicted_fps(asked, took_s)
    load = sum(fps * took for fps, took in zip(predicted, took_s, strict=True))
    assert load <= 1 + 1e-6
    short = [fps for fps, wanted in zip(predicted, asked, strict=True) if fps < wanted - 1e-9]
    assert not short or load == pytest.approx(1)
    assert all(fps == pytest.approx(max(predicted)) for fps in short)


def camera_box(config, agent_maker, *, asked=5.0, rule=None, **camera):
    rules = [rule] if rule is not None else []
    one = {"id": "cam-1", "source": "x.avi", "place": PLACE, "model": "tiny", "rule": rules}
    setup = config(camera=[{**one, "detect_fps": asked, **camera}]).setup({"tiny": 0.3})
    return agent_maker(setup).visibility()


FIVE = {
    "id": "crowd",
    "kind": "objects_inside",
    "incident_kind": "crowding",
    "zone": [[0, 0], [1, 0], [1, 1], [0, 1]],
    "at_least": 5,
    "hold_s": 1.0,
}


def known(box):
    log = box.state.cameras["cam-1"].source.coverage
    return log.visibility, log.reason


def seconds(box):
    return coverage_log.seconds(
        coverage_log.extend(box.state.cameras["cam-1"].source.coverage, Timestamp(box.at))
    )


@pytest.mark.parametrize("asked", [5.0, 1.5, 1.0])
@pytest.mark.parametrize("step_s", [0.2, 0.5, 0.667, 0.9, 1.0, 1.1, 1.2])
def test_at_the_floor_and_above_five_people_are_said_within_ten_seconds(
    config, agent_maker, asked, step_s
):
    """1.5 looks a second, asked or forced by load, once said nothing at all."""
    box = camera_box(config, agent_maker, asked=asked, rule=FIVE)
    box.observe(5, step_s=step_s, times=round(10 / step_s)).tick()
    assert [event.phase for event in box.events[:1]] == [Phase.START]
    assert known(box) == (Visibility.OBSERVED, "")


@pytest.mark.parametrize("step_s", [1.5, 2.0, 3.0, 4.9])
def test_below_the_floor_it_is_degraded_all_along_and_still_says_what_it_sees(
    config, agent_maker, step_s
):
    box = camera_box(config, agent_maker, rule=FIVE)
    box.observe(5, step_s=step_s, times=12).tick()
    assert known(box) == (Visibility.DEGRADED, "too_few_looks")
    observed_s, degraded_s, blind_s = seconds(box)
    assert observed_s <= step_s + 0.01 and blind_s == 0.0
    assert degraded_s == pytest.approx(11 * step_s, rel=0.1)
    assert [event.phase for event in box.events[:1]] == [Phase.START]
    states = [interval.visibility for interval in box.intervals if interval.source == "cam-1"]
    assert states.count(Visibility.DEGRADED) == 1, "it does not flap"


def test_looks_that_are_too_far_apart_are_blindness_and_no_rule_counts_them(config, agent_maker):
    box = camera_box(config, agent_maker, rule=FIVE)
    box.observe(5, step_s=6.0, times=12).tick()
    assert known(box) == (Visibility.BLIND, "not_processed")
    assert box.events == []


def test_one_that_asks_for_less_than_any_floor_is_degraded(config, agent_maker):
    box = camera_box(config, agent_maker, asked=0.25)
    box.observe(0, step_s=4.0, times=5).tick()
    assert known(box) == (Visibility.DEGRADED, "too_few_looks")


def test_a_floor_of_its_own_is_kept(config, agent_maker):
    box = camera_box(config, agent_maker, floor_fps=4.0)
    box.observe(0, step_s=0.5, times=10)
    assert known(box) == (Visibility.DEGRADED, "too_few_looks")
    box.observe(0, step_s=0.2, times=12)
    assert known(box) == (Visibility.OBSERVED, "")


def test_one_late_look_among_many_changes_nothing(config, agent_maker):
    box = camera_box(config, agent_maker)
    box.observe(0, times=10)
    count = len(box.intervals)
    box.observe(0, step_s=1.8).tick().observe(0, times=10)
    assert len(box.intervals) == count


def test_a_blind_camera_has_no_looks_to_miss_and_what_it_was_before_counts_not(config, agent_maker):
    box = camera_box(config, agent_maker)
    box.observe(0, times=5).visibility(Visibility.BLIND, "signal_loss").wait(60).tick()
    assert known(box) == (Visibility.BLIND, "signal_loss")
    box.visibility().observe(0)
    assert known(box) == (Visibility.OBSERVED, "")


def test_blurred_pictures_that_are_rare_are_blurred(config, agent_maker):
    box = camera_box(config, agent_maker)
    box.visibility(Visibility.DEGRADED, "too_blurry").observe(0, step_s=1.5, times=9)
    assert known(box) == (Visibility.DEGRADED, "too_blurry")


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.floats(0.05, 8.0), min_size=1, max_size=40))
def test_no_second_is_observed_that_is_further_from_a_look_than_the_floor_allows(
    config_maker, agent_maker, steps
):
    """Whatever the detector does; told of each second is what was said of it last."""
    box = camera_box(config_maker, agent_maker)
    looks, begun = [box.at], box.at
    for step_s in steps:
        for _ in range(int(step_s / 0.5)):
            box.wait(0.5).tick()
        box.observe(0, step_s=step_s % 0.5 + 1e-6).tick()
        looks.append(box.at)
    assert sum(seconds(box)) == pytest.approx((box.at - begun) / SECOND_US)
    told = [(i.since, i) for i in box.intervals if i.source == "cam-1" and i.until is None]
    for first, second in pairwise(looks):
        if second - first > LIMITS.overdue_s * SECOND_US:
            middle = (first + second) // 2
            last = [interval for since, interval in told if since <= middle][-1]
            assert last.visibility is not Visibility.OBSERVED
