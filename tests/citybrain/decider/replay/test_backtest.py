"""A back-test shows where today's code decides otherwise, from the states that the old code had."""

import pytest
from journal_records import cores_for, keep_checkpoint, sealed

from citybrain import canonical_json
from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.replay.backtest import Comparison, backtest
from citybrain.journal.port import Batch
from citybrain.structs import replace

T0 = Timestamp(1_000 * SECOND_US)
SAME, CHANGED = Comparison.SAME, Comparison.CHANGED


def outcomes(cores, store):
    return [tested.outcome for tested in backtest(cores, store)]


@pytest.fixture
def greedy(till):
    """Cores that count double, and say so once the total is above 10."""

    def decide(state, what, context):
        after, commands = till.decide(state, what, context)
        if isinstance(what, till.Pay):
            after = replace(after, total=after.total + what.amount)
        return after, commands[:-1] if after.total > 10 else commands

    return cores_for(decide, till.Till(), till.INPUTS, letters=(till.Receipt,), fingerprint="b")


def test_the_code_that_wrote_it_decides_alike(store, till, open_decider):
    decider = open_decider(store)
    decider.run([till.Pay(amount=1), till.Remind(name="a", after_s=1)], T0)
    decider.checkpoint(T0)
    assert outcomes(till.CORES, store) == [SAME, SAME]


def test_each_checkpoint_brings_back_the_state_that_was(store, till, open_decider, greedy):
    decider = open_decider(store)
    decider.run([till.Pay(amount=5), till.Pay(amount=1)], T0)
    decider.checkpoint(T0)
    decider.run([till.Pay(amount=1), till.Pay(amount=2)], T0)
    tested = list(backtest(greedy, store))
    assert [one.outcome for one in tested] == [SAME, CHANGED, SAME, CHANGED]
    assert [one.record.seq for one in tested] == [1, 2, 4, 5]
    assert len(tested[1].commands) == 2


def test_what_cannot_be_read_or_decided_is_shown_and_the_rest_goes_on(store, till, open_decider):
    open_decider(store).run([till.Pay(amount=5)], T0)
    for kind, payload in (("teleport", b"{}"), ("pay", b'{"amount":-3,"request":""}')):
        store.commit(Batch(records=sealed(store.head(), payload, kind=kind, code=till.CORES.code)))
    tested = list(backtest(till.CORES, store))
    assert [one.outcome for one in tested] == [
        SAME,
        Comparison.UNDECIDABLE,
        Comparison.UNDECIDABLE,
    ]
    assert "teleport" in tested[1].detail and "a till does not give" in tested[2].detail


def test_a_cut_journal_begins_with_its_first_kept_text(store, till, open_decider):
    decider = open_decider(store)
    decider.run([till.Pay(amount=amount) for amount in (1, 2, 3)], T0)
    keep_checkpoint(store, canonical_json.encode(decider.state), code=till.CORES.code)
    again = open_decider(store)
    again.run([till.Pay(amount=4)], T0)
    store.cut(1)
    assert outcomes(till.CORES, store) == [Comparison.UNKNOWN, Comparison.UNKNOWN, SAME]
    store.cut(3)
    assert outcomes(till.CORES, store) == [SAME]


def test_it_writes_nothing(store, till, open_decider, greedy):
    open_decider(store).run([till.Pay(amount=9)], T0)
    store.faults = pytest.fail
    assert outcomes(greedy, store) == [CHANGED]
