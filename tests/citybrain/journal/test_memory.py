"""The store of the simulator: faults are injected at each boundary of a write, and a crash keeps
exactly what was committed."""

import pytest
from journal_records import sealed

from citybrain.errors import StoreError, StoreFullError
from citybrain.ids import CountingIds
from citybrain.journal import chain
from citybrain.journal.memory import Boundary, Crashed, MemoryStore
from citybrain.journal.port import BEGINNING, Batch, NewLetter


def one(store, text=b"p"):
    letters = (NewLetter(to="city", kind="L", version=1, payload=text),)
    return Batch(records=sealed(store.head(), text), letters=letters)


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
    assert chain.verify(reopened.records(), BEGINNING) == reopened.head()


@pytest.mark.parametrize("boundary", [Boundary.BEFORE, Boundary.DURING])
def test_a_full_disk_changes_nothing_and_passes(boundary):
    store = MemoryStore(faults=strike_at(boundary, StoreFullError("full")))
    with pytest.raises(StoreFullError):
        store.commit(one(store))
    assert store.head().seq == 0
    store.faults = None
    store.commit(one(store))
    assert store.head().seq == 1


def test_a_text_can_be_refused_too():
    store = MemoryStore()
    store.commit(one(store))
    store.faults = strike_at(Boundary.BEFORE, StoreFullError("full"))
    with pytest.raises(StoreFullError):
        store.write_text("h", (b"s",))
    assert store.text("h") is None


def test_a_cut_removes_what_is_before_it_and_the_chain_goes_on():
    store = MemoryStore()
    for _ in range(4):
        store.commit(one(store))
    before, head = list(store.records()), store.head()
    store.cut(2)
    assert store.base() == before[1].head
    assert list(store.records()) == list(store.records(after=1)) == before[2:]
    assert chain.verify(store.records(), store.base()) == store.head() == head


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
