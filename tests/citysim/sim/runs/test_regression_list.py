"""The list of regressions: read whole, or refused with everything that is wrong."""

import pytest

from citysim.errors import ListUnusable
from citysim.sim.runs.cut import Cut
from citysim.sim.runs.regressions import Again, read, tell_again


def test_an_entry_names_a_story_and_what_it_found(tmp_path, fiction):
    path = tmp_path / "list.toml"
    path.write_text('[[regression]]\nseed = 67\nfaults = [4]\nhappenings = [1, 5]\nlaw = "nothing_lost"\nfound = "an agent was never heard"\n')
    (regression,) = read(path)
    assert regression.cut == Cut(seed=67, faults=frozenset({4}), happenings=frozenset({1, 5}))
    told = tell_again(Again(teller=fiction(faults=frozenset({4})).teller(), regression=regression))
    assert not told.verdict.kept
    assert tell_again(Again(teller=fiction(faults=frozenset({5})).teller(), regression=regression)).verdict.kept


def test_all_that_is_wrong_is_listed_at_once(tmp_path):
    path = tmp_path / "list.toml"
    path.write_text('[[regression]]\nseed = "x"\nlaw = "a"\nfound = "b"\n[[regression]]\nsede = 1\nlaw = "a"\n')
    with pytest.raises(ListUnusable) as refused:
        read(path)
    for part in ("entry 1", "'seed' must be of type int", "entry 2", "'seed' is missing", "'found' is missing", "'sede' is not one of"):
        assert part in str(refused.value)


def test_no_list_and_no_toml_are_said(tmp_path):
    with pytest.raises(ListUnusable, match="--list"):
        read(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[[")
    with pytest.raises(ListUnusable, match="is no TOML"):
        read(tmp_path / "bad.toml")
