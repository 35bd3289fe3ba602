"""A city to talk to: the production reactor on a store in memory, and the districts' letters made short."""

import pytest

from citybrain.clock import ManualClock
from citybrain.decider.command import Notice, Post, Reply
from citybrain.decider.decider import Committed, Decider
from citybrain.domain.console import PlanAction
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.plan import Reason, UnassignedSlot
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
from coordinator.cores.decide import decide
from coordinator.cores.state import EMPTY
from coordinator.policy import Issuing, Policy


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
        assignment=0,
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


def hellos(*districts, session=1, epoch="e1"):
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
    """The coordinator's cores behind their reactor, and short words for its inputs."""

    def __init__(self, policy=None, *, store=None, clock=None):
        self.clock = clock or ManualClock()
        self.store = store or MemoryStore()
        self.policy = policy or Policy(issue=Issuing.AUTO)
        self.up = {}
        self.notices = []
        self.wake()

    def wake(self):
        self.decider = Decider(decide=decide, initial=EMPTY, store=self.store, kinds=inputs.KINDS)
        self.give(inputs.NodeStarted(policy=self.policy, epoch=self.store.epoch()))

    def crash(self):
        """Pull the plug and start again on what was committed."""
        self.store = self.store.crash()
        before = self.decider.state_hash()
        self.decider = Decider(decide=decide, initial=EMPTY, store=self.store, kinds=inputs.KINDS)
        assert self.decider.state_hash() == before, "replay gives another state"
        self.give(inputs.NodeStarted(policy=self.policy, epoch=self.store.epoch()))

    @property
    def state(self):
        return self.decider.state

    def give(self, given):
        (result,) = self.decider.run([given], self.clock.now())
        assert isinstance(result, Committed), result
        self.notices += [c for c in result.commands if isinstance(c, Notice)]
        return result.commands

    def hello(self, *districts, session=1, epoch="e1"):
        for district in districts:
            self.up.setdefault((district, epoch), 0)
            self.give(
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

    def say(self, district, letter, *, position=None, epoch="e1"):
        if position is None:
            self.up[district, epoch] += 1
            position = self.up[district, epoch]
        return self.give(inputs.said(district, epoch, position, letter))

    def pass_time(self, seconds):
        """Move the clock and fire what is due; the commands given."""
        self.clock.advance(seconds)
        fired = self.decider.fire_due(self.clock.now())
        commands = [c for taken in fired for c in taken.commands]
        self.notices += [c for c in commands if isinstance(c, Notice)]
        return commands

    def plan(self, *pairs, unassigned=()):
        """A plan comes back that sends each (unit, slot)."""
        orders = tuple(self.draft_order(u, s) for u, s in pairs)
        left = tuple(
            UnassignedSlot(
                incident=self.state.world.wanted[s], slot=s, capability="patrol", reason="no_unit"
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
        return self.give(inputs.PlanMade(asked=self.state.replan.asked, draft=made))

    def draft_order(self, unit_name, slot_name):
        from coordinator.shell.posing import _open_slot

        world = self.state.world
        report = world.incidents[world.wanted[slot_name]]
        found = next(s for s in report.slots if s.slot == slot_name)
        reason = Reason(
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
            task=_open_slot(report, found).task,
            reason=reason,
        )

    def key(self, plan, *, issue=True, request="r1"):
        (reply,) = [
            c
            for c in self.give(
                inputs.OfficerActed(
                    action=PlanAction(request=request, officer="li", plan=plan, issue=issue)
                )
            )
            if isinstance(c, Reply)
        ]
        return reply

    def answer(self, district, order, step, verdict, reason=""):
        return self.say(
            district, OrderAnswer(order=order, step=step, verdict=verdict, reason=reason)
        )

    def progress(self, order, stage, *, reason=""):
        drive = self.state.drives.live[order]
        letter = OrderProgress(
            order=order,
            unit=drive.unit,
            unit_district=drive.unit_district,
            incident=drive.task.incident,
            incident_district=drive.task.incident_district,
            stage=OrderStage(stage),
            at=self.clock.now(),
            reason=reason,
        )
        return self.say(drive.unit_district, letter)

    def drive(self, order):
        return self.state.drives.live.get(order) or self.state.drives.ended[order]

    def wishes(self):
        return [n for n in self.notices if n.what == "plan_wanted"]


def asked(commands):
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


class Words:
    """The builders, for tests that cannot import this file."""

    City, unit, slot, incident = (
        City,
        staticmethod(unit),
        staticmethod(slot),
        staticmethod(incident),
    )
    asked, relayed, hellos = staticmethod(asked), staticmethod(relayed), staticmethod(hellos)


@pytest.fixture
def w():
    return Words()


@pytest.fixture
def city():
    """Two districts, a free unit in the north, a slot in the south that asks for it."""
    city = City().hello("north", "south")
    city.say("north", unit())
    city.say("south", incident())
    return city


@pytest.fixture
def driven(city):
    """The city after it issued a plan, and the name of its one order."""
    city.plan(("u1", "s1"))
    (order,) = city.state.drives.live
    return city, order
