"""A foreign case that its system describes again and again: what takes the place of what was said,
what is noted, and when it begins anew.
"""

import re

import pytest

from citybrain import canonical_json
from citybrain.clock import later
from citybrain.decider.command import DecisionContext
from citybrain.domain.principal import Role, unauthenticated
from citybrain.domain.report import ForeignCase, Report, Reporter
from citybrain.geo import Point
from citybrain.vocabulary import (
    IncidentStage,
    OperatorVerb,
    Severity,
)
from district_node.cores.decide import decide
from district_node.cores.incidents.contribution import (
    ForeignReport,
    VerificationMethod,
)
from district_node.inputs import ReportReceived

HERE = Point(lat=30.657, lon=104.086)  # of the scenario
HOTLINE = unauthenticated("hotline", Role.ADAPTER)


def method_of(scenario):
    return scenario.incident().verification.method


def test_a_foreign_case_is_one_contribution_however_often_its_system_describes_it(
    scenario, reports
):
    scenario.start(scenario.a_unit("riverside-1"))
    case = ForeignCase(system="hotline", case="4711", url="https://hotline.example/4711")
    first = reports(by=HOTLINE, case=case)
    again = reports(
        by=HOTLINE, case=case, text="more people now", severity=Severity.SEVERE,
        place=scenario.near(9_000),
    )  # fmt: skip
    assert first.subject == again.subject, "its number finds it, wherever it says that it is"
    incident = scenario.incident()
    (contribution,) = incident.contributions.values()
    assert isinstance(contribution, ForeignReport) and contribution.text == "more people now"
    assert (incident.severity, incident.contribution_count, incident.events) == (
        Severity.SEVERE,
        1,
        2,
    )
    scenario.work_through("riverside-1")
    assert method_of(scenario) is VerificationMethod.NAMED_PERSON
    scenario.wait(1)
    reports(by=HOTLINE, case=case, text="still open with us")
    assert scenario.incident().stage is IncidentStage.HANDLED, "it has seen nothing new"
    assert scenario.act(OperatorVerb.VERIFY, reason="seen").done


def report_of(case, *, request):
    return Report(
        request=request,
        taken_by=HOTLINE.name,
        reporter=Reporter.UNKNOWN,
        kind="crowding",
        place=HERE,
        text="",
        case=case,
    )


def changes_in(scenario):
    return [(e.actor, e.reason) for e in scenario.incident().history if e.code == "case_changed"]


def test_a_case_that_is_called_otherwise_is_noted_and_its_incident_keeps_its_kind(
    scenario, reports
):
    scenario.start(scenario.a_unit("riverside-1"))
    case = ForeignCase(system="hotline", case="4711")
    reports(by=HOTLINE, case=case)
    before = scenario.incident()
    reports(by=HOTLINE, case=case, kind="waterlogging", contact="555 0199")
    reports(by=HOTLINE, case=case, kind="waterlogging", text="the water rises")
    incident = scenario.incident()
    assert changes_in(scenario) == [("hotline/4711", "case_kind:waterlogging")], "once"
    kept = ("kind", "reported_kind", "playbook", "place", "stage", "slots")
    assert all(getattr(incident, name) == getattr(before, name) for name in kept)
    (contribution,) = incident.contributions.values()
    assert (contribution.kind, contribution.contact, contribution.text) == (
        "waterlogging",
        "555 0100",
        "the water rises",
    )


def test_a_case_that_is_elsewhere_now_is_noted_with_how_far_it_is(scenario, reports):
    scenario.start(scenario.a_unit("riverside-1"))
    case = ForeignCase(system="hotline", case="4711")
    reports(by=HOTLINE, case=case)
    reports(by=HOTLINE, case=case, place=scenario.near(20))
    assert changes_in(scenario) == [], "what is so near would have been joined"
    reports(by=HOTLINE, case=case, place=scenario.near(640))
    reports(by=HOTLINE, case=case, place=scenario.near(650))
    reports(by=HOTLINE, case=case)
    assert [reason for _, reason in changes_in(scenario)] == ["case_moved:640", "case_moved:0"]
    assert scenario.incident().place == scenario.near(0)


def test_a_case_described_as_less_grave_lowers_nothing(scenario, reports):
    scenario.start()
    case = ForeignCase(system="hotline", case="4711")
    reports(by=HOTLINE, case=case, severity=Severity.SEVERE)
    reports(by=HOTLINE, case=case, severity=Severity.MINOR)
    assert scenario.incident().severity is Severity.SEVERE


def test_after_a_mistake_the_case_begins_anew_as_it_is_described_then(scenario, reports):
    scenario.start()
    case = ForeignCase(system="hotline", case="4711")
    first = reports(by=HOTLINE, case=case)
    scenario.act(OperatorVerb.REJECT, reason="it is elsewhere")
    scenario.wait(5)
    again = reports(
        by=HOTLINE,
        case=case,
        kind="waterlogging",
        place=scenario.near(640),
        observed_at=scenario.clock.now(),
    )
    incident = scenario.incident(again.subject)
    assert again.subject != first.subject
    assert (incident.kind, incident.place) == ("waterlogging", scenario.near(640))


def test_a_case_of_a_version_that_kept_neither_kind_nor_place_is_compared_with_its_incident(
    scenario, reports
):
    scenario.start()
    case = ForeignCase(system="hotline", case="4711")
    reports(by=HOTLINE, case=case)
    text = canonical_json.encode(scenario.state)
    without = re.sub(rb'"kind":"crowding","place":\{[^}]*\},(?="severity")', b"", text)
    assert len(without) < len(text)
    older = canonical_json.decode(without, type(scenario.state))
    (contribution,) = older.incidents[scenario.incident().incident].contributions.values()
    assert (contribution.kind, contribution.place) == ("", None)
    again = ReportReceived(report=report_of(case, request="again"), principal=HOTLINE)
    context = DecisionContext(seq=99, at=scenario.clock.now())
    after, _ = decide(older, again, context)
    (incident,) = after.incidents.values()
    assert [e.code for e in incident.history if e.code == "case_changed"] == []


def test_a_foreign_case_that_left_the_state_begins_anew(scenario, reports):
    scenario.start()
    case = ForeignCase(system="hotline", case="4711")
    first = reports(by=HOTLINE, case=case)
    scenario.act(OperatorVerb.REJECT, reason="not ours")
    scenario.wait(2 * 86_400)
    assert not len(scenario.state.incidents)
    assert not len(scenario.state.index.cases)
    assert reports(by=HOTLINE, case=case).subject != first.subject


@pytest.mark.parametrize(
    ("again", "anew"),
    [
        ({"text": "still open with us"}, False),
        ({"severity": Severity.EXTREME}, True),
        ({"after_s": 5.0}, True),
        ({"after_s": 86_400.0}, True),  # its clock is ahead of ours: it was seen now
        ({"after_s": -60.0}, False),
    ],
)
@pytest.mark.parametrize("end", [OperatorVerb.REJECT, OperatorVerb.CLOSE])
def test_a_foreign_case_that_is_there_all_the_same_is_taken_up_whatever_ended_it(
    scenario, reports, again, anew, end
):
    scenario.start()
    case = ForeignCase(system="hotline", case="4711")
    first = reports(by=HOTLINE, case=case)
    scenario.act(end, reason="nothing there")
    ended_at = scenario.clock.now()
    scenario.wait(10)
    if (after_s := again.get("after_s")) is not None:
        again = {"observed_at": later(ended_at, after_s)}
    second = reports(by=HOTLINE, case=case, **again)
    stage = scenario.incident(second.subject).stage
    assert (stage in (IncidentStage.OPENED, IncidentStage.REOPENED)) is anew
    if end is OperatorVerb.REJECT:
        assert (second.subject != first.subject) is anew
    assert reports(by=HOTLINE, case=case).subject == second.subject
    scenario.wait(3 * 86_400)
    assert (len(scenario.state.index.cases) == 1) is anew, "found as long as its incident is there"
