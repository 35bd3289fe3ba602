"""The fields of a request, checked: all faults at once, texts cleaned."""

import pytest

from citybrain.api.errors import InvalidRequestError
from citybrain.api.requests.checks import Checks, cleaned
from citybrain.api.resources.action import operator_action_of
from citybrain.api.resources.crew import crew_answer_of, crew_position_of
from citybrain.api.resources.report import report_of
from citybrain.api.v1 import action_pb2, crew_pb2
from citybrain.domain.report import Reporter
from citybrain.vocabulary import Certainty, CrewAction, OperatorVerb, Severity, Urgency


def faults(read, message):
    with pytest.raises(InvalidRequestError) as refused:
        read(message)
    return [v.field for v in refused.value.violations]


def report(**changes):
    values = {
        "request_id": "r-1",
        "kind": "crowding",
        "place": {"latitude": 30.6, "longitude": 104.0},
        "text": "People on the bridge",
        "reporter": "citizen",
        "actor": "Li Wei",
    }
    return action_pb2.Report(**{**values, **changes})


def test_a_report_is_what_was_said_with_the_defaults_of_cap():
    read = report_of(report())
    assert (read.kind, read.text, read.reporter) == (
        "crowding",
        "People on the bridge",
        Reporter.CITIZEN,
    )
    assert (read.severity, read.urgency, read.certainty) == (
        Severity.MODERATE,
        Urgency.EXPECTED,
        Certainty.LIKELY,
    )
    assert (read.observed_at, read.case) == (None, None)


def test_a_foreign_case_is_named_by_its_system_and_number():
    case = {"system": "12345", "case": "C-9", "url": "https://cases.example/9"}
    read = report_of(report(foreign_case=case))
    assert (read.case.system, read.case.case) == ("12345", "C-9")
    assert faults(report_of, report(foreign_case={"url": "javascript:alert(1)"})) == [
        "foreign_case.system",
        "foreign_case.case",
        "foreign_case.url",
    ]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"request_id": ""}, ["request_id"]),
        ({"request_id": "x" * 129}, ["request_id"]),
        ({"request_id": "a\x00b"}, ["request_id"]),
        ({"request_id": "   "}, ["request_id"]),
        ({"kind": ""}, ["kind"]),
        ({"kind": "Crowding"}, ["kind"]),
        ({"kind": "a.b.c"}, ["kind"]),
        ({"place": None}, ["place"]),
        ({"place": {"latitude": 91.0}}, ["place.latitude"]),
        ({"place": {"latitude": float("nan")}}, ["place.latitude"]),
        ({"place": {"longitude": -180.5}}, ["place.longitude"]),
        ({"reporter": ""}, ["reporter"]),
        ({"reporter": "unknown"}, ["reporter"]),
        ({"reporter": "Citizen"}, ["reporter"]),
        ({"severity": "bad"}, ["severity"]),
        ({"actor": ""}, ["actor"]),
        ({"observed_at": {"seconds": -1}}, ["observed_at"]),
        ({"observed_at": {"seconds": 2**60}}, ["observed_at"]),
        ({"observed_at": {"nanos": -1}}, ["observed_at"]),
    ],
)
def test_a_field_that_cannot_be_is_named(changes, fields):
    assert faults(report_of, report(**changes)) == fields


def test_all_faults_are_named_at_once():
    assert set(faults(report_of, action_pb2.Report())) == {
        "request_id",
        "kind",
        "place",
        "reporter",
        "actor",
    }


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("bell\x07 nul\x00 esc\x1b[31m del\x7f c1\x9b", "bell nul esc[31m del c1"),
        ("right\u202e to left\u2066", "right to left"),
        ("水浸 🌊 <b>bold</b>", "水浸 🌊 <b>bold</b>"),
    ],
)
def test_control_characters_are_removed_and_nothing_else(text, kept):
    assert cleaned(text) == kept
    action = action_pb2.Action(request_id="r", incident="i", verb="close", actor="Li", reason=text)
    assert operator_action_of(action).reason == kept


def test_a_reporters_words_come_through_whole_for_the_district_to_clean():
    words = "水" * 5_000 + "\x07"
    assert report_of(report(text=words)).text == words
    assert faults(
        operator_action_of,
        action_pb2.Action(
            request_id="r", incident="i", verb="close", actor="Li", reason="x" * 2_001
        ),
    ) == ["reason"]


def test_an_action_names_who_what_and_where():
    action = operator_action_of(
        action_pb2.Action(
            request_id="r", incident="i-1", verb="assign", unit="u-1", actor="Li", reason="near\x00"
        )
    )
    assert (action.verb, action.operator, action.unit, action.reason) == (
        OperatorVerb.ASSIGN,
        "Li",
        "u-1",
        "near",
    )
    assert faults(operator_action_of, action_pb2.Action(verb="unknown")) == [
        "request_id",
        "actor",
        "incident",
        "verb",
    ]


def test_a_crews_messages_are_checked_too():
    answer = crew_pb2.CrewAnswer(
        request_id="r", unit="u", order="o", assignment_number=3, answer="arrive"
    )
    assert crew_answer_of(answer).action is CrewAction.ARRIVE
    answer.assignment_number = -1
    assert faults(crew_answer_of, answer) == ["assignment_number"]
    assert faults(crew_position_of, crew_pb2.CrewPosition(unit="u")) == ["place", "at"]


def test_no_more_than_twenty_faults_are_listed():
    checks = Checks(action_pb2.Action())
    for _ in range(30):
        checks.identifier("actor")
    with pytest.raises(InvalidRequestError) as refused:
        checks.finish()
    assert len(refused.value.violations) == 20
