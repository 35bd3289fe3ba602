"""Law 9: timers fire: once, not before their time, and within a second of when their node could act."""

from dataclasses import replace

import citysim_story as s

from citybrain.decider.command import CancelTimer, ClockStepped, SetTimer, TimerFired
from citybrain.ids import TimerId
from citysim.laws.checks import timers_fire
from citysim.laws.history import Live, Rows, Stall, Step


def sets(due: float, name: str = "t", second: float = 0.0):
    return s.step(
        None, commands=(SetTimer(timer=TimerId(name), due=s.at(due), subject="x"),), second=second
    )


def fires(second: float, name: str = "t", commands=()):
    return s.step(
        TimerFired(timer=TimerId(name), subject="x", version=0), second=second, commands=commands
    )


def cancels(second: float, name: str = "t"):
    return s.step(None, commands=(CancelTimer(timer=TimerId(name)),), second=second)


def judged(*steps: Step, stalls: tuple[Stall, ...] = (), is_final: bool = True, **facts):
    return timers_fire.check(
        s.history(s.node("a", *steps, **facts), stalls=stalls, is_final=is_final)
    )


def test_a_timer_that_fired_in_time_is_kept():
    report = judged(sets(5), fires(5.5))
    assert report.kept and report.checked == 1


def test_a_timer_that_fired_late_is_a_break():
    assert judged(sets(5), fires(7)).broken == ("a: timer t fired 2.0 s late",)


def test_a_timer_that_never_fired_is_a_break_unless_it_was_cancelled_or_moved():
    later = s.step(None, second=60)
    assert not judged(sets(5), later).kept
    assert judged(sets(5), cancels(0), later).kept
    assert judged(sets(5), sets(90, second=1), later).kept
    assert not judged(sets(90), sets(5, second=1), later).kept


def test_a_timer_that_fired_before_its_time_is_a_break():
    assert judged(sets(5), fires(4)).broken == ("a: timer t fired 1.0 s before its time",)


def test_a_timer_that_fires_without_a_row_is_a_break():
    assert judged(fires(4)).broken == ("a: timer t fired, and no row of it stood",)
    assert not judged(sets(5), fires(5), fires(5.2)).kept, "twice"
    assert not judged(sets(5), cancels(1), fires(5)).kept


def test_what_another_firing_of_the_same_transaction_took_back_fires_and_means_nothing():
    both = (sets(5, "t"), sets(5, "u"))
    assert judged(*both, fires(5.1, "u", (CancelTimer(timer=TimerId("t")),)), fires(5.1, "t")).kept


def test_what_it_moved_must_still_fire():
    moved = fires(5.1, "u", (SetTimer(timer=TimerId("t"), due=s.at(20), subject="x"),))
    story = (sets(5, "t"), sets(5, "u"), moved, fires(5.1, "t"))
    assert judged(*story, fires(20)).kept
    assert judged(*story, s.step(None, second=60)).broken == ("a: timer t was 40.0 s overdue",), (
        "the row went with the stale firing"
    )


def test_a_node_that_was_down_fires_within_a_second_of_its_start():
    assert judged(sets(5), s.started(second=30), fires(30.5)).kept
    assert judged(sets(5), fires(30), s.started(second=30.5)).kept
    assert judged(sets(5), fires(30), s.started(second=90)).kept, (
        "that run died before its start was journaled, and another one began"
    )
    assert not judged(sets(5), s.started(second=30), fires(32)).kept
    assert not judged(sets(5), s.step(None, second=20), s.started(second=30), fires(30.5)).kept, (
        "it slept through before it went down"
    )


def test_what_fired_right_before_a_start_is_of_that_start_however_long_its_disk_took():
    word, start = s.step(None, second=4), s.started("e1", second=64)
    assert judged(sets(5), word, fires(61), start).kept, (
        "it came up at 61, and its start was journaled three seconds later"
    )
    heard = s.step(None, second=20)
    assert not judged(sets(5), heard, fires(61), start).kept, (
        "the run before was there until 20, and slept"
    )


def test_a_firing_that_stands_last_may_be_of_a_run_whose_start_is_not_journaled_yet():
    stepped = s.step(ClockStepped(micros=0), second=30)
    for tail in ((fires(30),), (stepped, fires(30)), (fires(30), stepped)):
        report = judged(sets(5), *tail, is_final=False)
        assert report.kept and report.unjudged == 1
        assert not judged(sets(5), *tail).kept, "in the end it is"
        assert not judged(sets(5), *tail, s.step(None, second=30), is_final=False).kept, (
            "something else came, and no start"
        )


def test_a_node_that_is_up_is_judged_by_its_own_time():
    now = Live(seq=1, state_hash="", at=s.at(8))
    assert judged(sets(5)).kept, "nothing is known of what came after"
    assert judged(sets(5), live=now).broken == ("a: timer t was 3.0 s overdue",)
    assert judged(sets(5), live=replace(now, at=s.at(5.9))).kept


def late_by(late_s: float, *between: Step, stalls: tuple[Stall, ...] = ()):
    """A timer that is due at second 5 and fires `late_s` after it."""
    return judged(sets(5), *between, fires(5 + late_s), stalls=stalls)


def test_a_node_that_could_not_act_fires_within_a_second_of_when_it_can():
    frozen = Stall(node="a", since=s.at(4), until=s.at(15))
    assert late_by(10.5, stalls=(frozen,)).kept
    assert not late_by(12, stalls=(frozen,)).kept
    assert not late_by(10.5, stalls=(replace(frozen, node="b"),)).kept, "another node's stall"
    assert not late_by(10.5, stalls=(replace(frozen, since=s.at(7)),)).kept, (
        "it was late before it was held up"
    )


def test_what_a_clock_jumped_over_fires_within_a_second_of_the_jump():
    assert late_by(20.5, s.step(ClockStepped(micros=25_000_000), second=25)).kept
    assert not late_by(20.5, s.step(ClockStepped(micros=5_000_000), second=25)).kept, (
        "it was due before the jump"
    )
    assert not late_by(20.5, s.step(ClockStepped(micros=-25_000_000), second=25)).kept, (
        "node time does not go back"
    )


def test_the_rows_in_the_store_are_those_that_were_set():
    def standing(**due):
        return judged(
            sets(50),
            sets(70, "u"),
            cancels(1, "u"),
            rows=Rows(timers=tuple((name, s.at(second)) for name, second in due.items())),
        )

    assert standing(t=50).kept
    assert standing().broken == ("a: timer t was set, and no row of it stands",), (
        "remembered by its process only"
    )
    assert standing(t=50, u=70).broken == ("a: a row of timer u stands, and nobody has set it",)
    assert "10.0 s off" in standing(t=60).broken[0]


def test_rows_that_other_code_set_are_not_judged():
    assert judged(sets(5), s.step(None, second=60), unjudged=frozenset({1})).kept
    assert judged(fires(5), unjudged=frozenset({7})).kept
    assert not judged(s.step(None), sets(5), s.step(None, second=60), unjudged=frozenset({1})).kept


def test_a_timer_that_is_cancelled_or_set_anew_long_after_it_was_due_has_slept_through_its_time():
    accused = ("a: timer t was 2.0 s overdue when record 2 moved it",)
    assert judged(sets(5), cancels(7)).broken == accused
    assert judged(sets(5), sets(90, second=7)).broken == accused
    assert judged(sets(5), sets(90, second=7), cancels(8)).broken == accused, (
        "it has another time now"
    )


def test_what_is_moved_before_it_was_due_or_right_after_is_kept():
    for second in (4, 5, 5.9):
        assert judged(sets(5), cancels(second)).kept
        assert judged(sets(5), sets(90, second=second)).kept
    assert judged(sets(5), sets(90, second=2), cancels(50)).kept, "it was due at 90 by then"
    assert judged(cancels(50)).kept, "nobody has set it"


def test_a_timer_that_its_own_firing_sets_anew_was_not_moved():
    again = (SetTimer(timer=TimerId("t"), due=s.at(20), subject="x"),)
    assert judged(sets(5), fires(5.5, commands=again), fires(20)).kept
    assert judged(sets(5), fires(8, commands=again), fires(20)).broken == (
        "a: timer t fired 3.0 s late",
    ), "once"


def test_what_is_moved_while_its_node_could_not_act_or_right_after_is_kept():
    frozen = Stall(node="a", since=s.at(4), until=s.at(15))
    for move in (cancels, lambda second: sets(90, second=second)):
        assert judged(sets(5), move(15.9), stalls=(frozen,)).kept
        assert not judged(sets(5), move(17), stalls=(frozen,)).kept
        assert not judged(sets(5), move(15.5), stalls=(replace(frozen, node="b"),)).kept, (
            "another node's stall"
        )
        assert not judged(sets(5), move(15.5), stalls=(replace(frozen, since=s.at(7)),)).kept, (
            "it was late before it was held up"
        )


def test_what_is_moved_by_a_node_that_has_just_come_up_is_kept():
    for move in (cancels, lambda second: sets(90, second=second)):
        assert judged(sets(5), s.started(second=30), move(30.9)).kept
        assert not judged(sets(5), s.started(second=30), move(32)).kept
        assert not judged(
            sets(5), s.step(None, second=20), s.started(second=30), move(30.5)
        ).kept, "it slept through before it went down"


def test_what_a_firing_moves_before_the_start_of_its_run_is_journaled_is_kept():
    word, start = s.step(None, second=4), s.started("e1", second=64)
    moves = fires(61, "u", (CancelTimer(timer=TimerId("t")),))
    assert judged(sets(5), sets(5, "u"), word, moves, start).kept
    assert (
        "a: timer t was 56.0 s overdue when record 4 moved it"
        in judged(sets(5), sets(5, "u"), word, moves, s.step(None, second=64)).broken
    )


def test_what_is_moved_right_after_its_clock_jumped_over_it_is_kept():
    assert judged(sets(5), s.step(ClockStepped(micros=25_000_000), second=25), cancels(25.5)).kept
    assert not judged(
        sets(5), s.step(ClockStepped(micros=5_000_000), second=25), cancels(25.5)
    ).kept, "it was due before the jump"
