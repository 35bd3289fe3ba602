"""A failing seed made small: the same law is broken by less, sooner, and the command says by what."""

import pytest

from citysim.sim.runs.cut import Cut
from citysim.sim.runs.shrink.search import LAST_LINES, LINE_MOST, Search, cut_short
from citysim.sim.story import LIVENESS
from citysim.sim.trace import Line


def shrunk(story, law="", **rest):
    return Search(story.teller(), law, **rest).shrink(Cut(seed=17))


def test_only_the_faults_and_happenings_that_are_needed_are_left_and_the_moment_is_theirs(fiction):
    found = shrunk(fiction(faults=frozenset({3, 7}), happenings=frozenset({2})))
    assert found.cut == Cut(
        seed=17, until_s=52.3, faults=frozenset({3, 7}), happenings=frozenset({2})
    )
    assert (
        found.cut.command()
        == "citybrain sim replay --seed 17 --until 52.3 --faults 3,7 --happenings 2"
    )
    assert [f.number for f in found.faults] == [3, 7]
    assert [h.number for h in found.happenings] == [2]
    assert found.is_minimal and found.breaks is not None and found.law == "nothing_lost"


def test_what_breaks_without_any_fault_says_so(fiction):
    found = shrunk(fiction())
    assert found.cut == Cut(
        seed=17, until_s=3.3
    )  # nothing has begun by then: there is nothing to leave out
    assert found.faults == found.happenings == ()


def test_what_right_thing_did_not_happen_is_told_to_its_end_in_the_shortest_storm(fiction):
    found = shrunk(fiction(faults=frozenset({4}), law=LIVENESS, storm_s=42.0))
    assert found.cut == Cut(seed=17, faults=frozenset({4}), happenings=frozenset(), storm_s=45.0)
    assert found.law == LIVENESS


def test_another_law_that_breaks_more_easily_does_not_count(fiction):
    story = fiction(faults=frozenset({5}), other=lambda begun: True)
    found = shrunk(story, law="nothing_lost")
    assert found.law == "nothing_lost"
    assert [f.number for f in found.faults] == [5]


def test_without_a_named_law_it_is_about_the_first_that_breaks(fiction):
    found = shrunk(fiction(faults=frozenset({5}), other=lambda begun: 2 in begun))
    assert found.law == "another_law"
    assert found.cut == Cut(seed=17, until_s=14.0, faults=frozenset({2}), happenings=frozenset())


def test_a_seed_that_breaks_nothing_has_nothing_to_shrink(fiction):
    story = fiction(faults=frozenset({99}))
    found = shrunk(story)
    assert found.breaks is None and found.cut == Cut(seed=17) and found.lines == ()
    assert story.told == 1


def test_locating_leaves_the_plan_as_it_is(fiction):
    found = Search(fiction(faults=frozenset({3, 7})).teller()).locate(Cut(seed=17))
    assert found.cut == Cut(seed=17, until_s=52.3)


def test_no_part_is_told_twice(fiction):
    story = fiction(faults=frozenset({3, 7}))
    found = shrunk(story)
    assert story.told == found.tellings + 1  # once more, for its lines


def test_when_its_time_is_over_it_shows_what_it_has_and_that_it_may_get_smaller(fiction):
    left = iter([True] * 14)
    found = shrunk(fiction(faults=frozenset({3, 7})), may_go_on=lambda: next(left, False))
    assert not found.is_minimal
    assert found.breaks is not None
    assert {3, 7} <= {f.number for f in found.faults}


def test_the_last_lines_before_the_break_are_there(fiction):
    found = shrunk(fiction(faults=frozenset({3, 7})))
    assert [line.split()[0] for line in found.lines] == ["21.000", "49.000"]
    assert len(found.lines) <= LAST_LINES


def test_progress_is_said(fiction):
    said = []
    shrunk(fiction(faults=frozenset({3, 7})), say=said.append)
    assert any("2 of" in line for line in said)


@pytest.mark.parametrize("detail", ["short", "x" * 500, "two\nlines"])
def test_a_line_is_one_line_and_bounded(detail):
    text = cut_short(Line(1.0, "city", "says", detail))
    assert "\n" not in text and len(text) <= LINE_MOST


def test_a_story_that_cannot_be_told_is_a_break_as_any_other(fiction):
    def stumbles(story, **_):
        raise RuntimeError("a bug of the simulator")

    teller = fiction().teller()
    found = Search(type(teller)(draw=teller.draw, tell=stumbles)).breaks(Cut(seed=17))
    assert found is not None and "a bug of the simulator" in found.what
