"""A part of a story has a name, the name is a command, and the command names the same part."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citysim.sim.runs.cut import Cut, read_numbers, written

NUMBERS = st.none() | st.frozensets(st.integers(1, 99), max_size=5)
CUTS = st.builds(
    Cut,
    seed=st.integers(0, 10**9),
    size=st.sampled_from(["town", "small", "city"]),
    faults=NUMBERS,
    happenings=NUMBERS,
    storm_s=st.none() | st.integers(1, 9999).map(lambda n: n / 10),
    until_s=st.none() | st.integers(1, 9999).map(lambda n: n / 10),
)


def test_the_whole_story_has_the_shortest_command():
    assert Cut(seed=17).command() == "citybrain sim replay --seed 17"


def test_a_part_names_what_is_left():
    cut = Cut(seed=17, until_s=83.4, faults=frozenset({7, 3}), happenings=frozenset())
    assert (
        cut.command()
        == "citybrain sim replay --seed 17 --until 83.4 --faults 3,7 --happenings none"
    )


@given(CUTS)
def test_a_command_names_one_cut_only(cut):
    words = shlex.split(cut.options())
    options = dict(zip(words[::2], words[1::2], strict=True))
    again = Cut(
        seed=int(options["--seed"]),
        size=options.get("--size", "town"),
        faults=read_numbers(options.get("--faults", "")),
        happenings=read_numbers(options.get("--happenings", "")),
        storm_s=float(options["--storm"]) if "--storm" in options else None,
        until_s=float(options["--until"]) if "--until" in options else None,
    )
    assert again == cut


def test_a_shorter_storm_leaves_out_what_would_begin_later(fiction):
    teller = fiction().teller()
    part = teller.scenario(Cut(seed=1, storm_s=30.0, faults=frozenset({1, 4, 5})))
    assert part.storm_s == 30.0
    assert [f.number for f in part.faults] == [1, 4]
    assert [h.number for h in part.happenings] == [1, 2, 3]


def test_a_storm_is_never_made_longer(fiction):
    teller = fiction().teller()
    assert teller.scenario(Cut(seed=1, storm_s=1e6)) == teller.scenario(Cut(seed=1))


@pytest.mark.parametrize("text", ["3,", "x", "1.5", "-1"])
def test_what_is_no_list_of_numbers_is_said(text):
    with pytest.raises(ValueError, match="Write 3,7 or none"):
        read_numbers(text)


def test_none_is_nothing_and_left_out_is_everything():
    assert read_numbers("none") == frozenset()
    assert read_numbers("") is None
    assert written(()) == "none"
