"""The writer of a tier: groups, answers, timers, snapshots, and what it does when the disk is full or damaged."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from citybrain.clock import SECOND_US, ManualClock
from citybrain.decider.audit import overdue
from citybrain.errors import (
    InputRejectedError,
    NodeStoppingError,
    QueueFullError,
    StoreCorruptError,
    StoreFullError,
)
from citybrain.ids import CountingIds
from citybrain.journal.memory import Boundary, Crashed, MemoryStore
from citybrain.journal.sqlite import SqliteStore
from citybrain.limits import QUARANTINE_ROWS

WAIT_S = 20


def test_a_submitted_input_is_answered_after_its_commit(commit_loops, store, till):
    commit_loop, _ = commit_loops()
    taken = commit_loop.submit(till.Pay(amount=3)).result(WAIT_S)
    assert taken.seq == commit_loop.seq == store.head().seq == 1
    assert [type(command).__name__ for command in taken.commands] == ["Post", "Reply", "Notice"]
    assert commit_loop.state.total == 3


def test_what_waits_is_committed_together(commit_loops, store, till):
    commits = []
    store.faults = lambda boundary: commits.append(boundary) if boundary is Boundary.AFTER else None
    commit_loop, ear = commit_loops(start=False, batch=50)
    answers = [commit_loop.submit(till.Pay(amount=1)) for _ in range(120)]
    assert commit_loop.waiting == 120
    commit_loop.start()
    assert [answer.result(WAIT_S).seq for answer in answers] == list(range(1, 121))
    assert [len(group) for group in ear.groups] == [50, 50, 20]
    assert len(commits) == 3


def test_many_threads_may_submit_and_each_gets_its_own_answer(commit_loops, till):
    commit_loop, _ = commit_loops()
    with ThreadPoolExecutor(8) as pool:
        seqs = list(
            pool.map(
                lambda _: commit_loop.submit(till.Pay(amount=1)).result(WAIT_S).seq, range(400)
            )
        )
    assert sorted(seqs) == list(range(1, 401))
    assert commit_loop.state.total == 400


def test_a_full_queue_is_said_at_once(commit_loops, till):
    commit_loop, _ = commit_loops(start=False, queue=3)
    for _ in range(3):
        commit_loop.submit(till.Pay(amount=1))
    with pytest.raises(QueueFullError):
        commit_loop.submit(till.Pay(amount=1))


def test_listeners_hear_the_commit_before_the_submitter_and_a_broken_one_stops_nothing(
    commit_loops, till, caplog
):
    commit_loop, ear = commit_loops(start=False)

    def broken(state, taken):
        raise RuntimeError("a screen fell over")

    commit_loop.on_commit(broken)
    commit_loop.start()
    for amount in (1, 2):
        seq = commit_loop.submit(till.Pay(amount=amount)).result(WAIT_S).seq
        assert ear.groups[-1] == [seq]
    assert ear.state.total == commit_loop.state.total == 3
    assert "a screen fell over" in caplog.text


def test_what_a_core_rejects_goes_to_the_quarantine_and_the_node_goes_on(commit_loops, till):
    commit_loop, _ = commit_loops()
    bad, good = commit_loop.submit(till.Pay(amount=-1)), commit_loop.submit(till.Pay(amount=1))
    with pytest.raises(InputRejectedError, match="a till does not give") as raised:
        bad.result(WAIT_S)
    assert raised.value.kind == "Pay"
    assert good.result(WAIT_S).seq == 1
    with pytest.raises(InputRejectedError):
        commit_loop.submit(till.Unknown()).result(WAIT_S)
    assert commit_loop.rejected_count == 2
    assert [(line.kind, line.error) for line in commit_loop.rejected] == [
        ("Pay", "ValueError('a till does not give')"),
        ("Unknown", commit_loop.rejected[1].error),
    ]


def test_the_quarantine_is_bounded(commit_loops, till):
    commit_loop, _ = commit_loops()
    for answer in [
        commit_loop.submit(till.Pay(amount=-1)) for _ in range(QUARANTINE_ROWS.value + 10)
    ]:
        with pytest.raises(InputRejectedError):
            answer.result(WAIT_S)
    assert commit_loop.rejected_count == QUARANTINE_ROWS.value + 10
    assert len(commit_loop.rejected) == QUARANTINE_ROWS.value


def test_a_full_disk_fails_the_inputs_of_that_moment_and_room_ends_it_without_a_restart(
    commit_loops, store, till
):
    def full(boundary):
        raise StoreFullError("no space left on device")

    commit_loop, _ = commit_loops()
    commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    store.faults = full
    with pytest.raises(StoreFullError):
        commit_loop.submit(till.Pay(amount=2)).result(WAIT_S)
    assert commit_loop.state.total == 1
    assert commit_loop.failure is None
    store.faults = None
    assert commit_loop.submit(till.Pay(amount=4)).result(WAIT_S).seq == 2
    assert commit_loop.state.total == 5


def test_a_damaged_store_ends_the_host_and_everybody_who_waits_is_told(commit_loops, store, till):
    failed = threading.Event()

    def damaged(boundary):
        raise StoreCorruptError("page 7 does not verify")

    commit_loop, _ = commit_loops(start=False)
    store.faults = damaged
    commit_loop.on_failure(lambda error: failed.set())
    answers = [commit_loop.submit(till.Pay(amount=1)) for _ in range(3)]
    commit_loop.start()
    for answer in answers:
        with pytest.raises(StoreCorruptError):
            answer.result(WAIT_S)
    assert failed.wait(WAIT_S)
    assert isinstance(commit_loop.failure, StoreCorruptError)
    with pytest.raises(NodeStoppingError):
        commit_loop.submit(till.Pay(amount=1))


def test_stopping_commits_what_waits_saves_a_snapshot_and_takes_nothing_more(
    commit_loops, store, till
):
    commit_loop, _ = commit_loops(start=False)
    answers = [commit_loop.submit(till.Pay(amount=1)) for _ in range(7)]
    commit_loop.start()
    commit_loop.stop()
    assert [answer.result(0).seq for answer in answers] == list(range(1, 8))
    assert store.snapshot().seq == 7
    with pytest.raises(NodeStoppingError):
        commit_loop.submit(till.Pay(amount=1))
    commit_loop.stop()


def test_snapshots_are_taken_every_so_many_records(commit_loops, store, till):
    commit_loop, _ = commit_loops(snapshot_every=10, batch=5)
    saved = threading.Event()
    keep = store.save_snapshot
    store.save_snapshot = lambda snapshot: (keep(snapshot), saved.set())
    for answer in [commit_loop.submit(till.Pay(amount=1)) for _ in range(25)]:
        answer.result(WAIT_S)
    assert saved.wait(WAIT_S)
    assert 10 <= store.snapshot().seq <= 25


def test_the_journal_goes_on_while_a_snapshot_is_being_kept(commit_loops, store, till):
    begun, may_end = threading.Event(), threading.Event()
    keep = store.save_snapshot

    def slow(snapshot):
        begun.set()
        assert may_end.wait(WAIT_S)
        keep(snapshot)

    store.save_snapshot = slow
    commit_loop, _ = commit_loops(snapshot_every=2)
    for _ in range(3):
        commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    assert begun.wait(WAIT_S)
    assert commit_loop.submit(till.Pay(amount=1)).result(WAIT_S).seq == 4
    assert store.snapshot() is None
    may_end.set()
    commit_loop.stop()
    assert store.snapshot().seq == 4, "the last one is kept before the end"


def test_a_snapshot_that_the_disk_refuses_costs_nothing_but_replay(
    commit_loops, store, till, caplog
):
    commit_loop, _ = commit_loops(snapshot_every=1)
    commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    saved = store.save_snapshot

    def refuse(snapshot):
        raise StoreFullError("full")

    store.save_snapshot = refuse
    assert commit_loop.submit(till.Pay(amount=1)).result(WAIT_S).seq == 2
    commit_loop.stop()
    store.save_snapshot = saved
    assert commit_loop.failure is None
    assert "no snapshot was saved" in caplog.text


def test_a_restart_goes_on_where_it_stopped(commit_loops, store, till, tmp_path):
    path = tmp_path / "journal.db"
    first = SqliteStore.open(path, ids=CountingIds())
    commit_loop, _ = commit_loops(at_store=first)
    commit_loop.submit(till.Pay(amount=3)).result(WAIT_S)
    commit_loop.stop()
    first.close()
    second = SqliteStore.open(path, ids=CountingIds())
    again, _ = commit_loops(at_store=second)
    assert again.state.total == 3
    assert again.divergence is None
    assert again.submit(till.Pay(amount=1)).result(WAIT_S).seq == 2
    again.stop()
    second.close()


def test_everything_overdue_fires_at_once_after_a_start_in_order(
    commit_loops, store, till, clock, open_decider
):
    decider = open_decider(store)
    names = [f"t{number:04}" for number in range(2500)]  # more than one transaction takes
    decider.run(
        [till.Remind(name=name, after_s=1 + index / 1000) for index, name in enumerate(names)],
        clock.now(),
    )
    clock.advance(3600)
    assert len(overdue(store, clock.now())) == 1000
    _, ear = commit_loops(at_store=store.crash())
    assert ear.wait_for(lambda state: len(state.fired) == 2500).fired == tuple(names)
    assert overdue(store.crash(), clock.now()) == ()


def test_a_timer_fires_when_its_time_comes_and_not_before(commit_loops, till, clock):
    commit_loop, ear = commit_loops()
    commit_loop.submit(till.Remind(name="later", after_s=60)).result(WAIT_S)
    commit_loop.submit(till.Remind(name="soon", after_s=5)).result(WAIT_S)
    assert commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    assert commit_loop.state.fired == ()
    clock.advance(5)
    assert ear.wait_for(lambda state: state.fired).fired == ("soon",)


def test_a_timer_that_no_core_can_decide_does_not_hold_up_the_others(
    commit_loops, store, till, clock
):
    commit_loop, ear = commit_loops()
    commit_loop.submit(till.Remind(name="poison", after_s=1)).result(WAIT_S)
    commit_loop.submit(till.Remind(name="wholesome", after_s=1)).result(WAIT_S)
    clock.advance(2)
    assert ear.wait_for(lambda state: state.fired).fired == ("wholesome",)
    assert commit_loop.rejected[0].kind == "TimerFired"
    clock.advance(10)
    assert [timer.timer for timer in overdue(store, clock.now())] == [
        "poison"
    ]  # the auditor shows it


def test_timers_that_a_full_disk_held_up_fire_when_there_is_room(commit_loops, store, till, clock):
    refused = threading.Event()

    def full(boundary):
        refused.set()
        raise StoreFullError("full")

    commit_loop, ear = commit_loops()
    commit_loop.submit(till.Remind(name="t", after_s=1)).result(WAIT_S)
    store.faults = full
    clock.advance(2)
    assert refused.wait(WAIT_S)
    store.faults = None
    clock.advance(1)  # the pause before the next try has passed
    assert ear.wait_for(lambda state: state.fired).fired == ("t",)


class SteppingClock(ManualClock):
    stepped_us = 0


def test_a_step_of_the_wall_clock_is_journaled_once(commit_loops, store, till):
    clock = SteppingClock()
    _, ear = commit_loops(at_clock=clock)
    clock.stepped_us = -3 * SECOND_US
    assert ear.wait_for(lambda state: state.stepped_us).stepped_us == -3 * SECOND_US
    clock.stepped_us = 2 * SECOND_US
    assert (
        ear.wait_for(lambda state: state.stepped_us != -3 * SECOND_US).stepped_us == 2 * SECOND_US
    )
    assert [record.kind for record in store.records()] == ["clock_stepped", "clock_stepped"]


def test_node_time_does_not_go_back_over_a_restart(commit_loops, store, till, clock):
    clock.advance(1000)
    commit_loop, _ = commit_loops()
    commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    latest = commit_loop.state.last_at
    commit_loop.stop()
    behind = ManualClock(at=latest - 500 * SECOND_US)
    again, _ = commit_loops(at_store=store.crash(), at_clock=behind)
    again.submit(till.Pay(amount=1)).result(WAIT_S)
    assert again.state.last_at == latest
    behind.advance(3)
    again.submit(till.Pay(amount=1)).result(WAIT_S)
    assert again.state.last_at == latest + 3 * SECOND_US, (
        "it goes on: deadlines do not wait until the machine's clock has caught up"
    )


@pytest.mark.parametrize(
    ("boundary", "total"), [(Boundary.BEFORE, 1), (Boundary.DURING, 1), (Boundary.AFTER, 3)]
)
def test_after_a_crash_at_any_boundary_the_next_process_knows_what_was_promised(
    store, till, clock, open_decider, boundary, total
):
    decider = open_decider(store)
    decider.run([till.Pay(amount=1)], clock.now())

    def crash(here):
        if here == boundary:
            raise Crashed

    store.faults = crash
    with pytest.raises(Crashed):
        decider.run([till.Pay(amount=2)], clock.now())
    reopened = store.crash()
    reopened.faults = None
    assert open_decider(reopened).state.total == total


class Meter:
    def __init__(self):
        self.inputs, self.kinds, self.refusals = 0, [], 0

    def committed(self, *, inputs, took_s):
        assert took_s >= 0
        self.inputs += inputs

    def rejected(self, *, kind):
        self.kinds.append(kind)

    def refused(self):
        self.refusals += 1


def test_a_meter_is_told_what_happened(commit_loops, store, till):
    def full(boundary):
        raise StoreFullError("full")

    meter = Meter()
    commit_loop, _ = commit_loops(meter=meter)
    commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    with pytest.raises(InputRejectedError):
        commit_loop.submit(till.Pay(amount=-1)).result(WAIT_S)
    store.faults = full
    with pytest.raises(StoreFullError):
        commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    store.faults = None
    commit_loop.stop()
    assert (meter.inputs, meter.kinds, meter.refusals) == (1, ["Pay"], 1)


def test_a_cancelled_submission_is_not_decided(commit_loops, till):
    commit_loop, _ = commit_loops(start=False)
    cancelled, kept = commit_loop.submit(till.Pay(amount=5)), commit_loop.submit(till.Pay(amount=1))
    assert cancelled.cancel()
    commit_loop.start()
    kept.result(WAIT_S)
    assert commit_loop.state.total == 1


def test_an_offer_is_told_its_outcome_after_the_commit_in_the_order_of_offering(
    commit_loops, store, till
):
    commit_loop, ear = commit_loops(start=False)
    outcomes = []
    for amount in (3, -1, 2):
        commit_loop.offer(
            till.Pay(amount=amount), lambda outcome: outcomes.append((outcome, store.head().seq))
        )
    last = commit_loop.submit(till.Pay(amount=1))
    commit_loop.start()
    last.result(WAIT_S)
    (first, seen_at_first), (refused, _), (third, _) = outcomes
    assert (first.seq, third.seq) == (1, 2)
    assert isinstance(refused, InputRejectedError)
    assert seen_at_first == 3, "all of the group was committed before anybody was told"
    assert ear.groups == [[1, 2, 3]]


def test_an_offer_is_told_that_the_disk_is_full(commit_loops, store, till):
    def full(boundary):
        raise StoreFullError("no space left on device")

    commit_loop, _ = commit_loops(start=False)
    outcomes, told = [], threading.Event()
    store.faults = full
    commit_loop.offer(till.Pay(amount=1), lambda outcome: (outcomes.append(outcome), told.set()))
    commit_loop.start()
    assert told.wait(WAIT_S)
    assert isinstance(outcomes[0], StoreFullError)
    store.faults = None


def test_whoever_falls_over_its_answer_stops_nobody(commit_loops, till, caplog):
    def broken(outcome):
        raise RuntimeError("the door fell over")

    commit_loop, _ = commit_loops()
    commit_loop.offer(till.Pay(amount=1), broken)
    assert commit_loop.submit(till.Pay(amount=2)).result(WAIT_S).seq == 2
    assert commit_loop.failure is None
    assert "the door fell over" in caplog.text


def test_a_full_queue_takes_no_offer(commit_loops, till):
    commit_loop, _ = commit_loops(start=False, queue=1)
    commit_loop.offer(till.Pay(amount=1), lambda _: None)
    with pytest.raises(QueueFullError):
        commit_loop.offer(till.Pay(amount=1), lambda _: None)


def test_a_store_in_memory_and_one_on_disk_end_in_the_same_state(
    commit_loops, till, tmp_path, clock
):
    disk = SqliteStore.open(tmp_path / "j.db", ids=CountingIds())
    states = []
    for chosen in (MemoryStore(), disk):
        commit_loop, _ = commit_loops(at_store=chosen)
        for amount in (1, 2, -1, 3):
            commit_loop.submit(till.Pay(amount=amount)).exception(WAIT_S)
        states.append(commit_loop.state)
        commit_loop.stop()
    disk.close()
    assert states[0] == states[1]
