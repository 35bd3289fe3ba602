"""How long an input waits for its commit while a checkpoint of a large state is written: a district
with 10,000 incidents, a city with 100,000 units; the same without a checkpoint, in one run."""

import gc
import json
import threading
import time

import pytest

from citybrain.clock import Timestamp
from citybrain.decider.command import ClockStepped
from citybrain.decider.commit_thread import CommitThread
from citybrain.decider.decider import Decider
from citybrain.domain.event import Box, Event, Evidence, OutboxItem
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.journal.sqlite import SqliteStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.random_ids import RandomIds
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import (
    Capability,
    Certainty,
    Phase,
    Severity,
    UnitState,
    Urgency,
)
from coordinator.city_cores import city_cores
from district_node.district_cores import district_cores
from district_node.inputs import BatchReceived

pytestmark = pytest.mark.bench

INCIDENTS, UNITS, INPUTS, PACE_S = 10_000, 100_000, 1_200, 0.003
MAX_HOLD_MS = 50  # of the writer by one checkpoint
NEVER = 10**9
EVIDENCE = Evidence(
    aspect=1.33,
    outline=((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)),
    boxes=tuple(
        Box(left=0.1, top=0.1, right=0.2, bottom=0.3, label="person", score=0.8, track=n)
        for n in range(4)
    ),
)


def batch(first, count):
    """The beginnings of `count` episodes, each at a place of its own."""
    items = tuple(OutboxItem(seq=n, content=_event(n)) for n in range(first, first + count))
    return BatchReceived(agent="box-1", incarnation=1, items=items)


def _event(n):
    return Event(
        episode=f"e{n}",
        kind=OBJECTS_INSIDE,
        phase=Phase.START,
        source=f"cam-{n}",
        rule="crowd",
        incident_kind="crowding",
        place=Point(lat=20 + n // 100 % 1000 * 0.02, lon=100 + n % 100 * 0.02),
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        observed_at=1_750_000_000_000_000 + n,
        error_ms=40.0,
        measurements={"count": 5.0},
        traceparent="",
        evidence=EVIDENCE,
    )


def district(store):
    """A decider with INCIDENTS open incidents, and inputs for it."""
    decider = Decider(district_cores(), store)
    for first in range(1, INCIDENTS, 50):
        decider.run([batch(first, 50)], SystemClock().now())
    assert len(decider.state.incidents) == INCIDENTS
    return decider, lambda n: batch(INCIDENTS + 1 + n, 1)


def city(store):
    """A decider that knows UNITS units, and inputs for it."""
    cores = city_cores()
    units = SortedMap((f"unit-{n}", _unit(n)) for n in range(UNITS))
    world = replace(cores.initial.world, units=units)
    decider = Decider(replace(cores, initial=replace(cores.initial, world=world)), store)
    return decider, lambda n: ClockStepped(micros=n)


def _unit(n):
    return UnitReport(
        unit=f"unit-{n}",
        district=f"district-{n % 40}",
        name=f"crew {n}",
        capabilities=(Capability("patrol"), Capability("medical")),
        state=UnitState.AVAILABLE,
        place=Point(lat=30 + n * 1e-6, lon=104 + n * 1e-6),
        speed_mps=9.5,
        order=None,
        assignment_number=n,
        at=Timestamp(1_750_000_000_000_000 + n),
    )


class TimedLock:
    """The writing lock of a store; notes how long the writer's thread waited for it."""

    def __init__(self):
        self._lock, self.writer_waited = threading.Lock(), []

    def __enter__(self):
        began = time.perf_counter()
        self._lock.acquire()
        if threading.current_thread().name == "commit-thread":
            self.writer_waited.append(time.perf_counter() - began)

    def __exit__(self, *_):
        self._lock.release()


def waits(path, make, checkpoint_every):
    """Seconds that each of INPUTS inputs waited, sorted; the longest that the writer waited for a
    transaction of a checkpoint; how many were made, and of how many bytes."""
    store = SqliteStore.open(path, ids=RandomIds())
    decider, an_input = make(store)
    decider.checkpoint(SystemClock().now())
    store._writing = lock = TimedLock()
    commit_loop = CommitThread(decider, SystemClock(), store, checkpoint_every=checkpoint_every)
    commit_loop.start()
    gc.collect()
    gc.disable()  # a full collection of so many objects takes 0.2 s, with a checkpoint or without
    spent, pause = [], threading.Event()
    try:
        for n in range(INPUTS):
            begun = time.perf_counter()
            commit_loop.submit(an_input(n)).result(60)
            spent.append(time.perf_counter() - begun)
            pause.wait(PACE_S)
    finally:
        gc.enable()
    made = len(store.checkpoints(limit=NEVER)) - 1
    commit_loop.stop()
    size = len(store.text(decider.state_hash()))
    store.close()
    return sorted(spent), max(lock.writer_waited), made, size


@pytest.mark.parametrize("make", [district, city])
def test_the_wait_for_a_commit_while_checkpoints_are_made(tmp_path, make):
    print(f"\n{make.__name__}: {INPUTS} inputs, one each {PACE_S * 1000:.0f} ms")
    print(f"{'checkpoints':>12} {'MB':>6} {'p50 ms':>8} {'p99 ms':>8} {'longest':>8} {'held':>6}")
    for every in (NEVER, INPUTS // 4):
        spent, held_s, made, size = waits(tmp_path / f"{every}.db", make, every)
        p50, p99, longest = (spent[len(spent) * part // 1000] * 1e3 for part in (500, 990, 999))
        print(
            f"{made:>12} {size / 1e6:>6.1f} {p50:>8.1f} {p99:>8.1f} {longest:>8.0f}"
            f" {held_s * 1e3:>6.0f}"
        )
        figures = {"p50_ms": p50, "p99_ms": p99, "longest_ms": longest, "held_ms": held_s * 1e3}
        shown = {name: round(value, 1) for name, value in figures.items()}
        print(json.dumps({"bench": f"checkpoint.{make.__name__}", "made": made, **shown}))
        assert made > 0 or every == NEVER
    print(f"goal: a checkpoint holds the writer for at most {MAX_HOLD_MS} ms at a time")
