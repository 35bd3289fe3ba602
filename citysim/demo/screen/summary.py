"""The summary at the end, on the terminal and as JSON. Shows an outcome; computes none."""

import json
import math
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from citybrain.structs import to_builtins
from citysim.demo.messages import Translator
from citysim.demo.outcome.frame_counts import FrameCounts
from citysim.demo.outcome.verdict import DemoOutcome
from citysim.demo.screen.table import law_verdict, laws_of_processes


def show_summary(outcome: DemoOutcome, translate: Translator, console: Console) -> None:
    console.rule(f"[bold]{translate('summary')}")
    for name, counts in outcome.frames.items():
        line = f"{translate('frames_seen')}: {name}: {_frames(counts, translate)}"
        console.print(line, highlight=False, soft_wrap=True)
    for title, text in _facts(outcome, translate):
        console.print(
            f"[bold]{translate(title)}[/bold]: {text or '-'}", highlight=False, soft_wrap=True
        )
    console.print(_latency(outcome, translate))
    console.print(_laws(outcome, translate))
    if not outcome.missing:
        console.print(f"[bold green]{translate('verdict_good')}")
        return
    console.print(f"[bold red]{translate('verdict_bad')}")
    for sentence in outcome.missing:
        console.print(f"  - {sentence}", highlight=False, markup=False, soft_wrap=True)


def as_json(outcome: DemoOutcome) -> str:
    """The same for programs. A percentile of nothing is null."""
    document: dict[str, object] = {
        "seconds": round(outcome.seconds, 1),
        "exit_code": outcome.exit_code,
        "missing": list(outcome.missing),
        **to_builtins(outcome.statistics),
        "frames": {
            name: {**to_builtins(counts), "unaccounted": counts.unaccounted}
            for name, counts in outcome.frames.items()
        },
        "latency_ms": {
            hop.name: {"count": hop.count, "p50": _number(hop.p50_ms), "p95": _number(hop.p95_ms)}
            for hop in outcome.hops
        },
        "laws": {
            report.law: {
                "checked": report.checked,
                "inconclusive": report.inconclusive,
                "violations": list(report.violations),
            }
            for report in laws_of_processes(outcome.laws)
        },
        "deaths": dict(outcome.deaths),
        "simulated": dict(outcome.simulated),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _number(ms: float) -> float | None:
    return None if math.isnan(ms) else round(ms, 1)


def _frames(counts: FrameCounts, translate: Translator) -> str:
    fates = (
        ("used", counts.used),
        ("gated", counts.gated),
        ("dropped", counts.dropped),
        ("in_progress", counts.in_progress),
        ("unaccounted", counts.unaccounted),
    )
    shown = [f"{translate(fate)} {n}" for fate, n in fates if n or fate != "in_progress"]
    return f"{translate('captured')} {counts.captured} = " + " + ".join(shown)


def _facts(outcome: DemoOutcome, translate: Translator) -> list[tuple[str, str]]:
    """The summary's lines: title, text."""
    statistics = outcome.statistics
    plans = f"{statistics.plans}, {translate('issued')} {statistics.plans_issued}"
    died = {name: times for name, times in outcome.deaths.items() if times}
    return [
        ("events", _counts(statistics.events, translate)),
        ("incidents", _counts(statistics.incidents, translate)),
        ("orders_by_stage", _counts(statistics.orders, translate)),
        ("plans_made", plans),
        ("cross_district", ", ".join(statistics.cross_district_completed)),
        ("full_lifecycle", ", ".join(statistics.full_lifecycle)),
        ("simulated", _counts(outcome.simulated, translate)),
        *([("deaths", _counts(died, translate))] if died else []),
    ]


def _counts(counts: Mapping[str, int], translate: Translator) -> str:
    """Names of two words, such as "crew accept", are translated word by word."""
    return ", ".join(
        f"{' '.join(translate(part) for part in name.split())} {count}"
        for name, count in counts.items()
    )


def _latency(outcome: DemoOutcome, translate: Translator) -> Table:
    table = Table(title=translate("latency"), title_justify="left", box=None, header_style="dim")
    for column in (translate("hop"), "n", "p50 ms", "p95 ms"):
        table.add_column(column, justify="left" if column == translate("hop") else "right")
    for hop in outcome.hops:
        table.add_row(
            translate(hop.name),
            str(hop.count),
            *("-" if math.isnan(ms) else f"{ms:.0f}" for ms in (hop.p50_ms, hop.p95_ms)),
        )
    return table


def _laws(outcome: DemoOutcome, translate: Translator) -> Table:
    table = Table(title=translate("laws"), title_justify="left", box=None, header_style="dim")
    for name in ("law", "checked", "inconclusive", "violations"):
        table.add_column(translate(name))
    for report in laws_of_processes(outcome.laws):
        table.add_row(
            translate(report.law),
            str(report.checked),
            str(report.inconclusive),
            law_verdict(report, translate),
        )
    return table
