"""Decide, commit, release: a batch counts whole, and what a core cannot decide leaves no
trace."""

from contextlib import closing

import pytest
from journal_records import cores_for

from citybrain import canonical_json
from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.decider.command import Post, SetTimer
from citybrain.decider.decider import AsRead, Committed, Decider, Rejected
from citybrain.errors import StoreFullError
from citybrain.journal.memory import Boundary
from citybrain.journal.sqlite import SqliteStore
from citybrain.random_ids import RandomIds
from citybrain.structs import Struct, replace

T0 = Timestamp(1_000 * SECOND_US)


class Begun(Struct, frozen=True, kw_only=True):
    pass


class Log(Struct, frozen=True, kw_only=True):
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


def test_what_a_core_chokes_on_is_rejected_and_the_others_count(store, till, open_decider):
    decider = open_decider(store)
    bad = till.Pay(amount=-1)
    first, rejected, third = decider.run([till.Pay(amount=1), bad, till.Pay(amount=5)], T0)
    assert (first.seq, third.seq) == (1, 2)
    assert isinstance(rejected, Rejected)
    assert rejected.input is bad
    assert str(rejected.error) == "a till does not give"
    assert decider.state.total == 6
    assert [record.kind for record in store.records()] == ["pay", "pay"]


def test_what_is_its_own_reading_is_decided_and_journaled_as_any_other(store, till, open_decider):
    payment = till.Pay(amount=2)
    committed, rejected = open_decider(store).run(
        [AsRead(payment), AsRead(till.Pay(amount=-1))], T0
    )
    assert committed.input is payment
    assert rejected.input == till.Pay(amount=-1)
    assert [record.payload for record in store.records()] == [canonical_json.encode(payment)]
    assert open_decider(store).state.total == 2


@pytest.mark.parametrize("after_s", [1e13, 1e300])
def test_a_timer_that_no_row_can_hold_is_rejected_with_its_input(
    tmp_path, till, open_decider, after_s
):
    """Else the store would refuse the transaction, at every attempt, and the node would end."""
    with closing(SqliteStore.open(tmp_path / "journal.db", ids=RandomIds())) as store:
        decider = open_decider(store)
        results = decider.run(
            [
                till.Pay(amount=1),
                till.Remind(name="never", after_s=after_s),
                till.Remind(name="soon", after_s=1),
            ],
            T0,
        )
        assert [type(result) for result in results] == [Committed, Rejected, Committed]
        assert decider.state.total == 1
        assert store.next_due() == later(T0, 1)


def test_an_input_that_no_registry_names_is_rejected_too(store, till, open_decider):
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
    """Both are due; the first one's firing sets the second anew. The second fires too, as it was
    read before, and its new row must outlive that."""

    def decide(state, what, context):
        sets = {"begin": (("a", 5), ("b", 5)), "a": (("b", 20),)}.get(
            getattr(what, "timer", "begin"), ()
        )
        return replace(state, fired=(*state.fired, getattr(what, "timer", "begin"))), tuple(
            SetTimer(timer=name, due=later(context.at, seconds), subject="x")
            for name, seconds in sets
        )

    decider = Decider(cores_for(decide, Log(), {"begun": Begun}), store)
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
            till.CancelReminder(name="b"),
        ],
        T0,
    )
    assert [
        (timer.timer, timer.due) for timer in store.timers_due(at=Timestamp(2**60), limit=9)
    ] == [("a", T0 + 7 * SECOND_US)]


def test_a_letter_that_no_registry_names_is_rejected_with_its_input(store):
    def decide(state, what, context):
        return state, (Post(to="city", letter=Begun()),)

    decider = Decider(cores_for(decide, Log(), {"begun": Begun}), store)
    (rejected,) = decider.run([Begun()], T0)
    assert isinstance(rejected, Rejected)
    assert store.head().seq == 0 and store.peers() == ()


def test_records_and_letters_say_of_what_version_and_code_they_are(store, till, open_decider):
    open_decider(store).run([till.Pay(amount=1)], T0)
    (record,), (letter,) = store.records(), store.letters(to="city", after=0, limit=9)
    assert (record.kind, record.version, record.code) == ("pay", 1, till.CORES.code)
    assert (letter.kind, letter.version) == ("Receipt", 1)
