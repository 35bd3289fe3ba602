"""The model checker can find something: every bug that is planted in the production cores, by a
short counterexample."""

import pytest
from protocol_bugs import BUGS

from citybrain.structs import replace
from citysim.explore.model.budget import NO_FAULTS
from citysim.explore.model.transition_system import TransitionSystem
from citysim.explore.model.worlds import WORLDS
from citysim.explore.narration import describe
from citysim.explore.recovery import RecoveryCheck
from citysim.explore.search import Search


def search(bug):
    world = replace(WORLDS[bug.world], crew_steps=bug.crew_steps)
    budget = replace(NO_FAULTS, **bug.budget, total=sum(bug.budget.values()))
    system = TransitionSystem(world, budget)
    recovery = None if budget.reorderings else RecoveryCheck(system)
    return system, Search(system, max_states=400_000, recovery=recovery).run(lambda stats: None)


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found_by_a_short_counterexample(name, monkeypatch, capsys):
    bug = BUGS[name]
    bug.plant(monkeypatch)
    _, stats = search(bug)
    found = stats.counterexample
    assert found is not None, f"{name} was not found in {stats.states} states"
    with capsys.disabled():
        print(f"\n{name}: {found.violation} ({len(found.path)} steps, {stats.states} states)")
    assert bug.found_by in found.violation
    assert len(found.path) <= bug.steps


def test_a_counterexample_is_described_step_by_step(monkeypatch):
    bug = BUGS["issue accepted after expiry"]
    bug.plant(monkeypatch)
    system, stats = search(bug)
    lines = describe(system, stats.counterexample.path)
    assert len(lines) == len(stats.counterexample.path)
    assert lines[0].startswith("1. the planner's plan arrives; posts: reserve order-city")
    assert any("the deadline reservation of order-city" in line for line in lines)
    assert "issue order-city" in lines[-1] and "issued" in lines[-1]
