"""Who may have a district's stream: the table, and what a number in a hello proves."""

from itertools import product

import pytest

from citybrain.geo import Point
from citybrain.link.frames import Hello
from coordinator.cores.world import KnownDistrict
from coordinator.shell.admission import (
    ADMISSIONS,
    REFUSALS,
    Admission,
    CurrentStream,
    PresentedNumber,
    admit,
    presented_number,
    proved_session,
    refusal,
)

HERE = Point(lat=30.6, lon=104.0)


def hello(session, *, epoch="e1", city_epoch="c1"):
    return Hello(
        district="north",
        name="North",
        centre=HERE,
        epoch=epoch,
        session=session,
        up_next=1,
        down_acked=0,
        city_epoch=city_epoch,
    )


def known(session=5, presented=4):
    return KnownDistrict(
        district="north",
        name="North",
        centre=HERE,
        epoch="e1",
        session=session,
        up_acked=0,
        offline=True,
        last_seen_at=0,
        presented_session=presented,
    )


def test_the_table_decides_every_case():
    assert set(ADMISSIONS) == set(product(CurrentStream, PresentedNumber))


def test_only_the_newest_number_supersedes_a_stream_that_is_alive():
    winners = [n for n in PresentedNumber if admit(CurrentStream.ALIVE, n) is Admission.SUPERSEDE]
    assert winners == [PresentedNumber.NEWEST]


def test_no_number_supersedes_a_stream_of_another_store():
    assert {admit(CurrentStream.OF_ANOTHER_STORE, n) for n in PresentedNumber} == {
        Admission.REFUSE_OTHER_STORE
    }


def test_where_no_stream_is_alive_every_number_that_proves_nothing_is_admitted():
    for current in (CurrentStream.NONE, CurrentStream.SILENT):
        for number in (PresentedNumber.NEWEST, PresentedNumber.OTHER):
            assert admit(current, number) not in REFUSALS


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (hello(6), PresentedNumber.NEWEST),
        (hello(5), PresentedNumber.OTHER),  # the welcome that handed out 6 was lost
        (hello(4), PresentedNumber.OTHER),
        (hello(3), PresentedNumber.PASSED),
        (hello(0), PresentedNumber.PASSED),
        (hello(7), PresentedNumber.OTHER),  # never handed out
        (hello(2**62), PresentedNumber.OTHER),
        (hello(6, city_epoch="c0"), PresentedNumber.OTHER),  # of a city that was put back since
        (hello(1, city_epoch="c0"), PresentedNumber.OTHER),
        (hello(0, city_epoch=None), PresentedNumber.PASSED),  # it has forgotten this city
        (hello(6, epoch="e2"), PresentedNumber.OTHER),  # a store that was put back, and says so
        (hello(1, epoch="e2"), PresentedNumber.OTHER),
    ],
)
def test_what_a_number_proves(given, number):
    assert presented_number(given, known(), "c1") is number


def test_a_district_that_was_never_here_has_no_number():
    assert presented_number(hello(0, city_epoch=None), None, "c1") is PresentedNumber.OTHER
    assert presented_number(hello(9), None, "c1") is PresentedNumber.OTHER


def test_only_a_number_that_was_handed_out_to_this_store_is_noted_as_presented():
    assert proved_session(hello(6), known(), "c1") == 6
    assert proved_session(hello(7), known(), "c1") == 0
    assert proved_session(hello(6, epoch="e2"), known(), "c1") == 0
    assert proved_session(hello(6, city_epoch="c0"), known(), "c1") == 0
    assert proved_session(hello(6), None, "c1") == 0


def test_every_refusal_has_a_code_and_a_sentence():
    refusals = [a for a in Admission if refusal(a, hello(3), known()) is not None]
    assert refusals == list(REFUSALS)
    for admission in refusals:
        error = refusal(admission, hello(3), known())
        assert error.reason
        assert "north" in error.detail
