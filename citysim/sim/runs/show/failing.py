"""A failing seed on a terminal: which law, in one sentence; the command that replays it; the plan that is needed; the last lines before the break."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from citysim.demo.words import Words
from citysim.sim.runs.chunk import Failure
from citysim.sim.runs.regressions import entry
from citysim.sim.runs.shrink.search import Shrunk


def show_shrunk(shrunk: Shrunk, words: Words, console: Console, *, with_plan: bool) -> None:
    """What was found out about it."""
    if shrunk.breaks is None:
        _say(console, f"{words('nothing_breaks')} {shrunk.cut.command()}")
        return
    console.print()
    _say(
        console,
        f"{words('of_seed')} {shrunk.cut.seed} {words('broke')} {words(shrunk.breaks.law)} ({shrunk.breaks.law}): {shrunk.breaks.what}",
        style="bold red",
    )
    _say(console, f"  {words('replay')}  {shrunk.cut.command()}")
    if with_plan:
        console.print(_faults(shrunk, words))
        console.print(_happenings(shrunk, words))
        _say(console, f"  {words('for_the_list')}:")
        for line in entry(shrunk).splitlines():
            _say(console, f"    {line}")
        _say(
            console,
            f"  {words('tellings')}: {shrunk.tellings}{'' if shrunk.is_minimal else ' · ' + words('not_minimal')}",
        )
    else:
        _say(
            console,
            f"  {words('shrink')}  citybrain sim shrink --seed {shrunk.cut.seed} --law {shrunk.breaks.law}",
        )
    _say(console, f"  {words('last_lines')}:")
    for line in shrunk.lines:
        _say(console, f"    {line}")


def show_failure(failure: Failure, words: Words, console: Console) -> None:
    """One that nobody has looked into."""
    for found in failure.broken:
        _say(
            console,
            f"{words('of_seed')} {failure.cut.seed} {words('broke')} {words(found.law)} ({found.law}): {found.what}",
        )
    _say(console, f"  {words('replay')}  {failure.cut.command()}")


def _faults(shrunk: Shrunk, words: Words) -> Table:
    rows = [
        (str(f.number), f"{f.at_s:g}", f.kind, f.target, f"{f.lasts_s:g}", f"{f.amount:g}")
        for f in shrunk.faults
    ]
    return _table(
        words("needed_faults"),
        ("number", "at_s", "kind", "target", "lasts_s", "amount"),
        rows,
        words,
    )


def _happenings(shrunk: Shrunk, words: Words) -> Table:
    rows = [
        (str(h.number), f"{h.at_s:g}", str(h.agent), f"{h.lasts_s:g}") for h in shrunk.happenings
    ]
    return _table(words("needed_happenings"), ("number", "at_s", "where", "lasts_s"), rows, words)


def _table(
    title: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]], words: Words
) -> Table:
    table = Table(
        title=f"  {title}: {len(rows) or words('none_needed')}",
        title_justify="left",
        box=None,
        header_style="dim",
        show_header=bool(rows),
    )
    for column in columns:
        table.add_column(words(column))
    for row in rows:
        table.add_row(*row)
    return table


def _say(console: Console, text: str, *, style: str | None = None) -> None:
    console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)
