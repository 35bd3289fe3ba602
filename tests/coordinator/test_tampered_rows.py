"""A city whose timers or letters somebody altered on the disk: at its start they are what its
records lead to, before anything fires or leaves.
"""

import pytest
from tampering import TAMPERINGS, rows, settled, tampered_copy

from citybrain.clock import ManualClock
from citybrain.decider.rows.correction import CORRECTION_KIND
from citybrain.ids import CountingIds
from citybrain.journal.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path, w):
    """A plan under way: both owners of its order are asked, and the city waits for them."""
    store = SqliteStore.open(tmp_path / "journal.db", ids=CountingIds())
    city = w.City(store=store).connect("north", "south")
    city.receive("north", w.unit())
    city.receive("south", w.incident())
    city.plan(("u1", "s1"))
    store.close()
    return settled(tmp_path / "journal.db")


def start(path, w):
    """What a start finds, and the kinds of its records."""
    store = SqliteStore.open(path, ids=CountingIds())
    clock = ManualClock()
    clock.advance(10)
    before = store.head().seq
    city = w.City(store=store, clock=clock)
    kinds = [record.kind for record in store.records(after=before)]
    store.close()
    return city.decider.rows_found.correction, kinds


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_somebody_altered_is_put_right_before_anything_else(path, name, w):
    copy = tampered_copy(path, name)
    found, kinds = start(copy, w)
    untouched, _ = start(path, w)
    assert untouched is None
    assert found is not None
    assert kinds[0] == CORRECTION_KIND
    assert rows(copy) == rows(path)
