"""What a search shows: lines of progress, a table, the verdict with its exit code, JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from citybrain.structs import to_builtins
from citysim.demo.messages import Translator
from citysim.explore.jobs import RunState, SearchJob, SearchOutcome

COUNTS = ("states", "transitions", "interleavings", "violations", "depth")


def print_verdict(
    outcomes: Sequence[SearchOutcome],
    translate: Translator,
    console: Console,
    *,
    jobs: int,
    required: int,
) -> int:
    """The last lines; returns the exit code. `required`: so many interleavings must have been
    explored."""
    for outcome in outcomes:
        if outcome.stats.counterexample is not None:
            _print_counterexample(outcome, translate, console)
            return 1
    if len(outcomes) < jobs or not all(outcome.stats.is_complete for outcome in outcomes):
        console.print(translate("incomplete"), style="yellow", highlight=False)
        return 1
    if _interleavings(outcomes) < required:
        console.print(translate("too_few"), style="yellow", highlight=False)
        return 1
    console.print(translate("holds"), highlight=False)
    return 0


def _print_counterexample(outcome: SearchOutcome, translate: Translator, console: Console) -> None:
    found = outcome.stats.counterexample
    assert found is not None
    title = f"\n{translate('violation')} ({outcome.job.world}): {found.violation}"
    console.print(title, style="bold red", highlight=False, soft_wrap=True)
    console.print(translate("counterexample"), highlight=False)
    for line in outcome.steps:
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def print_table(
    outcomes: Sequence[SearchOutcome], translate: Translator, console: Console, *, seconds: float
) -> None:
    """A line for each search, their sums, and what was checked besides."""
    title = f"{translate('title')} · {seconds:.0f} {translate('seconds')}"
    table = Table(title=title, title_justify="left")
    for name in ("world", "network"):
        table.add_column(translate(name), no_wrap=True)
    for name in COUNTS:
        table.add_column(translate(name), justify="right", no_wrap=True)
    for outcome in outcomes:
        table.add_row(*_row(outcome, translate))
    table.add_section()
    all_stats = [outcome.stats for outcome in outcomes]
    table.add_row(
        translate("all"),
        "",
        f"{sum(stats.states for stats in all_stats):,}",
        f"{sum(stats.transitions for stats in all_stats):,}",
        scientific(_interleavings(outcomes)),
        str(sum(stats.counterexample is not None for stats in all_stats)),
        str(max((stats.depth for stats in all_stats), default=0)),
    )
    console.print(table)
    decisions = sum(stats.decisions for stats in all_stats)
    recoveries = sum(stats.recoveries for stats in all_stats)
    slowest_s = max((stats.slowest_recovery_s for stats in all_stats), default=0.0)
    console.print(
        f"{translate('decisions')}: {decisions:,} · {translate('recoveries')}: {recoveries:,}"
        f" ({translate('slowest')} {slowest_s:g})",
        highlight=False,
    )
    runs = sum(outcome.conforming_runs for outcome in outcomes)
    records = sum(outcome.records for outcome in outcomes)
    console.print(
        f"{translate('conforming_runs')}: {runs:,} ({records:,} {translate('records')})",
        highlight=False,
    )


def progress_line(run: RunState, translate: Translator, seconds: float) -> str:
    searches = [
        f"{run.jobs[index].world}/{_network(run.jobs[index])}"
        f" {stats.states:,} {translate('states')}, {translate('depth')} {stats.depth}"
        for index, stats in sorted(run.stats.items())
        if index not in run.outcomes
    ]
    done = f"{len(run.outcomes)}/{len(run.jobs)}"
    return f"{seconds:5.0f} {translate('seconds')}  {done}  " + " · ".join(searches)


def json_report(outcomes: Sequence[SearchOutcome], seconds: float) -> str:
    searches = [_json_search(outcome) for outcome in outcomes]
    return json.dumps({"seconds": round(seconds, 1), "searches": searches}, indent=1) + "\n"


def scientific(number: int) -> str:
    """A count that may be too large for a float: 1.49e17."""
    digits = str(number)
    return f"{number:,}" if len(digits) < 8 else f"{digits[0]}.{digits[1:3]}e{len(digits) - 1}"


def _interleavings(outcomes: Sequence[SearchOutcome]) -> int:
    return sum(o.stats.interleavings for o in outcomes if o.job.is_counted)


def _network(job: SearchJob) -> str:
    return "unordered" if job.is_unordered else "descending" if job.is_descending else "ordered"


def _row(outcome: SearchOutcome, translate: Translator) -> list[str]:
    """Interleavings in brackets are no runs of production's own network, or are another search's
    under other names: they are not in the sum."""
    stats, job = outcome.stats, outcome.job
    number = scientific(stats.interleavings)
    return [
        job.world + ("" if stats.is_complete else " …"),
        translate(_network(job)),
        f"{stats.states:,}",
        f"{stats.transitions:,}",
        number if job.is_counted else f"({number})",
        str(int(stats.counterexample is not None)),
        str(stats.depth),
    ]


def _json_search(outcome: SearchOutcome) -> dict[str, object]:
    stats, job = outcome.stats, outcome.job
    counts: dict[str, object] = asdict(stats)
    del counts["counterexample"]
    return counts | {
        "interleavings": str(stats.interleavings),  # may be too large for a JSON number
        "world": job.world,
        "network": _network(job),
        "budget": to_builtins(job.budget),
        "crew_steps": job.crew_steps,
        "from_first_event": job.from_first_event,
        "violation": stats.counterexample.violation if stats.counterexample is not None else "",
        "counterexample": list(outcome.steps),
        "conforming_runs": outcome.conforming_runs,
        "conforming_records": outcome.records,
    }
