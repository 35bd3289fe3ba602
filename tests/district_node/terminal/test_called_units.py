"""Which unit is meant by what is typed at a command: an id, a name, or enough of one."""

from typing import NamedTuple

import pytest
import typer

from citybrain.api.v1 import incident_pb2
from citybrain.errors import RpcError
from district_node.terminal.called_units import called, crews_of, source_id, unit_id

UNITS = {
    "riverside-1": "Patrol 1 / 巡逻一队",
    "riverside-2": "Patrol 2 / 巡逻二队",
    "riverside-3": "Pump 抽水队",
    "riverside-4": "Tow",
    "riverside-5": "Tow",
}


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("riverside-2", "riverside-2"),
        ("Patrol 2 / 巡逻二队", "riverside-2"),
        ("patrol 2", "riverside-2"),
        ("巡逻二队", "riverside-2"),
        ("二队", "riverside-2"),
        ("pump", "riverside-3"),
        ("抽水队", "riverside-3"),
    ],
)
def test_a_unit_is_known_by_its_id_its_name_or_enough_of_it(typed, unit):
    assert called(UNITS, typed, "unit") == unit


def test_a_whole_name_goes_before_a_part_of_another():
    assert called({"a": "Pump", "b": "Pump 2"}, "pump", "unit") == "a"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "patrol",
            "'patrol' may be Patrol 1 / 巡逻一队 or Patrol 2 / 巡逻二队. Write more of the name,",
        ),
        ("tow", "'tow' may be Tow (riverside-4) or Tow (riverside-5). Write more of the name,"),
        ("crane", "this district has no unit 'crane'. It has: Patrol 1 / 巡逻一队, Patrol 2"),
    ],
)
def test_what_may_be_several_or_is_none_is_refused_with_those_that_there_are(typed, sentence):
    with pytest.raises(typer.BadParameter) as refused:
        called(UNITS, typed, "unit")
    assert sentence in str(refused.value)


class Units:
    def __init__(self, code: str) -> None:
        self.code = code

    def rows(self, method, /, **_fields):
        raise RpcError(self.code, f"no {method}", retry=False)


def test_who_may_not_list_the_units_names_them_by_id():
    assert unit_id(Units("PERMISSION_DENIED"), "riverside-2") == "riverside-2"
    with pytest.raises(RpcError):
        unit_id(Units("UNAVAILABLE"), "riverside-2")


class Cases:
    """One case, to which a crew of another district was sent, and nobody to a second place."""

    def rows(self, _method, /, **_fields):
        return [Source("riverside-1", "Patrol 1 / 巡逻一队")]

    def call(self, _method, /, *, incident):
        if incident != "R-1130-07":
            raise RpcError("NOT_FOUND", "no such case", retry=False)
        slots = [incident_pb2.Slot(unit="oldtown-3", unit_name="Pump 泵"), incident_pb2.Slot()]
        return incident_pb2.IncidentDetail(incident=incident_pb2.Incident(slots=slots))


def test_a_crew_of_another_district_is_meant_by_its_name_in_the_case_that_it_was_sent_to():
    sent = crews_of(Cases(), ["R-1130-07", "R-1130-08"])
    assert sent == {"oldtown-3": "Pump 泵"}
    assert unit_id(Cases(), "pump", also=sent) == "oldtown-3"
    assert unit_id(Cases(), "patrol 1", also=sent) == "riverside-1"
    with pytest.raises(typer.BadParameter):
        unit_id(Cases(), "pump")


class Source(NamedTuple):
    id: str
    name: str


class Sources:
    def rows(self, method, /, **_fields):
        return [
            Source("box-1/cam-1", "East Gate / 东门"),
            Source("box-1/gauge-1", "Mill Bridge / 磨坊桥"),
            Source("box-2/cam-9", ""),
        ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mill bridge", ("box-1/gauge-1", "Mill Bridge / 磨坊桥")),
        ("东门", ("box-1/cam-1", "East Gate / 东门")),
        ("box-2/cam-9", ("box-2/cam-9", "box-2/cam-9")),
        ("box-3/long-gone", ("box-3/long-gone", "box-3/long-gone")),
    ],
)
def test_a_source_is_known_by_its_name_or_its_id_also_when_it_is_gone(typed, found):
    assert source_id(Sources(), typed) == found
