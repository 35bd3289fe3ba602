"""The store of the simulator: faults strike at each boundary, and a crash keeps exactly what was committed."""

import pytest

from citybrain.clock import Timestamp
from citybrain.errors import StoreError, StoreFullError
from citybrain.ids import CountingIds
from citybrain.journal import chain
from citybrain.journal.memory import Boundary, Crashed, MemoryStore
from citybrain.journal.port import Batch, Head, NewLetter, Snapshot


def one(store, text=b"p"):
    record = chain.seal(
        store.head(), at=Timestamp(1), kind="said", payload=text, commands_digest="d"
    )
    return Batch(records=(record,), letters=(NewLetter(to="city", kind="L", payload=text),))


def strike_at(boundary, error):
    def strike(here):
        if here == boundary:
            raise error

    return strike


@pytest.mark.parametrize(
    ("boundary", "survives"),
    [(Boundary.BEFORE, False), (Boundary.DURING, False), (Boundary.AFTER, True)],
)
def test_a_crash_at_a_boundary_keeps_the_batch_whole_or_not_at_all(boundary, survives):
    store = MemoryStore()
    store.commit(one(store))
    store.faults = strike_at(boundary, Crashed())
    with pytest.raises(Crashed):
        store.commit(one(store, b"second"))
    reopened = store.crash()
    reopened.faults = None
    assert reopened.head().seq == (2 if survives else 1)
    assert reopened.next_position("city") == reopened.head().seq + 1
    assert chain.verify(reopened.records(), Head(seq=0, hash="0" * 64)) == reopened.head()


@pytest.mark.parametrize("boundary", [Boundary.BEFORE, Boundary.DURING])
def test_a_full_disk_changes_nothing_and_passes(boundary):
    store = MemoryStore(faults=strike_at(boundary, StoreFullError("full")))
    with pytest.raises(StoreFullError):
        store.commit(one(store))
    assert store.head().seq == 0
    store.faults = None
    store.commit(one(store))
    assert store.head().seq == 1


def test_a_snapshot_can_be_refused_too():
    store = MemoryStore()
    store.commit(one(store))
    store.faults = strike_at(Boundary.BEFORE, StoreFullError("full"))
    with pytest.raises(StoreFullError):
        store.save_snapshot(Snapshot(seq=1, payload=b"s", hash="h"))
    assert store.snapshot() is None


def test_the_dead_store_is_of_no_use_and_the_new_one_goes_on():
    store = MemoryStore(ids=CountingIds("epoch-"))
    store.commit(one(store))
    reopened = store.crash()
    assert reopened.epoch() == "epoch-0000000000000001"
    with pytest.raises(StoreError, match="closed"):
        store.commit(one(reopened))
    reopened.commit(one(reopened))
    assert reopened.head().seq == 2


def test_a_crash_is_no_exception_that_a_supervisor_would_swallow():
    assert not issubclass(Crashed, Exception)
