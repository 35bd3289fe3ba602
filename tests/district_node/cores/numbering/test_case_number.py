"""The short number of a case: how it is written, typed and begun."""

import re
from datetime import UTC, datetime

import pytest

from citybrain.clock import Timestamp
from district_node.cores.numbering.case_number import (
    CODE_PATTERN,
    canonical,
    default_code,
    long_form,
    written,
    year_of,
)


def _at(*when):
    return Timestamp(round(datetime(*when, tzinfo=UTC).timestamp() * 1_000_000))


def test_a_number_is_the_districts_letters_the_day_and_the_count():
    assert written("R", "1130", 7) == "R-1130-07"
    assert written("OT", "0102", 131) == "OT-0102-131"


@pytest.mark.parametrize("typed", ["R-1130-07", "r-1130-7", " R-1130-007 "])
def test_a_number_is_known_as_people_type_it(typed):
    assert canonical(typed) == ("R-1130-07", None)


def test_the_long_number_has_the_year_in_it():
    at = _at(2026, 11, 30, 12)
    assert long_form("R-1130-07", at) == "R-2026-1130-07"
    assert canonical("r-2026-1130-7") == ("R-1130-07", 2026)


@pytest.mark.parametrize(
    ("number", "reported_at", "year"),
    [
        ("R-0101-01", (2026, 12, 31, 17), 2027),  # it is morning there already
        ("R-1231-01", (2027, 1, 1, 3), 2026),  # or evening still
        ("R-1231-01", (2026, 12, 31, 3), 2026),
        ("R-0101-01", (2027, 1, 1, 3), 2027),
    ],
)
def test_the_year_is_that_of_the_districts_own_day(number, reported_at, year):
    assert year_of(number, _at(*reported_at)) == year


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
