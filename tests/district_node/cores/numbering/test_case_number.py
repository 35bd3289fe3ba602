"""The short number of a case: how it is written, typed and begun."""

import re

import pytest

from district_node.cores.numbering.case_number import CODE_PATTERN, canonical, default_code, written


def test_a_number_is_the_districts_letters_the_day_and_the_count():
    assert written("R", "1130", 7) == "R-1130-07"
    assert written("OT", "0102", 131) == "OT-0102-131"


@pytest.mark.parametrize("typed", ["R-1130-07", "r-1130-7", " R-1130-007 "])
def test_a_number_is_known_as_people_type_it(typed):
    assert canonical(typed) == "R-1130-07"


@pytest.mark.parametrize("typed", ["", "inc-riverside-12", "R-1130", "7", "R-1130-x", "R 1130 07"])
def test_what_is_no_number_is_none(typed):
    assert canonical(typed) is None


@pytest.mark.parametrize(
    ("district", "code"),
    [
        ("riverside", "R"),
        ("old-town", "OT"),
        ("d12", "D12"),
        ("d-7", "D7"),
        ("7", "D7"),
        ("a-b-c-d-e-f-g-h", "ABCDEF"),
    ],
)
def test_a_district_without_letters_of_its_own_gets_those_of_its_id(district, code):
    assert default_code(district) == code
    assert re.match(CODE_PATTERN, code)
