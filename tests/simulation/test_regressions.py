"""Every scenario that once broke a law keeps every law today."""

from pathlib import Path

import pytest

from citysim.sim.runs.regressions import Regression, read_regressions
from citysim.sim.runs.scenario_runner import PRODUCTION

LIST = Path(__file__).parent / "regressions.toml"


def name_of(regression: Regression) -> str:
    return f"seed-{regression.spec.seed}-{regression.law}"


@pytest.mark.parametrize("regression", read_regressions(LIST), ids=name_of)
def test_a_scenario_that_once_broke_a_law_breaks_none_today(regression: Regression):
    verdict = PRODUCTION.verdict(regression.spec)
    assert verdict.kept, (
        f"{regression.found}: {verdict.violations[0].law}: {verdict.violations[0].what}\n"
        f"    {regression.spec.command()}"
    )


def test_no_scenario_is_in_the_list_twice():
    specs = [regression.spec for regression in read_regressions(LIST)]
    assert len(specs) == len(set(specs))


def test_every_entry_describes_what_it_found_in_a_line():
    found = [regression.found for regression in read_regressions(LIST)]
    assert all(len(text) > 20 and "\n" not in text for text in found)
