"""What people and programs send is read whole."""

import pytest

from citybrain.api.errors import InvalidRequestError
from citybrain.api.methods import CREW, DISTRICT
from citybrain.api.resources.action import agent_action_of, operator_action_of, unit_action_of
from citybrain.api.resources.crew import crew_answer_of, crew_duty_of, crew_position_of
from citybrain.api.resources.elements import place_message, time_message
from citybrain.api.resources.report import report_of
from citybrain.domain.console import (
    AgentAction,
    AgentVerb,
    OperatorAction,
    UnitAction,
    UnitVerb,
)
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.domain.report import ForeignCase, Report, Reporter
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import (
    Certainty,
    CrewAction,
    OperatorVerb,
    RefusalClass,
    Severity,
    Urgency,
)

HERE = Point(lat=30.66, lon=104.06)
SEEN_AT = 1_750_000_000_000_000


def sent(contract, method, **fields):
    return contract.methods[method].request(**fields)


def test_an_action():
    fields = {"actor": "Li Na", "incident": "inc-1", "verb": "assign", "unit": "riverside-1"}
    assert operator_action_of(sent(DISTRICT, "Act", request_id="r-1", **fields)) == OperatorAction(
        request="r-1",
        operator="Li Na",
        incident="inc-1",
        verb=OperatorVerb.ASSIGN,
        unit="riverside-1",
    )


def test_an_action_upon_a_box():
    fields = {"actor": "Li Na", "agent": "box-1", "verb": "forget", "reason": "it was moved"}
    message = sent(DISTRICT, "ActOnAgent", request_id="r-1", **fields)
    assert agent_action_of(message) == AgentAction(
        request="r-1",
        operator="Li Na",
        agent="box-1",
        verb=AgentVerb.FORGET,
        reason="it was moved",
    )


def test_a_report():
    message = sent(
        DISTRICT,
        "Report",
        request_id="r-2",
        actor="Li Na",
        reporter="crew",
        kind="crowding",
        place=place_message(HERE),
        text="a crowd",
        contact="555 0100",
        severity="Severe",
        urgency="Immediate",
        certainty="Observed",
        observed_at=time_message(SEEN_AT),
        foreign_case={"system": "hotline", "case": "7", "url": "https://cases.example/7"},
    )
    assert report_of(message) == Report(
        request="r-2",
        taken_by="Li Na",
        reporter=Reporter.CREW,
        kind="crowding",
        place=HERE,
        text="a crowd",
        contact="555 0100",
        severity=Severity.SEVERE,
        urgency=Urgency.IMMEDIATE,
        certainty=Certainty.OBSERVED,
        observed_at=SEEN_AT,
        case=ForeignCase(system="hotline", case="7", url="https://cases.example/7"),
    )


def test_a_button_and_a_position():
    order = {"unit": "riverside-1", "order": "o-1", "assignment_number": 4}
    message = sent(CREW, "Answer", request_id="r-3", answer="cannot", reason="blocked", **order)
    assert crew_answer_of(message) == CrewAnswer(
        request="r-3", action=CrewAction.CANNOT, reason="blocked", **order
    )
    place, at = place_message(HERE), time_message(SEEN_AT)
    position = sent(CREW, "ReportPosition", unit="riverside-1", place=place, at=at)
    expected = CrewPosition(unit="riverside-1", place=HERE, at=SEEN_AT)
    assert crew_position_of(position) == expected


def test_what_is_said_of_a_unit_by_a_person_and_by_its_crew():
    until = time_message(SEEN_AT)
    said = {"request_id": "r-5", "unit": "riverside-1", "reason": "lunch", "until": until}
    by_person = sent(DISTRICT, "ActOnUnit", actor="Li Na", verb="break", **said)
    by_crew = sent(CREW, "SetDuty", duty="break", **said)
    assert unit_action_of(by_person) == UnitAction(
        request="r-5",
        operator="Li Na",
        unit="riverside-1",
        verb=UnitVerb.BREAK,
        reason="lunch",
        until=SEEN_AT,
    )
    assert crew_duty_of(by_crew) == replace(unit_action_of(by_person), operator="")


def test_a_crew_does_not_take_an_order_from_itself():
    with pytest.raises(InvalidRequestError, match="duty"):
        crew_duty_of(sent(CREW, "SetDuty", request_id="r", unit="riverside-1", duty="release"))


@pytest.mark.parametrize(("said", "known"), [("", None), ("unit_out", RefusalClass.UNIT_OUT)])
def test_the_class_of_a_refusal(said, known):
    fields = {"request_id": "r", "unit": "u", "order": "o", "assignment_number": 1}
    message = sent(CREW, "Answer", answer="cannot", reason="flat", reason_class=said, **fields)
    assert crew_answer_of(message).reason_class is known


def test_a_class_that_is_none_is_refused_by_name():
    fields = {"request_id": "r", "unit": "u", "order": "o", "assignment_number": 1}
    with pytest.raises(InvalidRequestError, match="reason_class"):
        crew_answer_of(sent(CREW, "Answer", answer="cannot", reason_class="tyre", **fields))
