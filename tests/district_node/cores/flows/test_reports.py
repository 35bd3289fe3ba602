"""A person or a foreign system reports: a case is opened, worked and closed without a camera."""

import pytest

from citybrain import permissions
from citybrain.domain.event import VerificationRequest
from citybrain.domain.principal import Principal, Role, unauthenticated
from citybrain.kinds import UNKNOWN_KIND
from citybrain.permissions import MAY, Permission
from citybrain.vocabulary import (
    Certainty,
    IncidentStage,
    OperatorVerb,
    Phase,
    Severity,
    VerificationVerdict,
)
from district_node.cores.incidents.contribution import (
    Episode,
    PersonReport,
    SourceType,
    VerificationMethod,
    contribution_key,
    source_type,
)
from district_node.cores.incidents.incident import AgentVerification, waits_for
from district_node.limits import CONTRIBUTIONS


def method_of(scenario):
    return scenario.incident().verification.method


def test_a_phone_call_opens_a_case_that_a_crew_works_and_a_call_back_closes(scenario, reports):
    scenario.start(scenario.a_unit("riverside-1"))
    reply = reports()
    incident = scenario.incident()
    assert (reply.done, reply.subject) == (True, incident.incident)
    assert incident.stage is IncidentStage.DISPATCHED
    (contribution,) = incident.contributions.values()
    assert isinstance(contribution, PersonReport) and contribution.text == "a crowd at the gate"
    scenario.work_through("riverside-1")
    asked = scenario.incident()
    assert (asked.stage, method_of(scenario)) == (
        IncidentStage.HANDLED,
        VerificationMethod.CALL_BACK,
    )
    assert (asked.verification.contact, waits_for(asked)) == ("555 0100", "person")
    assert not scenario.posted(VerificationRequest), "there is no camera to ask"
    assert scenario.act(OperatorVerb.VERIFY, reason="called back: gone").done
    assert scenario.incident().stage is IncidentStage.CLOSED
    assert scenario.incident().history[-1].actor == "Li Na"


def test_nobody_can_be_called_back_without_a_contact(scenario, reports):
    scenario.start(scenario.a_unit("riverside-1"))
    reports(contact="")
    scenario.work_through("riverside-1")
    assert method_of(scenario) is VerificationMethod.NAMED_PERSON


def test_a_call_back_that_nobody_made_in_time_is_overdue_in_the_history(scenario, reports):
    scenario.start(scenario.a_unit("riverside-1"))
    reports()
    scenario.work_through("riverside-1")
    scenario.wait(3_600)
    assert [e.reason for e in scenario.incident().history if e.code == "overdue"] == [
        "verify_clock"
    ]
    assert scenario.incident().stage is IncidentStage.HANDLED


def test_the_same_request_is_one_report_and_gets_the_same_answer(scenario, reports):
    scenario.start()
    first, again = reports(request="r"), reports(request="r")
    assert first == again
    assert scenario.incident().events == 1


@pytest.mark.parametrize(
    "other",
    [{"text": "a fire"}, {"kind": "loitering"}, {"by": unauthenticated("Wang", Role.OPERATOR)}],
)
def test_another_report_under_a_request_that_was_used_is_refused_and_not_swallowed(
    scenario, reports, other
):
    scenario.start()
    first = reports(request="1")
    second = reports(request="1", **other)
    assert (second.done, second.reason, second.subject) == (False, "request_reused", "")
    assert scenario.incident().events == 1
    assert reports(request="1") == first, "the first is answered as before"
    assert reports(request="2", **other).done


def test_a_report_joins_what_a_camera_sees_and_the_camera_is_asked(scenario, reports):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    reports()
    incident = scenario.incident()
    assert [source_type(c) for c in incident.contributions.values()] == [
        SourceType.CAMERA,
        SourceType.PERSON,
    ]
    scenario.work_through("riverside-1")
    assert isinstance(scenario.incident().verification, AgentVerification)
    scenario.report_verification(VerificationVerdict.CLEAR)
    assert scenario.incident().stage is IncidentStage.CLOSED


def test_a_case_that_a_person_reported_is_not_over_because_a_camera_sees_nothing(scenario, reports):
    scenario.start()
    scenario.send_event()
    reports()
    scenario.send_event(phase=Phase.END)
    scenario.wait(600)
    assert scenario.incident().stage is IncidentStage.OPENED, "a crew goes there all the same"


@pytest.mark.parametrize("seen", ["before", "after"])
def test_a_report_reopens_only_what_was_seen_after_the_closing(scenario, reports, seen):
    scenario.start(scenario.a_unit("riverside-1"))
    reports()
    scenario.work_through("riverside-1")
    before_closing = scenario.clock.now()
    scenario.wait(10)
    assert scenario.act(OperatorVerb.VERIFY, reason="called back").done
    scenario.wait(10)
    reports(observed_at=before_closing if seen == "before" else None)
    expected = IncidentStage.CLOSED if seen == "before" else IncidentStage.DISPATCHED
    assert scenario.incident().stage is expected


def test_what_was_seen_tomorrow_was_seen_now(scenario, reports):
    scenario.start()
    reports(observed_at=scenario.clock.now() + 86_400_000_000)
    assert scenario.incident().last_observed_at == scenario.clock.now()


def test_a_report_of_an_unknown_kind_is_a_case_for_a_person(scenario, reports):
    scenario.start(scenario.a_unit("riverside-1"))
    assert reports(kind="crowdng").done
    incident = scenario.incident()
    assert (incident.kind, incident.reported_kind, waits_for(incident)) == (
        UNKNOWN_KIND,
        "crowdng",
        "person",
    )
    assert [clock.name for clock in incident.clocks] == ["handle"]


def test_many_episodes_do_not_displace_the_person_who_would_be_called_back(scenario, reports):
    scenario.start()
    reports(contact="555 0100")
    reports(contact="")
    for number in range(CONTRIBUTIONS.value * 3):
        scenario.send_event(episode=f"episode-{number}")
    for number in range(CONTRIBUTIONS.value * 3):
        scenario.send_event(episode=f"episode-{number}", phase=Phase.END)
    incident = scenario.incident()
    assert len(incident.contributions) <= CONTRIBUTIONS.value
    contacts = [c.contact for c in incident.contributions.values() if isinstance(c, PersonReport)]
    assert "555 0100" in contacts
    scenario.wait(600)
    assert scenario.incident().stage is IncidentStage.OPENED, "it does not clear by itself"


def test_reports_are_bounded_and_episodes_go_first(scenario, reports):
    scenario.start()
    scenario.send_event()
    scenario.send_event(phase=Phase.END)
    for number in range(CONTRIBUTIONS.value + 10):
        reports(request=f"many-{number}")
    incident = scenario.incident()
    assert len(incident.contributions) <= CONTRIBUTIONS.value
    assert incident.contribution_count == CONTRIBUTIONS.value + 11
    assert not any(isinstance(c, Episode) for c in incident.contributions.values())
    assert all(contribution_key(c) == key for key, c in incident.contributions.items())


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        (Principal(name="Li Na", roles=()), "not_permitted"),
        (unauthenticated(" ", Role.OPERATOR), "unnamed"),
    ],
)
def test_who_may_not_report_is_refused_and_nothing_changes(scenario, reports, by, reason):
    scenario.start()
    reply = reports(by=by)
    assert (reply.done, reply.reason) == (False, reason)
    assert not len(scenario.state.incidents)


def test_the_table_of_permissions_is_asked(scenario, reports, monkeypatch):
    scenario.start()
    only_crews = {**MAY, Permission.REPORT: frozenset({Role.CREW})}
    monkeypatch.setattr(permissions, "MAY", only_crews)
    assert reports().reason == "not_permitted"
    assert reports(by=unauthenticated("riverside-1", Role.CREW)).done


def test_every_step_survives_a_crash(scenario, reports):
    scenario.crashing = True
    test_a_phone_call_opens_a_case_that_a_crew_works_and_a_call_back_closes(scenario, reports)


def test_what_a_person_reported_is_not_put_aside_by_a_clock(scenario, reports):
    scenario.start()
    reports(certainty=Certainty.UNLIKELY)
    assert scenario.incident().stage is IncidentStage.REPORTED
    scenario.wait(86_400)
    incident = scenario.incident()
    assert (incident.stage, waits_for(incident)) == (IncidentStage.REPORTED, "person")
    assert [e.reason for e in incident.history if e.code == "overdue"] == ["confirm_clock"]


def test_a_report_that_joins_is_in_the_history_by_whoever_took_it(scenario, reports):
    scenario.start()
    scenario.send_event()
    reports(by=unauthenticated("Wang", Role.OPERATOR))
    assert [
        (e.actor, e.reason) for e in scenario.incident().history if e.code == ("report_joined")
    ] == [("Wang", "reporter_citizen")]


def test_a_callers_words_and_number_leave_the_district_in_no_letter(scenario, reports):
    scenario.start()
    reports(severity=Severity.SEVERE, text="my neighbour Wang", contact="555 0100")
    letters = b"".join(letter.payload for letter in scenario.letters())
    assert letters and scenario.reports()
    assert b"Wang" not in letters and b"0100" not in letters
