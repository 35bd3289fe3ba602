"""A journal that is decided again shows what its hashes cannot: a state, a decision, a timer or a
letter that the records do not lead to.
"""

from hashlib import sha256

import pytest
from journal_records import cores_for, keep_checkpoint, sealed

from citybrain import canonical_json
from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.replay.recomputation import FAULTS_NAMED, MORE_FAULTS, Proof, recompute
from citybrain.decider.rows.kept import NOTHING
from citybrain.ids import TimerId
from citybrain.journal.port import Batch, NewLetter, Timer
from citybrain.structs import replace

T0 = Timestamp(1_000 * SECOND_US)


def at(seconds):
    return Timestamp(T0 + seconds * SECOND_US)


@pytest.fixture
def decider(store, open_decider, till):
    """Three payments (each posts a letter), timers set, cancelled, fired and left."""
    made = open_decider(store)
    made.run([till.Pay(amount=amount) for amount in (1, 2, 3)], T0)
    made.run([till.Remind(name=name, after_s=5) for name in ("tea", "bread")], T0)
    made.run([till.CancelReminder(name="bread"), till.Remind(name="milk", after_s=60)], T0)
    made.fire_due(at(10))
    return made


def found(till, store):
    return recompute(till.CORES, store)


def row(name, due=60):
    return Timer(timer=TimerId(name), due=at(due), subject=name, version=0)


def test_an_honest_journal_is_recomputed_whole(store, decider, till):
    decider.checkpoint(at(11))
    decider.run([till.Pay(amount=4)], at(12))
    seen = found(till, store)
    assert seen.faults == ()
    assert seen.rows_since == 1
    (stretch,) = seen.stretches
    assert (stretch.first, stretch.last, stretch.proof) == (1, 10, Proof.RECOMPUTED)


def test_what_a_peer_has_taken_is_not_missed(store, decider, till):
    store.discard_letters(to=store.peers()[0], upto=2)
    store.commit(Batch())
    assert found(till, store).faults == ()
    store.discard_letters(to=store.peers()[0], upto=3)
    store.commit(Batch())
    assert found(till, store).faults == ()


def test_a_forged_state_is_found_though_its_hash_is_in_the_chain(store, decider, till):
    rich = replace(decider.state, total=1_000_000)
    keep_checkpoint(store, canonical_json.encode(rich), code=till.CORES.code)
    (fault,) = found(till, store).faults
    assert fault.startswith("the state after record 8 is not the one that its checkpoint names")


def test_a_forged_record_is_found_though_the_chain_was_made_anew(store, decider, till):
    paid = canonical_json.encode(till.Pay(amount=1_000_000))
    store.commit(Batch(records=sealed(store.head(), paid, kind="pay", code=till.CORES.code)))
    seen = found(till, store)
    assert seen.faults == ("record 9 (pay) was decided otherwise than it says",)
    assert [one.proof for one in seen.stretches] == [Proof.RECOMPUTED, Proof.NO_STATE]
    assert seen.rows_since == 0


@pytest.mark.parametrize(
    ("batch", "fault"),
    [
        (Batch(timers_cancelled=(TimerId("milk"),)), "timer milk was missing or altered"),
        (Batch(timers_set=(row("milk", due=9_000),)), "timer milk was missing or altered"),
        (Batch(timers_set=(row("bread"),)), "timer bread was there, and nothing had set it"),
        (Batch(timers_set=(row("tea", due=5),)), "timer tea was there, and nothing had set it"),
        (Batch(timers_set=(row("rum"),)), "timer rum was there, and nothing had set it"),
    ],
    ids=["deleted", "altered", "put back", "fired and put back", "never set"],
)
def test_a_timer_that_was_not_decided_is_named(store, decider, till, batch, fault):
    store.commit(batch)
    assert found(till, store).faults == (fault,)


def test_a_letter_that_nobody_posted_is_found(store, decider, till):
    peer = store.peers()[0]
    store.commit(Batch(letters=(NewLetter(to=peer, kind="Receipt", version=1, payload=b"{}"),)))
    assert found(till, store).faults == (
        f"letter 4 for {peer} (Receipt) was forged or altered",
        f"the count of the letters for {peer} was altered: the next one is 4",
    )


def test_what_other_code_decided_has_its_hashes_alone(store, decider, till, open_decider):
    decider.checkpoint(at(11))
    new = cores_for(till.decide, till.Till(), till.INPUTS, letters=(till.Receipt,), fingerprint="n")
    later = open_decider(store, cores=new)
    later.run([till.Pay(amount=4), till.Remind(name="rice", after_s=30)], at(12))
    seen = recompute(new, store)
    assert seen.faults == ()
    assert [one.proof for one in seen.stretches] == [Proof.OTHER_CODE, Proof.RECOMPUTED]
    assert seen.rows_since == 10
    store.commit(Batch(timers_cancelled=(TimerId("rice"), TimerId("milk"))))
    assert recompute(new, store).faults == (
        "timer milk was missing or altered",
        "timer rice was missing or altered",
    )


def test_forged_rows_of_a_checkpoint_are_found_though_their_hash_is_in_the_chain(
    store, decider, till
):
    named = decider.write_checkpoint(decider.draft_checkpoint())
    text = canonical_json.encode(NOTHING)
    forged = replace(named, rows_hash=sha256(text).hexdigest())
    store.write_text(forged.rows_hash, (text,))
    decider.run([forged], at(11))
    (fault,) = found(till, store).faults
    assert fault.startswith("the timers and letters after record 8 are not those")


def test_a_cut_journal_goes_on_from_the_state_that_is_kept(store, decider, till):
    decider.checkpoint(at(11))
    decider.run([till.Pay(amount=4)], at(12))
    store.cut(8)
    seen = found(till, store)
    assert (seen.faults, seen.rows_since) == ((), 9)
    assert [one.proof for one in seen.stretches] == [Proof.RECOMPUTED]


def test_a_table_full_of_forged_rows_is_named_in_part(store, decider, till):
    rows = tuple(row(f"rum-{number:04}") for number in range(FAULTS_NAMED + 50))
    store.commit(Batch(timers_set=rows))
    faults = found(till, store).faults
    assert len(faults) == FAULTS_NAMED + 1
    assert faults[-1] == MORE_FAULTS
