"""`citybrain sim shrink`: the smallest story of a seed that still breaks the same law."""

from rich.console import Console

from citybrain.clock import SystemClock
from citysim.demo.words import Words
from citysim.sim.commands.terms import check_numbers
from citysim.sim.runs.cut import Cut
from citysim.sim.runs.run import within
from citysim.sim.runs.show.failing import show_shrunk
from citysim.sim.runs.shrink.search import Search
from citysim.sim.runs.teller import PRODUCTION, Teller


def shrink_seed(
    cut: Cut, words: Words, *, law: str, within_s: float, teller: Teller = PRODUCTION
) -> int:
    """The exit code: 1 when the law is broken, 0 when there is nothing to shrink."""
    check_numbers(teller, cut)
    err = Console(stderr=True)
    search = Search(
        teller,
        law,
        may_go_on=within(within_s, SystemClock()),
        say=lambda text: err.print(f"• {text}", highlight=False, markup=False, soft_wrap=True),
    )
    shrunk = search.shrink(cut)
    show_shrunk(shrunk, words, Console(), with_plan=True)
    return 0 if shrunk.breaks is None else 1
