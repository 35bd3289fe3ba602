"""Every deliberate bug is seen by a law, and the honest code is accused of nothing on the same seeds."""

import pytest
from mutants import record
from mutants.count import ENOUGH, until_caught, verdict_without
from mutants.table import BUGS, MODULES, MUTANTS

from citysim.laws.table import LAWS
from citysim.sim.story import LIVENESS, NO_BUG

pytestmark = pytest.mark.timeout(600)
KNOWN = record.read()


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_bug_that_is_planted_is_seen_by_a_law(mutant):
    """Where the seed that is kept tells another story by now, the next ones are told: `python tests/simulation/mutants --write` counts anew."""
    first = KNOWN[mutant.name].seed
    caught = until_caught(mutant, range(first, first + ENOUGH))
    assert caught is not None, (
        f"{mutant.bug} No law of {', '.join(mutant.laws)} saw it in {ENOUGH} seeds from {first} on."
    )


@pytest.mark.parametrize(
    "mutant",
    {(KNOWN[mutant.name].seed, mutant.setting): mutant for mutant in MUTANTS.values()}.values(),
    ids=lambda mutant: mutant.name,
)
def test_the_honest_code_keeps_every_law_on_the_same_seeds(mutant):
    """Each seed once, though several bugs were seen in it."""
    verdict = verdict_without(mutant, KNOWN[mutant.name].seed)
    assert verdict.kept, f"{verdict.broken[0].law}: {verdict.broken[0].what}"


def test_every_bug_names_laws_that_there_are():
    assert all(
        mutant.laws and set(mutant.laws) <= {*LAWS, LIVENESS, NO_BUG} for mutant in BUGS.values()
    )


def test_no_two_bugs_have_one_name():
    assert len(BUGS) == sum(len(module.MUTANTS) for module in MODULES)


def test_a_bug_is_gone_when_its_story_is_told():
    """Else the next test would judge the bug of the one before."""
    mutant = MUTANTS["core_reads_clock"]
    assert until_caught(mutant, [1]) is not None
    assert verdict_without(mutant, 1).kept


def test_what_the_page_says_is_what_was_counted():
    page = record.PAGE.read_text(encoding="utf-8")
    assert page.endswith(record.section(KNOWN)), (
        "the table is old: `python tests/simulation/mutants --write`"
    )
    assert set(KNOWN) == set(MUTANTS)
    assert all(known.seed <= ENOUGH for known in KNOWN.values())


def test_the_laws_that_catch_are_many():
    """A proof by one law would prove one law."""
    assert len({known.law for known in KNOWN.values()}) >= 8
