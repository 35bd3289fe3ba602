"""The list of regressions: read whole, or refused with all its errors."""

import pytest

from citysim.errors import SeedListError
from citysim.sim.runs.regressions import (
    RegressionTask,
    format_entry,
    read_regressions,
    run_regression,
)
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.runs.shrink.shrinker import Shrinker
from citysim.sim.scenario import Fault


def test_an_entry_has_a_spec_and_what_it_found(tmp_path, fake):
    path = tmp_path / "list.toml"
    path.write_text(
        "[[regression]]\nseed = 67\nfaults = [4]\nstreet_events = [1, 5]\n"
        'law = "nothing_lost"\nfound = "no item of an agent arrived"\n'
    )
    (regression,) = read_regressions(path)
    assert regression.spec == ScenarioSpec(
        seed=67, faults=frozenset({4}), street_events=frozenset({1, 5})
    )
    result = run_regression(
        RegressionTask(runner=fake(faults=frozenset({4})).runner(), regression=regression)
    )
    assert not result.verdict.kept
    assert run_regression(
        RegressionTask(runner=fake(faults=frozenset({5})).runner(), regression=regression)
    ).verdict.kept


def test_an_entry_with_a_schedule_keeps_its_faults_whatever_the_seed_draws(tmp_path, fake):
    path = tmp_path / "list.toml"
    path.write_text(
        "[[regression]]\nseed = 67\n"
        'schedule = ["32.123:clock_stepped:district/station:0:-19.174"]\n'
        'law = "a"\nfound = "b"\n'
    )
    (regression,) = read_regressions(path)
    (fault,) = fake().runner().scenario(regression.spec).faults
    assert fault == Fault(
        number=1, at_s=32.123, kind="clock_stepped", target="district/station", magnitude=-19.174
    )


def test_a_shrink_result_can_be_put_into_the_list_as_printed(tmp_path, fake):
    simulator = fake(faults=frozenset({3, 7}), street_events=frozenset({2}))
    shrunk = Shrinker(simulator.runner()).shrink(ScenarioSpec(seed=17))
    path = tmp_path / "list.toml"
    path.write_text(format_entry(shrunk))
    (regression,) = read_regressions(path)
    assert (regression.law, regression.spec.street_events) == ("nothing_lost", frozenset({2}))
    other = fake(faults=frozenset({1, 2}), street_events=frozenset({2}))  # renumbered
    assert not run_regression(
        RegressionTask(runner=other.runner(), regression=regression)
    ).verdict.kept


def test_all_errors_are_listed_at_once(tmp_path):
    path = tmp_path / "list.toml"
    path.write_text(
        '[[regression]]\nseed = "x"\nlaw = "a"\nfound = "b"\n'
        '[[regression]]\nsede = 1\nlaw = "a"\nschedule = ["x"]\n'
    )
    with pytest.raises(SeedListError) as refused:
        read_regressions(path)
    for part in (
        "entry 1",
        "'seed' must be of type int",
        "entry 2",
        "'seed' is missing",
        "'found' is missing",
        "'sede' is not one of",
        "'x' is no fault",
    ):
        assert part in str(refused.value)


def test_a_missing_list_and_invalid_toml_are_reported(tmp_path):
    with pytest.raises(SeedListError, match="--list"):
        read_regressions(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[[")
    with pytest.raises(SeedListError, match="is no TOML"):
        read_regressions(tmp_path / "bad.toml")
