"""A district on a store in memory: its production cores behind the real decider, with a clock that
moves by hand.
"""

import pytest
from principals import CREW

from citybrain import canonical_json
from citybrain.clock import ManualClock, later
from citybrain.decider.command import Post, Reply
from citybrain.decider.decider import Decider, Rejected
from citybrain.domain.console import OperatorAction, UnitAction, UnitVerb
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.event import Event, OutboxItem, VerificationResult
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest, Task
from citybrain.domain.principal import Role, unauthenticated
from citybrain.geo import Point
from citybrain.journal.memory import MemoryStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.structs import replace
from citybrain.vocabulary import (
    Certainty,
    CrewAction,
    IncidentKind,
    OperatorVerb,
    OrderStage,
    OrderStep,
    Phase,
    RefusalClass,
    Severity,
    SlotState,
    Urgency,
    VerificationVerdict,
)
from district_node.district_cores import district_cores
from district_node.inputs import (
    AgentPresenceChanged,
    BatchReceived,
    CityLetterReceived,
    CityLinkChanged,
    CrewAnswered,
    NodeStarted,
    OperatorActed,
    Setup,
    UnitActed,
    UnitSetup,
)
from district_node.playbook import LocalizedName
from district_node.playbooks.load import load_playbooks

HERE = Point(lat=30.657, lon=104.086)
PLAYBOOKS = load_playbooks()


def near(metres_north: float, metres_east: float = 0.0) -> Point:
    return Point(lat=HERE.lat + metres_north / 111_195, lon=HERE.lon + metres_east / 95_600)


def a_unit(name: str, *capabilities: str, metres: float = 500, speed_mps: float = 8.0) -> UnitSetup:
    return UnitSetup(
        unit=name,
        name=name.title(),
        capabilities=capabilities or ("patrol",),
        place=near(metres),
        speed_mps=speed_mps,
    )


class DistrictScenario:
    """Drives one district step by step. Every step is decided, committed, and can be
    followed by a crash.
    """

    near, a_unit = staticmethod(near), staticmethod(a_unit)

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore()
        self.decider = self._decider()
        self.last = ()
        self._seqs: dict[str, int] = {}
        self._positions = 0
        self._requests = 0
        self.crashing = False  # crash and recover after every step

    def _decider(self):
        return Decider(district_cores(), self.store)

    @property
    def state(self):
        return self.decider.state

    def start(
        self, *units: UnitSetup, playbooks=PLAYBOOKS, city: bool = True, takes_files: bool = True
    ) -> "DistrictScenario":
        setup = Setup(
            district="riverside",
            name=LocalizedName(en="Riverside", zh="滨江"),
            centre=HERE,
            units=units,
            playbooks=playbooks,
            takes_files=takes_files,
        )
        self.submit(NodeStarted(setup=setup))
        for agent in ("box-1", "box-2"):
            self.submit(AgentPresenceChanged(agent=agent, online=True))
        if city:
            self.submit(CityLinkChanged(up=True, epoch="city-epoch"))
        return self

    def submit(self, given):
        """Decide one input; its commands. A core's refusal to decide comes out as its error."""
        (result,) = self.decider.run([given], self.clock.now())
        if isinstance(result, Rejected):
            raise result.error
        self.last = result.commands
        if self.crashing:
            self.crash()
        return result.commands

    def wait(self, seconds: float) -> None:
        """Time passes; what falls due fires in order."""
        until = later(self.clock.now(), seconds)
        while (due := self.store.next_due()) is not None and due <= until:
            if due > self.clock.now():
                self.clock.advance((due - self.clock.now()) / 1_000_000)
            for result in self.decider.fire_due(self.clock.now()):
                assert not isinstance(result, Rejected), result
                self.last = result.commands
        if until > self.clock.now():
            self.clock.advance((until - self.clock.now()) / 1_000_000)

    def crash(self) -> None:
        """kill -9, then a start on the same store: the same state, by replay."""
        before = self.decider.state_hash()
        self.store = self.store.crash()
        self.decider = self._decider()
        assert self.decider.divergence is None
        assert self.decider.state_hash() == before

    # what agents send

    def event(self, **changes) -> Event:
        plain = Event(
            episode="e1",
            kind=OBJECTS_INSIDE,
            phase=Phase.START,
            source="cam-1",
            rule="crowd",
            incident_kind=IncidentKind("crowding"),
            place=HERE,
            severity=Severity.MODERATE,
            urgency=Urgency.EXPECTED,
            certainty=Certainty.OBSERVED,
            observed_at=self.clock.now(),
            error_ms=40.0,
            measurements={"count": 5.0},
            traceparent="00-00000000000000000000000000000001-0000000000000001-01",
        )
        return replace(plain, **changes)

    def send_event(self, *events: Event, agent: str = "box-1", **changes):
        """One message with `events` (or one event made of `changes`)."""
        return self.send_items(
            *[OutboxItem(seq=0, content=e) for e in events or (self.event(**changes),)], agent=agent
        )

    def send_items(self, *items: OutboxItem, agent: str = "box-1"):
        numbered = []
        for item in items:
            self._seqs[agent] = self._seqs.get(agent, 0) + 1
            numbered.append(replace(item, seq=self._seqs[agent]))
        return self.submit(BatchReceived(agent=agent, incarnation=7, items=tuple(numbered)))

    def report_verification(
        self, verdict: VerificationVerdict, incident=None, agent: str = "box-1", reason: str = ""
    ):
        """The camera's answer to the verification that is open."""
        verification = (incident or self.incident()).verification
        answer = VerificationResult(
            request=verification.request,
            incident=(incident or self.incident()).incident,
            source=verification.source,
            verdict=verdict,
            reason=reason,
            observed_s=60.0,
            measurements={},
            answered_at=self.clock.now(),
        )
        return self.send_items(OutboxItem(seq=0, content=answer), agent=agent)

    # what crews, operators and the city do

    def press(
        self,
        unit: str,
        action: CrewAction,
        *,
        order: str = "",
        assignment_number: int | None = None,
        reason: str = "",
        reason_class: RefusalClass | None = None,
        request: str = "",
        **said: object,
    ) -> Reply:
        """`said`: further fields of the answer."""
        self._requests += 1
        known = self.state.roster.units.get(unit)
        order = order or (known.order or "" if known else "")
        answer = CrewAnswer(
            request=request or f"press-{self._requests}",
            unit=unit,
            order=order,
            assignment_number=assignment_number
            if assignment_number is not None
            else known.assignment_number
            if known
            else 0,
            action=action,
            reason=reason,
            reason_class=reason_class,
            **said,
        )
        return next(
            c
            for c in self.submit(CrewAnswered(answer=answer, principal=CREW))
            if isinstance(c, Reply)
        )

    def say(self, unit: str, verb: UnitVerb, *, by=CREW, **said) -> Reply:
        """What a crew, or somebody else, says or does about a unit."""
        self._requests += 1
        action = UnitAction(
            request=f"say-{self._requests}", operator="", unit=unit, verb=verb, **said
        )
        commands = self.submit(UnitActed(action=action, principal=by))
        return next(c for c in commands if isinstance(c, Reply))

    def work_through(self, unit: str) -> None:
        for action in (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH):
            assert self.press(unit, action).done

    def act(
        self,
        verb: OperatorVerb,
        *,
        operator: str = "Li Na",
        incident: str = "",
        reason: str = "",
        unit: str | None = None,
        preempt: bool = False,
        request: str = "",
        confirmed: bool = True,
        recipient=None,
        **said: object,
    ) -> Reply:
        """Whoever ends an incident has looked, whatever a source still sees. `said`: further fields
        of the action."""
        self._requests += 1
        action = OperatorAction(
            request=request or f"act-{self._requests}",
            operator=operator,
            incident=incident or self.incident().incident,
            verb=verb,
            reason=reason,
            unit=unit,
            confirmed=confirmed,
            **said,
            preempt=preempt,
        )
        principal = unauthenticated(operator, Role.OPERATOR)
        acted = OperatorActed(action=action, principal=principal, recipient=recipient)
        return next(c for c in self.submit(acted) if isinstance(c, Reply))

    def request_step(
        self,
        step: OrderStep,
        order: str = "o-1",
        *,
        unit: str = "riverside-1",
        version: int = 1,
        ttl_s: float = 10.0,
        **where,
    ) -> OrderAnswer | None:
        """A step that the city requests; the answer that goes up, if the step has one."""
        self._positions += 1
        incident = where.pop("incident", None) or (
            self.incident().incident if self.state.incidents else "inc-elsewhere-1"
        )
        task = Task(
            incident=incident,
            incident_district=where.pop("incident_district", "riverside"),
            slot=where.pop("slot", f"{incident}.1"),
            slot_version=version,
            kind=IncidentKind("crowding"),
            severity=Severity.MODERATE,
            place=where.pop("place", HERE),
            traceparent="",
        )
        request = OrderRequest(
            order=order,
            step=step,
            plan="plan-1",
            unit=unit,
            unit_district=where.pop("unit_district", "riverside"),
            task=task,
            ttl_s=ttl_s,
            message=where.pop("message", None),
        )
        commands = self.submit(CityLetterReceived(position=self._positions, letter=request))
        answers = self.posted(OrderAnswer, commands)
        assert len(answers) == (step not in (OrderStep.CORRECT, OrderStep.MESSAGE))
        return answers[0] if answers else None

    def relay_progress(self, stage: OrderStage, order="o-1", unit="oldtown-1", **more: object):
        """The city relays how far a foreign crew is."""
        self._positions += 1
        progress = OrderProgress(
            order=order,
            unit=unit,
            unit_district="oldtown",
            incident=self.incident().incident,
            incident_district="riverside",
            stage=stage,
            at=self.clock.now(),
            **more,
        )
        return self.submit(CityLetterReceived(position=self._positions, letter=progress))

    # what came of it

    def incident(self, name: str | None = None):
        """The only incident, or the named one."""
        if name is not None:
            return self.state.incidents[name]
        (only,) = self.state.incidents.values()
        return only

    def unit(self, name: str):
        return self.state.roster.units[name]

    def order_of(self, unit: str):
        return self.state.roster.orders[self.unit(unit).order]

    def posted(self, kind: type, commands=None):
        return [
            c.letter
            for c in (commands if commands is not None else self.last)
            if isinstance(c, Post) and isinstance(c.letter, kind)
        ]

    def letters(self, to: str = "city"):
        return self.store.letters(to=to, after=0, limit=100_000)

    def reports(self):
        return [
            canonical_json.decode(letter.payload, IncidentReport)
            for letter in self.letters()
            if letter.kind == "incident_report"
        ]

    def assert_one_live_order_a_unit(self) -> None:
        """Law 3, from the orders themselves."""
        live = [
            o.unit
            for o in self.state.roster.orders.values()
            if o.stage in ("reserved", "issued", "accepted", "en_route", "on_scene")
        ]
        assert len(live) == len(set(live)), live
        for unit in self.state.roster.units.values():
            assert (unit.order in self.state.roster.orders) if unit.order else unit.unit not in live

    def assert_slots_have_one_live_order(self) -> None:
        """A slot has one live order or a declared extra: own live orders per slot, beyond the one
        it names, are among the retaken.
        """
        for order in self.state.roster.orders.values():
            incident = self.state.incidents.get(order.task.incident)
            live = ("issued", "accepted", "en_route", "on_scene")
            if incident is None or order.stage not in live:
                continue
            named = {s.order for s in incident.slots} | set(incident.retaken)
            assert order.order in named, (order, incident.slots)

    def open_slots(self):
        return [s for s in self.incident().slots if s.state is SlotState.OPEN]


@pytest.fixture
def scenario():
    return DistrictScenario()


@pytest.fixture
def new_scenario():
    """For property tests, where one fixture would live through all examples."""
    return DistrictScenario
