"""What recommendations cost a district that 200 screens look at, each at another case that waits
for a unit, of 300 units: CPU of one version of the list, by what has changed in it. Peer: the same
made anew for each screen.
"""

import time
from itertools import count
from statistics import median

import pytest
from bench_rows import row

from citybrain.decider.command import DecisionContext
from citybrain.domain.event import Event, OutboxItem
from citybrain.geo import Point
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.vocabulary import Certainty, IncidentStage, Phase, Severity, UnitState, Urgency
from district_node.api.incidents import incident_list
from district_node.cores.decide import decide
from district_node.cores.recommended import recommended
from district_node.cores.state import EMPTY
from district_node.inputs import BatchReceived, NodeStarted, Setup, UnitSetup
from district_node.playbook import LocalizedName
from district_node.playbooks.load import load_playbooks

pytestmark = pytest.mark.bench

AT = 1_750_000_000_000_000
UNITS, WATCHED, BUSY = 300, 200, 150
ROUNDS = 15
PUSHES = 5  # versions a second that a screen is given at most
DUTIES = 1  # of them with a unit that takes or ends an order, or goes off duty
GOAL = 0.05  # of a core


def spot(n):
    return Point(lat=30.6 + n % 20 * 0.005, lon=104.0 + n // 20 * 0.006)


def event(n, *, certainty=Certainty.OBSERVED, phase=Phase.START):
    return Event(
        episode=f"e{n}",
        kind=OBJECTS_INSIDE,
        phase=phase,
        source=f"cam-{n}",
        rule="crowd",
        incident_kind="crowding",
        place=spot(n),
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=certainty,
        observed_at=AT,
        error_ms=40.0,
        measurements={"count": 5.0},
        traceparent="",
    )


class District:
    """Cases that crews work on, and as many more as are watched, which wait for a person."""

    def __init__(self):
        units = tuple(
            UnitSetup(
                unit=f"u-{n:03}",
                name=f"Unit {n}",
                capabilities=("patrol", "pump") if n % 3 == 0 else ("patrol",),
                place=spot(n),
                speed_mps=8.0,
            )
            for n in range(UNITS)
        )
        setup = Setup(
            district="bench",
            name=LocalizedName(en="B", zh="B"),
            centre=spot(150),
            units=units,
            playbooks=load_playbooks(),
        )
        self.state, self._records, self._seqs = EMPTY, count(1), count(1)
        self._decide(NodeStarted(setup=setup))
        for n in range(BUSY):
            self.send(event(n))
        for n in range(BUSY, BUSY + WATCHED):
            self.send(event(n, certainty=Certainty.UNLIKELY))

    def send(self, one):
        items = (OutboxItem(seq=next(self._seqs), content=one),)
        self._decide(BatchReceived(agent="box-1", incarnation=1, items=items, received_at=AT))

    def _decide(self, given):
        self.state, _ = decide(self.state, given, DecisionContext(seq=next(self._records), at=AT))

    def change_unit(self, name, **changes):
        roster = self.state.roster
        units = roster.units.put(name, replace(roster.units[name], **changes))
        self.state = replace(self.state, roster=replace(roster, units=units))

    def update(self, n):
        self.send(event(7, phase=Phase.UPDATE))

    def move(self, n):
        self.change_unit("u-298", place=spot(n))

    def duty(self, n):
        self.change_unit("u-299", state=(UnitState.OFF_DUTY, UnitState.AVAILABLE)[n % 2])


def ms(change, look):
    """Median CPU of looking at what is watched after one more change."""
    spent = []
    for n in range(ROUNDS):
        change(n)
        began = time.process_time()
        look()
        spent.append((time.process_time() - began) * 1e3)
    return median(spent)


def test_what_recommendations_cost():
    began = time.perf_counter()
    district = District()
    watched = [
        one for one in district.state.incidents.values() if one.stage is IncidentStage.REPORTED
    ]
    assert len(watched) == WATCHED
    shown = incident_list(lambda: district.state, lambda: AT)

    def look():
        for one in watched:
            shown.related(one)

    def look_anew():
        for one in watched:
            recommended(district.state, one, AT, GREAT_CIRCLE)

    anew = ms(district.update, look_anew)
    found = {name: ms(getattr(district, name), look) for name in ("update", "move", "duty")}
    print(f"\n{WATCHED} cases watched, {UNITS} units, {BUSY} of them busy; ms of a version")
    print(f"{'made anew for each':>24} {anew:>8.2f}")
    for name, spent in found.items():
        print(f"{name:>24} {spent:>8.2f}")
    core = ((PUSHES - DUTIES) * found["update"] + DUTIES * found["duty"]) / 1e3
    peer = PUSHES * anew / 1e3
    row(
        f"recommendations for {WATCHED} watched cases, {UNITS} units",
        goal=f"<= {GOAL:.0%} of a core at {PUSHES} versions a second, {DUTIES} with a unit's duty",
        ceiling=f"{peer:.0%} made anew for each",
        ours=f"{core:.1%}",
        ratio=core / peer,
        held=core <= GOAL,
        seconds=time.perf_counter() - began,
    )
    assert core < peer
