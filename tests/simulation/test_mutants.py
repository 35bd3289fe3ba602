"""Every deliberate bug is caught by a law, and production code breaks none on the same seeds."""

import pytest
from mutants import record
from mutants.count import MAX_SEEDS, run_until_caught, verdict_without
from mutants.table import BUGS, MODULES, MUTANTS

from citysim.laws.table import LAWS
from citysim.sim.scenario_run import LIVENESS, NO_UNEXPECTED_ERRORS

pytestmark = pytest.mark.timeout(600)
KNOWN = record.read()


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_planted_bug_is_caught_by_a_law(mutant):
    """Where the recorded seed has another run by now, the next ones are run: `make mutants
    ARGS=--write` counts again."""
    first = KNOWN[mutant.name].seed
    caught = run_until_caught(mutant, range(first, first + MAX_SEEDS))
    assert caught is not None, (
        f"{mutant.bug} None of {', '.join(mutant.laws)} was broken in {MAX_SEEDS} seeds from"
        f" {first} on."
    )


@pytest.mark.parametrize(
    "mutant",
    {(KNOWN[mutant.name].seed, mutant.setting): mutant for mutant in MUTANTS.values()}.values(),
    ids=lambda mutant: mutant.name,
)
def test_production_code_keeps_every_law_on_the_same_seeds(mutant):
    """Each seed once, though several bugs were caught with it."""
    verdict = verdict_without(mutant, KNOWN[mutant.name].seed)
    assert verdict.kept, f"{verdict.violations[0].law}: {verdict.violations[0].what}"


def test_every_bug_names_existing_laws():
    laws = {*LAWS, LIVENESS, NO_UNEXPECTED_ERRORS}
    assert all(mutant.laws and set(mutant.laws) <= laws for mutant in BUGS.values())


def test_no_two_bugs_have_one_name():
    assert len(BUGS) == sum(len(module.MUTANTS) for module in MODULES)


def test_a_bug_is_removed_after_its_run():
    """Else the next test would judge the bug of the one before."""
    mutant = MUTANTS["core_reads_clock"]
    assert run_until_caught(mutant, [1]) is not None
    assert verdict_without(mutant, 1).kept


def test_the_readme_shows_what_was_counted():
    readme = record.README.read_text(encoding="utf-8")
    assert readme.endswith(record.section(KNOWN)), "the table is old: `make mutants ARGS=--write`"
    assert set(KNOWN) == set(MUTANTS)
    assert all(known.seed <= MAX_SEEDS for known in KNOWN.values())


def test_many_laws_catch_bugs():
    """A proof by one law would prove one law."""
    assert len({known.law for known in KNOWN.values()}) >= 8
