"""What every run begins with is committed before anything that came due while the node was away."""

import pytest

from citybrain.errors import StoreFullError

WAIT_S = 20


@pytest.fixture
def overdue(store, clock, open_decider, till):
    """A store whose only timer came due while nobody ran."""
    open_decider(store).run([till.Remind(name="tea", after_s=5)], clock.now())
    clock.advance(60)
    return store


def kinds(store):
    return [record.kind for record in store.records(after=1)]


def test_an_overdue_timer_fires_after_the_first_input(commit_loops, overdue, till):
    commit_loop, _ = commit_loops(start=False)
    begun = commit_loop.begin(till.Pay(amount=1))
    commit_loop.start()
    assert begun.result(WAIT_S).seq == 2
    commit_loop.submit(till.Pay(amount=2)).result(WAIT_S)
    assert kinds(overdue) == ["pay", "timer_fired", "pay"]


def test_without_one_it_fires_at_once(commit_loops, overdue, till):
    commit_loop, _ = commit_loops(start=False)
    commit_loop.start()
    commit_loop.submit(till.Pay(amount=1)).result(WAIT_S)
    assert sorted(kinds(overdue)) == ["pay", "timer_fired"]


@pytest.mark.parametrize("is_undecidable", [False, True], ids=["a full disk", "undecidable"])
def test_where_the_first_input_is_refused_nothing_fires(
    commit_loops, overdue, clock, till, is_undecidable
):
    def full(boundary):
        raise StoreFullError("no space left on device")

    commit_loop, _ = commit_loops(start=False)
    overdue.faults = None if is_undecidable else full
    begun = commit_loop.begin(till.Pay(amount=-1 if is_undecidable else 1))
    commit_loop.start()
    assert begun.exception(WAIT_S) is not None
    overdue.faults = None
    clock.advance(60)
    commit_loop.submit(till.Pay(amount=2)).result(WAIT_S)
    commit_loop.stop()
    assert kinds(overdue)[0] == "pay"
    assert "timer_fired" not in kinds(overdue)
