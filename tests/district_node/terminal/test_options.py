"""What is typed on the command line: read as it was meant, or refused with what would be right."""

import pytest
import typer

from citybrain.domain.report import Reporter
from citybrain.geo import Point
from citybrain.vocabulary import Finding, Severity
from district_node.terminal.options import (
    disposition_of,
    finding_of,
    need_of,
    place_of,
    reporter_of,
    severity_of,
)


def test_a_place_is_latitude_and_longitude():
    assert place_of("30.66,104.06") == Point(lat=30.66, lon=104.06)
    assert place_of(" -33.9 , 151.2") == Point(lat=-33.9, lon=151.2)


@pytest.mark.parametrize("text", ["", "30.66", "30.66,104.06,7", "here,there", "30.66;104.06"])
def test_what_is_no_place_is_refused_with_an_example(text):
    with pytest.raises(typer.BadParameter, match=r"--at 30\.66,104\.06"):
        place_of(text)


@pytest.mark.parametrize("text", ["91,0", "0,181", "nan,0", "0,-inf"])
def test_a_place_is_on_the_earth(text):
    with pytest.raises(typer.BadParameter, match="from -90 to 90"):
        place_of(text)


def test_words_are_taken_in_any_case():
    assert reporter_of("Crew") is Reporter.CREW
    assert severity_of("SEVERE") is Severity.SEVERE


def test_what_an_incident_was_and_what_a_crew_found_are_read_as_typed():
    assert (disposition_of("False_Alarm"), disposition_of("")) == ("false_alarm", "")
    assert finding_of("WORSE") is Finding.WORSE
    assert need_of("pump") == {"capability": "pump", "quantity": 1}
    assert need_of("pump=2") == {"capability": "pump", "quantity": 2}
    for wrong in ("", "=2", "pump=0", "pump=many"):
        with pytest.raises(typer.BadParameter, match="--need pump=2"):
            need_of(wrong)


@pytest.mark.parametrize("read", [finding_of, reporter_of, severity_of])
@pytest.mark.parametrize("text", ["unknown", "", "somebody"])
def test_another_word_is_refused_with_those_that_there_are(read, text):
    with pytest.raises(typer.BadParameter, match="it is one of"):
        read(text)


def test_the_other_order_is_recognised_and_offered():
    with pytest.raises(typer.BadParameter, match=r"did you mean --at 30\.66,104\.06\?"):
        place_of("104.06,30.66")


@pytest.mark.parametrize("text", ["200,300", "91,-181", "nan,0"])
def test_no_order_is_offered_where_none_is_a_place(text):
    with pytest.raises(typer.BadParameter, match="from -90 to 90") as refused:
        place_of(text)
    assert "did you mean" not in str(refused.value)
