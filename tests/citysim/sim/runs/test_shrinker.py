"""A failing seed shrunk: the same law is broken by less and sooner, and the command names it."""

import pytest

from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.runs.shrink.shrinker import LAST_LINES, MAX_LINE_CHARS, Shrinker, shortened
from citysim.sim.scenario_run import LIVENESS
from citysim.sim.trace import TraceLine


def shrink(simulator, law="", **rest):
    return Shrinker(simulator.runner(), law, **rest).shrink(ScenarioSpec(seed=17))


def test_only_the_needed_faults_and_events_are_left_up_to_the_moment_of_the_violation(fake):
    found = shrink(fake(faults=frozenset({3, 7}), street_events=frozenset({2})))
    assert found.spec == ScenarioSpec(
        seed=17, until_s=52.3, faults=frozenset({3, 7}), street_events=frozenset({2})
    )
    assert found.spec.command() == (
        "citybrain sim replay --seed 17 --until 52.3 --faults 3,7 --street-events 2"
    )
    assert [f.number for f in found.faults] == [3, 7]
    assert [e.number for e in found.street_events] == [2]
    assert found.is_minimal and found.violation is not None and found.law == "nothing_lost"


def test_a_violation_without_any_fault_needs_none(fake):
    found = shrink(fake())
    # nothing has begun by then: there is nothing to leave out
    assert found.spec == ScenarioSpec(seed=17, until_s=3.3)
    assert found.faults == found.street_events == ()


def test_a_liveness_violation_is_run_to_the_end_with_the_shortest_fault_phase(fake):
    found = shrink(fake(faults=frozenset({4}), law=LIVENESS, fault_phase_s=42.0))
    assert found.spec == ScenarioSpec(
        seed=17, faults=frozenset({4}), street_events=frozenset(), fault_phase_s=45.0
    )
    assert found.law == LIVENESS


def test_another_law_that_breaks_with_less_does_not_count(fake):
    simulator = fake(faults=frozenset({5}), other=lambda begun: True)
    found = shrink(simulator, law="nothing_lost")
    assert found.law == "nothing_lost"
    assert [f.number for f in found.faults] == [5]


def test_without_a_named_law_the_first_broken_one_counts(fake):
    found = shrink(fake(faults=frozenset({5}), other=lambda begun: 2 in begun))
    assert found.law == "another_law"
    assert found.spec == ScenarioSpec(
        seed=17, until_s=14.0, faults=frozenset({2}), street_events=frozenset()
    )


def test_a_seed_that_breaks_nothing_has_nothing_to_shrink(fake):
    simulator = fake(faults=frozenset({99}))
    found = shrink(simulator)
    assert found.violation is None and found.spec == ScenarioSpec(seed=17) and found.lines == ()
    assert simulator.runs == 1


def test_locating_leaves_the_schedule_as_it_is(fake):
    found = Shrinker(fake(faults=frozenset({3, 7})).runner()).locate(ScenarioSpec(seed=17))
    assert found.spec == ScenarioSpec(seed=17, until_s=52.3)


def test_no_part_is_run_twice(fake):
    simulator = fake(faults=frozenset({3, 7}))
    found = shrink(simulator)
    assert simulator.runs == found.scenario_runs + 1  # once more, for its lines


def test_at_the_time_limit_the_result_is_marked_as_not_minimal(fake):
    left = iter([True] * 14)
    found = shrink(fake(faults=frozenset({3, 7})), may_continue=lambda: next(left, False))
    assert not found.is_minimal
    assert found.violation is not None
    assert {3, 7} <= {f.number for f in found.faults}


def test_the_result_has_the_last_lines_before_the_violation(fake):
    found = shrink(fake(faults=frozenset({3, 7})))
    assert [line.split()[0] for line in found.lines] == ["21.000", "49.000"]
    assert len(found.lines) <= LAST_LINES


def test_progress_is_reported(fake):
    reports = []
    shrink(fake(faults=frozenset({3, 7})), report=reports.append)
    assert any("2 of" in line for line in reports)


@pytest.mark.parametrize("detail", ["short", "x" * 500, "two\nlines"])
def test_a_line_is_one_line_and_bounded(detail):
    text = shortened(TraceLine(1.0, "city", "starts", detail))
    assert "\n" not in text and len(text) <= MAX_LINE_CHARS


def test_a_run_that_raises_is_a_violation_as_any_other(fake):
    def fail(scenario, **_):
        raise RuntimeError("a bug of the simulator")

    runner = fake().runner()
    found = Shrinker(type(runner)(draw=runner.draw, run=fail)).violation(ScenarioSpec(seed=17))
    assert found is not None and "a bug of the simulator" in found.what
