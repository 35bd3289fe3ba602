"""What operators and the duty officer do with what their consoles show."""

from citybrain.clock import Timestamp, later
from citybrain.domain.console import Outcome, QueueEntry, UnitVerb
from citybrain.domain.incident import IncidentReport
from citybrain.domain.plan import Plan, PlanStage
from citybrain.domain.unit import UnitReport
from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import (
    Certainty,
    IncidentStage,
    OperatorVerb,
    Severity,
    UnitState,
    Urgency,
)
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.people.indecision import REOPEN_DELAY_S
from citysim.sim.people.operator_session import OperatorSession
from citysim.sim.people.operators import Officer, Operator, Screen, handle_queue, review_plans

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


def actions_over_time(rows, *, units=(), seconds, is_clear=lambda report: True):
    """(second, action) of everything that the operator does."""
    operator, done, screen = Operator(name="ann"), [], Screen(queue=rows, units=units)
    for second in range(seconds + 1):
        operator, actions = handle_queue(operator, screen, later(T0, second), is_clear)
        done.extend((second, action) for action in actions)
    return done


def test_a_report_is_read_before_it_is_opened():
    done = actions_over_time([row()], seconds=8, is_clear=lambda report: False)
    assert done[0][0] == 6
    assert done[0][1].verb is OperatorVerb.OPEN and done[0][1].operator == "ann"


def test_a_report_of_what_is_no_longer_there_is_rejected_with_a_reason():
    (_, action), *_ = actions_over_time([row()], seconds=6)
    assert action.verb is OperatorVerb.REJECT and action.reason


def test_what_no_camera_can_verify_is_verified_by_a_person_by_name():
    for stage in (IncidentStage.HANDLED, IncidentStage.VERIFIED):
        (second, action), *_ = actions_over_time([row(stage)], seconds=30)
        assert second == 25 and action.verb is OperatorVerb.VERIFY


def test_an_incident_that_is_not_in_order_is_reopened():
    (_, action), *_ = actions_over_time(
        [row(IncidentStage.HANDLED)], seconds=25, is_clear=lambda report: False
    )
    assert action.verb is OperatorVerb.OPEN


def test_an_incident_that_waits_for_a_camera_or_a_crew_is_left_alone():
    rows = [
        row(IncidentStage.HANDLED, "camera"),
        row(IncidentStage.OPENED, "crew"),
        row(IncidentStage.CLOSED, ""),
    ]
    assert actions_over_time(rows, seconds=60) == []


def test_what_no_crew_is_sent_to_is_closed_by_name_once_somebody_found_it_in_order():
    rows = [row(IncidentStage.OPENED)]
    assert actions_over_time(rows, seconds=60, is_clear=lambda report: False) == []
    (second, action), *_ = actions_over_time(rows, seconds=30)
    assert (second, action.verb, action.operator) == (25, OperatorVerb.CLOSE, "ann")
    assert action.reason


def a_unit(name, *, lost=()):
    return UnitReport(
        unit=name,
        district="a",
        name=name,
        capabilities=("pump",),
        state=UnitState.AVAILABLE,
        place=PLACE,
        speed_mps=8.0,
        order=None,
        assignment_number=0,
        at=T0,
        lost_capabilities=lost,
    )


def test_a_unit_that_can_do_nothing_is_not_sent_to_what_needs_somebody():
    rows, broken = [row(IncidentStage.OPENED)], a_unit("a-1", lost=("pump",))
    units = (broken, a_unit("a-2"))
    sent = actions_over_time(rows, units=units, seconds=30, is_clear=lambda report: False)
    assert {action.unit for _, action in sent} == {"a-2"}
    assert not actions_over_time(rows, units=units[:1], seconds=30, is_clear=lambda report: False)


def test_what_was_deferred_is_taken_up_again_after_a_while_whatever_it_is_like_there():
    for is_clear in (True, False):
        (second, action), *_ = actions_over_time(
            [row(IncidentStage.DEFERRED)], seconds=60, is_clear=lambda report, c=is_clear: c
        )
        assert (second, action.verb, action.operator) == (60, OperatorVerb.OPEN, "ann")


def test_what_was_deferred_rests_for_longer_than_whoever_deferred_it_takes_to_think_again():
    assert Operator(name="ann").review_s > REOPEN_DELAY_S[1]


def test_what_a_restored_district_shows_as_deferred_once_more_is_taken_up_once_more():
    """A backup that was made before the incident was taken up: the queue entry of then is back."""
    deferred, opened = row(IncidentStage.DEFERRED), row(IncidentStage.OPENED, "crew")
    operator, taken_up = Operator(name="ann"), []
    for second in range(300):
        shown = opened if 100 <= second < 200 else deferred
        now = later(T0, second)
        operator, actions = handle_queue(operator, Screen((shown,), ()), now, lambda report: True)
        taken_up += [second for action in actions if action.verb is OperatorVerb.OPEN]
    assert [taken_up[0], taken_up[-1]] == [60, 299]
    assert [second for second in taken_up if second >= 100] == list(range(260, 300))


def test_an_action_has_the_same_request_until_the_entry_changes():
    actions = [action for _, action in actions_over_time([row()], seconds=12)]
    assert len(actions) > 3 and len({action.request for action in actions}) == 1
    (_, other), *_ = actions_over_time([row(changed_at=later(T0, 1))], seconds=6)
    assert other.request != actions[0].request


def test_an_entry_that_left_the_queue_is_forgotten():
    operator, _ = handle_queue(Operator(name="ann"), Screen([row()], ()), T0, lambda report: True)
    operator, _ = handle_queue(operator, Screen([], ()), later(T0, 1), lambda report: True)
    assert not operator.seen


def test_the_officer_reads_and_issues_and_rejects_some():
    plans = [plan(f"p-{i}") for i in range(200)]
    operator, early = review_plans(
        Officer(name="bo", reject_share=0.1),
        [*plans, plan("old", PlanStage.ISSUED)],
        T0,
    )
    assert early == ()
    _, actions = review_plans(operator, plans, later(T0, 4))
    assert len(actions) == 200
    rejected = [action for action in actions if not action.issue]
    assert 8 < len(rejected) < 40 and all(action.reason for action in rejected)


def test_a_session_polls_periodically_and_goes_on_when_a_call_is_lost():
    loop, acted, lost = VirtualTimeLoop(), [], [True]

    async def act(action):
        if lost:
            lost.pop()
            raise RpcError("UNAVAILABLE", "lost", retry=True)
        acted.append((loop.time(), action.verb))
        return Outcome(request=action.request, done=True)

    def decide(operator, screen, now):
        return handle_queue(operator, screen, now, lambda report: False)

    screens = [None, Screen([row()], ())]
    session = OperatorSession(
        Operator(name="ann"),
        loop=loop,
        read_screen=lambda: screens[loop.time() > 12.0],
        decide=decide,
        act=act,
    )
    task = loop.create_task(session.run())
    loop.run_until(40.0)
    task.cancel()
    loop.run_until(41.0)
    assert acted[0] == (
        30.0,
        OperatorVerb.OPEN,
    )  # no screen until 12, polled at 15, read at 21, lost at 25
    assert loop.unhandled == []


def unit(name, state=UnitState.AVAILABLE, assignment_number=1):
    return UnitReport(
        unit=name,
        district="a",
        name=name,
        capabilities=("crowd_control",),
        state=state,
        place=PLACE,
        speed_mps=8.0,
        order=None,
        assignment_number=assignment_number,
        at=T0,
    )


def visit(*units, is_clear):
    waiting = [row(IncidentStage.OPENED)]
    return actions_over_time(waiting, units=units, seconds=26, is_clear=lambda report: is_clear)


def test_what_no_playbook_sends_a_crew_to_gets_one_by_hand():
    done = visit(unit("u-1", UnitState.OUT_OF_SERVICE), unit("u-2"), is_clear=False)
    assert [second for second, _ in done] == [25, 26], "until the queue entry changes"
    assert {(action.verb, action.unit) for _, action in done} == {(OperatorVerb.ASSIGN, "u-2")}
    assert len({action.request for _, action in done}) == 1


def test_a_unit_that_had_another_order_meanwhile_is_asked_for_anew():
    requests = {
        visit(unit("u-1", assignment_number=n), is_clear=False)[0][1].request for n in (1, 2)
    }
    assert len(requests) == 2


def test_where_nobody_is_free_it_waits_and_what_is_in_order_is_closed_by_name():
    assert visit(unit("u-1", UnitState.ON_SCENE), is_clear=False) == []
    (_, action), *_ = visit(is_clear=True)
    assert action.verb is OperatorVerb.CLOSE and action.reason


def test_an_operator_takes_its_order_from_a_crew_that_is_overdue():
    late = replace(unit("u-1", UnitState.EN_ROUTE), order="o-1", overdue="arrive")
    operator, screen = Operator(name="op"), Screen(queue=(), units=(late, unit("u-2")))
    operator, actions = handle_queue(operator, screen, T0, lambda _: False)
    assert actions == ()
    _, (release,) = handle_queue(operator, screen, later(T0, operator.walk_s), lambda _: False)
    assert (release.unit, release.verb) == ("u-1", UnitVerb.RELEASE)
