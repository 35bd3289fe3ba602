"""A failing seed on a terminal: the law, the command that replays it, what is needed to break it,
and the last lines of the trace before the violation.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from citysim.demo.messages import Translator
from citysim.sim.oracle.verdict import Violation
from citysim.sim.runs.chunk import Failure
from citysim.sim.runs.regressions import format_entry
from citysim.sim.runs.report.printing import print_plain
from citysim.sim.runs.shrink.shrinker import ShrinkResult


def print_shrunk(
    shrunk: ShrinkResult, translate: Translator, console: Console, *, with_schedule: bool
) -> None:
    """`with_schedule`: also what is needed, and the entry for the list of regressions."""
    violation, spec = shrunk.violation, shrunk.spec
    if violation is None:
        print_plain(console, f"{translate('nothing_broken')} {spec.command()}")
        return
    console.print()
    print_plain(console, _sentence(spec.seed, violation, translate), style="bold red")
    print_plain(console, f"  {translate('replay')}  {spec.command()}")
    if with_schedule:
        console.print(_faults(shrunk, translate))
        console.print(_street_events(shrunk, translate))
        print_plain(console, f"  {translate('for_the_list')}:")
        for line in format_entry(shrunk).splitlines():
            print_plain(console, f"    {line}")
        limit = "" if shrunk.is_minimal else f" · {translate('not_minimal')}"
        print_plain(console, f"  {translate('scenario_runs')}: {shrunk.scenario_runs}{limit}")
    else:
        command = f"citybrain sim shrink --seed {spec.seed} --law {violation.law}"
        print_plain(console, f"  {translate('shrink')}  {command}")
    print_plain(console, f"  {translate('last_lines')}:")
    for line in shrunk.lines:
        print_plain(console, f"    {line}")


def print_failure(failure: Failure, translate: Translator, console: Console) -> None:
    """One that was not investigated."""
    for violation in failure.violations:
        print_plain(console, _sentence(failure.spec.seed, violation, translate))
    print_plain(console, f"  {translate('replay')}  {failure.spec.command()}")


def _sentence(seed: int, violation: Violation, translate: Translator) -> str:
    law = f"{translate(violation.law)} ({violation.law})"
    return f"{translate('of_seed')} {seed} {translate('broke')} {law}: {violation.what}"


def _faults(shrunk: ShrinkResult, translate: Translator) -> Table:
    rows = [
        (str(f.number), f"{f.at_s:g}", f.kind, f.target, f"{f.duration_s:g}", f"{f.magnitude:g}")
        for f in shrunk.faults
    ]
    return _table(
        translate("needed_faults"),
        ("number", "at_s", "kind", "target", "duration_s", "magnitude"),
        rows,
        translate,
    )


def _street_events(shrunk: ShrinkResult, translate: Translator) -> Table:
    rows = [
        (str(e.number), f"{e.at_s:g}", str(e.agent), f"{e.duration_s:g}")
        for e in shrunk.street_events
    ]
    columns = ("number", "at_s", "where", "duration_s")
    return _table(translate("needed_street_events"), columns, rows, translate)


def _table(
    title: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]], translate: Translator
) -> Table:
    table = Table(
        title=f"  {title}: {len(rows) or translate('none_needed')}",
        title_justify="left",
        box=None,
        header_style="dim",
        show_header=bool(rows),
    )
    for column in columns:
        table.add_column(translate(column))
    for row in rows:
        table.add_row(*row)
    return table
