"""A chaos run's report for machines, as JSON."""

import json
from dataclasses import asdict
from typing import Any

from citysim.chaos.outcome.told import DOUBLE, LOST, Outcome, Told


def as_json(outcome: Outcome) -> str:
    document: dict[str, Any] = {
        "seed": outcome.seed,
        "net": outcome.net,
        "seconds": round(outcome.seconds, 1),
        "exit_code": outcome.exit_code,
        "missing": list(outcome.missing),
        "not_possible": dict(outcome.impossible),
        "lost": outcome.broken_of(LOST),
        "double": outcome.broken_of(DOUBLE),
        "kinds": {
            row.kind: {name: value for name, value in asdict(row).items() if name != "kind"}
            for row in outcome.rows()
        },
        "laws": {
            report.law: {"checked": report.checked, "broken": list(report.broken)}
            for report in outcome.laws
        },
        "faults": [_told(told) for told in outcome.told],
        "records": dict(outcome.records),
        "deaths": dict(outcome.deaths),
        "events": outcome.account.events,
        "incidents": outcome.account.incidents,
        "orders": outcome.account.orders,
        "plans": outcome.account.plans,
        "cross_district_done": len(outcome.account.cross_district_done),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _told(told: Told) -> dict[str, Any]:
    return {
        "fault": asdict(told.fault) if told.fault is not None else None,
        "skipped": told.skipped,
        "recovered_s": round(told.recovery.took_s, 2)
        if told.recovery is not None and told.recovery.took_s is not None
        else None,
        "lacks": list(told.recovery.lacks) if told.recovery is not None else [],
        "checked": told.checked,
        "broken": list(told.broken),
    }
