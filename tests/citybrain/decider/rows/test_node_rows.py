"""Timers and letters are those that the records lead to: at any point of any run, and after every
start of it.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journal_records import cores_for

from citybrain.clock import SECOND_US, Timestamp
from citybrain.conditions import ConditionCode, Conditions
from citybrain.decider.decider import Decider
from citybrain.decider.rows.correction import LOST_KIND
from citybrain.decider.rows.difference import compared
from citybrain.decider.rows.rows_replay import DIVERGED, UNCHECKED
from citybrain.decider.rows.shown import show_rows
from citybrain.errors import StoreCorruptError, StoreFullError
from citybrain.ids import TimerId
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Batch, RowRepair, Timer
from citybrain.link.outbound import Unsendable
from citybrain.link.stored_letters import stored_letter

T0 = Timestamp(1_000 * SECOND_US)
NAMES = st.sampled_from(["tea", "bread", "milk"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(1, 9)),
        st.tuples(st.just("remind"), NAMES, st.sampled_from([0.0, 2.0, 40.0])),
        st.tuples(st.just("cancel"), NAMES),
        st.tuples(st.just("pass"), st.integers(1, 30)),
        st.tuples(st.just("acknowledge"), st.integers(1, 30)),
        st.tuples(st.just("checkpoint"), st.booleans()),
        st.tuples(st.just("crash")),
        st.tuples(st.just("upgrade")),
    ),
    max_size=30,
)


class Run:
    """A till that runs; whatever differs fails the test."""

    def __init__(self, till):
        self.till, self.at, self.version = till, T0, 0
        self.store, self.upcoming = MemoryStore(), None
        self.start()

    def start(self):
        till = self.till
        cores = cores_for(
            till.decide,
            till.Till(),
            till.INPUTS,
            letters=(till.Receipt,),
            fingerprint=f"v{self.version}",
        )
        self.decider = Decider(cores, self.store)
        assert self.decider.rows_found.correction is None, self.decider.rows_found
        assert self.decider.rows_found.unchecked == ""

    def do(self, step):
        till = self.till
        match step:
            case ("pay", amount):
                self.decider.run([till.Pay(amount=amount)] * 2, self.at)
            case ("remind", name, after_s):
                self.decider.run([till.Remind(name=name, after_s=after_s)], self.at)
            case ("cancel", name):
                self.decider.run([till.CancelReminder(name=name)], self.at)
            case ("pass", seconds):
                self.at = Timestamp(self.at + seconds * SECOND_US)
                self.decider.fire_due(self.at)
            case ("acknowledge", upto):
                self.store.discard_letters(to="city", upto=upto)
            case ("checkpoint", True):
                self.upcoming = self.decider.write_checkpoint(self.decider.draft_checkpoint())
            case ("checkpoint", False) if self.upcoming is not None:
                self.decider.run([self.upcoming], self.at)
                self.upcoming = None
            case ("crash",):
                self.store, self.upcoming = self.store.crash(), None
                self.start()
            case ("upgrade",):
                self.decider.checkpoint(self.at)
                self.store, self.upcoming = self.store.crash(), None
                self.version += 1
                self.start()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(steps=STEPS)
def test_what_is_derived_is_what_is_stored_at_any_point(steps, till):
    run = Run(till)
    for step in steps:
        run.do(step)
        found = compared(run.decider.rows, {}, run.store)
        assert found.correction is None, (step, found)


@pytest.fixture
def begun(store, open_decider, till):
    """Two letters and a timer behind a checkpoint, one more letter after it."""
    decider = open_decider(store)
    decider.run([till.Pay(amount=1), till.Pay(amount=2), till.Remind(name="tea", after_s=60)], T0)
    decider.checkpoint(T0)
    decider.run([till.Pay(amount=3)], T0)
    return decider


def tamper(store, **repair):
    store.commit(Batch(repair=RowRepair(**repair)))


def letters(store):
    return store.letters(to="city", after=0, limit=100)


def test_a_letter_that_is_acknowledged_is_not_written_again(store, begun, open_decider):
    store.discard_letters(to="city", upto=2)
    begun.run((), T0)
    begun.checkpoint(T0)
    again = open_decider(store.crash())
    assert again.rows_found.correction is None


def test_a_letter_behind_the_checkpoint_is_written_again_from_its_text(store, begun, open_decider):
    before = letters(store)
    tamper(store, letters_removed=(("city", 1), ("city", 3)))
    open_decider(store).run((), T0)
    assert letters(store) == before


def test_a_letter_whose_text_is_nowhere_is_declared_as_a_gap(store, begun, open_decider, till):
    tamper(store, letters_removed=(("city", 2),))
    begun.checkpoint(T0)  # the text goes with it
    decider = open_decider(store.crash())
    (lost,) = decider.rows_found.correction.letters_lost
    assert (lost.first, lost.last) == (2, 2)
    decider.run((), T0)
    row = decider._store.letters(to="city", after=1, limit=1)[0]
    assert (row.position, row.kind) == (2, LOST_KIND)
    sent = stored_letter(row, till.CORES.letters, bytes, {})
    assert isinstance(sent, Unsendable) and sent.reason.startswith("lost: ")
    assert open_decider(decider._store.crash()).rows_found.correction is None


def test_what_was_altered_while_the_node_ran_is_not_confirmed_by_its_checkpoint(
    store, begun, open_decider
):
    tamper(store, timers_removed=(TimerId("tea"),))
    begun.checkpoint(T0)
    decider = open_decider(store.crash())
    (missing,) = decider.rows_found.correction.timers_set
    assert missing.timer == "tea"


def test_a_forged_timer_does_not_fire(store, begun, open_decider):
    forged = Timer(timer=TimerId("rum"), due=Timestamp(1), subject="rum", version=0)
    tamper(store, timers_set=(forged,))
    decider = open_decider(store)
    assert decider.fire_due(Timestamp(T0 + SECOND_US)) == ()
    assert decider.state.fired == ()
    assert [record.kind for record in store.records()][-1] == "rows_corrected"


def test_a_full_disk_leaves_the_correction_to_the_next_commit(store, begun, open_decider, till):
    tamper(store, timers_removed=(TimerId("tea"),))
    decider = open_decider(store)

    def full(_):
        raise StoreFullError("full")

    store.faults = full
    with pytest.raises(StoreFullError):
        decider.run([till.Pay(amount=4)], T0)
    store.faults = None
    decider.run([till.Pay(amount=4)], T0)
    assert store.next_due() is not None
    assert compared(decider.rows, {}, store).correction is None


def test_a_checkpoint_of_a_version_that_kept_no_rows_is_not_checked(
    store, begun, till, open_decider
):
    begun.checkpoint(T0)
    record = store.checkpoints(limit=1)[0]
    assert checkpoint_in(record).rows_hash
    old = MemoryStore()
    before = Decider(till.CORES, old)
    before.run([till.Pay(amount=1), till.Remind(name="tea", after_s=60)], T0)
    whole = before.write_checkpoint(before.draft_checkpoint())
    before.run([type(whole)(after=2, state_version=1, state_hash=whole.state_hash)], T0)
    newer = cores_for(
        till.decide, till.Till(), till.INPUTS, letters=(till.Receipt,), fingerprint="n"
    )
    decider = Decider(newer, old)
    assert (decider.rows_found.unchecked, decider.rows_found.correction) == (UNCHECKED, None)
    decider.run([till.Pay(amount=2)], T0)
    later = Decider(newer, old.crash())
    assert later.rows_found.unchecked == ""
    tamper(later._store, timers_removed=(TimerId("tea"),))
    assert Decider(newer, later._store).rows_found.correction is not None


def test_what_a_divergent_replay_derives_proves_nothing(store, begun, till, open_decider):
    def other(state, given, context):
        return till.decide(state, given, context)[0], ()

    decider = open_decider(store, decide=other)
    assert decider.divergence is not None
    assert (decider.rows_found.unchecked, decider.rows_found.correction) == (DIVERGED, None)


def test_a_forged_text_of_the_rows_is_refused_and_can_be_made_anew(store, begun, open_decider):
    text = checkpoint_in(store.checkpoints(limit=1)[0]).rows_hash
    begun.checkpoint(T0)
    newest = checkpoint_in(store.checkpoints(limit=1)[0]).rows_hash
    store.write_text(newest, (store.text(text),))
    with pytest.raises(StoreCorruptError, match="was altered"):
        open_decider(store)
    anew = open_decider(store, rebuilds=True)
    anew.checkpoint(T0)
    assert open_decider(store).rows_found.correction is None


def test_it_is_shown_until_the_next_start(store, begun, open_decider, clock):
    conditions = Conditions(clock)
    show_rows(begun.rows_found, conditions)
    assert conditions.lasting() == ()
    tamper(store, timers_removed=(TimerId("tea"),))
    show_rows(open_decider(store).rows_found, conditions)
    (shown,) = conditions.lasting()
    assert shown.code is ConditionCode.ROWS_CORRECTED
    assert "timer tea was missing or altered" in shown.detail
    assert not shown.is_unready
