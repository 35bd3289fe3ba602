"""Who was called about what, and who is on call, as tables for a terminal. Pure."""

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from citybrain.api.client.paging import CalledAbout, OnCallRow
from citybrain.clock import Timestamp, iso, seconds_between


def called_table(rows: Sequence[CalledAbout], at: Timestamp) -> RenderableType:
    """One row an incident that somebody was called about."""
    if not rows:
        return Text("nobody is being called", style="dim")
    table = _table("incident", "kind", "severity", "called", "sent", "answer", "next")
    for row in rows:
        since = f"{', '.join(row.to)}, {_ago(row.since, at)}" if row.to else "nobody yet"
        answer = row.acknowledged_by or Text("not acknowledged", style="red")
        upcoming = "" if row.next_at is None else f"in {_span(seconds_between(at, row.next_at))}"
        _add(table, row.incident, row.kind, row.severity, since, _sent(row), answer, upcoming)
    return table


def on_call_table(rows: Sequence[OnCallRow], at: Timestamp) -> RenderableType:
    """One row a rota."""
    if not rows:
        return Text("this district has no rota", style="dim")
    table = _table("rota", "on call", "until (UTC)", "for")
    for row in rows:
        names = ", ".join(row.names) or "nobody"
        who = Text(f"gap: {names} stands in", style="yellow") if row.gap else names
        until = "" if row.until is None else iso(row.until)[:16].replace("T", " ")
        left = "" if row.until is None else _span(seconds_between(at, row.until))
        _add(table, row.rota, who, until, left)
    return table


def _sent(row: CalledAbout) -> str:
    """How many calls are in which state."""
    states = Counter(state for _, _, state in row.calls)
    return ", ".join(f"{number} {state}" for state, number in sorted(states.items()))


def _ago(since: Timestamp, at: Timestamp) -> str:
    return f"{_span(seconds_between(since, at))} ago"


def _span(seconds: float) -> str:
    minutes = max(0, round(seconds)) // 60
    if minutes < 1:
        return f"{max(0, round(seconds))} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def _table(first: str, *others: str) -> Table:
    """The first column is an id that other commands need whole: it is never cut or folded."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True, overflow="ignore")
    for name in others:
        table.add_column(name, overflow="fold")
    return table


def _add(table: Table, *cells: str | Text) -> None:
    table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in cells))
