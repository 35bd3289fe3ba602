"""The writer of a tier: groups, answers, and what it does when the disk is full or damaged."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

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
    commit_loop, listener = commit_loops(start=False, batch=50)
    answers = [commit_loop.submit(till.Pay(amount=1)) for _ in range(120)]
    assert commit_loop.waiting == 120
    commit_loop.start()
    assert [answer.result(WAIT_S).seq for answer in answers] == list(range(1, 121))
    assert [len(group) for group in listener.groups] == [50, 50, 20]
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


def test_a_full_queue_is_reported_at_once(commit_loops, till):
    commit_loop, _ = commit_loops(start=False, queue=3)
    for _ in range(3):
        commit_loop.submit(till.Pay(amount=1))
    with pytest.raises(QueueFullError):
        commit_loop.submit(till.Pay(amount=1))


def test_listeners_get_the_commit_before_the_submitter_and_a_broken_one_stops_nothing(
    commit_loops, till, caplog
):
    commit_loop, listener = commit_loops(start=False)

    def broken(state, taken):
        raise RuntimeError("a screen fell over")

    commit_loop.on_commit(broken)
    commit_loop.start()
    for amount in (1, 2):
        seq = commit_loop.submit(till.Pay(amount=amount)).result(WAIT_S).seq
        assert listener.groups[-1] == [seq]
    assert listener.state.total == commit_loop.state.total == 3
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


def test_a_damaged_store_ends_the_loop_and_everybody_who_waits_is_answered(
    commit_loops, store, till
):
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
    assert again.submit(till.Pay(amount=1)).result(WAIT_S).seq == 3  # behind the checkpoint
    again.stop()
    second.close()


def test_a_full_disk_is_reported_at_its_beginning_and_its_end_though_nobody_asks_anything(
    commit_loops, store, till, clock
):
    def full(boundary):
        raise StoreFullError("full")

    told, is_over = [], threading.Event()

    def tell(error):
        told.append(error is not None)
        if error is None:
            is_over.set()

    commit_loop, _ = commit_loops(start=False)
    commit_loop.on_full(tell)
    commit_loop.start()
    store.faults = full
    for _ in range(3):
        with pytest.raises(StoreFullError):
            commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    assert told == [True]
    store.faults = None
    commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)  # it may be room for one small group
    assert told == [True]
    clock.advance(3)
    assert is_over.wait(WAIT_S)
    assert told == [True, False]


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


def test_a_meter_gets_what_happened(commit_loops, store, till):
    def full(boundary):
        raise StoreFullError("full")

    metrics = Meter()
    commit_loop, _ = commit_loops(metrics=metrics)
    commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    with pytest.raises(InputRejectedError):
        commit_loop.submit(till.Pay(amount=-1)).result(WAIT_S)
    store.faults = full
    with pytest.raises(StoreFullError):
        commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    store.faults = None
    commit_loop.stop()
    assert (metrics.inputs, metrics.kinds, metrics.refusals) == (1, ["Pay"], 1)


def test_a_cancelled_submission_is_not_decided(commit_loops, till):
    commit_loop, _ = commit_loops(start=False)
    cancelled, kept = commit_loop.submit(till.Pay(amount=5)), commit_loop.submit(till.Pay(amount=1))
    assert cancelled.cancel()
    commit_loop.start()
    kept.result(WAIT_S)
    assert commit_loop.state.total == 1


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
