"""What an update of an open case costs a district, by how many cases are open: CPU an event through
the production decider with its journal on the disk, interleaved. Peer: the same with 100.
"""

import gc
import random
import time
from statistics import median

import pytest
from bench_rows import row, timed

from citybrain.domain.event import Box, Event, Evidence, OutboxItem
from citybrain.geo import Point
from citybrain.journal.sqlite import SqliteStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Certainty, Phase, Severity, Urgency
from citybrain.wire.evidence import to_pb_evidence
from district_node.inputs import BatchReceived, NodeStarted, Setup, UnitSetup
from district_node.playbook import LocalizedName
from district_node.playbooks.load import load_playbooks
from district_node.shell.assembly import decider_of

pytestmark = pytest.mark.bench

OPEN = (100, 1_000, 10_000)
ROUNDS, MESSAGES, EVENTS = 12, 20, 50
GOAL = 1.2
BOXES = tuple(
    Box(left=0.1, top=0.1, right=0.2, bottom=0.3, label="person", score=0.8, track=n)
    for n in range(4)
)
SHOWN = to_pb_evidence(
    Evidence(aspect=1.33, outline=((0.1, 0.1), (0.9, 0.9)), boxes=BOXES)
).SerializeToString()


def item(seq, number, phase):
    """An event of case `number`: each of a camera's rule and a place of its own."""
    event = Event(
        episode=f"e{number}",
        kind=OBJECTS_INSIDE,
        phase=phase,
        source=f"cam-{number % 64}",
        rule=f"crowd-{number // 64}",
        incident_kind="crowding",
        place=Point(lat=30.0 + number % 128 * 0.005, lon=104.0 + number // 128 * 0.005),
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        observed_at=int(time.time() * 1e6),
        error_ms=40.0,
        measurements={"count": 5.0},
        traceparent="",
        evidence=SHOWN,
    )
    return OutboxItem(seq=seq, content=event)


class District:
    """One with so many open cases."""

    def __init__(self, folder, cases):
        folder.mkdir()
        self.cases, self.seq, self.clock = cases, 0, SystemClock()
        self.store = SqliteStore.open(folder / "journal.db", ids=RandomIds())
        self.decider = decider_of(self.store)
        unit = UnitSetup(
            unit="u-1",
            name="U",
            capabilities=("patrol",),
            place=Point(lat=30.3, lon=104.2),
            speed_mps=8.0,
        )
        setup = Setup(
            district="bench",
            name=LocalizedName(en="B", zh="B"),
            centre=unit.place,
            units=(unit,),
            playbooks=load_playbooks(),
        )
        self.decider.run([NodeStarted(setup=setup)], self.clock.now())
        for first in range(0, cases, EVENTS):
            self.feed([(n, Phase.START) for n in range(first, min(cases, first + EVENTS))])
        assert len(self.decider.state.incidents) == cases

    def feed(self, events):
        """CPU seconds of one message."""
        items = []
        for number, phase in events:
            self.seq += 1
            items.append(item(self.seq, number, phase))
        batch = BatchReceived(agent="box-1", incarnation=1, items=tuple(items))
        with timed() as spent:
            self.decider.run([batch], self.clock.now())
        return spent.cpu

    def updates_us(self, rng):
        """CPU microseconds an update, of cases at random."""
        spent = sum(
            self.feed([(rng.randrange(self.cases), Phase.UPDATE) for _ in range(EVENTS)])
            for _ in range(MESSAGES)
        )
        return 1e6 * spent / (MESSAGES * EVENTS)


@pytest.mark.timeout(600)
def test_what_an_update_costs_by_how_many_cases_are_open(tmp_path):
    began = time.perf_counter()
    districts = [District(tmp_path / str(cases), cases) for cases in OPEN]
    gc.collect()
    gc.freeze()  # as a node does at readiness
    rng, costs = random.Random(1), [[] for _ in OPEN]
    try:
        for _ in range(ROUNDS):
            for district, found in zip(districts, costs, strict=True):
                found.append(district.updates_us(rng))
    finally:
        gc.unfreeze()
        for district in districts:
            district.store.close()
    of_few, *of_more = map(median, costs)
    print(f"\n{'open cases':>12} {'CPU µs an update':>18} {'of 100':>8}   goal {GOAL}")
    for cases, cost in zip(OPEN, (of_few, *of_more), strict=True):
        print(f"{cases:>12,} {cost:>18.1f} {cost / of_few:>8.2f}")
    ratio = of_more[-1] / of_few
    row(
        "an update, 10,000 cases open against 100",
        goal=f"<= {GOAL} x",
        ceiling=f"{of_few:.1f} µs CPU with 100",
        ours=f"{of_more[-1]:.1f} µs CPU",
        ratio=ratio,
        held=ratio <= GOAL,
        seconds=time.perf_counter() - began,
    )
