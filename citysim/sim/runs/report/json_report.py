"""The result of a batch as JSON, for machines."""

import json
from collections.abc import Sequence
from typing import Any

from citybrain.structs import to_builtins
from citysim.sim.runs.batch import BatchResult
from citysim.sim.runs.scenario_spec import ScenarioSpec
from citysim.sim.runs.seeds import Seeds
from citysim.sim.runs.shrink.shrinker import ShrinkResult


def as_json(
    result: BatchResult,
    shrunk: Sequence[ShrinkResult],
    *,
    seeds: Seeds,
    size: str,
    took_s: float,
    workers: int,
) -> str:
    totals = result.totals
    document: dict[str, Any] = {
        "seeds": str(seeds),
        "size": size,
        "seeds_run": totals.seeds,
        "broken_seeds": totals.broken_seeds,
        "took_s": round(took_s, 1),
        "workers": workers,
        "simulated_s": round(totals.simulated_s, 1),
        "busy_s": round(totals.busy_s, 2),
        "times_real_per_core": round(totals.times_real, 1),
        "fingerprint": f"{totals.fingerprint:016x}",
        "slowest_recovery": {"s": totals.slowest_recovery_s, "seed": totals.slowest_seed},
        **dict(totals.counts),
        "faults": dict(sorted(totals.faults.items())),
        "laws": {
            law: {"checked": totals.checked[law], "broken": totals.broken[law]}
            for law in dict.fromkeys((*totals.checked, *totals.broken))
        },
        "failures": [{**_spec(f.spec), "violations": f.violations} for f in result.failures],
        "shrunk": [_shrunk(one) for one in shrunk],
    }
    return json.dumps(to_builtins(document), indent=2, ensure_ascii=False) + "\n"


def _spec(spec: ScenarioSpec) -> dict[str, Any]:
    return {"seed": spec.seed, "command": spec.command()}


def _shrunk(one: ShrinkResult) -> dict[str, Any]:
    return {
        **_spec(one.spec),
        "law": one.law,
        "what": one.violation.what if one.violation is not None else None,
        "is_minimal": one.is_minimal,
        "scenario_runs": one.scenario_runs,
        "faults": one.faults,
        "street_events": one.street_events,
        "lines": one.lines,
    }
