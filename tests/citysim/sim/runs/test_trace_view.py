"""Which lines of a trace are shown."""

import pytest

from citysim.sim.runs.report.trace_view import TraceView, text
from citysim.sim.trace import TraceLine

LINES = (
    TraceLine(0.0, "city", "starts"),
    TraceLine(1.0, "district/north", "starts"),
    TraceLine(2.0, "district/northeast", "starts"),
    TraceLine(3.0, "fault", "1 killed", "city"),
    TraceLine(4.0, "agent/box", "starts", "two\nlines"),
)


def shown(**view):
    return [line.split()[1] for line in text(LINES, TraceView(**view))]


def test_all_lines_are_shown_by_default():
    assert shown() == ["city", "district/north", "district/northeast", "fault", "agent/box"]


def test_lines_are_shown_from_a_time_on():
    assert shown(from_s=2.0) == ["district/northeast", "fault", "agent/box"]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (("district/north",), ["district/north", "fault"]),
        (("district",), ["district/north", "district/northeast", "fault"]),
        (("city", "agent"), ["city", "fault", "agent/box"]),
    ],
)
def test_lines_of_some_parts_are_shown_and_always_the_faults(who, expected):
    assert shown(who=who) == expected


def test_every_line_is_one_line():
    assert all("\n" not in line for line in text(LINES, TraceView()))
