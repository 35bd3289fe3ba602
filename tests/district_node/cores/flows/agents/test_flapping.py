"""A camera or sensor that changes too often: one case, one order at most, and a person looks."""

import pytest

from citybrain.decider.command import Post
from citybrain.domain.event import VerificationRequest
from citybrain.structs import replace
from citybrain.vocabulary import (
    IncidentStage,
    OperatorVerb,
    OrderStage,
    Phase,
    Severity,
    VerificationVerdict,
)
from district_node.cores.incidents.incident import waits_for
from district_node.playbook import SilenceRule, StabilityRule
from district_node.playbooks.load import load_playbooks


def begin(scenario, **changes):
    """A crew of which nobody expects an answer, so that the source alone decides."""
    calm = SilenceRule(depart_s=1e6, late_s=1e6, free_s=0.0)
    playbooks = tuple(
        replace(book, clocks=replace(book.clocks, accept_s=1e6), silence=calm, **changes)
        for book in load_playbooks()
    )
    return scenario.start(scenario.a_unit("riverside-1"), playbooks=playbooks)


def change(scenario, number, **event):
    """The alarm begins (odd) or ends (even), as one episode after the other."""
    phase = Phase.START if number % 2 else Phase.END
    scenario.send_event(phase=phase, episode=f"e{(number + 1) // 2}", **event)


def flap(scenario, times, *, every_s, first=1):
    """The alarm changes `times` times; its camera answers "clear" whenever it is asked."""
    for number in range(first, first + times):
        change(scenario, number)
        scenario.wait(every_s)
        answer_clear(scenario)


def answer_clear(scenario):
    asked = [c.letter for c in scenario.last if isinstance(c, Post)]
    if any(isinstance(letter, VerificationRequest) for letter in asked):
        scenario.report_verification(VerificationVerdict.CLEAR)


def lines(scenario, code):
    return [line for line in scenario.incident().history if line.code == code]


@pytest.mark.parametrize("every_s", [5, 30, 70, 170])
def test_twelve_changes_of_one_alarm_are_one_case_and_one_order(scenario, every_s):
    begin(scenario)
    flap(scenario, 12, every_s=every_s)
    incident = scenario.incident()
    assert len(scenario.state.roster.orders) == 1
    assert len(lines(scenario, "reopened")) <= 1, "once, for a person to look at it"
    assert len(lines(scenario, "unstable")) == 1
    assert (waits_for(incident), bool(incident.unstable)) == ("person", True)
    assert incident.stage in (IncidentStage.DISPATCHED, IncidentStage.REOPENED)


def test_an_order_that_is_out_is_not_withdrawn_by_what_changes_too_often(scenario):
    begin(scenario)
    flap(scenario, 12, every_s=10)
    assert scenario.order_of("riverside-1").stage is OrderStage.ISSUED
    assert len(scenario.incident().history) < 10, "nothing was said again and again"


def test_the_city_gets_a_report_that_a_case_is_unstable_and_that_it_is_no_more(scenario):
    begin(scenario)
    flap(scenario, 3, every_s=5)
    assert scenario.reports()[-1].unstable
    scenario.wait(200)
    assert not scenario.reports()[-1].unstable


def test_what_comes_to_rest_and_is_there_is_worked_on(scenario):
    begin(scenario)
    flap(scenario, 3, every_s=70)
    assert scenario.incident().stage is IncidentStage.REOPENED
    assert scenario.unit("riverside-1").order is None
    scenario.wait(180)
    assert not scenario.incident().unstable
    assert scenario.incident().stage is IncidentStage.DISPATCHED
    assert [line.reason for line in lines(scenario, "stable")] == ["still"]


def test_what_comes_to_rest_and_is_over_is_verified_and_closed(scenario):
    begin(scenario)
    flap(scenario, 4, every_s=5)
    scenario.wait(180)
    assert [line.reason for line in lines(scenario, "stable")] == ["clear"]
    scenario.wait(60)
    assert scenario.incident().stage is IncidentStage.HANDLED
    scenario.report_verification(VerificationVerdict.CLEAR)
    assert scenario.incident().stage is IncidentStage.CLOSED
    scenario.crash()


def test_its_severity_is_kept_and_one_that_is_graver_counts(scenario):
    begin(scenario)
    flap(scenario, 4, every_s=5)
    change(scenario, 5, severity=Severity.MINOR)
    assert scenario.incident().severity is Severity.MODERATE
    change(scenario, 7, severity=Severity.SEVERE)
    assert scenario.incident().severity is Severity.SEVERE


def test_it_does_not_open_what_is_only_reported(scenario):
    patient = tuple(replace(book, opens=replace(book.opens, events=2)) for book in load_playbooks())
    scenario.start(scenario.a_unit("riverside-1"), playbooks=patient)
    flap(scenario, 3, every_s=5)
    assert scenario.incident().stage is IncidentStage.REPORTED
    scenario.wait(180)
    assert scenario.incident().stage is IncidentStage.DISPATCHED


def test_what_a_crew_has_seen_to_and_comes_back_is_no_flapping(scenario):
    begin(scenario)
    change(scenario, 1)
    scenario.work_through("riverside-1")
    change(scenario, 2)
    scenario.report_verification(VerificationVerdict.CLEAR)
    assert scenario.incident().stage is IncidentStage.CLOSED
    scenario.wait(10)
    change(scenario, 3)
    assert not scenario.incident().unstable
    assert scenario.incident().stage is IncidentStage.DISPATCHED


def test_many_objects_that_come_and_go_at_once_are_no_change_while_one_is_there(scenario):
    begin(scenario)
    for number in range(12):
        scenario.send_event(phase=Phase.START, episode=f"e{number}")
        if number:
            scenario.send_event(phase=Phase.END, episode=f"e{number - 1}")
    assert not scenario.incident().unstable


def test_another_camera_goes_on_as_ever_beside_one_that_is_unstable(scenario):
    begin(scenario)
    scenario.send_event(source="cam-2", rule="other", episode="steady", agent="box-2")
    flap(scenario, 4, every_s=5)
    scenario.work_through("riverside-1")
    asked = scenario.incident().verification
    assert (asked.agent, asked.source) == ("box-2", "cam-2")


def test_an_unstable_source_alone_is_not_asked_whether_it_is_over(scenario):
    begin(scenario)
    flap(scenario, 3, every_s=5)
    scenario.work_through("riverside-1")
    assert scenario.incident().verification is None
    assert waits_for(scenario.incident()) == "person"
    change(scenario, 4)
    scenario.wait(180)
    assert scenario.incident().verification is not None, "stable again, it is asked"


def test_a_person_may_send_a_crew_to_it(scenario):
    begin(scenario)
    flap(scenario, 3, every_s=70)
    assert scenario.act(OperatorVerb.ASSIGN, unit="riverside-1").done
    assert scenario.order_of("riverside-1").stage is OrderStage.ISSUED
    flap(scenario, 3, every_s=30, first=4)
    assert scenario.order_of("riverside-1").stage is OrderStage.ISSUED
    assert len(scenario.state.roster.orders) == 2


def test_what_begins_after_a_person_closed_it_reopens_it_as_ever(scenario):
    begin(scenario)
    flap(scenario, 4, every_s=30)
    assert scenario.act(OperatorVerb.CLOSE, reason="a cable in the wind").done
    scenario.wait(1)
    change(scenario, 5)
    assert (scenario.incident().stage, scenario.incident().unstable) == (
        IncidentStage.DISPATCHED,
        (),
    )


def test_the_numbers_are_the_playbook_s(scenario):
    begin(scenario, stability=StabilityRule(changes=5, window_s=60.0, stable_s=30.0))
    flap(scenario, 4, every_s=10)
    assert not scenario.incident().unstable
    change(scenario, 5)
    assert scenario.incident().unstable
    scenario.wait(31)
    assert not scenario.incident().unstable


def test_changes_that_lie_further_apart_than_the_window_are_none(scenario):
    begin(scenario)
    flap(scenario, 6, every_s=310)
    assert not lines(scenario, "unstable")


def test_a_kill_in_between_forgets_nothing(scenario):
    scenario.crashing = True
    begin(scenario)
    flap(scenario, 7, every_s=40)
    assert len(scenario.state.roster.orders) == 1
