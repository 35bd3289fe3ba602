"""Any course of commits, discards, texts, restarts and crashes leaves every `Store` where a few
dicts would be."""

from hashlib import sha256

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from journal_records import checkpoint_behind, sealed

from citybrain.clock import Timestamp
from citybrain.ids import TimerId
from citybrain.journal.port import Batch, NewLetter, Timer

PEERS = st.sampled_from(["city", "district/a", "agent/b"])
TIMERS = st.sampled_from(["t1", "t2", "t3", "t4"]).map(TimerId)
FAR = Timestamp(2**60)


class StoreMachine(RuleBasedStateMachine):
    """`stores` is set by the test."""

    stores = None

    def __init__(self):
        super().__init__()
        self.store = self.stores.new()
        self.records = []
        self.letters = {}  # peer → every letter that was ever posted
        self.discarded = {}  # peer → discarded up to
        self.kept = {}  # peer → discarded up to, for sure also after a crash
        self.timers = {}
        self.texts = []  # of every checkpoint

    @rule(
        payloads=st.lists(st.binary(max_size=20), max_size=4),
        to=st.lists(PEERS, max_size=4),
        due=st.dictionaries(TIMERS, st.integers(0, 99), max_size=3),
    )
    def commit(self, payloads, to, due):
        records = sealed(self.store.head(), *payloads, kind="k", at=7)
        letters = tuple(
            NewLetter(to=peer, kind="L", version=1, payload=peer.encode()) for peer in to
        )
        timers = tuple(
            Timer(timer=name, due=Timestamp(at), subject="s", version=at)
            for name, at in sorted(due.items())
        )
        cancelled = tuple(sorted(set(self.timers) - set(due)))[:1]
        self.store.commit(
            Batch(
                records=records,
                letters=letters,
                timers_set=timers,
                timers_cancelled=cancelled,
            )
        )
        self.records += records
        for peer in to:
            self.letters[peer] = self.letters.get(peer, 0) + 1
        self.timers.update({one.timer: one for one in timers})
        for name in cancelled:
            del self.timers[name]
        self.kept = dict(self.discarded)

    @rule(peer=PEERS, upto=st.integers(0, 12))
    def discard(self, peer, upto):
        self.store.discard_letters(to=peer, upto=upto)
        self.discarded[peer] = max(
            self.discarded.get(peer, 0), min(upto, self.letters.get(peer, 0))
        )

    @rule(parts=st.lists(st.binary(max_size=9), max_size=3))
    def checkpoint(self, parts):
        text = b"".join(parts)
        text_hash = sha256(text).hexdigest()
        self.store.write_text(text_hash, parts)
        record = checkpoint_behind(self.store.head(), text)
        self.store.commit(Batch(records=(record,)))
        self.records.append(record)
        self.texts.append((text_hash, text))
        self.kept = dict(self.discarded)

    @rule()
    def drop_old_texts(self):
        self.store.drop_old_texts()

    @rule()
    def restart(self):
        self.store = self.stores.reopen(self.store)
        self.kept = dict(self.discarded)

    @rule()
    def crash(self):
        self.store = self.stores.crash(self.store)
        self.discarded = dict(self.kept)

    @invariant()
    def the_records_are_those_committed(self):
        assert list(self.store.records()) == self.records
        assert self.store.head().seq == len(self.records)

    @invariant()
    def the_newest_checkpoints_have_their_texts(self):
        checkpoints = [record for record in reversed(self.records) if record.kind == "checkpoint"]
        assert list(self.store.checkpoints()) == checkpoints[:2]
        for text_hash, text in self.texts[-2:]:
            assert (self.store.text(text_hash) or b"") == text

    @invariant()
    def the_letters_are_those_not_discarded(self):
        for peer in ("city", "district/a", "agent/b"):
            posted, acknowledged = self.letters.get(peer, 0), self.discarded.get(peer, 0)
            assert [
                one.position for one in self.store.letters(to=peer, after=0, limit=1000)
            ] == list(range(acknowledged + 1, posted + 1))
            assert self.store.next_position(peer) == posted + 1
        assert self.store.peers() == tuple(
            sorted(
                peer
                for peer, posted in self.letters.items()
                if posted > self.discarded.get(peer, 0)
            )
        )

    @invariant()
    def the_timers_are_those_set(self):
        expected = sorted(self.timers.values(), key=lambda one: (one.due, one.timer))
        assert list(self.store.timers_due(at=FAR, limit=100)) == expected
        assert self.store.next_due() == (expected[0].due if expected else None)

    def teardown(self):
        self.store.close()


@pytest.fixture
def machine(stores):
    class Machine(StoreMachine):
        pass

    Machine.stores = stores
    return Machine


def test_any_course_of_events_ends_where_the_model_ends(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
