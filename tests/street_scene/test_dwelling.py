"""Loitering and stopped objects: the same track, for long enough, in observed seconds."""

import pytest

ZONE = ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6))


def test_who_stays_long_enough_loiters(scene):
    s = scene("loitering", zone=ZONE, time_s=2.0)
    s.show((1, 0.5, 0.5), times=10)
    assert s.phases == []
    s.show((1, 0.5, 0.5))
    assert s.phases == ["start"]
    assert s.heard[0].numbers["longest_s"] == pytest.approx(2.0)


def test_many_who_pass_are_not_one_who_stays(scene):
    s = scene("loitering", zone=ZONE, time_s=2.0)
    for track in range(1, 30):
        s.show((track, 0.5, 0.5), times=5)
    assert s.phases == []


def test_a_step_outside_does_not_start_the_time_anew_and_a_walk_does(scene):
    s = scene("loitering", zone=ZONE, time_s=2.0)
    s.show((1, 0.5, 0.5), times=8).show((1, 0.7, 0.5), times=3).show((1, 0.5, 0.5), times=5)
    assert s.phases == ["start"]
    t = scene("loitering", zone=ZONE, time_s=2.0)
    t.show((1, 0.5, 0.5), times=8).show((1, 0.7, 0.5), times=9).show((1, 0.5, 0.5), times=5)
    assert t.phases == []


def test_blind_time_is_not_time_inside(scene):
    s = scene("loitering", zone=ZONE, time_s=2.0)
    s.show((1, 0.5, 0.5), times=5).show((1, 0.5, 0.5), after_s=4.0, observed_s=0.0).show((1, 0.5, 0.5), times=2)
    assert s.phases == []


def test_a_car_that_stands_is_said_and_one_that_creeps_is_not(scene):
    s = scene("stopped", time_s=2.0)
    s.show((1, 0.5, 0.5, "car"), times=11)
    assert s.phases == ["start"]
    t = scene("stopped", time_s=2.0)
    for i in range(30):
        t.show((1, 0.2 + 0.01 * i, 0.5, "car"))
    assert t.phases == []


def test_a_trembling_box_stands_still(scene):
    s = scene("stopped", time_s=2.0)
    for i in range(11):
        s.show((1, 0.5 + 0.01 * (i % 2), 0.5, "car"))
    assert s.phases == ["start"]


def test_a_person_who_stands_is_no_stopped_vehicle(scene):
    s = scene("stopped", time_s=1.0)
    s.show((1, 0.5, 0.5, "person"), times=20)
    assert s.phases == []


def test_standing_outside_the_zone_is_allowed(scene):
    s = scene("stopped", time_s=1.0, zone=ZONE)
    s.show((1, 0.2, 0.2, "car"), times=20)
    assert s.phases == []


def test_it_ends_when_the_car_drives_off(scene):
    s = scene("stopped", time_s=1.0, clear_s=1.0)
    s.show((1, 0.5, 0.5, "car"), times=7).show((1, 0.8, 0.5, "car")).show(times=6)
    assert s.phases == ["start", "end"]
