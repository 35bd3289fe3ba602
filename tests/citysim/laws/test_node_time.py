"""No node takes a wrong date for the time; what a person said about it is no missed deadline."""

import law_histories as h
import law_values
import pytest
from law_values import at

from citybrain.clock import SECOND_US
from citybrain.decider.command import ClockSet, Post, SetTimer, TimerFired
from citybrain.domain.clock import ClockAction, ClockVerb
from citybrain.domain.principal import Role, unauthenticated
from citybrain.structs import replace
from citysim.laws.checks import timers_fire
from citysim.laws.ground_truth import node_time
from citysim.laws.ground_truth_log import ClockWord, GroundTruth
from citysim.laws.history import LiveState


def off_by(seconds, clock_error_s=0.0, words=(), *, is_final=False):
    live = LiveState(seq=1, state_hash="", at=at(100 + seconds))
    truth = GroundTruth(now=at(100), clock_words=words)
    return node_time.check(
        h.history(
            h.node("a", live=live),
            ground_truth=truth,
            clock_error_s=clock_error_s,
            is_final=is_final,
        )
    )


def test_a_node_whose_time_is_off_by_more_than_its_clock_explains_broke_the_law():
    assert off_by(9).holds and off_by(-9).holds
    assert not off_by(86_400).holds
    assert not off_by(-86_400).holds
    assert off_by(60, clock_error_s=55).holds


def test_a_persons_word_excuses_its_node_by_what_it_said_and_no_other_node_nor_for_ever():
    said = ClockWord(node="a", off_s=86_400.0)
    assert off_by(86_400, words=(said,)).holds
    assert off_by(0, words=(said,)).holds, "it was made good"
    assert not off_by(43_200, words=(said,)).holds
    assert not off_by(86_400, words=(said, ClockWord(node="a", off_s=0.0))).holds
    assert not off_by(86_400, words=(ClockWord(node="b", off_s=86_400.0),)).holds
    assert not off_by(86_400, words=(said,), is_final=True).holds


def test_without_ground_truth_nothing_is_judged():
    assert node_time.check(h.history(h.node("a"))).checked == 0


def clock_set(verb, micros, *commands, second):
    given = ClockSet(
        action=ClockAction(request="r", verb=verb, reason="", actor="Li Na"),
        principal=unauthenticated("Li Na", Role.SUPERVISOR),
        micros=micros,
    )
    return h.record(given, commands=commands, second=second)


def sets(due, *, second=0.0):
    return h.record(commands=(SetTimer(timer="t", due=at(due), subject="s"),), second=second)


FIRED = TimerFired(timer="t", subject="s", version=0)


def verdict(*records):
    return timers_fire.check(h.history(h.node("a", *records), is_final=True))


def test_what_came_due_while_a_confirmed_time_was_held_back_fires_behind_it():
    day = 86_400
    confirmed = clock_set(ClockVerb.CONFIRM, day * SECOND_US, second=day + 10)
    assert verdict(sets(60), confirmed, h.record(FIRED, second=day + 10.5)).holds
    assert not verdict(sets(60), confirmed, h.record(FIRED, second=day + 60)).holds


@pytest.mark.parametrize("micros", [-500 * SECOND_US, 500 * SECOND_US])
def test_after_a_rebase_a_deadline_fires_when_its_new_time_comes(micros):
    seconds = micros // SECOND_US
    moved = SetTimer(timer="t", due=at(1_060 + seconds), subject="s")
    rebased = clock_set(ClockVerb.REBASE, micros, moved, second=1_010 + seconds)
    fired = h.record(FIRED, second=1_060 + seconds)
    assert verdict(sets(1_060, second=1_000), rebased, fired).holds


def test_a_rebase_that_leaves_a_deadline_more_or_less_than_what_was_left_breaks_it():
    day = 86_400
    kept = SetTimer(timer="t", due=at(60 + day), subject="s")
    for moved, holds in ((kept, True), (replace(kept, due=at(60)), False), (None, False)):
        commands = (moved,) if moved else ()
        rebased = clock_set(ClockVerb.REBASE, day * SECOND_US, *commands, second=day + 10)
        assert verdict(sets(60), rebased).holds is holds, moved


def test_what_is_decided_behind_a_rebase_may_set_a_deadline_anew():
    kept = SetTimer(timer="t", due=at(1_060), subject="s")
    anew = replace(kept, due=at(1_500))
    rebased = clock_set(ClockVerb.REBASE, 1_000 * SECOND_US, kept, anew, second=1_010)
    assert verdict(sets(60), rebased).holds


def test_a_confirmation_reports_nothing():
    told = Post(to="city", letter=law_values.unit(None))
    assert not verdict(clock_set(ClockVerb.CONFIRM, SECOND_US, told, second=1)).holds
    assert verdict(clock_set(ClockVerb.REBASE, SECOND_US, told, second=1)).holds


def test_what_passed_in_a_time_that_is_no_more_excuses_no_late_firing():
    """A day that was confirmed and taken back is no day in which the node could not act."""
    day = 86_400
    confirmed = clock_set(ClockVerb.CONFIRM, day * SECOND_US, second=day + 10)
    back = clock_set(ClockVerb.REBASE, -day * SECOND_US, second=20)
    assert verdict(confirmed, back, sets(60, second=20), h.record(FIRED, second=60.5)).holds
    assert not verdict(confirmed, back, sets(60, second=20), h.record(FIRED, second=90)).holds


def test_a_deadline_that_was_over_when_it_was_set_fires_then():
    assert verdict(sets(10, second=100), h.record(FIRED, second=100.5)).holds
    assert not verdict(sets(10, second=100), h.record(FIRED, second=105)).holds
