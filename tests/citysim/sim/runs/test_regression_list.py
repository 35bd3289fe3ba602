"""The list of regressions: read whole, or refused with everything that is wrong."""

import pytest

from citysim.errors import SeedListError
from citysim.sim.runs.cut import Cut
from citysim.sim.runs.regressions import Again, entry, read, tell_again
from citysim.sim.runs.shrink.search import Search
from citysim.sim.scenario import Fault


def test_an_entry_names_a_story_and_what_it_found(tmp_path, fiction):
    path = tmp_path / "list.toml"
    path.write_text(
        '[[regression]]\nseed = 67\nfaults = [4]\nhappenings = [1, 5]\nlaw = "nothing_lost"\nfound = "an agent was never heard"\n'
    )
    (regression,) = read(path)
    assert regression.cut == Cut(seed=67, faults=frozenset({4}), happenings=frozenset({1, 5}))
    told = tell_again(Again(teller=fiction(faults=frozenset({4})).teller(), regression=regression))
    assert not told.verdict.kept
    assert tell_again(
        Again(teller=fiction(faults=frozenset({5})).teller(), regression=regression)
    ).verdict.kept


def test_an_entry_that_holds_its_faults_is_the_same_story_whatever_the_seed_draws(
    tmp_path, fiction
):
    path = tmp_path / "list.toml"
    path.write_text(
        '[[regression]]\nseed = 67\nplan = ["32.123:clock_stepped:district/station:0:-19.174"]\nlaw = "a"\nfound = "b"\n'
    )
    (regression,) = read(path)
    (fault,) = fiction().teller().scenario(regression.cut).faults
    assert fault == Fault(
        number=1, at_s=32.123, kind="clock_stepped", target="district/station", amount=-19.174
    )


def test_what_was_shrunk_can_be_put_into_the_list_as_it_is_printed(tmp_path, fiction):
    story = fiction(faults=frozenset({3, 7}), happenings=frozenset({2}))
    shrunk = Search(story.teller()).shrink(Cut(seed=17))
    path = tmp_path / "list.toml"
    path.write_text(entry(shrunk))
    (regression,) = read(path)
    assert (regression.law, regression.cut.happenings) == ("nothing_lost", frozenset({2}))
    again = fiction(faults=frozenset({1, 2}), happenings=frozenset({2}))  # renumbered
    assert not tell_again(Again(teller=again.teller(), regression=regression)).verdict.kept


def test_all_that_is_wrong_is_listed_at_once(tmp_path):
    path = tmp_path / "list.toml"
    path.write_text(
        '[[regression]]\nseed = "x"\nlaw = "a"\nfound = "b"\n[[regression]]\nsede = 1\nlaw = "a"\nplan = ["x"]\n'
    )
    with pytest.raises(SeedListError) as refused:
        read(path)
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


def test_no_list_and_no_toml_are_said(tmp_path):
    with pytest.raises(SeedListError, match="--list"):
        read(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[[")
    with pytest.raises(SeedListError, match="is no TOML"):
        read(tmp_path / "bad.toml")
