"""Inputs submitted with a callback: answered after the commit, in order, and never in the writer's
way.
"""

import threading

import pytest

from citybrain.errors import InputRejectedError, QueueFullError, StoreFullError

WAIT_S = 20


def test_a_callback_gets_its_outcome_after_the_commit_in_the_order_of_submission(
    commit_loops, store, till
):
    commit_loop, listener = commit_loops(start=False)
    outcomes = []
    for amount in (3, -1, 2):
        commit_loop.submit_with_callback(
            till.Pay(amount=amount), lambda outcome: outcomes.append((outcome, store.head().seq))
        )
    last = commit_loop.submit(till.Pay(amount=1))
    commit_loop.start()
    last.result(WAIT_S)
    (first, seen_at_first), (refused, _), (third, _) = outcomes
    assert (first.seq, third.seq) == (1, 2)
    assert isinstance(refused, InputRejectedError)
    assert seen_at_first == 3, "all of the group was committed before anybody was answered"
    assert listener.groups == [[1, 2, 3]]


def test_a_callback_gets_the_error_of_a_full_disk(commit_loops, store, till):
    def full(boundary):
        raise StoreFullError("no space left on device")

    commit_loop, _ = commit_loops(start=False)
    outcomes, answered = [], threading.Event()
    store.faults = full
    commit_loop.submit_with_callback(
        till.Pay(amount=1), lambda outcome: (outcomes.append(outcome), answered.set())
    )
    commit_loop.start()
    assert answered.wait(WAIT_S)
    assert isinstance(outcomes[0], StoreFullError)
    store.faults = None


def test_a_callback_that_fails_stops_nobody(commit_loops, till, caplog):
    def broken(outcome):
        raise RuntimeError("the gateway fell over")

    commit_loop, _ = commit_loops()
    commit_loop.submit_with_callback(till.Pay(amount=1), broken)
    assert commit_loop.submit(till.Pay(amount=2)).result(WAIT_S).seq == 2
    assert commit_loop.failure is None
    assert "the gateway fell over" in caplog.text


def test_a_full_queue_takes_no_input(commit_loops, till):
    commit_loop, _ = commit_loops(start=False, queue=1)
    commit_loop.submit_with_callback(till.Pay(amount=1), lambda _: None)
    with pytest.raises(QueueFullError):
        commit_loop.submit_with_callback(till.Pay(amount=1), lambda _: None)
