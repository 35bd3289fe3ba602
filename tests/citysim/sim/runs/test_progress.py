"""Progress on standard error: a bar on a terminal, a line from time to time elsewhere."""

import io

import pytest
from rich.console import Console

from citysim.demo.messages import Translator
from citysim.sim.runs.report.messages import MESSAGES
from citysim.sim.runs.report.progress import LINE_EVERY_S, clock_text, progress_meter

EN = Translator("en", MESSAGES)


class SetClock:
    """A clock that the test sets."""

    def __init__(self):
        self.us = 0

    def instant(self):
        return self.us

    def now(self):
        return self.us

    def not_before(self, at):
        """Not used."""


def lines_of(steps):
    """What is printed for (seconds, seeds done)."""
    clock, out = SetClock(), io.StringIO()
    with progress_meter(100, EN, Console(file=out, width=200), clock) as meter:
        for at_s, done in steps:
            clock.us = round(at_s * 1e6)
            meter.update(done, simulated_s=done * 100.0, broken=done // 50)
    return out.getvalue().splitlines()


def test_a_line_has_count_speed_time_left_and_broken_seeds():
    assert lines_of([(10.0, 50)]) == [
        "50/100 seeds · 5.0 seeds/s · 500 × real time · broken 1 · left 0:10"
    ]


def test_lines_come_from_time_to_time_and_at_the_end():
    lines = lines_of([(LINE_EVERY_S * i / 4, i) for i in range(20)] + [(30.0, 100)])
    assert [line.split("/")[0] for line in lines] == ["0", "4", "8", "12", "16", "100"]


def test_on_a_terminal_it_is_one_bar_that_goes_away():
    out = io.StringIO()
    with progress_meter(
        100, EN, Console(file=out, width=200, force_terminal=True), SetClock()
    ) as meter:
        meter.update(30, simulated_s=3000.0, broken=0)
    assert "\x1b" in out.getvalue()
    assert out.getvalue().count("\n") <= 2


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (7.2, "0:07"), (75, "1:15"), (3723, "1:02:03")]
)
def test_durations_are_formatted_as_clock_time(seconds, text):
    assert clock_text(seconds) == text
