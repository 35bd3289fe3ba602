"""The terminal of a chaos run: one line per fault, and the summary as tables. Computes nothing."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from citybrain.clock import SECOND_US, Timestamp
from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.net.port import Direction
from citysim.chaos.outcome.run_outcome import (
    DUPLICATION_LAWS,
    LOSS_LAWS,
    ChaosOutcome,
    FaultOutcome,
)
from citysim.demo.messages import Translator
from citysim.demo.screen.table import law_verdict, laws_of_processes


def schedule_lines(faults: Sequence[Fault], translate: Translator) -> str:
    """All faults of a run, one line each."""
    return "\n".join(f"{fault.number:4d}  {_describe(fault, translate)}" for fault in faults)


def outcome_lines(one: FaultOutcome, count: int, at: Timestamp, translate: Translator) -> str:
    """The outcome of one fault: a line, and one more for each violation."""
    if one.fault is None:
        head = f"{_clock(at)}  {translate('the_start')}"
    else:
        head = f"{_clock(at)} {one.fault.number:4d}/{count}  {_describe(one.fault, translate)}"
    if one.skipped:
        return f"{head}  {translate('not_possible')}: {one.skipped}"
    recovery = one.recovery
    if recovery is None or recovery.took_s is None:
        problems = "; ".join(recovery.problems) if recovery is not None else ""
        recovered = f"{translate('not_recovered')}: {problems}"
    else:
        recovered = f"{translate('recovered_after')} {recovery.took_s:.1f} s"
    laws = f"{translate('checks')} {one.checked}, {translate('violations')} {len(one.violations)}"
    return "\n".join(
        [
            f"{head}  {recovered}  {laws}",
            *(f"        - {sentence}" for sentence in one.violations),
        ]
    )


def show_summary(outcome: ChaosOutcome, translate: Translator, console: Console) -> None:
    console.rule(f"[bold]{translate('summary')}")
    for title, text in _facts(outcome, translate):
        console.print(
            f"[bold]{translate(title)}[/bold]: {text or '-'}", highlight=False, soft_wrap=True
        )
    console.print(_kinds(outcome, translate))
    console.print(_laws(outcome, translate))
    if not outcome.failures:
        console.print(f"[bold green]{translate('verdict_good')}")
        return
    console.print(f"[bold red]{translate('verdict_bad')}")
    for sentence in outcome.failures:
        console.print(f"  - {sentence}", highlight=False, markup=False, soft_wrap=True)


def _facts(outcome: ChaosOutcome, translate: Translator) -> list[tuple[str, str]]:
    """The summary's lines: title, text."""
    statistics = outcome.statistics
    done = sum(row.done for row in outcome.by_kind())
    lost = outcome.violations_of(LOSS_LAWS)
    duplicated = outcome.violations_of(DUPLICATION_LAWS)
    parts = (
        str(done),
        f"{translate('lost')} {lost}",
        f"{translate('duplicated')} {duplicated}",
        f"{translate('took')} {outcome.seconds:.0f} s",
        outcome.net,
    )
    plans = f"{statistics.plans}, {translate('issued')} {statistics.plans_issued}"
    died = {name: times for name, times in outcome.deaths.items() if times}
    return [
        ("faults", " · ".join(parts)),
        *(
            ("not_possible", f"{translate(kind)}: {reason}")
            for kind, reason in outcome.impossible.items()
        ),
        ("records", _counts(outcome.records, translate)),
        ("events", _counts(statistics.events, translate)),
        ("incidents", _counts(statistics.incidents, translate)),
        ("orders_by_stage", _counts(statistics.orders, translate)),
        ("plans_made", plans),
        ("cross_district", str(len(statistics.cross_district_completed))),
        ("deaths", _counts(died, translate)),
    ]


def _describe(fault: Fault, translate: Translator) -> str:
    parts = [f"{translate(fault.kind)}: {fault.target}"]
    if fault.kind is FaultKind.CLOCK_STEP:
        parts.append(f"{fault.amount:+.1f} s")
    elif fault.kind is FaultKind.DELAY:
        parts.append(f"{fault.amount:.0f} ± {fault.jitter_ms:.0f} ms")
    elif fault.direction is not Direction.BOTH:
        parts.append(translate(fault.direction))
    if fault.hold_s:
        parts.append(f"{translate('held')} {fault.hold_s:.1f} s")
    return "  ".join(parts)


def _kinds(outcome: ChaosOutcome, translate: Translator) -> Table:
    table = Table(title=translate("faults"), title_justify="left", box=None, header_style="dim")
    for name in ("kind", "count", "skipped", "late", "median", "max"):
        table.add_column(translate(name), justify="left" if name == "kind" else "right")
    for row in outcome.by_kind():
        late = f"[bold red]{row.not_recovered}[/]" if row.not_recovered else "0"
        table.add_row(
            translate(row.kind),
            str(row.done),
            str(row.skipped),
            late,
            _seconds(row.p50_s),
            _seconds(row.max_s),
        )
    return table


def _laws(outcome: ChaosOutcome, translate: Translator) -> Table:
    table = Table(title=translate("laws"), title_justify="left", box=None, header_style="dim")
    for name in ("law", "checked", "violations"):
        table.add_column(translate(name))
    for report in laws_of_processes(outcome.laws):
        verdict = law_verdict(report, translate)
        table.add_row(translate(report.law), str(report.checked), verdict)
    return table


def _counts(counts: Mapping[str, int], translate: Translator) -> str:
    return ", ".join(f"{translate(name)} {count}" for name, count in counts.items())


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _clock(at: Timestamp) -> str:
    seconds = at // SECOND_US % 86_400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
