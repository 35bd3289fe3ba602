"""Looking again: clear, still or cannot, by observed seconds."""

from citybrain.clock import SECOND_US
from citybrain.vocabulary import VerificationVerdict, Visibility


def only(box):
    assert len(box.answers) == 1, box.answers
    return box.answers[0]


def test_clear_after_enough_observed_seconds_without_the_condition(box):
    box.look(0).ask(quiet_s=2.0)
    box.look(0, times=10)
    assert box.answers == []
    box.look(0)
    answer = only(box)
    assert answer.verdict is VerificationVerdict.CLEAR
    assert (answer.request, answer.incident, answer.source) == ("q1", "i1", "cam-1")
    assert answer.observed_s >= 2.0
    assert answer.measurements["count"] == 0


def test_the_quiet_time_begins_anew_when_the_condition_comes_back(box):
    box.look(0).ask(quiet_s=2.0).look(0, times=8).look(2, times=4).look(0, times=12)
    assert box.answers == []
    box.look(0, times=4)
    assert only(box).verdict is VerificationVerdict.CLEAR


def test_still_at_the_deadline_when_it_was_there(box):
    box.ask(quiet_s=5.0, within_s=4.0).look(2, times=21)
    answer = only(box)
    assert answer.verdict is VerificationVerdict.STILL
    assert answer.measurements["count"] == 2


def test_cannot_when_blind_and_blind_seconds_do_not_count(box):
    box.look(0).ask(quiet_s=3.0, within_s=8.0).look(0, times=5)
    box.wait(0.5).see(Visibility.BLIND, "signal_loss", ago_s=0.5)
    box.wait(10).tick()
    answer = only(box)
    assert (answer.verdict, answer.reason) == (VerificationVerdict.CANNOT, "not_enough_observed")
    assert answer.observed_s < 1.5


def test_seconds_that_turn_out_to_have_been_blind_are_taken_back(box):
    box.look(0).ask(quiet_s=3.0).look(0, times=14)
    box.see(Visibility.BLIND, "frozen", ago_s=1.4).wait(1.0).see()
    box.look(0, times=5)
    assert box.answers == []
    box.look(0, times=8)
    assert only(box).verdict is VerificationVerdict.CLEAR


def test_a_request_is_answered_once_however_often_it_is_asked(box):
    box.look(0).ask(quiet_s=1.0).look(0, times=3).ask(quiet_s=1.0).look(0, times=6)
    assert len(box.answers) == 1


def test_two_requests_of_one_camera_are_answered_each(box):
    box.look(0).ask(quiet_s=1.0, request="q1").ask(quiet_s=2.0, request="q2").look(0, times=12)
    assert [answer.request for answer in box.answers] == ["q1", "q2"]


def test_what_cannot_be_looked_at_is_refused_with_the_reason(box):
    box.ask(rule="nope", request="a").ask(source="nope", request="b").ask(within_s=0.0, request="c")
    assert [(a.verdict, a.reason) for a in box.answers] == [
        (VerificationVerdict.CANNOT, "no_such_rule"),
        (VerificationVerdict.CANNOT, "no_such_source"),
        (VerificationVerdict.CANNOT, "deadline_passed"),
    ]


def test_a_sensor_is_looked_at_again_too(box):
    box.sense(1.5).ask(source="level-1", rule="high", quiet_s=3.0)
    for value in (1.5, 1.1, 0.9, 0.8, 0.8, 0.8):
        box.sense(value)
    answer = only(box)
    assert answer.verdict is VerificationVerdict.CLEAR
    assert answer.measurements["value"] == 0.8


def test_the_answer_does_not_wait_for_a_look_when_none_comes(box):
    box.ask(quiet_s=1.0, within_s=2.0)
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


def test_who_may_have_stayed_for_long_is_not_called_gone_before_it_is_known(box_with):
    """After a cut the time of whoever is there is counted anew: that is no reason to say that nobody stays."""
    box = box_with(LOITERING)
    box.look(1, cut=True).ask(quiet_s=2.0, within_s=20.0).look(1, times=25)
    assert box.answers == []
    box.look(0, times=16)
    assert only(box).verdict is VerificationVerdict.CLEAR


def test_who_only_passes_is_no_reason_not_to_be_clear(box_with):
    box = box_with(LOITERING)
    box.look(0, times=10).ask(quiet_s=2.0, within_s=20.0).look(1, times=12)
    assert only(box).verdict is VerificationVerdict.CLEAR
