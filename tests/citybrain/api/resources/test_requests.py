"""What people and programs send is read whole."""

from citybrain.api.methods import CREW, DISTRICT
from citybrain.api.resources.action import operator_action_of
from citybrain.api.resources.crew import crew_answer_of, crew_position_of
from citybrain.api.resources.elements import place_message, time_message
from citybrain.api.resources.report import report_of
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.domain.report import ForeignCase, Report, Reporter
from citybrain.geo import Point
from citybrain.vocabulary import Certainty, CrewAction, OperatorVerb, Severity, Urgency

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
