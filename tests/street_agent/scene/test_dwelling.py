"""Loitering and stopped objects: the same track, for long enough, in observed seconds."""

import pytest

ZONE = ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6))


def test_an_object_that_stays_long_enough_loiters(scene):
    s = scene("loitering", zone=ZONE, time_s=2.0)
    s.show((1, 0.5, 0.5), times=10)
    assert s.phases == []
    s.show((1, 0.5, 0.5))
    assert s.phases == ["start"]
    assert s.triggers[0].measurements["longest_s"] == pytest.approx(2.0)


def test_many_who_pass_are_not_one_who_loiters(scene):
    s = scene("loitering", zone=ZONE, time_s=2.0)
    for track in range(1, 30):
        s.show((track, 0.5, 0.5), times=5)
    assert s.phases == []


def test_a_short_step_outside_keeps_the_time_and_a_longer_one_resets_it(scene):
    s = scene("loitering", zone=ZONE, time_s=2.0)
    s.show((1, 0.5, 0.5), times=8).show((1, 0.7, 0.5), times=3).show((1, 0.5, 0.5), times=5)
    assert s.phases == ["start"]
    t = scene("loitering", zone=ZONE, time_s=2.0)
    t.show((1, 0.5, 0.5), times=8).show((1, 0.7, 0.5), times=9).show((1, 0.5, 0.5), times=5)
    assert t.phases == []


def test_blind_time_is_not_time_inside(scene):
    s = scene("loitering", zone=ZONE, time_s=2.0)
    s.show((1, 0.5, 0.5), times=5).show((1, 0.5, 0.5), after_s=4.0, observed_s=0.0).show(
        (1, 0.5, 0.5), times=2
    )
    assert s.phases == []


def test_a_car_that_stands_triggers_and_one_that_creeps_does_not(scene):
    s = scene("stopped", time_s=2.0)
    s.show((1, 0.5, 0.5, "car"), times=11)
    assert s.phases == ["start"]
    t = scene("stopped", time_s=2.0)
    for i in range(30):
        t.show((1, 0.2 + 0.01 * i, 0.5, "car"))
    assert t.phases == []


def test_a_trembling_box_counts_as_standing(scene):
    s = scene("stopped", time_s=2.0)
    for i in range(11):
        s.show((1, 0.5 + 0.01 * (i % 2), 0.5, "car"))
    assert s.phases == ["start"]


def test_a_standing_person_is_no_stopped_vehicle(scene):
    s = scene("stopped", time_s=1.0)
    s.show((1, 0.5, 0.5, "person"), times=20)
    assert s.phases == []


def test_standing_outside_the_zone_is_allowed(scene):
    s = scene("stopped", time_s=1.0, zone=ZONE)
    s.show((1, 0.2, 0.2, "car"), times=20)
    assert s.phases == []


def test_the_episode_ends_when_the_car_drives_off(scene):
    s = scene("stopped", time_s=1.0, clear_s=1.0)
    s.show((1, 0.5, 0.5, "car"), times=7).show((1, 0.8, 0.5, "car")).show(times=6)
    assert s.phases == ["start", "end"]


BOTH_KINDS = pytest.mark.parametrize(
    ("kind", "what"), [("loitering", "person"), ("stopped", "car")]
)


@BOTH_KINDS
def test_an_object_that_is_there_after_a_gap_keeps_the_episode_open(scene, kind, what):
    s = scene(kind, zone=ZONE, time_s=3.0, clear_s=1.0)
    s.show((1, 0.5, 0.5, what), times=17)
    s.show(after_s=30.0, observed_s=0.0).show(times=2).show(
        (2, 0.5, 0.5, what), times=10
    )  # a tracker takes a moment to know anybody
    assert "end" not in s.phases
    s.show(times=7)
    assert s.phases[-1] == "end" and s.phases.count("start") == 1


@BOTH_KINDS
def test_an_observed_arrival_does_not_keep_an_episode_open(scene, kind, what):
    s = scene(kind, zone=ZONE, time_s=3.0, clear_s=1.0)
    s.show((1, 0.5, 0.5, what), times=17)
    s.show(after_s=30.0, observed_s=0.0).show(times=4)
    s.show((3, 0.5, 0.5, what), after_s=1.2).show((3, 0.5, 0.5, what), times=5)
    assert s.phases == ["start", "end"]


@BOTH_KINDS
def test_outside_an_episode_an_unobserved_arrival_is_uncertain_and_no_alarm(scene, kind, what):
    s = scene(kind, zone=ZONE, time_s=3.0)
    s.show(observed_s=0.0).show((1, 0.5, 0.5, what), times=8)
    assert s.phases == []
    assert [(c.present, c.is_uncertain) for c in s.conditions] == [(False, False)] + 8 * [
        (False, True)
    ]
    s.show((1, 0.9, 0.9, what), times=8)
    assert not s.conditions[-1].is_uncertain
    s.show((1, 0.5, 0.5, what))
    assert not s.conditions[-1].is_uncertain  # its arrival was observed


def test_a_car_that_moved_since_the_gap_is_not_uncertain(scene):
    s = scene("stopped", time_s=3.0)
    s.show(observed_s=0.0).show((1, 0.3, 0.5, "car"), times=2).show((1, 0.5, 0.5, "car"), times=2)
    assert [c.is_uncertain for c in s.conditions[1:]] == [True, True, False, False]
