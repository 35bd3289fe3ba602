"""How far a run is, said on standard error: a bar on a terminal, a line from time to time elsewhere."""

import io

import pytest
from rich.console import Console

from citysim.demo.words import Words
from citysim.sim.runs.show.progress import LINE_EVERY_S, clock_text, meter
from citysim.sim.runs.show.words import WORDS

EN = Words("en", WORDS)


class Hands:
    """A clock that is turned by hand."""

    def __init__(self):
        self.us = 0

    def instant(self):
        return self.us

    def now(self):
        return self.us

    def not_before(self, at):
        """Never asked."""


def lines_of(steps):
    """What is printed when so many are done after so many seconds."""
    clock, out = Hands(), io.StringIO()
    with meter(100, EN, Console(file=out, width=200), clock) as gauge:
        for at_s, done in steps:
            clock.us = round(at_s * 1e6)
            gauge.shown(done, simulated_s=done * 100.0, broken=done // 50)
    return out.getvalue().splitlines()


def test_a_line_says_how_many_how_fast_how_much_is_left_and_how_many_are_broken():
    assert lines_of([(10.0, 50)]) == [
        "50/100 seeds · 5.0 seeds/s · 500 × real time · broken 1 · left 0:10"
    ]


def test_lines_come_from_time_to_time_and_at_the_end():
    shown = lines_of([(LINE_EVERY_S * i / 4, i) for i in range(20)] + [(30.0, 100)])
    assert [line.split("/")[0] for line in shown] == ["0", "4", "8", "12", "16", "100"]


def test_on_a_terminal_it_is_one_bar_that_goes_away():
    out = io.StringIO()
    with meter(100, EN, Console(file=out, width=200, force_terminal=True), Hands()) as gauge:
        gauge.shown(30, simulated_s=3000.0, broken=0)
    assert "\x1b" in out.getvalue()
    assert out.getvalue().count("\n") <= 2


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (7.2, "0:07"), (75, "1:15"), (3723, "1:02:03")]
)
def test_durations_read_as_a_clock_does(seconds, text):
    assert clock_text(seconds) == text
