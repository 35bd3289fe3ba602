"""Law 9: timers fire once, not early, and within a second of when their node could act."""

import law_histories as h
import law_values as v

from citybrain.decider.command import CancelTimer, ClockStepped, SetTimer, TimerFired
from citybrain.ids import TimerId
from citybrain.structs import replace
from citysim.laws.checks import timers_fire
from citysim.laws.history import LiveState, ReplayedRecord, Stall, StoredRows


def sets(due: float, name: str = "t", second: float = 0.0):
    return h.record(
        None, commands=(SetTimer(timer=TimerId(name), due=v.at(due), subject="x"),), second=second
    )


def fires(second: float, name: str = "t", commands=()):
    return h.record(
        TimerFired(timer=TimerId(name), subject="x", version=0), second=second, commands=commands
    )


def cancels(second: float, name: str = "t"):
    return h.record(None, commands=(CancelTimer(timer=TimerId(name)),), second=second)


def judged(
    *records: ReplayedRecord, stalls: tuple[Stall, ...] = (), is_final: bool = True, **facts
):
    return timers_fire.check(
        h.history(h.node("a", *records, **facts), stalls=stalls, is_final=is_final)
    )


def test_a_timer_may_fire_within_its_grace():
    report = judged(sets(5), fires(5.5))
    assert report.holds and report.checked == 1


def test_a_timer_that_fired_late_is_a_violation():
    assert judged(sets(5), fires(7)).violations == ("a: timer t fired 2.0 s late",)


def test_a_timer_that_never_fired_is_a_violation_unless_it_was_cancelled_or_moved():
    later = h.record(None, second=60)
    assert not judged(sets(5), later).holds
    assert judged(sets(5), cancels(0), later).holds
    assert judged(sets(5), sets(90, second=1), later).holds
    assert not judged(sets(90), sets(5, second=1), later).holds


def test_a_timer_that_fired_early_is_a_violation():
    assert judged(sets(5), fires(4)).violations == ("a: timer t fired 1.0 s early",)


def test_a_timer_that_fires_without_being_set_is_a_violation():
    assert judged(fires(4)).violations == ("a: timer t fired, and was not set",)
    assert not judged(sets(5), fires(5), fires(5.2)).holds, "twice"
    assert not judged(sets(5), cancels(1), fires(5)).holds


def test_what_another_firing_of_the_same_transaction_cancelled_fires_without_meaning():
    both = (sets(5, "t"), sets(5, "u"))
    assert judged(*both, fires(5.1, "u", (CancelTimer(timer=TimerId("t")),)), fires(5.1, "t")).holds


def test_what_it_moved_must_still_fire():
    moved = fires(5.1, "u", (SetTimer(timer=TimerId("t"), due=v.at(20), subject="x"),))
    records = (sets(5, "t"), sets(5, "u"), moved, fires(5.1, "t"))
    assert judged(*records, fires(20)).holds
    assert judged(*records, h.record(None, second=60)).violations == (
        "a: timer t was 40.0 s overdue",
    ), "the row went with the stale firing"


def test_a_node_that_was_down_fires_within_a_second_of_its_start():
    assert judged(sets(5), h.district_started(second=30), fires(30.5)).holds
    assert judged(sets(5), fires(30), h.district_started(second=30.5)).holds
    assert judged(sets(5), fires(30), h.district_started(second=90)).holds, (
        "that run died before its start was journaled, and another one began"
    )
    assert not judged(sets(5), h.district_started(second=30), fires(32)).holds
    assert not judged(
        sets(5), h.record(None, second=20), h.district_started(second=30), fires(30.5)
    ).holds, "it was overdue before its node went down"


def test_what_fired_right_before_a_start_is_of_that_start_however_slow_its_disk_was():
    last_record, start = h.record(None, second=4), h.district_started("e1", second=64)
    assert judged(sets(5), last_record, fires(61), start).holds, (
        "it came up at 61, and its start was journaled three seconds later"
    )
    early_record = h.record(None, second=20)
    assert not judged(sets(5), early_record, fires(61), start).holds, (
        "the run before was up until 20, and did not fire it"
    )


def test_a_firing_that_stands_last_may_be_of_a_run_whose_start_is_not_journaled_yet():
    stepped = h.record(ClockStepped(micros=0), second=30)
    for tail in ((fires(30),), (stepped, fires(30)), (fires(30), stepped)):
        report = judged(sets(5), *tail, is_final=False)
        assert report.holds and report.inconclusive == 1
        assert not judged(sets(5), *tail).holds, "in the end it is"
        assert not judged(sets(5), *tail, h.record(None, second=30), is_final=False).holds, (
            "something else came, and no start"
        )


def test_a_node_that_is_up_is_judged_by_its_own_time():
    now = LiveState(seq=1, state_hash="", at=v.at(8))
    assert judged(sets(5)).holds, "nothing is known of what came after"
    assert judged(sets(5), live=now).violations == ("a: timer t was 3.0 s overdue",)
    assert judged(sets(5), live=replace(now, at=v.at(5.9))).holds


def late_by(late_s: float, *between: ReplayedRecord, stalls: tuple[Stall, ...] = ()):
    """A timer that is due at second 5 and fires `late_s` after it."""
    return judged(sets(5), *between, fires(5 + late_s), stalls=stalls)


def test_a_node_that_could_not_act_fires_within_a_second_of_when_it_can():
    frozen = Stall(node="a", since=v.at(4), until=v.at(15))
    assert late_by(10.5, stalls=(frozen,)).holds
    assert not late_by(12, stalls=(frozen,)).holds
    assert not late_by(10.5, stalls=(replace(frozen, node="b"),)).holds, "another node's stall"
    assert not late_by(10.5, stalls=(replace(frozen, since=v.at(7)),)).holds, (
        "it was late before it was held up"
    )


def test_a_timer_that_the_clock_jumped_over_fires_within_a_second_of_the_jump():
    assert late_by(20.5, h.record(ClockStepped(micros=25_000_000), second=25)).holds
    assert not late_by(20.5, h.record(ClockStepped(micros=5_000_000), second=25)).holds, (
        "it was due before the jump"
    )
    assert not late_by(20.5, h.record(ClockStepped(micros=-25_000_000), second=25)).holds, (
        "node time does not go back"
    )


def test_the_rows_in_the_store_are_the_timers_that_were_set():
    def stored(**due):
        return judged(
            sets(50),
            sets(70, "u"),
            cancels(1, "u"),
            rows=StoredRows(timers=tuple((name, v.at(second)) for name, second in due.items())),
        )

    assert stored(t=50).holds
    assert stored().violations == ("a: timer t was set, and has no row",), "only its process has it"
    assert stored(t=50, u=70).violations == ("a: timer u has a row, and was not set",)
    assert "10.0 s off" in stored(t=60).violations[0]


def test_rows_that_other_code_set_are_not_judged():
    assert judged(sets(5), h.record(None, second=60), foreign_records=frozenset({1})).holds
    assert judged(fires(5), foreign_records=frozenset({7})).holds
    assert not judged(
        h.record(None), sets(5), h.record(None, second=60), foreign_records=frozenset({1})
    ).holds


def test_a_timer_that_is_cancelled_or_moved_long_after_it_was_due_is_a_violation():
    accused = ("a: timer t was 2.0 s overdue when record 2 moved it",)
    assert judged(sets(5), cancels(7)).violations == accused
    assert judged(sets(5), sets(90, second=7)).violations == accused
    assert judged(sets(5), sets(90, second=7), cancels(8)).violations == accused, (
        "it has another time now"
    )


def test_a_timer_may_be_moved_before_it_was_due_or_right_after():
    for second in (4, 5, 5.9):
        assert judged(sets(5), cancels(second)).holds
        assert judged(sets(5), sets(90, second=second)).holds
    assert judged(sets(5), sets(90, second=2), cancels(50)).holds, "it was due at 90 by then"
    assert judged(cancels(50)).holds, "it was not set"


def test_a_timer_that_its_own_firing_sets_anew_was_not_moved():
    again = (SetTimer(timer=TimerId("t"), due=v.at(20), subject="x"),)
    assert judged(sets(5), fires(5.5, commands=again), fires(20)).holds
    assert judged(sets(5), fires(8, commands=again), fires(20)).violations == (
        "a: timer t fired 3.0 s late",
    ), "once"


def test_a_timer_may_be_moved_while_its_node_could_not_act_or_right_after():
    frozen = Stall(node="a", since=v.at(4), until=v.at(15))
    for move in (cancels, lambda second: sets(90, second=second)):
        assert judged(sets(5), move(15.9), stalls=(frozen,)).holds
        assert not judged(sets(5), move(17), stalls=(frozen,)).holds
        assert not judged(sets(5), move(15.5), stalls=(replace(frozen, node="b"),)).holds, (
            "another node's stall"
        )
        assert not judged(sets(5), move(15.5), stalls=(replace(frozen, since=v.at(7)),)).holds, (
            "it was late before it was held up"
        )


def test_a_node_that_has_just_started_may_move_an_overdue_timer():
    for move in (cancels, lambda second: sets(90, second=second)):
        assert judged(sets(5), h.district_started(second=30), move(30.9)).holds
        assert not judged(sets(5), h.district_started(second=30), move(32)).holds
        assert not judged(
            sets(5), h.record(None, second=20), h.district_started(second=30), move(30.5)
        ).holds, "it was overdue before its node went down"


def test_a_firing_may_move_a_timer_before_its_runs_start_is_journaled():
    word, start = h.record(None, second=4), h.district_started("e1", second=64)
    moves = fires(61, "u", (CancelTimer(timer=TimerId("t")),))
    assert judged(sets(5), sets(5, "u"), word, moves, start).holds
    assert (
        "a: timer t was 56.0 s overdue when record 4 moved it"
        in judged(sets(5), sets(5, "u"), word, moves, h.record(None, second=64)).violations
    )


def test_a_timer_may_be_moved_right_after_the_clock_jumped_over_it():
    assert judged(
        sets(5), h.record(ClockStepped(micros=25_000_000), second=25), cancels(25.5)
    ).holds
    assert not judged(
        sets(5), h.record(ClockStepped(micros=5_000_000), second=25), cancels(25.5)
    ).holds, "it was due before the jump"
