"""Every interleaving of small worlds on the production cores: nothing is promised twice, everything
is served in the end, and the search itself is exact."""

from random import Random  # noqa: TID251 - runs are drawn from a seed

import pytest
from protocol_bugs import BUGS

from citybrain.structs import replace
from citysim.explore.conformance import check_conformance
from citysim.explore.jobs import random_run
from citysim.explore.model.actions import ActionKind
from citysim.explore.model.budget import NO_FAULTS, Budget
from citysim.explore.model.node_states import ASCENDING, Numbering
from citysim.explore.model.transition_system import TransitionSystem
from citysim.explore.model.worlds import WORLDS
from citysim.explore.narration import describe, replay
from citysim.explore.recovery import RecoveryCheck
from citysim.explore.search import Search

pytestmark = pytest.mark.timeout(600)  # the largest take 25 s of a core that is theirs alone

EXACT, DESCENDING = Numbering(is_exact=True), Numbering(is_descending=True)
ONE_OF_EACH = Budget(
    crashes=1, losses=1, duplicates=1, delays=1, refusals=1, operator_actions=1, total=1
)


def search(world, budget, numbering=ASCENDING):
    system = TransitionSystem(WORLDS[world], budget, numbering=numbering)
    recovery = None if budget.reorderings else RecoveryCheck(system)
    stats = Search(system, max_states=2_000_000, recovery=recovery).run(lambda stats: None)
    if (found := stats.counterexample) is not None:
        pytest.fail("\n".join((found.violation, *describe(system, found.path))))
    assert stats.is_complete
    return stats


@pytest.mark.parametrize("world", ["race", "torn"])
def test_no_interleaving_with_one_fault_of_any_kind_promises_anything_twice(world):
    stats = search(world, ONE_OF_EACH)
    assert stats.interleavings > 1_000_000_000_000
    assert stats.slowest_recovery_s <= 30.0


@pytest.mark.parametrize(
    ("world", "fault"),
    [
        ("lend", "losses"),
        ("cross", "delays"),
        ("lend", "refusals"),
        ("cross", "operator_actions"),
        ("lend", "duplicates"),
    ],
)
def test_two_orders_across_at_once_with_one_fault(world, fault):
    stats = search(world, replace(NO_FAULTS, **{fault: 1}, total=1))
    assert stats.interleavings > 1_000_000_000_000


def test_a_loss_and_a_duplicate_in_one_run():
    budget = replace(NO_FAULTS, losses=1, duplicates=1, crashes=1, total=2)
    assert search("race", budget).transitions > 500_000


def test_an_unordered_network_cannot_make_the_cores_promise_twice():
    """Letters overtake each other and are duplicated: answers by order and step, and tombstones,
    are all that is left."""
    budget = replace(NO_FAULTS, reorderings=1, delays=1, total=2)
    assert search("race", budget).transitions > 500_000


def test_names_that_sort_the_other_way_round_change_nothing():
    """What one record does to two orders is done in the order of their names, which is another one
    where journal numbers grow by a digit."""
    budget = replace(NO_FAULTS, losses=1, total=1)
    ascending, descending = (search("lend", budget, each) for each in (ASCENDING, DESCENDING))
    assert ascending.interleavings == descending.interleavings


@pytest.mark.parametrize("fault", ["losses", "delays", "operator_actions", "duplicates", "crashes"])
def test_what_is_left_out_of_the_digests_loses_no_interleaving(fault):
    """The same runs, with every number and history in the digests: many more states, exactly as
    many interleavings."""
    budget = replace(NO_FAULTS, **{fault: 1}, total=1)
    merged, exact = search("race", budget), search("race", budget, EXACT)
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
    lengths = []
    for numbering in (ASCENDING, EXACT):
        system = TransitionSystem(
            replace(WORLDS[bug.world], crew_steps=bug.crew_steps),
            replace(NO_FAULTS, **bug.budget, total=sum(bug.budget.values())),
            numbering=numbering,
        )
        checker = Search(system, max_states=200_000, recovery=RecoveryCheck(system))
        lengths.append(len(checker.run(lambda stats: None).counterexample.path))
    assert lengths[0] == lengths[1], "the shortest counterexample is as short"


def test_the_interleavings_of_a_tiny_world_walked_one_by_one_are_as_many_as_counted():
    """No merging of states, no counting: a walk along every run to its end."""
    world = replace(WORLDS["race"], crew_steps=0)
    system = TransitionSystem(world, replace(NO_FAULTS, losses=1, total=1))
    ends, waiting = 0, [system.initial_state()]
    while waiting:
        state = waiting.pop()
        progress = system.progress(state)
        ends += not progress
        waiting += [after for _, after in (*progress, *system.faults(state))]
    assert ends > 10_000
    counted = Search(system, max_states=100_000, recovery=None).run(lambda stats: None)
    assert counted.interleavings == ends


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_the_model_conforms_to_production(world):
    """Random runs with all kinds of faults, on real deciders, journals and restarts: the same state
    and the same timers after every step."""
    budget = Budget(
        crashes=2, losses=2, duplicates=2, delays=3, refusals=1, operator_actions=2, total=6
    )
    system = TransitionSystem(WORLDS[world], budget)
    random = Random(7)
    paths = [random_run(system, random) for _ in range(6)]
    assert sum(check_conformance(system, path) for path in paths) > 150
    kinds = {action[0] for path in paths for action, _ in path}
    assert {ActionKind.CRASH, ActionKind.FIRE_TIMER, ActionKind.RESUME} <= kinds


def test_a_run_can_be_replayed_by_its_actions():
    system = TransitionSystem(WORLDS["torn"], ONE_OF_EACH)
    path = random_run(system, Random(3))
    actions = [action for action, _ in path]
    assert replay(system, actions)[1:] == tuple(state for _, state in path)
    assert len(describe(system, actions)) == len(path)


def test_a_search_that_is_cut_short_is_not_complete():
    system = TransitionSystem(WORLDS["lend"], ONE_OF_EACH)
    checker = Search(system, max_states=500, recovery=RecoveryCheck(system))
    assert not checker.run(lambda stats: None).is_complete
