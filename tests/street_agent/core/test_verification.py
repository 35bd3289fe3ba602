"""Verification: clear, still or cannot, by observed seconds."""

from citybrain.clock import SECOND_US
from citybrain.vocabulary import VerificationVerdict, Visibility


def only(box):
    assert len(box.results) == 1, box.results
    return box.results[0]


def test_clear_after_enough_observed_seconds_without_the_condition(box):
    box.observe(0).request_verification(quiet_s=2.0)
    box.observe(0, times=10)
    assert box.results == []
    box.observe(0)
    result = only(box)
    assert result.verdict is VerificationVerdict.CLEAR
    assert (result.request, result.incident, result.source) == ("q1", "i1", "cam-1")
    assert result.observed_s >= 2.0
    assert result.measurements["count"] == 0


def test_the_quiet_time_begins_anew_when_the_condition_comes_back(box):
    box.observe(0).request_verification(quiet_s=2.0).observe(0, times=8).observe(
        2, times=4
    ).observe(0, times=10)
    assert box.results == []
    box.observe(0, times=4)
    assert only(box).verdict is VerificationVerdict.CLEAR


def test_still_at_the_deadline_when_it_was_present(box):
    box.request_verification(quiet_s=5.0, within_s=4.0).observe(2, times=21)
    result = only(box)
    assert result.verdict is VerificationVerdict.STILL
    assert result.measurements["count"] == 2


def test_cannot_when_blind_and_blind_seconds_do_not_count(box):
    box.observe(0).request_verification(quiet_s=3.0, within_s=8.0).observe(0, times=5)
    box.wait(0.5).visibility(Visibility.BLIND, "signal_loss", ago_s=0.5)
    box.wait(10).tick()
    result = only(box)
    assert (result.verdict, result.reason) == (VerificationVerdict.CANNOT, "not_enough_observed")
    assert result.observed_s < 1.5


def test_seconds_that_turn_out_to_have_been_blind_are_discounted(box):
    box.observe(0).request_verification(quiet_s=3.0).observe(0, times=14)
    box.visibility(Visibility.BLIND, "frozen", ago_s=1.4).wait(1.0).visibility()
    box.observe(0, times=5)
    assert box.results == []
    box.observe(0, times=8)
    assert only(box).verdict is VerificationVerdict.CLEAR


def test_a_repeated_request_is_answered_once(box):
    box.observe(0).request_verification(quiet_s=1.0).observe(0, times=3).request_verification(
        quiet_s=1.0
    ).observe(0, times=6)
    assert len(box.results) == 1


def test_two_requests_of_one_camera_are_answered_each(box):
    box.observe(0).request_verification(quiet_s=1.0, request="q1").request_verification(
        quiet_s=2.0, request="q2"
    ).observe(0, times=12)
    assert [result.request for result in box.results] == ["q1", "q2"]


def test_what_cannot_be_verified_is_refused_with_the_reason(box):
    box.request_verification(rule="nope", request="a").request_verification(
        source="nope", request="b"
    ).request_verification(within_s=0.0, request="c")
    assert [(a.verdict, a.reason) for a in box.results] == [
        (VerificationVerdict.CANNOT, "no_such_rule"),
        (VerificationVerdict.CANNOT, "no_such_source"),
        (VerificationVerdict.CANNOT, "deadline_passed"),
    ]


def test_a_sensor_is_verified_too(box):
    box.read(1.5).request_verification(source="level-1", rule="high", quiet_s=3.0)
    for value in (1.5, 1.1, 0.9, 0.8, 0.8, 0.8):
        box.read(value)
    result = only(box)
    assert result.verdict is VerificationVerdict.CLEAR
    assert result.measurements["value"] == 0.8


def test_the_result_does_not_wait_for_a_frame(box):
    box.request_verification(quiet_s=1.0, within_s=2.0)
    box.at += 3 * SECOND_US
    box.tick()
    assert only(box).verdict is VerificationVerdict.CANNOT


LOITERING = {
    "id": "crowd",
    "kind": "loitering",
    "incident_kind": "loitering",
    "zone": [[0, 0], [1, 0], [1, 1], [0, 1]],
    "time_s": 6.0,
    "clear_s": 1.0,
}


def test_a_possible_loiterer_is_not_clear_before_it_is_known(box_with):
    """After a discontinuity the time of whoever is there is counted anew: that does not mean that
    nobody loiters."""
    box = box_with(LOITERING)
    box.observe(1, discontinuity=True).request_verification(quiet_s=2.0, within_s=20.0).observe(
        1, times=25
    )
    assert box.results == []
    box.observe(0, times=16)
    assert only(box).verdict is VerificationVerdict.CLEAR


def test_a_passer_by_does_not_prevent_clear(box_with):
    box = box_with(LOITERING)
    box.observe(0, times=10).request_verification(quiet_s=2.0, within_s=20.0).observe(1, times=12)
    assert only(box).verdict is VerificationVerdict.CLEAR
