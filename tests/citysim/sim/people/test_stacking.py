"""The operator who says what busy crews do next, where nobody is free."""

from citybrain.clock import Timestamp, later
from citybrain.domain.console import QueueEntry
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.vocabulary import (
    Certainty,
    IncidentStage,
    OperatorVerb,
    Severity,
    SlotState,
    UnitState,
    Urgency,
)
from citysim.sim.people.operators import Screen
from citysim.sim.people.stacking import plan_next

T0 = Timestamp(1_750_000_000_000_000)
PLACE = Point(lat=30.66, lon=104.06)
CASES = range(40)  # some of them are among the share


def unit(name="u-1", order=None, capability="patrol"):
    state = UnitState.AVAILABLE if order is None else UnitState.EN_ROUTE
    return UnitReport(
        unit=name,
        district="a",
        name=name,
        capabilities=(capability,),
        state=state,
        place=PLACE,
        speed_mps=8.0,
        order=order,
        assignment_number=0,
        at=T0,
    )


def row(number, *, state=SlotState.OPEN, order=None, next_units=()):
    slot = SlotReport(
        slot=f"i-{number}.1",
        capability="patrol",
        version=1,
        state=state,
        deadline=later(T0, 60),
        from_city=False,
        order=order,
        unit=None,
    )
    report = IncidentReport(
        incident=f"i-{number}",
        district="a",
        kind="crowding",
        stage=IncidentStage.OPENED,
        severity=Severity.MINOR,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.POSSIBLE,
        place=PLACE,
        opened_at=T0,
        changed_at=T0,
        escalated=False,
        slots=(slot,),
        traceparent="",
        events=1,
        extra=0,
    )
    return QueueEntry(
        report=report,
        priority=1.0,
        clocks=(),
        history=(),
        evidence=None,
        source="",
        rule="",
        waits_for="crew",
        next_units=dict.fromkeys([slot.slot], "u-1") if next_units else {},
    )


def done(*units, **of_rows):
    screen = Screen(
        queue=(), units=units, waiting=tuple(row(number, **of_rows) for number in CASES)
    )
    assert plan_next("ann", screen) == plan_next("ann", screen)
    return plan_next("ann", screen)


def test_a_share_of_the_cases_that_nobody_is_free_for_is_what_a_busy_crew_does_next():
    given = done(unit(order="o-1"), unit("u-2", "o-2", "pump"))
    assert 0 < len(given) < len(CASES)
    assert {(a.verb, a.unit, a.next) for a in given} == {(OperatorVerb.ASSIGN, "u-1", True)}
    assert len({a.request for a in given}) == len(given)


def test_nothing_is_given_where_somebody_is_free_or_nobody_could():
    assert done(unit(order="o-1"), unit("u-2")) == ()
    assert done(unit(order="o-1", capability="pump")) == ()
    assert done(unit(order="o-1"), state=SlotState.CONFIRMED, order="o-9") == ()


def test_some_of_what_was_given_is_taken_back():
    taken = done(unit(order="o-1"), next_units=("u-1",))
    assert 0 < len(taken) < len(CASES) / 2
    assert {(a.verb, a.unit, a.next) for a in taken} == {(OperatorVerb.UNASSIGN, "u-1", False)}
