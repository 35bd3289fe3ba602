"""The day in the terminal: a line for every case, what befell, totals, the laws. Computes nothing
else.
"""

from collections import Counter
from statistics import median

from rich.console import Console
from rich.table import Table

from citysim.demo.screen.table import laws_of_processes
from district_day.play import Played, why


def show(played: Played, console: Console) -> None:
    console.print(_cases(played))
    console.print(_stories(played))
    console.print(_happenings(played))
    for line in totals(played):
        console.print(line, highlight=False, soft_wrap=True)
    console.print(_laws(played))
    held = sum(row.is_held for row in played.rows)
    console.print(f"{held} of {len(played.rows)} cases ended as they should", highlight=False)
    for text in played.failures:
        console.print(f"  - {text}", highlight=False, markup=False, soft_wrap=True)


def totals(played: Played) -> list[str]:
    """The day in numbers, a line each."""
    held = Counter(row.kind for row in played.rows if row.is_held)
    kinds = Counter(row.kind for row in played.rows)
    words = ", ".join(f"{kind} {held[kind]}/{count}" for kind, count in sorted(kinds.items()))
    lines = [f"took {played.seconds:.0f} s", f"kinds: {words}"]
    if played.desk is not None:
        seconds = sorted(one.seconds for one in played.desk.answers)
        if seconds:
            slowest = max(played.desk.answers, key=lambda one: one.seconds)
            lines.append(
                f"commands: {len(seconds)}, median {median(seconds):.1f} s, slowest"
                f" {slowest.seconds:.1f} s ({' '.join(slowest.words[:2])})"
            )
        lines.append(f"the live list was lost and found again {played.desk.lost} times")
    orders = ", ".join(f"{unit} {count}" for unit, count in sorted(played.orders.items()))
    records = ", ".join(f"{name} {count:,}" for name, count in sorted(played.records.items()))
    return [*lines, f"orders of own units: {orders}", f"records: {records}"]


def _cases(played: Played) -> Table:
    table = _table("no", "case", "kind", "what was to happen", "how it ended", "held")
    for row in played.rows:
        how = row.ended_as or "-"
        if not row.is_held:
            how = f"{how} ({why(row)})"
        table.add_row(str(row.number), row.label, row.kind, row.story, how, _held(row.is_held))
    return table


def _stories(played: Played) -> Table:
    table = _table("what was to happen", "cases", "held")
    cases = Counter(row.story for row in played.rows)
    held = Counter(row.story for row in played.rows if row.is_held)
    for story, count in cases.most_common():
        table.add_row(story, str(count), str(held[story]))
    return table


def _happenings(played: Played) -> Table:
    table = _table("what befell", "how it went", "held")
    for one in played.happenings:
        table.add_row(one.words, one.problem or one.detail, _held(not one.problem))
    return table


def _laws(played: Played) -> Table:
    table = _table("law", "checked", "held")
    for law in laws_of_processes(played.laws):
        table.add_row(law.law, f"{law.checked:,}", _held(law.holds))
    return table


def _held(is_held: bool) -> str:
    return "held" if is_held else "BROKEN"


def _table(*names: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", title_justify="left")
    for name in names:
        table.add_column(name, overflow="fold")
    return table
