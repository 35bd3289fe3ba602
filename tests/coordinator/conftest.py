"""A city under test: the production decider on a store in memory, and builders of the districts'
letters.
"""

import pytest
from principals import OFFICER

from citybrain.clock import ManualClock
from citybrain.decider.command import Notice, Post, Reply
from citybrain.decider.decider import Committed, Decider
from citybrain.domain.console import PlanAction
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.plan import OrderRationale, UnassignedSlot
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.journal.memory import MemoryStore
from citybrain.vocabulary import (
    Certainty,
    IncidentStage,
    OrderStage,
    Severity,
    SlotState,
    UnitState,
    Urgency,
)
from coordinator import inputs
from coordinator.city_cores import city_cores
from coordinator.cores.world import task_for
from coordinator.policy import IssueMode, Policy


def unit(
    name="u1",
    district="north",
    *,
    state=UnitState.AVAILABLE,
    order=None,
    lat=30.66,
    capabilities=("patrol",),
    at=0,
):
    return UnitReport(
        unit=name,
        district=district,
        name=name,
        capabilities=tuple(capabilities),
        state=state,
        place=Point(lat=lat, lon=104.06),
        speed_mps=8.0,
        order=order,
        assignment_number=0,
        at=at,
    )


def slot(
    name="s1",
    *,
    version=1,
    state=SlotState.OPEN,
    from_city=True,
    order=None,
    capability="patrol",
    deadline=2_000_000_000_000_000,
):
    return SlotReport(
        slot=name,
        capability=capability,
        version=version,
        state=state,
        deadline=deadline,
        from_city=from_city,
        order=order,
    )


def incident(
    name="i1", district="south", *, slots=None, stage=IncidentStage.OPENED, severity=Severity.SEVERE
):
    return IncidentReport(
        incident=name,
        district=district,
        kind="crowding",
        stage=stage,
        severity=severity,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        place=Point(lat=30.65, lon=104.06),
        opened_at=1,
        changed_at=1,
        escalated=True,
        slots=(slot(),) if slots is None else tuple(slots),
        traceparent="",
        events=1,
    )


def connections(*districts, session=1, epoch="e1"):
    return [
        inputs.DistrictConnected(
            district=d,
            name=d,
            centre=Point(lat=30.6, lon=104.0),
            epoch=epoch,
            session=session,
            up_next=1,
            down_acked=0,
        )
        for d in districts
    ]


class City:
    """The coordinator's cores behind their decider, and short ways to give it inputs."""

    def __init__(self, policy=None, *, store=None, clock=None):
        self.clock = clock or ManualClock()
        self.store = store or MemoryStore()
        self.policy = policy or Policy(issue=IssueMode.AUTO)
        self.up = {}
        self.notices = []
        self.start()

    def start(self):
        self.decider = Decider(city_cores(), self.store)
        self.submit(inputs.NodeStarted(policy=self.policy, epoch=self.store.epoch()))

    def crash(self):
        """Cut the power and start again on what was committed."""
        self.store = self.store.crash()
        before = self.decider.state_hash()
        self.decider = Decider(city_cores(), self.store)
        assert self.decider.state_hash() == before, "replay gives another state"
        self.submit(inputs.NodeStarted(policy=self.policy, epoch=self.store.epoch()))

    @property
    def state(self):
        return self.decider.state

    def submit(self, given):
        (result,) = self.decider.run([given], self.clock.now())
        assert isinstance(result, Committed), result
        self.notices += [c for c in result.commands if isinstance(c, Notice)]
        return result.commands

    def connect(self, *districts, session=1, epoch="e1"):
        for district in districts:
            self.up.setdefault((district, epoch), 0)
            self.submit(
                inputs.DistrictConnected(
                    district=district,
                    name=district,
                    centre=Point(lat=30.6, lon=104.0),
                    epoch=epoch,
                    session=session,
                    up_next=1,
                    down_acked=0,
                )
            )
        return self

    def receive(self, district, letter, *, position=None, epoch="e1"):
        if position is None:
            self.up[district, epoch] += 1
            position = self.up[district, epoch]
        return self.submit(
            inputs.DistrictLetterReceived(
                district=district, epoch=epoch, position=position, letter=letter
            )
        )

    def advance(self, seconds):
        """Move the clock and fire what is due; the commands given."""
        self.clock.advance(seconds)
        fired = self.decider.fire_due(self.clock.now())
        commands = [c for one in fired for c in one.commands]
        self.notices += [c for c in commands if isinstance(c, Notice)]
        return commands

    def plan(self, *pairs, unassigned=()):
        """A plan comes back that sends each (unit, slot)."""
        orders = tuple(self.draft_order(u, s) for u, s in pairs)
        left = tuple(
            UnassignedSlot(
                incident=self.state.world.requested_slots[s],
                slot=s,
                capability="patrol",
                reason="no_unit",
            )
            for s in unassigned
        )
        made = inputs.DraftPlan(
            made_at=self.clock.now(),
            world_version=self.state.world.version,
            planner="in-process",
            solver="assignment",
            cost=1.0,
            bound=1.0,
            solve_ms=1.0,
            orders=orders,
            unassigned=left,
        )
        return self.submit(
            inputs.PlanMade(request_number=self.state.replan.request_number, draft=made)
        )

    def draft_order(self, unit_name, slot_name):
        world = self.state.world
        report = world.incidents[world.requested_slots[slot_name]]
        found = next(s for s in report.slots if s.slot == slot_name)
        rationale = OrderRationale(
            travel_s=1.0,
            cost=1.0,
            next_best=None,
            next_best_cost=None,
            cross_district=True,
            coverage_price=0.0,
        )
        sent = world.units[unit_name]
        return inputs.DraftOrder(
            unit=unit_name,
            unit_district=sent.district,
            task=task_for(world, report, found),
            rationale=rationale,
        )

    def officer_acts(self, plan, *, issue=True, request="r1"):
        (reply,) = [
            c
            for c in self.submit(
                inputs.OfficerActed(
                    action=PlanAction(request=request, officer="li", plan=plan, issue=issue),
                    principal=OFFICER,
                )
            )
            if isinstance(c, Reply)
        ]
        return reply

    def answer(self, district, order, step, verdict, reason=""):
        return self.receive(
            district, OrderAnswer(order=order, step=step, verdict=verdict, reason=reason)
        )

    def progress(self, order, stage, *, reason="", **found):
        saga = self.state.sagas.live[order]
        letter = OrderProgress(
            order=order,
            unit=saga.unit,
            unit_district=saga.unit_district,
            incident=saga.task.incident,
            incident_district=saga.task.incident_district,
            stage=OrderStage(stage),
            at=self.clock.now(),
            reason=reason,
            **found,
        )
        return self.receive(saga.unit_district, letter)

    def saga(self, order):
        return self.state.sagas.live.get(order) or self.state.sagas.ended[order]

    def plan_requests(self):
        return [n for n in self.notices if n.code == "plan_requested"]


def requests(commands):
    """(to, step) of every request among the commands."""
    return [
        (c.to, str(c.letter.step))
        for c in commands
        if isinstance(c, Post) and isinstance(c.letter, OrderRequest)
    ]


def relayed(commands):
    return [
        (c.to, str(c.letter.stage))
        for c in commands
        if isinstance(c, Post) and isinstance(c.letter, OrderProgress)
    ]


class Builders:
    """The builders, for tests that cannot import this file."""

    City, unit, slot, incident = (
        City,
        staticmethod(unit),
        staticmethod(slot),
        staticmethod(incident),
    )
    requests, relayed = staticmethod(requests), staticmethod(relayed)
    connections = staticmethod(connections)


@pytest.fixture
def w():
    return Builders()


@pytest.fixture
def city():
    """Two districts, a free unit in the north, a slot in the south that asks for it."""
    city = City().connect("north", "south")
    city.receive("north", unit())
    city.receive("south", incident())
    return city


@pytest.fixture
def with_order(city):
    """The city after it issued a plan, and the name of its one order."""
    city.plan(("u1", "s1"))
    (order,) = city.state.sagas.live
    return city, order
