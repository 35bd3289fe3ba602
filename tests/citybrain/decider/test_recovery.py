"""A start: the newest checkpoint, then only records of the same code. Whatever does not fit is
refused by name, and nothing is changed.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journal_records import cores_for, keep_checkpoint, sealed

from citybrain import canonical_json
from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.decider import Decider
from citybrain.decider.recovery import Divergence
from citybrain.errors import NewerFormatError, StoreCorruptError, UpgradeError
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Batch
from citybrain.structs import Struct, replace

T0 = Timestamp(1_000 * SECOND_US)
steps = st.lists(st.tuples(st.integers(-2, 9), st.floats(0.1, 5)), max_size=25)


def kinds(store):
    return [record.kind for record in store.records()]


def pay(decider, till, *amounts):
    decider.run([till.Pay(amount=amount) for amount in amounts], T0)
    return decider


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the fixtures hold no state
@given(steps=steps, checkpoint_at=st.integers(0, 25), lag=st.integers(0, 3))
def test_a_restart_gives_the_same_state_hash_wherever_the_checkpoint_was(
    steps, checkpoint_at, lag, till, open_decider
):
    store = MemoryStore()
    decider = open_decider(store)
    at, waiting = T0, None
    for number, (amount, after_s) in enumerate(steps):
        at = Timestamp(at + SECOND_US)
        decider.run([till.Pay(amount=amount), till.Remind(name=f"t{amount}", after_s=after_s)], at)
        decider.fire_due(at)
        if number == checkpoint_at:
            waiting = decider.write_checkpoint(decider.draft_checkpoint())
        if waiting is not None and number == checkpoint_at + lag:
            decider.run([waiting], at)
    again = open_decider(store.crash())
    assert again.state == decider.state
    assert again.state_hash() == decider.state_hash()
    assert again.head == decider.head
    assert again.records_since_checkpoint == decider.records_since_checkpoint
    assert again.divergence is None


def test_a_replay_that_decides_otherwise_shows_the_first_record(store, till, open_decider):
    pay(open_decider(store), till, 1, 5, 6)

    def stingy(state, what, context):
        after, commands = till.decide(state, what, context)
        return after, commands if state.total < 3 else commands[1:]

    again = open_decider(store.crash(), decide=stingy)
    assert again.divergence == Divergence(seq=3, kind="pay")


def test_a_replay_that_fails_is_refused_by_name(store, till, open_decider):
    pay(open_decider(store), till, 1, 5)

    def broken(state, what, context):
        if what == till.Pay(amount=5):
            raise KeyError("five")
        return till.decide(state, what, context)

    again = store.crash()
    before = again.head()
    with pytest.raises(StoreCorruptError, match=r"record 2 \(pay\) was .* fails over it: KeyError"):
        open_decider(again, decide=broken)
    assert again.head() == before


def test_a_changed_record_stops_the_start_before_a_core_sees_it(store, till, open_decider):
    pay(open_decider(store), till, 1, 5)
    store._disk.records[0] = replace(store._disk.records[0], payload=b'{"amount":100}')
    with pytest.raises(StoreCorruptError, match=r"record 1 \(pay\) does not match its hash"):
        open_decider(store)


def test_a_record_of_an_unknown_kind_or_a_newer_version_is_refused(store, till, open_decider):
    for kind, version in (("teleport", 1), ("pay", 2)):
        (record,) = sealed(store.head(), b"{}", kind=kind, version=version, code=till.CORES.code)
        other = MemoryStore()
        other.commit(Batch(records=(record,)))
        with pytest.raises(NewerFormatError, match="record 1 cannot be read: .* Start the version"):
            open_decider(other)


def test_what_is_before_the_checkpoint_is_not_even_read(store, till, open_decider):
    (record,) = sealed(store.head(), b"?", kind="retired long ago", code=till.CORES.code)
    store.commit(Batch(records=(record,)))
    keep_checkpoint(store, canonical_json.encode(till.Till(total=7)), code=till.CORES.code)
    assert open_decider(store).state.total == 7


class TestCheckpoint:
    def test_it_is_a_record_that_changes_no_state(self, store, till, open_decider):
        decider = pay(open_decider(store), till, 4)
        checkpoint = decider.checkpoint(T0)
        assert (decider.state.total, decider.head.seq, kinds(store)) == (
            4,
            2,
            ["pay", "checkpoint"],
        )
        assert checkpoint.after == 1 and checkpoint.state_hash == decider.state_hash()
        assert store.text(checkpoint.state_hash) == canonical_json.encode(decider.state)
        assert decider.records_since_checkpoint == 0

    def test_what_came_while_its_text_was_made_is_replayed(self, store, till, open_decider):
        decider = pay(open_decider(store), till, 4)
        checkpoint = decider.write_checkpoint(decider.draft_checkpoint())
        pay(decider, till, 5)
        decider.run([checkpoint], T0)
        assert decider.records_since_checkpoint == 2
        assert open_decider(store.crash()).state.total == 9

    def test_a_text_whose_record_never_came_counts_for_nothing(self, store, till, open_decider):
        decider = pay(open_decider(store), till, 4)
        decider.write_checkpoint(decider.draft_checkpoint())
        assert open_decider(store.crash()).state.total == 4

    def test_a_state_that_does_not_read_back_is_not_kept(self, store, till, open_decider):
        def sloppy(state, what, context):
            return replace(state, total=1.5), ()  # the field is a whole number

        decider = pay(open_decider(store, sloppy), till, 1)
        with pytest.raises(StoreCorruptError, match="not of its declared type"):
            decider.checkpoint(T0)
        assert store.checkpoints() == ()


@pytest.mark.parametrize("damage", ["altered", "missing"])
class TestDamagedText:
    def damaged(self, store, till, open_decider, damage):
        decider = pay(open_decider(store), till, 1)
        decider.checkpoint(T0)
        newest = pay(decider, till, 2).checkpoint(T0)
        pay(decider, till, 3)
        text = store._disk.texts.pop(newest.state_hash)
        if damage == "altered":
            store._disk.texts[newest.state_hash] = text.replace(b"3", b"9")
        return store.crash()

    def test_the_start_is_refused_with_the_cure(self, store, till, open_decider, damage):
        store = self.damaged(store, till, open_decider, damage)
        with pytest.raises(StoreCorruptError, match="citybrain journal checkpoint PATH") as raised:
            open_decider(store)
        assert damage in str(raised.value)

    def test_it_is_made_anew_from_the_one_before(self, store, till, open_decider, damage):
        store = self.damaged(store, till, open_decider, damage)
        rebuilt = open_decider(store, rebuilds=True)
        assert rebuilt.state.total == 6
        assert rebuilt.records_since_checkpoint > 0
        rebuilt.checkpoint(T0)
        assert open_decider(store.crash()).state.total == 6

    def test_not_where_the_records_lead_elsewhere(self, store, till, open_decider, damage):
        store = self.damaged(store, till, open_decider, damage)

        def generous(state, what, context):
            after, commands = till.decide(state, what, context)
            return replace(after, total=after.total + 1), commands

        with pytest.raises(StoreCorruptError, match="do not lead to the state that the checkpoint"):
            open_decider(store, generous, rebuilds=True)


def test_a_journal_shorter_than_its_checkpoint_says_is_refused(store, till, open_decider):
    pay(open_decider(store), till, 1)
    keep_checkpoint(store, canonical_json.encode(till.Till(total=1)), after=9, code=till.CORES.code)
    with pytest.raises(StoreCorruptError, match="names the state after record 9"):
        open_decider(store)


def test_a_cut_journal_begins_at_its_checkpoint(store, till, open_decider):
    decider = pay(open_decider(store), till, 1, 2)
    decider.checkpoint(T0)
    pay(decider, till, 3)
    store.cut(2)
    again = open_decider(store.crash())
    assert (again.state.total, again.head.seq) == (6, 4)
    assert pay(again, till, 1).head.seq == 5


def test_a_cut_journal_without_a_checkpoint_is_refused(store, till, open_decider):
    pay(open_decider(store), till, 1, 2)
    store.cut(1)
    with pytest.raises(StoreCorruptError, match="was cut after record 1 and holds no checkpoint"):
        open_decider(store)


def test_a_journal_of_another_tier_is_refused(store, till, open_decider):
    pay(open_decider(store), till, 1)

    class Other(Struct, frozen=True, kw_only=True):
        pass

    other = cores_for(till.decide, Other(), till.INPUTS, tier="city")
    with pytest.raises(UpgradeError, match="a journal of tier 'test', and this node is of tier"):
        Decider(other, store.crash())


def test_the_newest_of_two_checkpoints_counts(store, till, open_decider):
    decider = pay(open_decider(store), till, 1)
    first = decider.checkpoint(T0)
    second = pay(decider, till, 2).checkpoint(T0)
    assert [checkpoint_in(r).after for r in store.checkpoints()] == [second.after, first.after]
    pay(decider, till, 3).checkpoint(T0)
    assert store.text(first.state_hash) is None, "only two texts stay"
    assert store.text(second.state_hash) is not None
