"""`citybrain sim regress`: every seed that once found something, told again."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from citybrain.clock import SystemClock
from citysim.demo.words import Words
from citysim.sim.runs import regressions
from citysim.sim.runs.regressions import Again, ToldAgain, tell_again
from citysim.sim.runs.run import Spread
from citysim.sim.runs.show.progress import meter
from citysim.sim.runs.teller import PRODUCTION, Teller


def regress(path: Path, words: Words, *, spread: Spread, teller: Teller = PRODUCTION) -> int:
    """The exit code: 0, or 1 when a law was broken again."""
    out, listed = Console(), regressions.read(path)
    with meter(len(listed), words, Console(stderr=True), SystemClock()) as gauge:
        told = tell_all(
            listed,
            teller,
            spread,
            lambda done, broken: gauge.shown(done, simulated_s=0.0, broken=broken),
        )
    for one in sorted(told, key=lambda one: listed.index(one.regression)):
        _show(one, words, out)
    broken = sum(not one.verdict.kept for one in told)
    out.print(
        f"{words('regressions')}: {len(told)} · {words('broken')} {broken}",
        style="bold red" if broken else "bold green",
        highlight=False,
    )
    return 1 if broken else 0


def tell_all(
    listed: tuple[regressions.Regression, ...],
    teller: Teller,
    spread: Spread,
    on_told: Callable[[int, int], None] = lambda _, __: None,
) -> list[ToldAgain]:
    """In any order."""
    told: list[ToldAgain] = []
    for one in spread(
        tell_again, (Again(teller=teller, regression=regression) for regression in listed)
    ):
        told.append(one)
        on_told(len(told), sum(not other.verdict.kept for other in told))
    return told


def _show(one: ToldAgain, words: Words, out: Console) -> None:
    regression = one.regression
    state = words("again_broken") if one.verdict.broken else words("still_kept")
    style = "red" if one.verdict.broken else None
    out.print(
        f"{state}  {words('of_seed')} {regression.cut.seed}  {words(regression.law)}: {regression.found}",
        style=style,
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    for found in one.verdict.broken:
        out.print(f"    {found.law}: {found.what}", highlight=False, markup=False, soft_wrap=True)
        out.print(
            f"    {words('replay')}  {regression.cut.command()}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
