"""What is corrected of an incident reaches the crew of another district that is on its way."""

import pytest

from citybrain.domain.order import CORRECTED
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep, SlotState

ELSEWHERE = Point(lat=30.651, lon=104.061)
STILL_ELSEWHERE = Point(lat=30.652, lon=104.061)


@pytest.fixture
def issued(with_order):
    city, order = with_order
    city.answer("north", order, "reserve", "reserved")
    city.answer("south", order, "claim", "claimed")
    city.answer("south", order, "claim_confirmed", "done")
    city.answer("north", order, "issue", "issued")
    return city, order


def reported(w, order, **changed):
    """The incident as its owner knows it: its slot is filled by the order."""
    slot = w.slot(state=SlotState.CONFIRMED, order=order)
    return replace(w.incident(slots=[slot]), **changed)


def corrections(w, commands):
    return [to for to, step in w.requests(commands) if step == OrderStep.CORRECT]


def test_a_case_that_moves_is_reported_to_the_units_owner_as_often_as_it_does(issued, w):
    city, order = issued
    for place in (ELSEWHERE, STILL_ELSEWHERE):
        commands = city.receive("south", reported(w, order, place=place))
        assert corrections(w, commands) == ["district/north"]
        assert city.saga(order).task.place == place
        assert corrections(w, city.receive("south", reported(w, order, place=place))) == []


def test_so_is_one_that_is_of_another_kind(issued, w):
    city, order = issued
    commands = city.receive("south", reported(w, order, kind="waterlogging"))
    assert corrections(w, commands) == ["district/north"]


def test_that_the_crew_has_it_goes_back_to_the_incidents_owner(issued, w):
    city, order = issued
    city.progress(order, "en_route")
    city.receive("south", reported(w, order, place=ELSEWHERE))
    assert w.relayed(city.progress(order, "en_route", reason=CORRECTED)) == [
        ("district/south", "en_route")
    ]
    assert w.relayed(city.progress(order, "en_route")) == []


def test_nobody_is_corrected_before_the_commit(with_order, w):
    city, order = with_order
    slot = w.slot(state=SlotState.CLAIMED, order=order)
    moved = replace(w.incident(slots=[slot]), place=ELSEWHERE)
    assert corrections(w, city.receive("south", moved)) == []


def test_an_older_version_of_the_units_owner_goes_on_with_what_it_has(issued, w):
    """It answers a step that it does not know as one that is not its own."""
    city, order = issued
    city.receive("south", reported(w, order, place=ELSEWHERE))
    assert w.requests(city.answer("north", order, "unknown", "refused", "not_ours")) == []
    assert city.saga(order).stage == "issued"


def test_a_unit_owner_whose_store_went_back_in_time_is_corrected_again(issued, w):
    city, order = issued
    city.receive("south", reported(w, order, place=ELSEWHERE))
    sent = city.store.next_position("district/north")
    city.connect("north", epoch="e2", session=1)
    letters = city.store.letters(to="district/north", after=sent - 1, limit=9)
    steps = [b'"correct"' in letter.payload for letter in letters]
    assert steps == [False, True]
