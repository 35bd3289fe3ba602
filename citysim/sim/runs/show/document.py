"""A run's report for machines, as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from citysim.sim.runs.cut import Cut
from citysim.sim.runs.run import Ran
from citysim.sim.runs.seeds import Seeds
from citysim.sim.runs.shrink.search import Shrunk


def as_json(
    ran: Ran, shrunk: Sequence[Shrunk], *, seeds: Seeds, size: str, took_s: float, workers: int
) -> str:
    totals = ran.totals
    document: dict[str, Any] = {
        "seeds": str(seeds),
        "size": size,
        "told": totals.seeds,
        "broken_seeds": totals.broken_seeds,
        "took_s": round(took_s, 1),
        "workers": workers,
        "simulated_s": round(totals.simulated_s, 1),
        "busy_s": round(totals.busy_s, 2),
        "times_real_per_core": round(totals.times_real, 1),
        "fingerprint": f"{totals.fingerprint:016x}",
        "slowest_calm": {"s": totals.slowest_calm_s, "seed": totals.slowest_seed},
        **dict(totals.counts),
        "faults": dict(sorted(totals.faults.items())),
        "laws": {
            law: {"checked": totals.checked[law], "broken": totals.broken[law]}
            for law in dict.fromkeys((*totals.checked, *totals.broken))
        },
        "failures": [
            {**_cut(f.cut), "broken": [asdict(found) for found in f.broken]} for f in ran.failures
        ],
        "shrunk": [_shrunk(one) for one in shrunk],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _cut(cut: Cut) -> dict[str, Any]:
    return {"seed": cut.seed, "command": cut.command()}


def _shrunk(one: Shrunk) -> dict[str, Any]:
    return {
        **_cut(one.cut),
        "law": one.law,
        "what": one.breaks.what if one.breaks is not None else None,
        "is_minimal": one.is_minimal,
        "tellings": one.tellings,
        "faults": [asdict(fault) for fault in one.faults],
        "happenings": [asdict(happening) for happening in one.happenings],
        "lines": list(one.lines),
    }
