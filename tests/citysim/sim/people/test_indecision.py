"""What an indecisive operator does with what the console shows, and what it reopens."""

import pytest

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.domain.console import QueueEntry
from citybrain.domain.incident import IncidentReport
from citybrain.domain.unit import UnitReport
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
from citysim.sim.people.indecision import (
    ACTION_SHARE,
    CASEWORK,
    POSSIBLE_VERBS,
    REOPEN_DELAY_S,
    IndecisiveOperator,
    decide_indecisively,
    with_reopening,
)
from citysim.sim.people.operators import Screen
from citysim.sim.random_streams import RandomStreams

T0 = Timestamp(1_750_000_000_000_000)
PLACE = Point(lat=30.66, lon=104.06)
REOPENED_VERBS = (OperatorVerb.CLOSE, OperatorVerb.DEFER, OperatorVerb.VERIFY)
POLLS = 400
INDECISIVE = IndecisiveOperator(name="ann", is_indecisive=True)
IDLE = IndecisiveOperator(name="ann")


def row(stage=IncidentStage.OPENED, incident="i-1", changed_at=T0):
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
        waits_for="person",
    )


def unit(name, state=UnitState.AVAILABLE, order=None):
    return UnitReport(
        unit=name,
        district="a",
        name=name,
        capabilities=("patrol",),
        state=state,
        place=PLACE,
        speed_mps=8.0,
        order=order,
        assignment_number=0,
        at=T0,
    )


def screen(*rows, units=()):
    return Screen(queue=rows, units=units)


def clear(report):
    return True


def not_clear(report):
    return False


def poll(screen_, *, is_clear=not_clear, seed=1, seconds=POLLS, operator=INDECISIVE):
    """(second, action) at one poll a second; the operator is the same at every poll."""
    rng = RandomStreams(seed).named("indecision")
    return [
        (second, action)
        for second in range(seconds)
        for action in decide_indecisively(operator, screen_, later(T0, second), is_clear, rng)[1]
    ]


def moves(*arguments, **named):
    """As `poll`, without casework: what moves a case or sends somebody."""
    return [action for _, action in poll(*arguments, **named) if action.verb not in CASEWORK]


def pending_reopenings(screen_, *, is_clear=not_clear):
    """(time, actions, when each incident is reopened) of many polls with nothing pending before."""
    rng = RandomStreams(1).named("indecision")
    for second in range(POLLS):
        now = later(T0, second)
        operator, actions = decide_indecisively(INDECISIVE, screen_, now, is_clear, rng)
        yield now, actions, operator.reopen_at


def reopen_at(*incidents, due_s=10.0, is_indecisive=False):
    operator = replace(IDLE, is_indecisive=is_indecisive)
    for incident in incidents:
        operator = with_reopening(operator, incident, later(T0, due_s))
    return operator


def reopened(operator, screen_, seconds, is_clear=not_clear):
    """(the operator after so many seconds, the incidents that it reopens then)."""
    operator, actions = decide_indecisively(
        operator, screen_, later(T0, seconds), is_clear, RandomStreams(1).named("indecision")
    )
    assert {action.verb for action in actions} <= {OperatorVerb.OPEN}
    return operator, [action.incident for action in actions]


def test_an_idle_operator_does_nothing_and_draws_no_random_number():
    assert IDLE.is_idle
    rng = RandomStreams(1).named("indecision")
    before = rng.getstate()
    assert decide_indecisively(IDLE, screen(row(), units=(unit("u-1"),)), T0, not_clear, rng) == (
        IDLE,
        (),
    )
    assert rng.getstate() == before


def test_an_operator_that_is_indecisive_or_has_to_reopen_is_not_idle():
    assert not INDECISIVE.is_idle
    assert not reopen_at("i-1").is_idle


def test_an_incident_is_reopened_when_due_and_not_before():
    shown = screen(row(IncidentStage.CLOSED))
    operator, early = reopened(reopen_at("i-1"), shown, 9.9)
    assert early == []
    assert reopened(operator, shown, 10.0)[1] == ["i-1"]


def test_an_incident_is_reopened_after_the_indecision_too():
    assert reopened(reopen_at("i-1", is_indecisive=False), screen(row(IncidentStage.CLOSED)), 11.0)[
        1
    ] == ["i-1"]


def test_only_pending_incidents_are_reopened():
    shown = screen(
        row(IncidentStage.CLOSED, "i-1"),
        row(IncidentStage.CLOSED, "i-2"),
        row(IncidentStage.CLOSED, "i-3"),
    )
    assert reopened(reopen_at("i-1", "i-3"), shown, 11.0)[1] == ["i-1", "i-3"]


def test_a_reopening_has_the_same_request_until_the_entry_changes():
    shown = screen(row(IncidentStage.CLOSED))
    actions = [action for _, action in poll(shown, seconds=20, operator=reopen_at("i-1"))]
    assert len(actions) == 10 and len({action.request for action in actions}) == 1
    ((_, other),) = poll(
        screen(row(IncidentStage.CLOSED, changed_at=later(T0, 5))),
        seconds=11,
        operator=reopen_at("i-1"),
    )
    assert other.request != actions[0].request


@pytest.mark.parametrize(
    "stage", [IncidentStage.CLOSED, IncidentStage.VERIFIED, IncidentStage.OPENED]
)
def test_nothing_is_reopened_that_is_in_order(stage):
    operator, actions = reopened(reopen_at("i-1"), screen(row(stage)), 11.0, is_clear=clear)
    assert actions == []
    assert operator.is_idle


def test_nothing_is_reopened_that_left_the_queue():
    operator, actions = reopened(
        reopen_at("i-1", "i-2"), screen(row(IncidentStage.CLOSED, "i-2")), 5.0
    )
    assert actions == []
    assert set(operator.reopen_at) == {"i-2"}


def test_a_deferred_incident_is_reopened_though_it_is_in_order():
    """It rests whatever it is like there, until a person takes it up."""
    operator, actions = reopened(
        reopen_at("i-1"), screen(row(IncidentStage.DEFERRED)), 11.0, is_clear=clear
    )
    assert actions == ["i-1"]
    assert not operator.is_idle


def test_a_reopening_stays_pending_while_a_lost_close_may_still_arrive():
    operator, _ = reopened(reopen_at("i-1"), screen(row(IncidentStage.WORKING)), 11.0)
    assert set(operator.reopen_at) == {"i-1"}, "the close may still arrive"


def test_what_is_closed_verified_or_deferred_is_reopened_after_a_while():
    shown = screen(row(IncidentStage.OPENED, "i-1"), row(IncidentStage.HANDLED, "i-2"))
    verbs = set()
    for now, actions, pending in pending_reopenings(shown):
        expected = {action.incident for action in actions if action.verb in REOPENED_VERBS}
        verbs |= {action.verb for action in actions} & set(REOPENED_VERBS)
        assert set(pending) == expected
        assert all(
            REOPEN_DELAY_S[0] <= (due - now) / SECOND_US <= REOPEN_DELAY_S[1]
            for due in pending.values()
        )
    assert verbs == set(REOPENED_VERBS)


@pytest.mark.parametrize("is_clear", [clear, not_clear])
def test_nothing_is_rejected_because_nobody_could_reopen_it(is_clear):
    shown = screen(*(row(stage, f"i-{stage}") for stage in IncidentStage))
    verbs = [
        action.verb for seed in range(5) for _, action in poll(shown, seed=seed, is_clear=is_clear)
    ]
    assert len(verbs) > POLLS
    assert OperatorVerb.REJECT not in verbs


@pytest.mark.parametrize("stage", list(IncidentStage))
def test_everything_that_a_stage_allows_is_done_and_nothing_else(stage):
    verbs = {action.verb for action in moves(screen(row(stage)), is_clear=clear)}
    # of a department's case, and of what a crew does next, at any stage
    verbs -= {OperatorVerb.RETURN, OperatorVerb.UNASSIGN}
    assert verbs == set(POSSIBLE_VERBS.get(stage, (OperatorVerb.ESCALATE,)))


def test_the_operator_acts_at_its_share_of_polls():
    beside = {OperatorVerb.RETURN, OperatorVerb.UNASSIGN}
    actions = [a for _, a in poll(screen(row()), is_clear=clear) if a.verb not in beside]
    assert len(actions) == pytest.approx(ACTION_SHARE * POLLS, rel=0.15)


def test_with_an_empty_queue_there_is_nothing_to_do():
    assert poll(screen(units=(unit("u-1"),))) == []


def test_every_entry_is_chosen_now_and_then():
    shown = screen(*(row(incident=f"i-{number}") for number in range(5)))
    assert {action.incident for _, action in poll(shown)} == {f"i-{number}" for number in range(5)}


def test_an_assignment_names_a_free_unit():
    units = (
        unit("free"),
        unit("returning", UnitState.RETURNING),
        unit("reserved", UnitState.RESERVED, "o-1"),
        unit("busy", UnitState.EN_ROUTE, "o-2"),
        unit("promised", UnitState.AVAILABLE, "o-3"),
        unit("away", UnitState.OUT_OF_SERVICE),
    )
    actions = moves(screen(row(), units=units))
    assert {action.unit for action in actions if action.verb is OperatorVerb.ASSIGN} == {
        "free",
        "returning",
    }
    assert {action.unit for action in actions if action.verb is not OperatorVerb.ASSIGN} == {None}


def test_without_a_free_unit_an_assignment_would_take_a_busy_one_from_its_case():
    units = (unit("busy", UnitState.EN_ROUTE, "o-1"),)
    actions = [action for _, action in poll(screen(row(), units=units))]
    assigned = {(a.unit, a.preempt) for a in actions if a.verb is OperatorVerb.ASSIGN}
    assert assigned == {("busy", True)}
    nobody = [action for _, action in poll(screen(row()))]
    assert {a.unit for a in nobody if a.verb is OperatorVerb.ASSIGN} == {None}


def test_what_a_busy_unit_does_next_is_said_and_taken_back():
    rows = [replace(row(), report=replace(row().report, changed_at=n * 1_000)) for n in range(16)]
    shown = screen(*rows, units=(unit("busy", UnitState.EN_ROUTE, "o-1"), unit("free")))
    actions = [action for _, action in poll(shown)]
    assert {a.unit for a in actions if a.next} == {"busy"}
    assert not any(a.next and a.preempt for a in actions)
    assert any(a.verb is OperatorVerb.UNASSIGN for a in actions)


def test_cases_are_linked_to_one_another_and_apart_again():
    rows = [row(incident=f"i-{n}", changed_at=later(T0, n / 1_000)) for n in range(9)]
    linked = [a for _, a in poll(screen(*rows)) if a.verb is OperatorVerb.LINK]
    assert {a.other for a in linked} <= {"i-0", "i-1"}
    assert linked
    assert all(a.other != a.incident for a in linked)
    apart = [replace(one, caused_by="i-0") for one in rows]
    verbs = {a.verb for _, a in poll(screen(*apart))}
    assert OperatorVerb.UNLINK in verbs
    assert OperatorVerb.LINK not in verbs


def test_every_action_has_an_operator_and_a_reason():
    actions = [action for _, action in poll(screen(row()), is_clear=clear)]
    assert {action.operator for action in actions} == {"ann"}
    assert all(action.reason for action in actions)


def test_equal_actions_have_equal_requests_and_different_ones_different_requests():
    shown = screen(
        row(incident="i-1"), row(IncidentStage.HANDLED, "i-2"), units=(unit("u-1"), unit("u-2"))
    )
    actions = moves(shown)
    assert (
        len({action.request for action in actions})
        == len({(action.incident, action.verb, action.unit) for action in actions})
        > 6
    )


def test_at_every_stage_casework_is_done_and_each_piece_of_it_has_what_it_needs():
    shown = screen(
        *(row(stage, f"i-{stage}") for stage in IncidentStage), units=(unit("u-1"), unit("u-2"))
    )
    done = [action for _, action in poll(shown) if action.verb in CASEWORK]
    assert {action.verb for action in done} == set(CASEWORK)
    assert len({action.request for action in done}) == len(done)
    needed = {
        OperatorVerb.NOTE: "text",
        OperatorVerb.MESSAGE: "unit",
        OperatorVerb.SET_SEVERITY: "severity",
        OperatorVerb.RELOCATE: "place",
        OperatorVerb.RECLASSIFY: "kind",
        OperatorVerb.ATTACH: "upload",
    }
    assert all(getattr(action, needed[action.verb]) for action in done if action.verb in needed)


def test_the_same_random_stream_gives_the_same_actions_and_another_one_others():
    shown = screen(
        *(row(incident=f"i-{number}") for number in range(3)), units=(unit("u-1"), unit("u-2"))
    )
    assert poll(shown, seed=7) == poll(shown, seed=7)
    assert poll(shown, seed=7) != poll(shown, seed=8)
