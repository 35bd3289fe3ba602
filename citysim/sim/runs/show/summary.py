"""What a run came to, as tables on a terminal. Shows; computes nothing."""

from rich.console import Console
from rich.table import Table

from citysim.demo.words import Words
from citysim.sim.runs.run import Ran
from citysim.sim.runs.show.progress import clock_text
from citysim.sim.runs.totals import COUNTED, Totals

FAULT_COLUMNS = 3  # pairs side by side


def show(ran: Ran, words: Words, console: Console, *, took_s: float, workers: int) -> None:
    """The whole summary."""
    totals = ran.totals
    console.rule(f"[bold]{words('came_to')}")
    _line(
        console,
        words("seeds"),
        f"{totals.seeds} · {words('took')} {clock_text(took_s)} · {totals.seeds / max(took_s, 1e-3):.1f} {words('per_s')} × {workers}",
    )
    _line(
        console,
        words("simulated_h"),
        f"{totals.simulated_s / 3600:.1f} · {totals.times_real:.0f} {words('times_real_core')}",
    )
    console.print(_counts(totals, words))
    console.print(_faults(totals, words))
    _line(
        console,
        words("slowest_calm"),
        f"{totals.slowest_calm_s:g} s ({words('of_seed')} {totals.slowest_seed})",
    )
    _line(console, words("fingerprint"), f"{totals.fingerprint:016x}")
    console.print(_laws(totals, words))
    if totals.broken_seeds:
        console.print(f"[bold red]{totals.broken_seeds} {words('not_kept')}")
    else:
        console.print(f"[bold green]{words('all_kept')}")


def _line(console: Console, title: str, text: str) -> None:
    console.print(f"[bold]{title}[/bold]: {text}", highlight=False, soft_wrap=True)


def _counts(totals: Totals, words: Words) -> Table:
    table = Table(box=None, show_header=False)
    for name in COUNTED:
        table.add_row(words(name), f"{totals.counts[name]:,}")
    return table


def _faults(totals: Totals, words: Words) -> Table:
    """By kind, the commonest first, several beside each other."""
    table = Table(
        title=f"{words('faults')}: {totals.faults.total():,}",
        title_justify="left",
        box=None,
        show_header=False,
    )
    cells = [
        (kind, f"{count:,}")
        for kind, count in sorted(totals.faults.items(), key=lambda item: (-item[1], item[0]))
    ]
    rows = -(-len(cells) // FAULT_COLUMNS)
    for i in range(rows):
        table.add_row(*(text for kind, count in cells[i::rows] for text in (kind, count)))
    return table


def _laws(totals: Totals, words: Words) -> Table:
    table = Table(title=words("laws"), title_justify="left", box=None, header_style="dim")
    for column, justify in (
        (words("law"), "left"),
        (words("checked"), "right"),
        (words("broken"), "left"),
    ):
        table.add_column(column, justify="right" if justify == "right" else "left")
    for law in dict.fromkeys((*totals.checked, *totals.broken)):
        broken = totals.broken[law]
        table.add_row(
            words(law),
            f"{totals.checked[law]:,}",
            f"[bold red]{broken}[/]" if broken else f"[green]{words('kept')}[/]",
        )
    return table
