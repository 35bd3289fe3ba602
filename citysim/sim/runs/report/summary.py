"""The result of a batch, as tables on a terminal."""

from rich.console import Console
from rich.table import Table

from citysim.demo.messages import Translator
from citysim.sim.runs.batch import BatchResult
from citysim.sim.runs.report.progress import clock_text
from citysim.sim.runs.totals import COUNTED, Totals

FAULT_COLUMNS = 3  # pairs side by side


def print_summary(
    result: BatchResult, translate: Translator, console: Console, *, took_s: float, workers: int
) -> None:
    totals = result.totals
    console.rule(f"[bold]{translate('summary')}")
    took = f"{translate('took')} {clock_text(took_s)}"
    speed = f"{totals.seeds / max(took_s, 1e-3):.1f} {translate('per_s')} × {workers}"
    _line(console, translate("seeds"), f"{totals.seeds} · {took} · {speed}")
    per_core = f"{totals.times_real:.0f} {translate('times_real_core')}"
    _line(console, translate("simulated_h"), f"{totals.simulated_s / 3600:.1f} · {per_core}")
    console.print(_counts(totals, translate))
    console.print(_faults(totals, translate))
    slowest = f"({translate('of_seed')} {totals.slowest_seed})"
    _line(console, translate("slowest_recovery"), f"{totals.slowest_recovery_s:g} s {slowest}")
    _line(console, translate("fingerprint"), f"{totals.fingerprint:016x}")
    console.print(_laws(totals, translate))
    if totals.broken_seeds:
        console.print(f"[bold red]{totals.broken_seeds} {translate('not_kept')}")
    else:
        console.print(f"[bold green]{translate('all_kept')}")


def _line(console: Console, title: str, text: str) -> None:
    console.print(f"[bold]{title}[/bold]: {text}", highlight=False, soft_wrap=True)


def _counts(totals: Totals, translate: Translator) -> Table:
    table = Table(box=None, show_header=False)
    for name in COUNTED:
        table.add_row(translate(name), f"{totals.counts[name]:,}")
    return table


def _faults(totals: Totals, translate: Translator) -> Table:
    """By kind, the most frequent first, several side by side."""
    table = Table(
        title=f"{translate('faults')}: {totals.faults.total():,}",
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


def _laws(totals: Totals, translate: Translator) -> Table:
    table = Table(title=translate("laws"), title_justify="left", box=None, header_style="dim")
    table.add_column(translate("law"))
    table.add_column(translate("checked"), justify="right")
    table.add_column(translate("broken"))
    for law in dict.fromkeys((*totals.checked, *totals.broken)):
        broken = totals.broken[law]
        table.add_row(
            translate(law),
            f"{totals.checked[law]:,}",
            f"[bold red]{broken}[/]" if broken else f"[green]{translate('kept')}[/]",
        )
    return table
