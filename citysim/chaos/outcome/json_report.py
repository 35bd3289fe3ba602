"""A chaos run's report as JSON, for programs."""

import json

from citybrain.structs import to_builtins
from citysim.chaos.outcome.run_outcome import (
    DUPLICATION_LAWS,
    LOSS_LAWS,
    ChaosOutcome,
    FaultOutcome,
    KindStatistics,
)


def as_json(outcome: ChaosOutcome) -> str:
    statistics = outcome.statistics
    document = {
        "seed": outcome.seed,
        "net": outcome.net,
        "seconds": round(outcome.seconds, 1),
        "exit_code": outcome.exit_code,
        "failures": list(outcome.failures),
        "not_possible": dict(outcome.impossible),
        "lost": outcome.violations_of(LOSS_LAWS),
        "duplicated": outcome.violations_of(DUPLICATION_LAWS),
        "kinds": {row.kind: _kind(row) for row in outcome.by_kind()},
        "laws": {
            report.law: {"checked": report.checked, "violations": list(report.violations)}
            for report in outcome.laws
        },
        "faults": [_fault(one) for one in outcome.faults],
        "records": dict(outcome.records),
        "deaths": dict(outcome.deaths),
        "events": statistics.events,
        "incidents": statistics.incidents,
        "orders": statistics.orders,
        "plans": statistics.plans,
        "cross_district_completed": len(statistics.cross_district_completed),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _kind(row: KindStatistics) -> dict[str, object]:
    fields: dict[str, object] = to_builtins(row)
    return {name: value for name, value in fields.items() if name != "kind"}


def _fault(one: FaultOutcome) -> dict[str, object]:
    recovery = one.recovery
    took_s = recovery.took_s if recovery is not None else None
    return {
        "fault": to_builtins(one.fault),
        "skipped": one.skipped,
        "recovered_s": round(took_s, 2) if took_s is not None else None,
        "problems": list(recovery.problems) if recovery is not None else [],
        "checked": one.checked,
        "violations": list(one.violations),
    }
