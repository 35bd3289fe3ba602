"""Decide, commit, release: a batch counts whole, a replay gives the same state, and what a core chokes on leaves no trace."""

import hashlib
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.decider.command import SetTimer
from citybrain.decider.decider import Committed, Decider, Divergence, Rejected
from citybrain.errors import StoreCorruptError, StoreFullError
from citybrain.journal import chain
from citybrain.journal.memory import Boundary, MemoryStore
from citybrain.journal.port import GENESIS, Batch, Head, Snapshot

T0 = Timestamp(1_000 * SECOND_US)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    fired: tuple[str, ...] = ()


def test_inputs_are_decided_in_order_and_committed_once(store, till, open_decider):
    commits = []
    store.faults = commits.append
    decider = open_decider(store)
    results = decider.run([till.Pay(amount=1), till.Pay(amount=2)], T0)
    assert [result.seq for result in results] == [1, 2]
    assert decider.state.total == 3
    assert commits == [Boundary.BEFORE, Boundary.DURING, Boundary.AFTER]
    assert [letter.payload for letter in store.letters(to="city", after=0, limit=9)] == [
        b'{"amount":1}',
        b'{"amount":2}',
    ]
    assert [letter.kind for letter in store.letters(to="city", after=0, limit=9)] == [
        "Receipt",
        "Receipt",
    ]


def test_what_a_core_chokes_on_is_spat_out_and_the_others_count(store, till, open_decider):
    decider = open_decider(store)
    bad = till.Pay(amount=-1)
    first, spat, third = decider.run([till.Pay(amount=1), bad, till.Pay(amount=5)], T0)
    assert (first.seq, third.seq) == (1, 2)
    assert isinstance(spat, Rejected)
    assert spat.input is bad
    assert str(spat.error) == "a till does not give"
    assert decider.state.total == 6
    assert [record.kind for record in store.records()] == ["pay", "pay"]


def test_an_input_that_no_table_names_is_spat_out_too(store, till, open_decider):
    decider = open_decider(store)
    results = decider.run([till.Unknown(), object(), till.Pay(amount=1)], T0)
    assert [type(result) for result in results] == [Rejected, Rejected, Committed]
    assert store.head().seq == 1


def test_a_batch_of_nothing_but_bad_input_commits_nothing(store, till, open_decider):
    store.faults = pytest.fail
    results = open_decider(store).run([till.Pay(amount=-1)], T0)
    assert [type(result) for result in results] == [Rejected]
    assert store.head().seq == 0


def test_a_refused_commit_changes_nothing(store, till, open_decider):
    decider = open_decider(store)
    decider.run([till.Pay(amount=1)], T0)
    before = (decider.state, decider.head)

    def full(boundary):
        raise StoreFullError("full")

    store.faults = full
    with pytest.raises(StoreFullError):
        decider.run([till.Pay(amount=2)], T0)
    assert (decider.state, decider.head) == before
    store.faults = None
    assert decider.run([till.Pay(amount=2)], T0)[0].seq == 2


def test_a_timer_fires_once_and_its_row_goes_with_the_firing(store, till, open_decider):
    decider = open_decider(store)
    decider.run(
        [
            till.Remind(name="b", after_s=2),
            till.Remind(name="a", after_s=1),
            till.Remind(name="c", after_s=9),
        ],
        T0,
    )
    at = Timestamp(T0 + 5 * SECOND_US)
    assert len(decider.fire_due(at)) == 2
    assert decider.fire_due(at) == ()
    assert decider.state.fired == ("a", "b")
    assert [record.kind for record in store.records(after=3)] == ["timer_fired", "timer_fired"]
    assert store.next_due() == T0 + 9 * SECOND_US


def test_a_timer_that_another_firing_of_the_same_transaction_moved_on_still_fires(store):
    """Both are due; the first one's firing sets the second anew. The second fires too, as it was drawn before, and its new row must outlive that."""

    def decide(state, what, context):
        sets = {"begin": (("a", 5), ("b", 5)), "a": (("b", 20),)}.get(
            getattr(what, "timer", "begin"), ()
        )
        return replace(state, fired=(*state.fired, getattr(what, "timer", "begin"))), tuple(
            SetTimer(timer=name, due=later(context.at, seconds), subject="x")
            for name, seconds in sets
        )

    decider = Decider(decide=decide, initial=Told(), store=store, kinds={"begun": Begun})
    decider.run([Begun()], T0)
    decider.fire_due(later(T0, 5))
    assert decider.state.fired == ("begin", "a", "b")
    assert store.next_due() == later(T0, 25)
    decider.fire_due(later(T0, 25))
    assert decider.state.fired == ("begin", "a", "b", "b") and store.next_due() is None


def test_of_several_things_said_about_a_timer_in_one_batch_the_last_counts(
    store, till, open_decider
):
    decider = open_decider(store)
    decider.run(
        [
            till.Remind(name="a", after_s=1),
            till.Remind(name="a", after_s=7),
            till.Remind(name="b", after_s=1),
            till.Calm(name="b"),
        ],
        T0,
    )
    assert [
        (timer.timer, timer.due) for timer in store.timers_due(at=Timestamp(2**60), limit=9)
    ] == [("a", T0 + 7 * SECOND_US)]


steps = st.lists(st.tuples(st.integers(-2, 9), st.floats(0.1, 5)), max_size=25)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the fixtures hold no state
@given(steps=steps, snapshot_at=st.integers(0, 25))
def test_a_restart_gives_the_same_state_hash_wherever_the_snapshot_was(
    steps, snapshot_at, till, open_decider
):
    store = MemoryStore()
    decider = open_decider(store)
    at = T0
    for number, (amount, after_s) in enumerate(steps):
        at = Timestamp(at + SECOND_US)
        decider.run([till.Pay(amount=amount), till.Remind(name=f"t{amount}", after_s=after_s)], at)
        decider.fire_due(at)
        if number == snapshot_at:
            decider.take_snapshot()
    again = open_decider(store.crash())
    assert again.state == decider.state
    assert again.state_hash() == decider.state_hash()
    assert again.head == decider.head
    assert again.divergence is None


def test_a_changed_core_shows_the_first_record_that_it_decides_otherwise(store, till, open_decider):
    decider = open_decider(store)
    decider.run([till.Pay(amount=1), till.Pay(amount=5), till.Pay(amount=6)], T0)

    def stingy(state, what, context):
        after, commands = till.decide(state, what, context)
        return after, commands if state.total < 3 else commands[1:]

    assert open_decider(store.crash(), decide=stingy).divergence == Divergence(seq=3, kind="pay")


def test_a_changed_record_stops_the_start_before_a_core_sees_it(store, till, open_decider):
    open_decider(store).run([till.Pay(amount=1), till.Pay(amount=5)], T0)
    record = store._disk.records[0]
    store._disk.records[0] = type(record)(
        seq=1,
        at=record.at,
        kind="pay",
        payload=b'{"amount":100}',
        prev_hash=record.prev_hash,
        hash=record.hash,
        commands_digest=record.commands_digest,
    )
    with pytest.raises(StoreCorruptError, match=r"record 1 \(pay\) does not match its hash"):
        open_decider(store)


def test_a_journal_of_a_newer_version_is_refused_by_the_kind_it_does_not_know(store, open_decider):
    record = chain.seal(
        Head(seq=0, hash=GENESIS), at=T0, kind="teleport", payload=b"{}", commands_digest="d"
    )
    store.commit(Batch(records=(record,)))
    with pytest.raises(StoreCorruptError, match="record 1 is of kind 'teleport'"):
        open_decider(store)


def test_a_state_that_does_not_read_back_the_same_is_no_snapshot(store, till, open_decider):
    def sloppy(state, what, context):
        return replace(state, total=1.5), ()  # the field is a whole number

    decider = open_decider(store, sloppy)
    decider.run([till.Pay(amount=1)], T0)
    with pytest.raises(StoreCorruptError, match="after record 1 does not read back the same"):
        decider.take_snapshot()
    assert store.snapshot() is None


def test_a_damaged_snapshot_is_refused(store, till, open_decider):
    decider = open_decider(store)
    decider.run([till.Pay(amount=1)], T0)
    saved = decider.take_snapshot()
    store.save_snapshot(Snapshot(seq=saved.seq, payload=saved.payload + b" ", hash=saved.hash))
    with pytest.raises(StoreCorruptError, match="snapshot at record 1 does not match its hash"):
        open_decider(store)


def test_a_snapshot_of_an_older_version_is_passed_over_and_everything_is_replayed(
    store, till, open_decider
):
    decider = open_decider(store)
    decider.run([till.Pay(amount=4)], T0)
    for payload in (
        b'{"total":"many"}',
        b'{"total":4}',
    ):  # fields that do not fit; fields that are missing
        store.save_snapshot(
            Snapshot(seq=1, payload=payload, hash=hashlib.sha256(payload).hexdigest())
        )
        again = open_decider(store)
        assert again.state == decider.state


def test_a_journal_shorter_than_its_snapshot_is_refused(store, till, open_decider):
    decider = open_decider(store)
    decider.run([till.Pay(amount=1), till.Pay(amount=2)], T0)
    decider.take_snapshot()
    store._disk.records.pop()
    with pytest.raises(StoreCorruptError, match="records are missing at its end"):
        open_decider(store)
