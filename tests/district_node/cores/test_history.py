"""A history that grew long counts what is alike, and loses nothing from its middle."""

from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp
from citybrain.domain.console import HistoryEntry
from district_node.cores.history import with_line
from district_node.limits import HISTORY


def line(number, code, actor="playbook", reason=""):
    return HistoryEntry(at=Timestamp(number), code=code, actor=actor, reason=reason)


def history_of(lines):
    history = ()
    for one in lines:
        history = with_line(history, one)
    return history


def test_a_hundred_of_a_kind_are_one_line_that_counts_them():
    first = line(0, "reported", "box-1/cam-1", "crowd")
    rest = [line(n, "reopened" if n % 2 else "handled") for n in range(1, 101)]
    last = line(200, "closed", "Li Na", "gone")
    history = history_of([first, *rest, last])
    assert (history[0], history[-1]) == (first, last)
    assert len(history) == HISTORY.value
    for code in ("reopened", "handled"):
        assert sum(one.times for one in history if one.code == code) == 50
    counted = next(one for one in history if one.times > 1)
    assert (counted.at, counted.last_at) == (Timestamp(2), Timestamp(44)) or counted.last_at


def test_what_people_did_between_is_kept_as_they_did_it():
    notes = [line(20 * n, "note", f"person-{n}", f"words {n}") for n in range(1, 20)]
    noise = [line(n, "overdue", reason="handle_clock") for n in range(400)]
    history = history_of(sorted([*noise, *notes], key=lambda one: one.at))
    assert [one for one in history if one.code == "note"] == notes


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("xy")), max_size=300))
def test_it_is_bounded_and_every_step_is_counted(steps):
    history = history_of([line(n, code, actor) for n, (code, actor) in enumerate(steps)])
    assert len(history) <= HISTORY.value
    assert sum(one.times for one in history) == len(steps)
    assert [one.at for one in history] == sorted(one.at for one in history)


def test_lines_that_have_nothing_in_common_are_counted_all_the_same():
    history = history_of([line(n, f"code-{n}", f"actor-{n}") for n in range(HISTORY.value + 5)])
    assert len(history) == HISTORY.value
    assert sum(one.times for one in history) == HISTORY.value + 5
    assert history[0].code == "several"
