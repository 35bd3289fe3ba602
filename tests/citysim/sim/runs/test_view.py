"""What of a trace is shown."""

import pytest

from citysim.sim.runs.show.view import View, text
from citysim.sim.trace import Line

LINES = (
    Line(0.0, "city", "starts"),
    Line(1.0, "district/north", "starts"),
    Line(2.0, "district/northeast", "starts"),
    Line(3.0, "fault", "1 killed", "city"),
    Line(4.0, "agent/box", "says", "two\nlines"),
)


def shown(**view):
    return [line.split()[1] for line in text(LINES, View(**view))]


def test_everything_is_shown_unless_something_is_asked_for():
    assert shown() == ["city", "district/north", "district/northeast", "fault", "agent/box"]


def test_from_a_moment_on():
    assert shown(from_s=2.0) == ["district/northeast", "fault", "agent/box"]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (("district/north",), ["district/north", "fault"]),
        (("district",), ["district/north", "district/northeast", "fault"]),
        (("city", "agent"), ["city", "fault", "agent/box"]),
    ],
)
def test_only_some_and_always_the_faults(who, seen):
    assert shown(who=who) == seen


def test_a_line_is_a_line():
    assert all("\n" not in line for line in text(LINES, View()))
