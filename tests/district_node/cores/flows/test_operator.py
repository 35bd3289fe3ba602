"""What an operator may do, verb by verb, and how a refusal reads."""

import re

import pytest

from citybrain.decider.command import Notice
from citybrain.kinds import UNKNOWN_KIND
from citybrain.structs import replace
from citybrain.vocabulary import (
    Certainty,
    CrewAction,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    OrderStep,
    Severity,
    SlotState,
    UnitState,
    VerificationVerdict,
)
from district_node.cores.flows.verbs.words import CANNOT, STAGES, UNIT_STATES, stage_refusal
from district_node.cores.incidents.incident import waits_for
from district_node.inputs import CityLinkChanged
from district_node.playbook import EscalationRule
from district_node.playbooks.load import load_playbooks


def test_an_incident_of_a_kind_without_a_playbook_opens_with_a_clock_for_a_person(scenario):
    scenario.start(scenario.a_unit("riverside-1", "patrol")).send_event(incident_kind="crowdd")
    incident = scenario.incident()
    assert (incident.kind, incident.reported_kind) == (UNKNOWN_KIND, "crowdd")
    assert (incident.stage, waits_for(incident)) == (IncidentStage.OPENED, "person")
    assert [clock.name for clock in incident.clocks] == ["handle"]
    said = [entry.reason for entry in incident.history if entry.code == "unknown_kind"]
    assert said == ["no_playbook:crowdd:crowding"]
    notices = [c.detail for c in scenario.last if isinstance(c, Notice)]
    assert "no playbook crowdd: did you mean crowding?" in notices
    assert scenario.act(OperatorVerb.ASSIGN, unit="riverside-1").done
    assert scenario.incident().stage is IncidentStage.DISPATCHED
    scenario.work_through("riverside-1")
    assert (scenario.incident().stage, waits_for(scenario.incident())) == (
        IncidentStage.HANDLED,
        "camera",
    )
    assert scenario.act(OperatorVerb.VERIFY, reason="it flew away").done


def test_two_kinds_that_no_playbook_knows_are_two_incidents(scenario):
    scenario.start().send_event(incident_kind="flying_saucer")
    scenario.send_event(incident_kind="sea_serpent", rule="other", episode="e2")
    assert sorted(i.reported_kind for i in scenario.state.incidents.values()) == [
        "flying_saucer",
        "sea_serpent",
    ]


def test_assign_sends_the_unit_that_the_operator_chose_however_far(scenario):
    scenario.start(scenario.a_unit("riverside-1", metres=50_000))
    scenario.send_event()
    assert scenario.incident().escalated, "too far for the playbook"
    assert scenario.act(OperatorVerb.ASSIGN, unit="riverside-1").done
    assert scenario.incident().slots[0].unit == "riverside-1"


def test_a_busy_unit_is_not_assigned_twice(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.send_event(source="cam-9", episode="far", place=scenario.near(5000), agent="box-2")
    second = max(scenario.state.incidents.keys())
    refused = scenario.act(OperatorVerb.ASSIGN, incident=second, unit="riverside-1")
    assert (refused.done, refused.reason) == (False, "busy")
    assert "Riverside-1" in refused.detail


@pytest.mark.parametrize(
    ("unit", "capability", "reason"),
    [("riverside-9", "patrol", "no_such_unit"), ("riverside-1", "pump", "no_fitting_slot")],
)
def test_a_unit_that_does_not_fit_is_refused_with_the_reason(scenario, unit, capability, reason):
    scenario.start(scenario.a_unit("riverside-1", capability))
    scenario.send_event()
    assert scenario.act(OperatorVerb.ASSIGN, unit=unit).reason == reason


def test_a_claim_whose_time_is_not_over_is_not_taken_from_the_city(scenario):
    scenario.start(scenario.a_unit("riverside-1", "patrol", metres=50_000))
    scenario.send_event()
    scenario.request_step(OrderStep.CLAIM, ttl_s=10, unit="oldtown-1", unit_district="oldtown")
    assert scenario.act(OperatorVerb.ASSIGN, unit="riverside-1").reason == "no_open_slot"
    scenario.clock.advance(11)
    assert scenario.act(OperatorVerb.ASSIGN, unit="riverside-1").done
    slot = scenario.incident().slots[0]
    assert (slot.state, slot.version, slot.unit) == (SlotState.CONFIRMED, 2, "riverside-1")
    assert scenario.incident().retaken == ("o-1",)


def test_closing_calls_the_crew_back_and_carries_the_name(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    assert scenario.act(OperatorVerb.CLOSE).reason == "no_reason"
    assert scenario.act(OperatorVerb.CLOSE, reason="gone").done
    assert scenario.unit("riverside-1").state is UnitState.AVAILABLE
    order = next(scenario.state.roster.orders.values())
    assert order.stage is OrderStage.WITHDRAWN
    assert {line.actor for line in scenario.incident().history if line.code == "closed"} == {
        "Li Na"
    }


def test_a_crew_on_the_scene_is_not_called_back_and_may_finish(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    for action in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        scenario.press("riverside-1", action)
    scenario.act(OperatorVerb.CLOSE, reason="gone")
    assert scenario.unit("riverside-1").state is UnitState.ON_SCENE
    assert scenario.press("riverside-1", CrewAction.FINISH).done
    assert scenario.incident().stage is IncidentStage.CLOSED
    assert scenario.unit("riverside-1").state is UnitState.AVAILABLE


def test_what_a_stage_does_not_allow_is_refused_and_changes_nothing(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    before = scenario.incident()
    refused = scenario.act(OperatorVerb.DEFER, reason="a shadow")
    assert (refused.done, refused.reason) == (False, "stage:dispatched")
    assert refused.detail == (
        "The case has a crew on its way: it cannot be put aside. That is for what is open and has"
        " no crew."
    )
    assert scenario.incident() == before


def test_deferring_stops_the_clocks_and_opening_resumes_the_incident(scenario):
    scenario.start()
    scenario.send_event()
    assert scenario.act(OperatorVerb.DEFER, reason="waits for the owner").done
    assert scenario.incident().clocks == ()
    assert len(scenario.state.open_slots) == 0
    scenario.wait(4000)
    assert scenario.incident().stage is IncidentStage.DEFERRED
    assert scenario.act(OperatorVerb.OPEN).done
    assert scenario.incident().stage is IncidentStage.OPENED
    assert len(scenario.state.open_slots) == 1


def test_opening_what_is_handled_starts_another_round(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.work_through("riverside-1")
    scenario.report_verification(VerificationVerdict.STILL)
    assert scenario.act(OperatorVerb.OPEN, reason="still there").done
    assert scenario.incident().stage is IncidentStage.DISPATCHED
    assert scenario.order_of("riverside-1").assignment_number == 2


def test_escalating_asks_the_city_for_what_is_open(scenario):
    scenario.start(city=True)
    scenario.send_event(certainty=Certainty.UNLIKELY)
    assert scenario.act(OperatorVerb.ESCALATE).reason == "stage:reported"


def test_a_refused_assign_does_not_open_what_is_reported(scenario):
    scenario.start(scenario.a_unit("tanker", "pump"))
    scenario.send_event(certainty=Certainty.UNLIKELY)
    before = scenario.incident()
    refused = scenario.act(OperatorVerb.ASSIGN, unit="tanker")
    assert refused.detail == ("Tanker can do pump, and the case needs patrol. Send another unit.")
    assert (scenario.incident(), before.stage) == (before, IncidentStage.REPORTED)


def test_a_unit_that_fits_two_places_is_assigned_to_the_rarer_one(scenario):
    scenario.start(
        scenario.a_unit("patrol", metres=50_000),
        scenario.a_unit("rescue", "patrol", "pump", metres=50_000),
    )
    scenario.send_event(incident_kind="waterlogging", severity=Severity.SEVERE)
    assert scenario.act(OperatorVerb.ASSIGN, unit="rescue").done
    assert [s.capability for s in scenario.incident().slots if s.unit == "rescue"] == ["pump"]


def test_a_unit_that_lets_another_one_fill_the_open_place_is_assigned(scenario):
    scenario.start(
        scenario.a_unit("rescue", "patrol", "pump", metres=50_000),
        scenario.a_unit("tanker", "pump", metres=50_000),
        scenario.a_unit("patrol", "patrol", metres=50_000),
    )
    scenario.send_event(incident_kind="waterlogging", severity=Severity.SEVERE)
    for unit in ("tanker", "rescue"):
        assert scenario.act(OperatorVerb.ASSIGN, unit=unit).done
    scenario.press("tanker", CrewAction.CANNOT, reason="flat tyre")
    assert scenario.act(OperatorVerb.ASSIGN, unit="patrol").done
    assert {s.capability: s.unit for s in scenario.incident().slots} == {
        "patrol": "patrol",
        "pump": "rescue",
    }


def test_escalating_where_there_was_never_a_city_says_that_nobody_would_be_asked(scenario):
    scenario.start(city=False).send_event()
    refused = scenario.act(OperatorVerb.ESCALATE)
    assert (refused.done, refused.reason) == (False, "no_city")


def test_escalating_what_the_city_was_asked_for_already_is_refused(scenario):
    scenario.start().send_event()
    assert scenario.incident().escalated, "nobody of the district can go"
    lines = len(scenario.incident().history)
    assert scenario.act(OperatorVerb.ESCALATE).reason == "already_escalated"
    assert len(scenario.incident().history) == lines


def test_escalating_while_the_link_is_down_says_that_the_request_waits(scenario):
    patient = tuple(
        replace(book, escalates=EscalationRule(after_s=600.0)) for book in load_playbooks()
    )
    scenario.start(playbooks=patient)
    scenario.submit(CityLinkChanged(up=False))
    scenario.send_event()
    first = scenario.act(OperatorVerb.ESCALATE)
    assert (first.done, first.reason) == (True, "queued")
    assert first.detail == (
        "The link to the city is down: it gets the request when the link is up again."
    )
    again = scenario.act(OperatorVerb.ESCALATE)
    assert (again.done, again.reason) == (False, "already_escalated")
    assert "the link to it is up again" in again.detail


def test_every_stage_and_state_has_an_operator_s_words_in_refusals():
    assert set(STAGES) == set(IncidentStage)
    assert set(UNIT_STATES) == set(UnitState)
    for stage in IncidentStage:
        for verb in CANNOT:
            assert not re.search(r"[_']|\b[A-Z]{2,}", stage_refusal(stage, verb))


def test_escalating_what_no_playbook_names_a_need_for_is_refused(scenario):
    scenario.start(city=True).send_event(incident_kind="flying_saucer")
    assert scenario.act(OperatorVerb.ESCALATE).reason == "no_open_slot"
    assert not scenario.incident().escalated


def test_the_same_request_twice_acts_once_and_answers_the_same(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    first = scenario.act(OperatorVerb.CLOSE, reason="gone", request="r-1")
    lines = len(scenario.incident().history)
    assert scenario.act(OperatorVerb.CLOSE, reason="gone", request="r-1") == first
    assert len(scenario.incident().history) == lines


def test_an_unknown_incident_is_refused_by_name(scenario):
    scenario.start()
    refused = scenario.act(OperatorVerb.CLOSE, incident="inc-elsewhere-1", reason="x")
    assert refused.reason == "no_such_incident"
    assert "inc-elsewhere-1" in refused.detail


def severe(scenario, **changes):
    """Another case, far away and more severe; its name."""
    before = set(scenario.state.incidents)
    scenario.send_event(
        source="cam-9",
        episode="far",
        rule="far",
        place=scenario.near(5000),
        agent="box-2",
        severity=Severity.EXTREME,
        **changes,
    )
    (name,) = set(scenario.state.incidents) - before
    return name


def test_a_crew_on_its_way_is_taken_for_a_graver_case_when_that_is_asked_for_twice(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    minor, grave = scenario.incident(), severe(scenario)
    state = scenario.state
    first = scenario.act(OperatorVerb.ASSIGN, incident=grave, unit="riverside-1")
    assert (first.done, first.reason) == (False, "preempts")
    assert first.detail == (
        f"Riverside-1 has an order ({minor.number}, Moderate), which would wait for another crew."
        " Ask again to take it from there."
    )
    assert scenario.state.roster == state.roster
    second = scenario.act(OperatorVerb.ASSIGN, incident=grave, unit="riverside-1", preempt=True)
    assert second.done
    assert scenario.order_of("riverside-1").task.incident == grave
    assert scenario.unit("riverside-1").assignment_number == 2
    assert scenario.incident(minor.incident).stage is IncidentStage.OPENED
    assert scenario.incident(minor.incident).slots[0].state is SlotState.OPEN
    scenario.assert_one_live_order_a_unit()
    scenario.assert_slots_have_one_live_order()


def test_a_crew_is_never_taken_from_the_scene_nor_for_a_case_that_is_no_graver(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    minor, grave = scenario.incident().incident, severe(scenario)
    for action in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        scenario.press("riverside-1", action)
    assign = {"unit": "riverside-1", "preempt": True}
    assert scenario.act(OperatorVerb.ASSIGN, incident=grave, **assign).reason == "busy"
    scenario.press("riverside-1", CrewAction.FINISH)
    assert scenario.order_of("riverside-1").task.incident == grave
    scenario.act(OperatorVerb.OPEN, incident=minor)
    assert scenario.act(OperatorVerb.ASSIGN, incident=minor, **assign).reason == "busy"


def test_an_order_of_the_city_is_not_taken_by_an_operator(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    for step in (OrderStep.RESERVE, OrderStep.ISSUE):
        scenario.request_step(step, incident="inc-far-1", incident_district="oldtown")
    grave = severe(scenario)
    refused = scenario.act(OperatorVerb.ASSIGN, incident=grave, unit="riverside-1", preempt=True)
    assert (refused.done, refused.reason) == (False, "busy")
