"""Other code begins from the state that the old code left, and from nothing else."""

import json

import pytest
from journal_records import cores_for

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.decider import Decider
from citybrain.errors import FormatMismatchError, NewerFormatError, UncheckpointedRecordsError
from citybrain.formats import Format
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.structs import replace

T0 = Timestamp(1_000 * SECOND_US)


@pytest.fixture
def left(store, till, open_decider):
    """A journal that the old code left in order, with a total of 3."""
    decider = open_decider(store)
    decider.run([till.Pay(amount=1), till.Pay(amount=2)], T0)
    decider.checkpoint(T0)
    return store.crash()


@pytest.fixture
def newer(till):
    """The next version's cores: they count every coin twice."""

    def decide(state, what, context):
        state, commands = till.decide(state, what, context)
        if isinstance(what, till.Pay):
            state = replace(state, total=state.total + what.amount)
        return state, commands

    def make(state=None, initial=None, fingerprint="b"):
        return cores_for(
            decide,
            initial or till.Till(),
            till.INPUTS,
            letters=(till.Receipt,),
            state=state,
            fingerprint=fingerprint,
        )

    return make


def test_the_past_is_not_decided_anew(left, newer, till):
    decider = Decider(newer(), left)
    assert decider.state.total == 3 and decider.divergence is None
    decider.run([till.Pay(amount=1)], T0)
    assert decider.state.total == 5
    assert Decider(newer(), left.crash()).state.total == 5


def test_its_first_transaction_begins_with_its_own_checkpoint(left, newer, till):
    decider = Decider(newer(), left)
    assert left.head().seq == 3, "opening changes nothing"
    (first,) = decider.run([till.Pay(amount=1)], T0)
    entry, record = left.records(after=3)
    assert (entry.kind, record.kind, first.seq) == ("checkpoint", "pay", 5)
    assert entry.code == record.code == newer().code != till.CORES.code
    assert checkpoint_in(entry).after == 3
    assert left.text(checkpoint_in(entry).state_hash) is not None


def test_records_behind_the_checkpoint_are_refused_with_the_cure(left, newer, till, open_decider):
    open_decider(left).run([till.Pay(amount=9)], T0)
    left = left.crash()
    before = list(left.records())
    with pytest.raises(UncheckpointedRecordsError) as raised:
        Decider(newer(), left)
    assert "records 4 to 4" in str(raised.value)
    assert "decided by test 1 (a)" in str(raised.value)
    assert "citybrain journal checkpoint PATH, with the old version" in str(raised.value)
    assert list(left.records()) == before
    open_decider(left).checkpoint(T0)
    assert Decider(newer(), left.crash()).state.total == 12


def test_a_journal_without_a_checkpoint_is_refused_too(store, newer, till, open_decider):
    open_decider(store).run([till.Pay(amount=9)], T0)
    with pytest.raises(UncheckpointedRecordsError, match="records 1 to 1"):
        Decider(newer(), store.crash())


def test_records_between_a_state_and_its_checkpoint_are_refused_too(
    store, newer, till, open_decider
):
    decider = open_decider(store)
    checkpoint = decider.write_checkpoint(decider.draft_checkpoint())
    decider.run([till.Pay(amount=1)], T0)
    decider.run([checkpoint], T0)
    with pytest.raises(UncheckpointedRecordsError, match="records 1 to 2"):
        Decider(newer(), store.crash())


def test_a_new_field_with_a_default_needs_no_upcaster(left, newer, till):
    class NextTill(till.Till, frozen=True, kw_only=True):
        refunds: int = 0

    decider = Decider(newer(initial=NextTill()), left)
    assert decider.state == NextTill(
        total=3, last_at=T0, by_amount=decider.state.by_amount, refunds=0
    )


def test_upcasters_lead_an_old_state_to_todays(left, newer, till):
    class NextTill(till.Till, frozen=True, kw_only=True):
        currency: str

    def add_currency(text):
        return json.dumps({**json.loads(text), "currency": "CNY"}).encode()

    state = Format(NextTill, upcasters=(add_currency,))
    decider = Decider(newer(state=state, initial=NextTill(currency="?")), left)
    assert (decider.state.total, decider.state.currency) == (3, "CNY")
    decider.run([till.Pay(amount=1)], T0)
    assert checkpoint_in(left.checkpoints(limit=1)[0]).state_version == 2


def test_a_state_that_does_not_fit_is_refused(left, newer, till):
    class NextTill(till.Till, frozen=True, kw_only=True):
        currency: str

    with pytest.raises(
        FormatMismatchError, match="currency.*without an upcaster. Start the version"
    ):
        Decider(newer(initial=NextTill(currency="?")), left)


def test_a_state_of_which_something_would_be_forgotten_is_refused(left, newer):
    from citybrain.structs import Struct

    class Smaller(Struct, frozen=True, kw_only=True):
        total: int = 0
        last_at: int = 0

    with pytest.raises(FormatMismatchError, match="would forget state.by_amount"):
        Decider(newer(initial=Smaller()), left)


def test_an_older_version_refuses_a_newer_state(left, newer, till, open_decider):
    class NextTill(till.Till, frozen=True, kw_only=True):
        pass

    state = Format(NextTill, upcasters=(lambda text: text,))
    decider = Decider(newer(state=state, initial=NextTill()), left)
    decider.run([till.Pay(amount=1)], T0)
    decider.checkpoint(T0)
    with pytest.raises(NewerFormatError, match="of version 2 was found"):
        open_decider(left.crash())


def test_an_older_version_of_the_same_formats_takes_it_back(left, newer, till, open_decider):
    decider = Decider(newer(), left)
    decider.run([till.Pay(amount=1)], T0)
    decider.checkpoint(T0)
    again = open_decider(left.crash())
    again.run([till.Pay(amount=1)], T0)
    assert again.state.total == 6


def test_a_crash_in_the_first_transaction_leaves_all_to_the_old_version(
    left, newer, till, open_decider
):
    from citybrain.journal.memory import Boundary, Crashed

    def crash(boundary):
        if boundary is Boundary.DURING:
            raise Crashed

    decider = Decider(newer(), left)
    left.faults = crash
    with pytest.raises(Crashed):
        decider.run([till.Pay(amount=1)], T0)
    left = left.crash()
    left.faults = None
    assert open_decider(left).state.total == 3
    assert Decider(newer(), left).state.total == 3
