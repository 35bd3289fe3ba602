"""What is asked for is checked before anything is made for it; each error says what there is."""

import pytest
from feed_tickets import TICKETS, view

from citybrain.feed import limits
from citybrain.feed.errors import FeedError, OutOfBoundsError, UnknownFilterError, UnknownOrderError
from citybrain.feed.spec import check, order_of, words_of


def test_a_spec_within_its_bounds_passes():
    check(
        view(
            filters=(("kind", "x" * limits.SEARCH_CHARS.value),) * limits.FILTER_VALUES.value,
            search="x" * limits.SEARCH_CHARS.value,
            order_by="-title",
            offset=limits.OFFSET.value,
            limit=limits.WINDOW_ROWS.value,
        ),
        TICKETS,
    )


def test_an_unknown_filter_is_named_with_those_that_there_are():
    with pytest.raises(UnknownFilterError, match="'colour'.*kind, rank_below") as caught:
        check(view(filters=(("colour", "red"),)), TICKETS)
    assert (caught.value.field, caught.value.known) == ("filters", ("kind", "rank_below"))


@pytest.mark.parametrize("order", ["priority", "-priority", "--title", "urgency,title"])
def test_an_unknown_order_is_named_with_those_that_there_are(order):
    with pytest.raises(UnknownOrderError, match=r"urgency, title\.$") as caught:
        check(view(order_by=order), TICKETS)
    assert (caught.value.field, caught.value.known) == ("order_by", ("urgency", "title"))


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("limit", {"limit": 0}),
        ("limit", {"limit": -1}),
        ("limit", {"limit": limits.WINDOW_ROWS.value + 1}),
        ("offset", {"offset": -1}),
        ("offset", {"offset": 10**30}),
        ("search", {"search": "x" * (limits.SEARCH_CHARS.value + 1)}),
        ("filters", {"filters": (("kind", "x"),) * (limits.FILTER_VALUES.value + 1)}),
        ("filters", {"filters": (("kind", "x" * (limits.SEARCH_CHARS.value + 1)),)}),
    ],
)
def test_what_is_out_of_bounds_is_named_with_its_bounds(field, changed):
    with pytest.raises(OutOfBoundsError, match=f"{field} asks for .* are possible") as caught:
        check(view(**changed), TICKETS)
    assert caught.value.field == field
    assert isinstance(caught.value, FeedError)
    assert not caught.value.at_least <= caught.value.given <= caught.value.at_most


def test_the_first_order_is_the_default():
    assert order_of(view(), TICKETS) == order_of(view(order_by="-"), TICKETS) == "urgency"
    assert order_of(view(order_by="-title"), TICKETS) == "title"


def test_the_words_of_a_search_are_folded_and_each_counts_once():
    assert words_of("  Straße LIFT\tlift ") == ("lift", "strasse")
    assert words_of(" ") == ()
