"""The terminal of a chaos run: a line for each fault, and the summary as tables. Shows; computes nothing."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from citybrain.clock import SECOND_US, Timestamp
from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.net.port import Way
from citysim.chaos.outcome.told import DOUBLE, LOST, Outcome, Told
from citysim.demo.words import Words


def drawn(faults: Sequence[Fault], words: Words) -> str:
    """The whole list, a line each, so that a run is known before it begins."""
    return "\n".join(f"{fault.number:4d}  {_what(fault, words)}" for fault in faults)


def line(told: Told, count: int, at: Timestamp, words: Words) -> str:
    """What came of one fault."""
    head = (
        f"{_clock(at)} {told.fault.number:4d}/{count}  {_what(told.fault, words)}"
        if told.fault is not None
        else f"{_clock(at)}  {words('the_start')}"
    )
    if told.skipped:
        return f"{head}  {words('not_possible')}: {told.skipped}"
    recovery = told.recovery
    if recovery is None or recovery.took_s is None:
        over = f"{words('not_over')}: {'; '.join(recovery.lacks) if recovery else ''}"
    else:
        over = f"{words('over_after')} {recovery.took_s:.1f} s"
    laws = f"{words('checks')} {told.checked}, {words('broken')} {len(told.broken)}"
    return "\n".join(
        [f"{head}  {over}  {laws}", *(f"        - {sentence}" for sentence in told.broken)]
    )


def show(outcome: Outcome, words: Words, console: Console) -> None:
    """The whole summary."""
    console.rule(f"[bold]{words('summary')}")
    done = sum(row.done for row in outcome.rows())
    lost, double = outcome.broken_of(LOST), outcome.broken_of(DOUBLE)
    _say(
        console,
        words("faults"),
        f"{done} · {words('lost')} {lost} · {words('double')} {double} · {words('took')} {outcome.seconds:.0f} s · {outcome.net}",
    )
    for kind, reason in outcome.impossible.items():
        _say(console, words("not_possible"), f"{words(kind)}: {reason}")
    _say(
        console,
        words("records"),
        ", ".join(f"{words(name)} {count}" for name, count in outcome.records.items()),
    )
    _say(console, words("events"), _counts(outcome.account.events, words))
    _say(console, words("incidents"), _counts(outcome.account.incidents, words))
    _say(console, words("orders_by_stage"), _counts(outcome.account.orders, words))
    _say(
        console,
        words("plans_made"),
        f"{outcome.account.plans}, {words('issued')} {outcome.account.plans_issued}",
    )
    _say(console, words("helped"), str(len(outcome.account.cross_district_done)))
    _say(
        console,
        words("deaths"),
        _counts({name: n for name, n in outcome.deaths.items() if n}, words),
    )
    console.print(_kinds(outcome, words))
    console.print(_laws(outcome, words))
    if not outcome.missing:
        console.print(f"[bold green]{words('verdict_good')}")
        return
    console.print(f"[bold red]{words('verdict_bad')}")
    for sentence in outcome.missing:
        console.print(f"  - {sentence}", highlight=False, markup=False, soft_wrap=True)


def _what(fault: Fault, words: Words) -> str:
    parts = [f"{words(fault.kind)}: {fault.target}"]
    if fault.kind is FaultKind.CLOCK_STEP:
        parts.append(f"{fault.amount:+.1f} s")
    elif fault.kind is FaultKind.DELAY:
        parts.append(f"{fault.amount:.0f} ± {fault.jitter_ms:.0f} ms")
    elif fault.way is not Way.BOTH:
        parts.append(words(fault.way))
    if fault.hold_s:
        parts.append(f"{words('held')} {fault.hold_s:.1f} s")
    return "  ".join(parts)


def _kinds(outcome: Outcome, words: Words) -> Table:
    table = Table(title=words("faults"), title_justify="left", box=None, header_style="dim")
    for name in ("kind", "count", "skipped", "late", "median", "most"):
        table.add_column(words(name), justify="left" if name == "kind" else "right")
    for row in outcome.rows():
        late = f"[bold red]{row.not_over}[/]" if row.not_over else "0"
        table.add_row(
            words(row.kind),
            str(row.done),
            str(row.skipped),
            late,
            _seconds(row.p50_s),
            _seconds(row.most_s),
        )
    return table


def _laws(outcome: Outcome, words: Words) -> Table:
    table = Table(title=words("laws"), title_justify="left", box=None, header_style="dim")
    for name in ("law", "checked", "broken"):
        table.add_column(words(name))
    for report in outcome.laws:
        table.add_row(
            words(report.law),
            str(report.checked),
            f"[bold red]{len(report.broken)}[/]" if report.broken else f"[green]{words('kept')}[/]",
        )
    return table


def _say(console: Console, title: str, text: str) -> None:
    console.print(f"[bold]{title}[/bold]: {text or '-'}", highlight=False, soft_wrap=True)


def _counts(counts: dict[str, int], words: Words) -> str:
    return ", ".join(f"{words(name)} {count}" for name, count in counts.items())


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _clock(at: Timestamp) -> str:
    seconds = at // SECOND_US % 86_400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
