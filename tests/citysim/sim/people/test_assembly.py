"""The people of a simulated city, assembled."""

import pytest

from citysim.sim.people import assembly, callers, indecisive_operators
from citysim.sim.runs.fault_text import parse_schedule
from citysim.sim.runs.scenario_runner import PRODUCTION
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.scenario_run import NO_UNEXPECTED_ERRORS

INDECISIVE = parse_schedule(["30.0:operator_indecisive:district/oldtown:20.0:0"])


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (assembly, "handle_queue"),
        (indecisive_operators, "decide_indecisively"),
        (callers, "_report_at"),
    ],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_a_person_who_fails_is_an_unexpected_error_and_not_a_silent_absence(
    module, name, monkeypatch
):
    """Else the city would be judged for what nobody did in it."""

    def fails(*_args, **_options):
        raise ZeroDivisionError(f"{name} has a bug")

    monkeypatch.setattr(module, name, fails)
    verdict = PRODUCTION.verdict(ScenarioSpec(seed=991073, schedule=INDECISIVE, until_s=90.0))
    assert f"{name} has a bug" in {
        violation.what for violation in verdict.violations if violation.law == NO_UNEXPECTED_ERRORS
    }
