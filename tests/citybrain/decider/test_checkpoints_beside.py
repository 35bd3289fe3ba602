"""Checkpoints are made beside the writer: it goes on meanwhile, and what goes wrong costs nothing
but replay.
"""

import threading

import pytest

from citybrain.errors import NodeStoppingError, StoreFullError
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.journal.memory import MemoryStore

WAIT_S = 20


class SlowTexts(MemoryStore):
    """Its texts are written when a test lets them."""

    def __init__(self):
        super().__init__()
        self.begun, self.may_end = threading.Event(), threading.Event()

    def write_text(self, text_hash, parts):
        self.begun.set()
        assert self.may_end.wait(WAIT_S)
        super().write_text(text_hash, parts)


class FullForTexts(MemoryStore):
    """A disk with room for records and none for texts."""

    def write_text(self, text_hash, parts):
        raise StoreFullError("full")


def afters(store):
    return [checkpoint_in(record).after for record in store.checkpoints(limit=99)]


def test_stopping_commits_what_waits_makes_a_checkpoint_and_takes_nothing_more(
    commit_loops, store, till
):
    commit_loop, _ = commit_loops(start=False)
    answers = [commit_loop.submit(till.Pay(amount=1)) for _ in range(7)]
    commit_loop.start()
    commit_loop.stop()
    assert [answer.result(0).seq for answer in answers] == list(range(1, 8))
    assert afters(store) == [7]
    with pytest.raises(NodeStoppingError):
        commit_loop.submit(till.Pay(amount=1))
    commit_loop.stop()


def test_a_run_without_a_record_leaves_no_second_checkpoint(commit_loops, store, till):
    for amounts in ((1,), ()):
        commit_loop, _ = commit_loops()
        for amount in amounts:
            commit_loop.submit(till.Pay(amount=amount)).result(WAIT_S)
        commit_loop.stop()
    assert afters(store) == [1]


def test_one_is_made_every_so_many_records(commit_loops, store, till):
    commit_loop, listener = commit_loops(checkpoint_every=10, batch=5)
    for answer in [commit_loop.submit(till.Pay(amount=1)) for _ in range(25)]:
        answer.result(WAIT_S)
    listener.wait_for(lambda _: store.checkpoints())
    assert 10 <= afters(store)[-1] <= 25
    commit_loop.stop()
    assert store.head().seq == 25 + len(afters(store))


def test_the_journal_goes_on_while_a_text_is_being_written(commit_loops, till):
    store = SlowTexts()
    commit_loop, listener = commit_loops(at_store=store, checkpoint_every=2)
    for _ in range(3):
        commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    assert store.begun.wait(WAIT_S)
    assert commit_loop.submit(till.Pay(amount=1)).result(WAIT_S).seq == 4
    assert store.checkpoints() == ()
    store.may_end.set()
    listener.wait_for(lambda _: store.checkpoints())
    commit_loop.stop()
    first, last = reversed(store.checkpoints())
    assert checkpoint_in(first).after < first.seq - 1, "records stand between"
    assert checkpoint_in(last).after == last.seq - 1, "the last one is made before the end"


def test_a_text_that_the_disk_refuses_costs_nothing_but_replay(
    commit_loops, till, caplog, open_decider
):
    store = FullForTexts()
    commit_loop, _ = commit_loops(at_store=store, checkpoint_every=1)
    for expected in (1, 2):
        assert commit_loop.submit(till.Pay(amount=1)).result(WAIT_S).seq == expected
    commit_loop.stop()
    assert commit_loop.failure is None
    assert "no checkpoint was made at the stop: full" in caplog.text
    assert open_decider(store.crash()).state.total == 2


def test_the_texts_of_older_checkpoints_go(commit_loops, store, till):
    commit_loop, _ = commit_loops(checkpoint_every=3)
    while len(store.checkpoints(limit=3)) < 3:
        commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    commit_loop.stop()
    named = [checkpoint_in(record).state_hash for record in store.checkpoints(limit=99)]
    assert len(named) > 2
    assert [store.text(one) is not None for one in named] == [True, True] + [False] * (
        len(named) - 2
    )
