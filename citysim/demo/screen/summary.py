"""The summary at the end, on the terminal and as JSON. Shows an outcome; computes none."""

import json
import math
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from citysim.demo.outcome.verdict import Outcome
from citysim.demo.screen.table import shown, verdict_on
from citysim.demo.words import Words


def show(outcome: Outcome, words: Words, console: Console) -> None:
    """Print the whole summary."""
    account = outcome.account
    console.rule(f"[bold]{words('summary')}")
    for name, tally in outcome.frames.items():
        fates = (
            ("used", tally.used),
            ("gated", tally.gated),
            ("dropped", tally.dropped),
            ("in_hand", tally.in_hand),
            ("unaccounted", tally.unaccounted),
        )
        parts = f"{words('captured')} {tally.captured} = " + " + ".join(
            f"{words(fate)} {n}" for fate, n in fates if n or fate != "in_hand"
        )
        console.print(f"{words('frames_seen')}: {name}: {parts}", highlight=False, soft_wrap=True)
    _line(console, words("events"), _counts(account.events, words))
    _line(console, words("incidents"), _counts(account.incidents, words))
    _line(console, words("orders_by_stage"), _counts(account.orders, words))
    _line(
        console, words("plans_made"), f"{account.plans}, {words('issued')} {account.plans_issued}"
    )
    _line(console, words("helped"), ", ".join(account.cross_district_done))
    _line(console, words("whole_way"), ", ".join(account.whole_way))
    _line(console, words("simulated"), _counts(dict(outcome.simulated), words))
    if any(outcome.deaths.values()):
        _line(
            console,
            words("deaths"),
            _counts({name: n for name, n in outcome.deaths.items() if n}, words),
        )
    console.print(_latency(outcome, words))
    console.print(_laws(outcome, words))
    if not outcome.missing:
        console.print(f"[bold green]{words('verdict_good')}")
        return
    console.print(f"[bold red]{words('verdict_bad')}")
    for sentence in outcome.missing:
        console.print(f"  - {sentence}", highlight=False, markup=False, soft_wrap=True)


def as_json(outcome: Outcome) -> str:
    """The same, for machines. A percentile of nothing is null."""
    document: dict[str, Any] = {
        "seconds": round(outcome.seconds, 1),
        "exit_code": outcome.exit_code,
        "missing": list(outcome.missing),
        **asdict(outcome.account),
        "frames": {
            name: {**asdict(tally), "unaccounted": tally.unaccounted}
            for name, tally in outcome.frames.items()
        },
        "latency_ms": {
            hop.name: {"count": hop.count, "p50": _number(hop.p50_ms), "p95": _number(hop.p95_ms)}
            for hop in outcome.hops
        },
        "laws": {
            r.law: {"checked": r.checked, "unjudged": r.unjudged, "broken": list(r.broken)}
            for r in shown(outcome.laws)
        },
        "deaths": dict(outcome.deaths),
        "simulated": dict(outcome.simulated),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _number(ms: float) -> float | None:
    return None if math.isnan(ms) else round(ms, 1)


def _line(console: Console, title: str, text: str) -> None:
    console.print(f"[bold]{title}[/bold]: {text or '-'}", highlight=False, soft_wrap=True)


def _counts(counts: dict[str, int], words: Words) -> str:
    """Names of two words, as "crew accept", are said word by word."""
    return ", ".join(
        f"{' '.join(words(part) for part in name.split())} {count}"
        for name, count in counts.items()
    )


def _latency(outcome: Outcome, words: Words) -> Table:
    table = Table(title=words("latency"), title_justify="left", box=None, header_style="dim")
    for column in (words("hop"), "n", "p50 ms", "p95 ms"):
        table.add_column(column, justify="left" if column == words("hop") else "right")
    for hop in outcome.hops:
        table.add_row(
            words(hop.name),
            str(hop.count),
            *("-" if math.isnan(ms) else f"{ms:.0f}" for ms in (hop.p50_ms, hop.p95_ms)),
        )
    return table


def _laws(outcome: Outcome, words: Words) -> Table:
    table = Table(title=words("laws"), title_justify="left", box=None, header_style="dim")
    for column in (words("law"), words("checked"), words("unjudged"), words("broken")):
        table.add_column(column)
    for report in shown(outcome.laws):
        table.add_row(
            words(report.law), str(report.checked), str(report.unjudged), verdict_on(report, words)
        )
    return table
