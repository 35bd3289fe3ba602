"""No node takes a wrong date for the time; what a person said about it is no missed deadline."""

import law_histories as h
import pytest
from law_values import at

from citybrain.clock import SECOND_US
from citybrain.decider.command import ClockSet, SetTimer, TimerFired
from citybrain.domain.clock import ClockAction, ClockVerb
from citybrain.domain.principal import Role, unauthenticated
from citysim.laws.checks import timers_fire
from citysim.laws.ground_truth import node_time
from citysim.laws.ground_truth_log import GroundTruth
from citysim.laws.history import LiveState


def off_by(seconds, clock_error_s=0.0):
    live = LiveState(seq=1, state_hash="", at=at(100 + seconds))
    truth = GroundTruth(now=at(100))
    return node_time.check(
        h.history(h.node("a", live=live), ground_truth=truth, clock_error_s=clock_error_s)
    )


def test_a_node_whose_time_is_off_by_more_than_its_clock_explains_broke_the_law():
    assert off_by(9).holds and off_by(-9).holds
    assert not off_by(86_400).holds
    assert not off_by(-86_400).holds
    assert off_by(60, clock_error_s=55).holds


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
