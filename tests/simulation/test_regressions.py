"""Every seed that once found something keeps every law today."""

from pathlib import Path

import pytest

from citysim.sim.runs.regressions import Regression, read
from citysim.sim.runs.teller import PRODUCTION

LIST = Path(__file__).parent / "regressions.toml"


@pytest.mark.parametrize(
    "regression", read(LIST), ids=lambda regression: f"seed-{regression.cut.seed}-{regression.law}"
)
def test_what_was_found_once_is_not_found_again(regression: Regression):
    verdict = PRODUCTION.verdict(regression.cut)
    assert verdict.kept, (
        f"{regression.found}: {verdict.broken[0].law}: {verdict.broken[0].what}\n    {regression.cut.command()}"
    )


def test_no_story_is_in_the_list_twice():
    cuts = [regression.cut for regression in read(LIST)]
    assert len(cuts) == len(set(cuts))


def test_every_entry_says_what_it_found_in_a_line():
    assert all(
        len(regression.found) > 20 and "\n" not in regression.found for regression in read(LIST)
    )
