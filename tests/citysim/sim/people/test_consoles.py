"""What operators and the duty officer do with what their desks show."""

from citybrain.clock import Timestamp, later
from citybrain.domain.console import CitySnapshot, DistrictSnapshot, Outcome, QueueEntry
from citybrain.domain.incident import IncidentReport
from citybrain.domain.plan import Plan, PlanStage
from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.vocabulary import Certainty, IncidentStage, OperatorVerb, Severity, Urgency
from citysim.sim.loop import SimLoop
from citysim.sim.people.consoles import Officer, Operator, officiate, operate
from citysim.sim.people.sitting import Sitting

T0 = Timestamp(1_750_000_000_000_000)
PLACE = Point(lat=30.66, lon=104.06)


def row(stage=IncidentStage.REPORTED, waits_for="person", incident="i-1", changed_at=T0):
    report = IncidentReport(
        incident=incident,
        district="a",
        kind="crowding",
        stage=stage,
        severity=Severity.MINOR,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.POSSIBLE,
        place=PLACE,
        opened_at=T0,
        changed_at=changed_at,
        escalated=False,
        slots=(),
        traceparent="",
        events=1,
    )
    return QueueEntry(
        report=report,
        priority=1.0,
        clocks=(),
        history=(),
        evidence=None,
        source="c",
        rule="r",
        waits_for=waits_for,
    )


def snapshot(*rows):
    return DistrictSnapshot(
        district="a",
        name="A",
        centre=PLACE,
        at=T0,
        rows=rows,
        units=(),
        agents=(),
        links=(),
        counts={},
    )


def plan(name, stage=PlanStage.PROPOSED):
    return Plan(
        plan=name,
        stage=stage,
        made_at=T0,
        world_version=1,
        planner="in-process",
        solver="greedy",
        cost=1.0,
        bound=1.0,
        solve_ms=1.0,
        orders=(),
    )


def city_snapshot(*plans):
    return CitySnapshot(
        at=T0,
        districts=(),
        incidents=(),
        units=(),
        plans=plans,
        drives=(),
        planner="in-process",
        planner_because="",
        counts={},
    )


def over_time(shown, *, seconds, is_clear=lambda report: True, mind=None):
    """What the operator wishes, second by second."""
    mind, wished = mind or Operator(name="ann"), []
    for second in range(seconds + 1):
        mind, wishes = operate(mind, shown, later(T0, second), is_clear)
        wished.extend((second, wish) for wish in wishes)
    return wished


def test_a_report_is_read_before_it_is_opened():
    wished = over_time(snapshot(row()), seconds=8, is_clear=lambda report: False)
    assert wished[0][0] == 6
    assert wished[0][1].verb is OperatorVerb.OPEN and wished[0][1].operator == "ann"


def test_a_report_of_what_is_no_longer_there_is_rejected_with_a_reason():
    (_, wish), *_ = over_time(snapshot(row()), seconds=6)
    assert wish.verb is OperatorVerb.REJECT and wish.reason


def test_what_no_camera_sees_somebody_goes_to_see_and_says_by_name():
    for stage in (IncidentStage.HANDLED, IncidentStage.VERIFIED):
        (second, wish), *_ = over_time(snapshot(row(stage)), seconds=30)
        assert second == 25 and wish.verb is OperatorVerb.VERIFY


def test_what_is_not_in_order_is_opened_again():
    (_, wish), *_ = over_time(
        snapshot(row(IncidentStage.HANDLED)), seconds=25, is_clear=lambda report: False
    )
    assert wish.verb is OperatorVerb.OPEN


def test_what_waits_for_a_camera_or_a_crew_is_left_alone():
    rows = snapshot(
        row(IncidentStage.HANDLED, "camera"),
        row(IncidentStage.OPENED, "crew"),
        row(IncidentStage.CLOSED, ""),
    )
    assert over_time(rows, seconds=60) == []


def test_a_wish_is_the_same_request_until_the_row_changes():
    wishes = [wish for _, wish in over_time(snapshot(row()), seconds=12)]
    assert len(wishes) > 3 and len({wish.request for wish in wishes}) == 1
    (_, other), *_ = over_time(snapshot(row(changed_at=later(T0, 1))), seconds=6)
    assert other.request != wishes[0].request


def test_what_is_gone_from_the_desk_is_forgotten():
    mind, _ = operate(Operator(name="ann"), snapshot(row()), T0, lambda report: True)
    mind, _ = operate(mind, snapshot(), later(T0, 1), lambda report: True)
    assert not mind.seen


def test_the_officer_reads_and_issues_and_rejects_some():
    plans = [plan(f"p-{i}") for i in range(200)]
    mind, early = officiate(
        Officer(name="bo", reject_share=0.1),
        city_snapshot(*plans, plan("old", PlanStage.ISSUED)),
        T0,
    )
    assert early == ()
    _, keys = officiate(mind, city_snapshot(*plans), later(T0, 4))
    assert len(keys) == 200
    rejected = [key for key in keys if not key.issue]
    assert 8 < len(rejected) < 40 and all(key.reason for key in rejected)


def test_whoever_sits_there_looks_every_so_often_and_goes_on_when_a_call_is_lost():
    loop, acted, lost = SimLoop(), [], [True]

    async def act(action):
        if lost:
            lost.pop()
            raise RpcError("UNAVAILABLE", "lost", retry=True)
        acted.append((loop.time(), action.verb))
        return Outcome(request=action.request, done=True)

    def step(mind, shown, now):
        return operate(mind, shown, now, lambda report: False)

    screens = [None, snapshot(row())]
    sitting = Sitting(
        Operator(name="ann"), loop=loop, see=lambda: screens[loop.time() > 12.0], step=step, act=act
    )
    task = loop.create_task(sitting.run())
    loop.run_until(40.0)
    task.cancel()
    loop.run_until(41.0)
    assert acted[0] == (
        30.0,
        OperatorVerb.OPEN,
    )  # dark until 12, seen at 15, read at 21 and lost at 25
    assert loop.faults == []
