"""The city carries what is written to a crew of another district, and what became of it."""

import pytest

from citybrain.decider.command import Post
from citybrain.domain.order import (
    CROWDED,
    OLDER_VERSION,
    ORDER_OVER,
    MessageReceipt,
    OrderMessage,
    OrderRequest,
)
from citybrain.limits import ORDER_MESSAGES
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep, Severity, SlotState

UNKNOWN_ORDER = "order-city.someother-1-0"


@pytest.fixture
def issued(with_order):
    city, order = with_order
    city.answer("north", order, "reserve", "reserved")
    city.answer("south", order, "claim", "claimed")
    city.answer("south", order, "claim_confirmed", "done")
    city.answer("north", order, "issue", "issued")
    return city, order


def written(order, name="m-1"):
    return OrderMessage(
        message=name,
        order=order,
        unit="u1",
        incident="i1",
        incident_district="south",
        at=3,
        actor="Li Na",
        text="use gate 4",
    )


def receipt(message, **known):
    return MessageReceipt(
        message=message.message,
        order=message.order,
        unit=message.unit,
        incident=message.incident,
        incident_district=message.incident_district,
        **({"at": 4} | known),
    )


def carried(commands):
    """(to, message) of what goes to a unit's owner."""
    return [
        (c.to, c.letter.message)
        for c in commands
        if isinstance(c, Post)
        and isinstance(c.letter, OrderRequest)
        and c.letter.step is OrderStep.MESSAGE
    ]


def receipts(commands):
    """(to, receipt)"""
    return [
        (c.to, c.letter)
        for c in commands
        if isinstance(c, Post) and isinstance(c.letter, MessageReceipt)
    ]


def test_a_message_goes_to_the_units_owner_and_what_becomes_of_it_back(issued):
    city, order = issued
    message = written(order)
    assert carried(city.receive("south", message)) == [("district/north", message)]
    shown = receipt(message)
    assert receipts(city.receive("north", shown)) == [("district/south", shown)]
    assert city.saga(order).messages == (message,)
    read = receipt(message, read_at=5)
    assert receipts(city.receive("north", read)) == [("district/south", read)]
    assert city.saga(order).messages == ()


def test_one_that_comes_again_goes_on_again_and_is_kept_once(issued):
    city, order = issued
    message = written(order)
    for _ in range(2):
        assert carried(city.receive("south", message)) == [("district/north", message)]
    assert city.saga(order).messages == (message,)


def test_only_the_incidents_owner_writes_and_only_the_units_owner_says_what_became_of_it(issued):
    city, order = issued
    message = written(order)
    city.connect("west")
    assert carried(city.receive("west", message)) == []
    city.receive("south", message)
    assert receipts(city.receive("west", receipt(message, read_at=5))) == []
    assert city.saga(order).messages == (message,)


def test_a_message_for_an_order_that_is_over_or_unknown_is_refused_at_once(issued):
    city, order = issued
    city.progress(order, "done")
    for name in (order, "order-unheard-of"):
        ((to, said),) = receipts(city.receive("south", written(name)))
        assert (to, said.not_reached) == ("district/south", ORDER_OVER)


def test_what_became_of_it_is_relayed_after_the_order_is_over(issued):
    city, order = issued
    message = written(order)
    city.receive("south", message)
    city.progress(order, "done")
    said = receipt(message, read_at=5)
    assert receipts(city.receive("north", said)) == [("district/south", said)]


def test_an_older_version_of_the_units_owner_is_said_to_have_shown_nothing(issued):
    """It answers a step that it does not know as one that is not its own."""
    city, order = issued
    messages = [written(order, name) for name in ("m-1", "m-2")]
    for message in messages:
        city.receive("south", message)
    said = receipts(city.answer("north", order, "unknown", "refused", "not_ours"))
    assert [(to, one.message, one.not_reached) for to, one in said] == [
        ("district/south", "m-1", OLDER_VERSION),
        ("district/south", "m-2", OLDER_VERSION),
    ]
    assert receipts(city.answer("north", order, "unknown", "refused", "not_ours")) == []
    assert city.saga(order).stage == "issued"


def test_no_more_are_kept_than_one_order_may_have(issued):
    city, order = issued
    for number in range(ORDER_MESSAGES.value):
        city.receive("south", written(order, f"m-{number}"))
    ((_, said),) = receipts(city.receive("south", written(order, "one more")))
    assert said.not_reached == CROWDED
    assert len(city.saga(order).messages) == ORDER_MESSAGES.value


def test_a_unit_owner_whose_store_went_back_in_time_gets_what_was_not_read_again(issued):
    city, order = issued
    read, unread = written(order, "m-1"), written(order, "m-2")
    for message in (read, unread):
        city.receive("south", message)
    city.receive("north", receipt(read, read_at=5))
    sent = city.store.next_position("district/north")
    city.connect("north", epoch="e2", session=1)
    letters = city.store.letters(to="district/north", after=sent - 1, limit=9)
    steps = [b'"message"' in letter.payload and b"m-2" in letter.payload for letter in letters]
    assert steps == [False, True]


def test_an_order_of_a_city_before_this_one_is_not_said_to_be_over(city):
    assert city.receive("south", written(UNKNOWN_ORDER)) == ()
    said = receipt(written(UNKNOWN_ORDER), read_at=5)
    assert receipts(city.receive("north", said)) == [("district/south", said)]


def test_a_case_that_is_graver_is_reported_to_the_units_owner(issued, w):
    city, order = issued
    slot = w.slot(state=SlotState.CONFIRMED, order=order)
    graver = replace(w.incident(slots=[slot]), severity=Severity.EXTREME)
    assert w.requests(city.receive("south", graver)) == [("district/north", "correct")]
    assert city.saga(order).task.severity is Severity.EXTREME
    assert w.requests(city.receive("south", graver)) == []
