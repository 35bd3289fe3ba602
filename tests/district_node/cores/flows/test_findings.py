"""What a crew finds at the scene: nothing, what was reported, or something worse."""

import pytest
from called_people import start_paged

from citybrain.domain.console import UnitVerb
from citybrain.domain.order import FoundNeed, OrderProgress
from citybrain.domain.page import Channel
from citybrain.vocabulary import (
    CrewAction,
    Disposition,
    Finding,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    OrderStep,
    Phase,
    Severity,
    SlotState,
    UnitState,
    VerificationVerdict,
)
from district_node.cores.incidents.incident import waits_for
from district_node.cores.incidents.limits import FOUND_SLOTS
from district_node.paging.policy import PagingSetup, Person, Policy, Step
from district_node.playbook import EscalationRule

PUMP = (FoundNeed(capability="pump"),)
FOUND, FINISH = CrewAction.FOUND, CrewAction.FINISH


@pytest.fixture
def at_scene(scenario):
    """A patrol at the scene; a pump is free."""
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", "pump"))
    scenario.send_event()
    for press in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        scenario.press("riverside-1", press)
    return scenario


def said(incident):
    return [line.reason for line in incident.history if line.code == "found"]


@pytest.mark.parametrize("press", [FOUND, FINISH])
def test_nothing_here_handles_it_and_the_camera_is_asked(at_scene, press):
    assert at_scene.press("riverside-1", press, finding=Finding.NOTHING_HERE).done
    incident = at_scene.incident()
    assert (incident.stage, waits_for(incident)) == (IncidentStage.HANDLED, "camera")
    assert said(incident) == ["nothing_here"]
    at_scene.report_verification(VerificationVerdict.CLEAR)
    assert at_scene.incident().disposition is Disposition.FALSE_ALARM, "its camera still saw it"


def test_nothing_here_any_more_is_gone(at_scene):
    at_scene.send_event(phase=Phase.END)
    at_scene.press("riverside-1", FINISH, finding=Finding.NOTHING_HERE)
    at_scene.report_verification(VerificationVerdict.CLEAR)
    assert at_scene.incident().disposition is Disposition.GONE


def test_nothing_here_that_the_camera_still_sees_is_a_persons_to_decide(at_scene):
    at_scene.press("riverside-1", FINISH, finding=Finding.NOTHING_HERE)
    at_scene.report_verification(VerificationVerdict.STILL)
    incident = at_scene.incident()
    assert (incident.stage, waits_for(incident)) == (IncidentStage.HANDLED, "person")
    assert at_scene.act(OperatorVerb.VERIFY, reason="a statue").done
    assert at_scene.incident().disposition is Disposition.FALSE_ALARM


def test_as_reported_and_mended_is_fixed(at_scene):
    assert at_scene.press("riverside-1", FOUND, finding=Finding.AS_REPORTED).done
    assert at_scene.unit("riverside-1").state is UnitState.ON_SCENE, "its order goes on"
    at_scene.press("riverside-1", FINISH)
    at_scene.report_verification(VerificationVerdict.CLEAR)
    assert at_scene.incident().disposition is Disposition.FIXED


def test_worse_asks_for_a_pump_which_is_sent_and_raises_the_severity_one_step(at_scene):
    assert at_scene.press("riverside-1", FOUND, finding=Finding.WORSE, needs=PUMP).done
    incident = at_scene.incident()
    assert [(s.capability, s.state, s.unit) for s in incident.slots] == [
        ("patrol", SlotState.CONFIRMED, "riverside-1"),
        ("pump", SlotState.CONFIRMED, "riverside-2"),
    ]
    assert incident.severity is Severity.SEVERE
    assert said(incident) == ["worse:pump*1"]


def test_what_a_crew_calls_worse_stays_so_when_its_camera_calms_down(at_scene):
    at_scene.press("riverside-1", FOUND, finding=Finding.WORSE)
    at_scene.wait(1)
    at_scene.send_event(phase=Phase.UPDATE, severity=Severity.SEVERE)
    at_scene.wait(1)
    at_scene.send_event(phase=Phase.UPDATE, severity=Severity.MINOR)
    assert at_scene.incident().severity is Severity.SEVERE


def test_saying_it_twice_sends_one_pump_and_finishing_keeps_the_case_open_for_it(at_scene):
    for _ in range(2):
        at_scene.press("riverside-1", FOUND, finding=Finding.WORSE, needs=PUMP)
    at_scene.press("riverside-1", FINISH, finding=Finding.WORSE, needs=PUMP)
    incident = at_scene.incident()
    assert incident.stage is IncidentStage.WORKING
    assert [slot.capability for slot in incident.slots] == ["patrol", "pump"]
    assert incident.severity is Severity.SEVERE
    at_scene.work_through("riverside-2")
    assert at_scene.incident().stage is IncidentStage.HANDLED


def test_a_slip_of_a_thumb_does_not_order_a_city_out(at_scene):
    many = (FoundNeed(capability="pump", quantity=1_000_000),)
    assert at_scene.press("riverside-1", FOUND, finding=Finding.WORSE, needs=many).done
    incident = at_scene.incident()
    assert len(incident.slots) == FOUND_SLOTS.value
    assert any(line.code == "found_needs_cut" for line in incident.history)


def test_a_playbook_may_leave_the_severity_as_it_is(scenario):
    from citybrain.structs import replace
    from district_node.playbooks.load import load_playbooks

    calm = tuple(replace(p, escalates=EscalationRule(worse_raises=False)) for p in load_playbooks())
    scenario.start(scenario.a_unit("riverside-1"), playbooks=calm).send_event()
    for press in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        scenario.press("riverside-1", press)
    scenario.press("riverside-1", FOUND, finding=Finding.WORSE)
    assert scenario.incident().severity is Severity.MODERATE


def test_a_crew_that_finds_worse_what_was_closed_meanwhile_opens_it_again(at_scene):
    at_scene.act(OperatorVerb.CLOSE, reason="it is over")
    assert at_scene.press("riverside-1", FOUND, finding=Finding.WORSE, needs=PUMP).done
    incident = at_scene.incident()
    assert incident.stage not in (IncidentStage.CLOSED, IncidentStage.HANDLED)
    assert "pump" in {slot.capability for slot in incident.slots}


@pytest.mark.parametrize(
    ("press", "given", "reason"),
    [
        (FOUND, {}, "no_finding"),
        (CrewAction.CANNOT, {"finding": Finding.WORSE, "reason": "x"}, "finding_elsewhere"),
        (FOUND, {"finding": Finding.NOTHING_HERE, "needs": PUMP}, "needs_without_worse"),
        (FOUND, {"finding": Finding.WORSE, "needs": PUMP * 9}, "too_many_needs"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words_and_changes_nothing(
    at_scene, press, given, reason
):
    before = at_scene.state
    reply = at_scene.press("riverside-1", press, **given)
    assert (reply.done, reply.reason) == (False, reason)
    assert reply.detail
    assert (at_scene.state.incidents, at_scene.state.roster) == (before.incidents, before.roster)


def test_what_is_there_is_said_at_the_scene(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    reply = scenario.press("riverside-1", FOUND, finding=Finding.NOTHING_HERE)
    assert (reply.done, reply.reason) == (False, "stage:issued")


def test_it_survives_a_crash_after_every_step(scenario):
    scenario.crashing = True
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2", "pump"))
    scenario.send_event()
    for press in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        scenario.press("riverside-1", press)
    scenario.press("riverside-1", FINISH, finding=Finding.WORSE, needs=PUMP)
    scenario.work_through("riverside-2")
    assert scenario.incident().stage is IncidentStage.HANDLED


def test_what_another_districts_crew_finds_counts_alike_and_once(scenario):
    scenario.start(scenario.a_unit("riverside-2", "pump")).send_event()
    where = {"unit": "oldtown-1", "unit_district": "oldtown"}
    for step in (OrderStep.CLAIM, OrderStep.CLAIM_CONFIRMED):
        scenario.request_step(step, ttl_s=60, **where)
    scenario.relay_progress(OrderStage.ON_SCENE)
    for _ in range(2):
        scenario.relay_progress(OrderStage.ON_SCENE, finding=Finding.WORSE, needs=PUMP)
    incident = scenario.incident()
    assert [slot.capability for slot in incident.slots] == ["patrol", "pump"]
    assert said(incident) == ["worse:pump*1"]


def test_a_crews_findings_for_another_district_go_to_the_city(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    foreign = {"unit": "riverside-1", "incident": "inc-oldtown-1", "incident_district": "oldtown"}
    for step in (OrderStep.RESERVE, OrderStep.ISSUE):
        scenario.request_step(step, ttl_s=60, **foreign)
    for press in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        scenario.press("riverside-1", press)
    scenario.press("riverside-1", FOUND, finding=Finding.WORSE, needs=PUMP)
    (letter,) = scenario.posted(OrderProgress)
    assert (letter.stage, letter.finding, letter.needs) == (
        OrderStage.ON_SCENE,
        Finding.WORSE,
        PUMP,
    )


DIVING = (FoundNeed(capability="diving"),)


def asks_for(scenario, needs):
    assert scenario.press("riverside-1", FOUND, finding=Finding.WORSE, needs=needs).done


def lines(scenario, code):
    return [line.reason for line in scenario.incident().history if line.code == code]


def test_what_no_unit_of_the_district_can_do_is_asked_of_the_city_at_once_and_said(at_scene):
    asks_for(at_scene, (*PUMP, *DIVING))
    places = {slot.capability: slot for slot in at_scene.incident().slots}
    assert (places["diving"].state, places["diving"].from_city) == (SlotState.OPEN, True)
    assert places["pump"].state is SlotState.CONFIRMED
    assert lines(at_scene, "no_unit_can") == ["diving"]
    assert waits_for(at_scene.incident()) == "city"


def test_where_the_city_sends_nobody_either_a_person_is_told_and_decides(at_scene):
    asks_for(at_scene, DIVING)
    at_scene.wait(200)
    incident = at_scene.incident()
    assert lines(at_scene, "nobody_comes") == ["diving"]
    assert (incident.stage, waits_for(incident)) == (IncidentStage.WORKING, "person")
    at_scene.press("riverside-1", FINISH)
    at_scene.wait(10_000)
    assert lines(at_scene, "nobody_comes") == ["diving"], "it is said once"
    assert at_scene.act(OperatorVerb.CLOSE, reason="divers of the navy were here").done


def test_while_nobody_comes_a_person_may_send_another_crew_once_who_was_there_has_left(at_scene):
    asks_for(at_scene, DIVING)
    at_scene.wait(200)
    refused = at_scene.act(OperatorVerb.ASSIGN, unit="riverside-1")
    assert not refused.done, "it is there already"
    at_scene.press("riverside-1", FINISH)
    assert at_scene.act(OperatorVerb.ASSIGN, unit="riverside-1").done
    places = [(slot.capability, slot.state) for slot in at_scene.incident().slots]
    assert places == [
        ("patrol", SlotState.SERVED),
        ("diving", SlotState.OPEN),
        ("patrol", SlotState.CONFIRMED),
    ]
    again = at_scene.act(OperatorVerb.ASSIGN, unit="riverside-2")
    assert (again.done, again.reason) == (False, "no_fitting_slot")


def test_when_the_city_sends_somebody_after_all_nobody_has_to_decide(at_scene):
    asks_for(at_scene, DIVING)
    at_scene.wait(200)
    slot = next(slot for slot in at_scene.incident().slots if slot.capability == "diving")
    at_scene.request_step(
        OrderStep.CLAIM, unit="oldtown-1", unit_district="oldtown", slot=slot.slot
    )
    assert waits_for(at_scene.incident()) == "city"


def test_a_unit_that_is_only_busy_or_off_duty_is_waited_for(at_scene):
    at_scene.say("riverside-2", UnitVerb.OFF_DUTY)
    asks_for(at_scene, PUMP)
    assert not lines(at_scene, "no_unit_can")


def test_who_had_acknowledged_it_is_called_anew_when_nobody_comes(scenario):
    step, chen = Step(people=("chen",)), Person(person="chen", name="Chen", channels=(Channel.SMS,))
    policy = Policy(policy="urgent", steps=(step,), severities=(Severity.SEVERE,))
    start_paged(
        scenario,
        scenario.a_unit("riverside-1"),
        paging=PagingSetup(people=(chen,), policies=(policy,)),
    )
    scenario.send_event(severity=Severity.SEVERE)
    for press in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        scenario.press("riverside-1", press)
    assert scenario.act(OperatorVerb.ACKNOWLEDGE).done
    asks_for(scenario, DIVING)
    scenario.wait(20)
    assert len(scenario.incident().paging.pages) == 1
    scenario.wait(200)
    paging = scenario.incident().paging
    assert [page.person for page in paging.pages] == ["chen", "chen"]
    assert not paging.acknowledged_by
    line = next(line for line in reversed(scenario.incident().history) if line.code == "paged")
    assert line.reason == "Chen"
