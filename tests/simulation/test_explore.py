"""Every interleaving of small worlds on the production cores: nothing is promised twice, everything is served in the end, and the search itself is exact."""

from dataclasses import replace
from random import Random  # noqa: TID251 - stories are drawn from a seed

import pytest
from test_planted_bugs import BUGS, NOTHING

from citysim.explore.calm import Calm
from citysim.explore.jobs import drawn
from citysim.explore.proof import prove
from citysim.explore.search import Search
from citysim.explore.small.layout import WORLDS, Budget
from citysim.explore.small.moves import Moves
from citysim.explore.small.node import Numbering
from citysim.explore.story import tell, walk

EXACT, FALLING = Numbering(is_exact=True), Numbering(is_falling=True)
ONE_OF_EACH = Budget(crashes=1, losses=1, repeats=1, delays=1, refusals=1, verbs=1, together=1)


def searched(world, budget, numbering=None, *, states_max=2_000_000):
    moves = Moves(WORLDS[world], budget, **({"numbering": numbering} if numbering else {}))
    count = Search(moves, states_max=states_max, calm=None if budget.strays else Calm(moves)).run(
        lambda count: None
    )
    assert count.found is None, (count.found.what, *tell(moves, count.found.path))
    assert count.is_whole
    return count


@pytest.mark.parametrize("world", ["race", "torn"])
def test_no_interleaving_with_one_fault_of_any_kind_promises_anything_twice(world):
    count = searched(world, ONE_OF_EACH)
    assert count.interleavings > 1_000_000_000_000
    assert count.slowest_s <= 30.0


@pytest.mark.parametrize(
    ("world", "what"),
    [
        ("lend", "losses"),
        ("cross", "delays"),
        ("lend", "refusals"),
        ("cross", "verbs"),
        ("lend", "repeats"),
    ],
)
def test_two_orders_across_at_once_with_one_fault(world, what):
    count = searched(world, replace(NOTHING, **{what: 1}, together=1))
    assert count.interleavings > 1_000_000_000_000


def test_a_loss_and_a_repeat_in_one_story():
    assert (
        searched("race", replace(NOTHING, losses=1, repeats=1, crashes=1, together=2)).transitions
        > 500_000
    )


def test_a_wild_network_cannot_make_the_cores_promise_twice():
    """Letters overtake each other and come again: answers by order and step, and tombstones, are all that is left."""
    assert searched("race", replace(NOTHING, strays=1, delays=1, together=2)).transitions > 500_000


def test_names_that_sort_the_other_way_round_change_nothing():
    """What one record does to two orders is done in the order of their names, which is another one where journal numbers grow by a digit."""
    rising, falling = (
        searched("lend", replace(NOTHING, losses=1, together=1), numbering)
        for numbering in (Numbering(), FALLING)
    )
    assert rising.interleavings == falling.interleavings


@pytest.mark.parametrize("what", ["losses", "delays", "verbs", "repeats", "crashes"])
def test_what_is_left_out_of_the_digests_loses_no_interleaving(what):
    """The same stories, with every number and history in the digests: many more states, exactly as many interleavings."""
    budget = replace(NOTHING, **{what: 1}, together=1)
    merged, exact = searched("race", budget), searched("race", budget, EXACT)
    assert merged.interleavings == exact.interleavings
    assert merged.depth == exact.depth
    assert merged.states < exact.states


@pytest.mark.parametrize(
    "name",
    [
        "issue accepted after expiry",
        "slot version ignored",
        "answers not kept",
        "claim answered twice",
        "busy unit reserved",
    ],
)
def test_what_is_left_out_of_the_digests_hides_no_planted_bug(name, monkeypatch):
    bug = BUGS[name]
    bug.plant(monkeypatch)
    paths = []
    for numbering in (Numbering(), EXACT):
        moves = Moves(
            replace(WORLDS[bug.world], buttons=bug.buttons),
            replace(NOTHING, **bug.budget, together=sum(bug.budget.values())),
            numbering=numbering,
        )
        paths.append(
            Search(moves, states_max=200_000, calm=Calm(moves)).run(lambda count: None).found.path
        )
    assert len(paths[0]) == len(paths[1]), "the shortest story of it is as short"


def test_every_interleaving_of_a_tiny_world_walked_one_by_one_is_as_many_as_counted():
    """No spots that meet, no counting: a walk down every story to its end."""
    world = replace(WORLDS["race"], buttons=0)
    moves = Moves(world, replace(NOTHING, losses=1, together=1))
    ends, waiting = 0, [moves.begin()]
    while waiting:
        spot = waiting.pop()
        bound = moves.bound(spot)
        ends += not bound
        waiting += [after for _, after in (*bound, *moves.wrong(spot))]
    assert ends > 10_000
    counted = Search(moves, states_max=100_000, calm=None).run(lambda count: None)
    assert counted.interleavings == ends


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_what_is_explored_is_what_production_does(world):
    """Stories by chance, with all that can go wrong, on real reactors, journals and restarts: the same state and the same timers after every step."""
    moves = Moves(
        WORLDS[world],
        Budget(crashes=2, losses=2, repeats=2, delays=3, refusals=1, verbs=2, together=6),
    )
    dice = Random(7)
    paths = [drawn(moves, dice) for _ in range(6)]
    assert sum(prove(moves, path) for path in paths) > 150
    assert {"crash", "fire", "resume"} <= {move[0] for path in paths for move, _ in path}


def test_a_story_can_be_walked_again_by_its_moves():
    moves = Moves(WORLDS["torn"], ONE_OF_EACH)
    path = drawn(moves, Random(3))
    assert walk(moves, [move for move, _ in path])[1:] == tuple(spot for _, spot in path)
    assert len(tell(moves, [move for move, _ in path])) == len(path)


def test_a_search_that_is_cut_short_says_so():
    moves = Moves(WORLDS["lend"], ONE_OF_EACH)
    count = Search(moves, states_max=500, calm=Calm(moves)).run(lambda count: None)
    assert not count.is_whole
