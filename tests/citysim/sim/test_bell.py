"""The bell that faults listen to: who is struck, by what, in which order, and for how long somebody listens."""

import pytest

from citysim.sim.bell import Bell


class Belfry:
    """A bell, and what it struck with what."""

    def __init__(self):
        self.bell, self.struck = Bell(), []

    def listen(self, name="one", **wishes):
        self.bell.listen(name, lambda *what: self.struck.append((name, *what)), **wishes)

    def ring(self, *whats):
        for what in whats:
            self.bell.ring(what)
        return self.struck


@pytest.fixture
def belfry():
    return Belfry()


def test_a_bell_that_nobody_listens_to_rings_in_vain(belfry):
    assert belfry.ring(1, 2) == []


def test_whoever_listens_is_struck_with_all_that_came_to_pass(belfry):
    belfry.listen()
    belfry.bell.ring("a letter", "up")
    assert belfry.struck == [("one", "a letter", "up")]


def test_it_is_struck_once(belfry):
    belfry.listen()
    assert belfry.ring(1, 2, 3) == [("one", 1)]


def test_one_that_listens_for_good_is_struck_every_time(belfry):
    belfry.listen(is_once=False)
    assert belfry.ring(1, 2, 3) == [("one", 1), ("one", 2), ("one", 3)]


def test_what_it_does_not_want_leaves_it_listening(belfry):
    belfry.listen(wants=lambda what: what % 2 == 0)
    assert belfry.ring(1, 3, 4, 6) == [("one", 4)]


def test_it_lets_so_many_pass_that_it_wants(belfry):
    belfry.listen(wants=lambda what: what % 2 == 0, passes=2)
    assert belfry.ring(1, 2, 3, 4, 5) == [], "1, 3 and 5 are not among those that pass"
    assert belfry.ring(6, 8) == [("one", 6)]


def test_one_that_listens_for_good_lets_pass_at_the_beginning_only(belfry):
    belfry.listen(passes=1, is_once=False)
    assert belfry.ring(1, 2, 3) == [("one", 2), ("one", 3)]


def test_who_is_forgotten_is_struck_no_more(belfry):
    belfry.listen("one", is_once=False)
    belfry.listen("other", is_once=False)
    belfry.bell.forget("one")
    assert belfry.ring(1) == [("other", 1)]


def test_who_does_not_listen_can_be_forgotten(belfry):
    belfry.bell.forget("nobody")
    belfry.listen()
    belfry.ring(1)
    belfry.bell.forget("one")
    assert belfry.ring(2) == [("one", 1)]


def test_all_are_struck_in_the_order_in_which_they_began_to_listen(belfry):
    for name in ("c", "a", "b"):
        belfry.listen(name)
    assert [name for name, _ in belfry.ring(1)] == ["c", "a", "b"]


def test_each_counts_for_itself(belfry):
    belfry.listen("patient", passes=1)
    belfry.listen("ready")
    assert belfry.ring(1, 2) == [("ready", 1), ("patient", 2)]


def test_one_that_listens_already_listens_anew(belfry):
    belfry.listen(passes=1, is_once=False)
    belfry.ring(1)
    belfry.listen(passes=1)
    assert belfry.ring(2, 3, 4) == [("one", 3)], "with the wishes that it has now, and once"


def test_one_that_was_struck_may_listen_again(belfry):
    for what in (1, 2):
        belfry.listen()
        belfry.ring(what)
    assert belfry.struck == [("one", 1), ("one", 2)]


def test_what_a_strike_raises_is_for_whoever_rings_and_it_listens_no_more(belfry):
    def strike(what):
        belfry.struck.append(("dies", what))
        raise KeyboardInterrupt  # as the end of a simulated process, no `Exception`

    belfry.bell.listen("dies", strike)
    belfry.listen("next")
    with pytest.raises(KeyboardInterrupt):
        belfry.ring(1)
    assert belfry.struck == [("dies", 1)], "nobody is there any more to go on with the others"
    assert belfry.ring(2) == [("dies", 1), ("next", 2)]


def test_one_that_listens_again_from_within_its_strike_is_struck_by_the_next_ring(belfry):
    def strike(what):
        belfry.struck.append(("again", what))
        belfry.bell.listen("again", strike)

    belfry.bell.listen("again", strike)
    assert belfry.ring(1) == [("again", 1)]
    assert belfry.ring(2) == [("again", 1), ("again", 2)]


def test_one_that_begins_to_listen_during_a_ring_hears_the_next_one(belfry):
    belfry.bell.listen("first", lambda _: belfry.listen("late"))
    assert belfry.ring(1) == []
    assert belfry.ring(2) == [("late", 2)]
