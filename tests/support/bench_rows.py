"""What a benchmark found, as rows of the tables of goals: printed by `citybrain bench NAME`, which
writes them as JSON too. A benchmark that is run by itself prints its own table all the same.
"""

import json
import os
import time
from contextlib import contextmanager
from pathlib import Path

FILE = "CITYBRAIN_BENCH_ROWS"  # where rows go, one JSON object a line; unset: nowhere


def row(what, *, goal, ours, held, ceiling="", ratio=None, seconds=0.0):
    """`what` was measured, against which `goal`; `ours` and the `ceiling` (or the peer) of the same
    run, as texts with their units; `ratio` of the two where there is one."""
    found = {
        "what": what,
        "goal": goal,
        "ceiling": ceiling,
        "ours": ours,
        "ratio": None if ratio is None else round(ratio, 3),
        "held": bool(held),
        "seconds": round(seconds, 1),
    }
    path = os.environ.get(FILE)
    if path:
        with Path(path).open("a", encoding="utf-8") as rows:
            rows.write(json.dumps(found, ensure_ascii=False) + "\n")


class Stopwatch:
    """Wall and CPU seconds of a block."""

    wall = cpu = 0.0


@contextmanager
def timed():
    watch = Stopwatch()
    began, cpu_began = time.perf_counter(), time.process_time()
    yield watch
    watch.wall = time.perf_counter() - began
    watch.cpu = time.process_time() - cpu_began
