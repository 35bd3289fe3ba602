"""How long an input waits for its commit while the district saves a snapshot of 10,000 incidents, against the same without snapshots, in one run."""

import threading
import time

import pytest

from citybrain.clock import SystemClock
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.event import Box, Event, Evidence, OutboxItem
from citybrain.geo import Point
from citybrain.ids import RandomIds
from citybrain.journal.sqlite import SqliteStore
from citybrain.vocabulary import Certainty, EventKind, Phase, Severity, Urgency
from district_node.inputs import BatchReceived
from district_node.shell.works import decider_of

pytestmark = pytest.mark.bench

INCIDENTS, INPUTS, PACE_S = 10_000, 1_200, 0.003
EVIDENCE = Evidence(
    aspect=1.33,
    outline=((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)),
    boxes=tuple(
        Box(left=0.1, top=0.1, right=0.2, bottom=0.3, label="person", score=0.8, track=n)
        for n in range(4)
    ),
)


def said(first, count):
    """The beginnings of `count` episodes, each at a place of its own."""
    return BatchReceived(
        agent="box-1",
        incarnation=1,
        items=tuple(OutboxItem(seq=n, event=_event(n)) for n in range(first, first + count)),
    )


def _event(n):
    return Event(
        episode=f"e{n}", kind=EventKind.OBJECTS_INSIDE, phase=Phase.START, source=f"cam-{n}", rule="crowd", incident_kind="crowding",
        place=Point(lat=20 + n // 100 % 1000 * 0.02, lon=100 + n % 100 * 0.02), severity=Severity.MODERATE, urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED, observed_at=1_750_000_000_000_000 + n, error_ms=40.0, measurements={"count": 5.0}, traceparent="", evidence=EVIDENCE,
    )  # fmt: skip


def waits(folder, snapshot_every):
    """Seconds that each of INPUTS inputs waited, sorted, and how many snapshots there were."""
    store = SqliteStore.open(folder / f"{snapshot_every}.db", ids=RandomIds())
    decider = decider_of(store)
    for first in range(1, INCIDENTS, 50):
        decider.run([said(first, 50)], SystemClock().now())
    assert len(decider.state.incidents) == INCIDENTS
    decider.take_snapshot()
    saved, keep = [], store.save_snapshot
    store.save_snapshot = lambda snapshot: (keep(snapshot), saved.append(snapshot.seq))
    commit_loop = CommitThread(decider, SystemClock(), store, snapshot_every=snapshot_every)
    commit_loop.start()
    spent, pause = [], threading.Event()
    for n in range(INPUTS):
        begun = time.perf_counter()
        commit_loop.submit(said(INCIDENTS + 1 + n, 1)).result(60)
        spent.append(time.perf_counter() - begun)
        pause.wait(PACE_S)
    count = len(saved)
    commit_loop.stop()
    store.close()
    return sorted(spent), count


def test_the_wait_for_a_commit_while_snapshots_are_saved(tmp_path):
    print(f"\n{INPUTS} inputs, one each {PACE_S * 1000:.0f} ms, {INCIDENTS:,} incidents")
    print(f"{'snapshots':>10} {'p50 ms':>8} {'p99 ms':>8} {'longest ms':>11}")
    for every in (10 * INPUTS, INPUTS // 4):
        spent, count = waits(tmp_path, every)
        print(
            f"{count:>10} {spent[len(spent) // 2] * 1e3:>8.1f} {spent[len(spent) * 99 // 100] * 1e3:>8.1f} {spent[-1] * 1e3:>11.0f}"
        )
        assert count > 0 or every > INPUTS
