"""Pages hold while rows change: what stays comes exactly once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.api.errors import InvalidRequestError
from citybrain.api.lists.paging import page_of
from citybrain.feed.change_feed import ChangeFeed
from citybrain.feed.collection import Collection
from citybrain.feed.errors import OutOfBoundsError, UnknownFilterError, UnknownOrderError
from citybrain.feed.limits import WINDOW_ROWS
from citybrain.feed.spec import ViewSpec
from citybrain.structs import replace
from citybrain.wire.validation.limits import ID_CHARS

NUMBERS = Collection(
    name="numbers",
    orders={"size": lambda n, _: (abs(n),), "sign": lambda n, _: (n < 0, n)},
    filters={"even": lambda n, wanted: (n % 2 == 0) is (wanted == "true")},
    text=lambda n: "minus" if n < 0 else "plus",
)
SPEC = ViewSpec(collection="numbers", limit=3)


def rows(numbers):
    return {f"k{i:03}": n for i, n in enumerate(numbers)}


def page(items, spec, token=""):
    """A page of a list that is looked at for the first time."""
    feed = ChangeFeed("life")
    feed.add(NUMBERS)
    feed.refresh("numbers", items, 0)
    return page_of(feed, spec, token)


def all_pages(items, spec, change=lambda items, page: items):
    shown, token, pages = [], "", 0
    feed = ChangeFeed("life")
    feed.add(NUMBERS)
    while True:
        feed.refresh("numbers", items, 0)
        page = page_of(feed, spec, token)
        shown += page.rows
        token, pages = page.next_token, pages + 1
        if not token:
            return shown
        items = change(items, pages)


@given(
    st.lists(st.integers(-50, 50), max_size=30),
    st.sampled_from(["", "size", "-size", "sign", "-sign"]),
)
def test_all_pages_together_are_the_whole_list_in_order(numbers, order):
    key = (lambda p: (p[1] < 0, p[1], p[0])) if "sign" in order else (lambda p: (abs(p[1]), p[0]))
    expected = sorted(rows(numbers).items(), key=key, reverse=order.startswith("-"))
    assert all_pages(rows(numbers), replace(SPEC, order_by=order)) == [n for _, n in expected]


@given(
    st.lists(st.integers(0, 99), min_size=1, max_size=30, unique=True),
    st.lists(st.integers(100, 199), unique=True),
    st.data(),
)
def test_what_stays_comes_once_while_others_come_and_go(stays, passing, data):
    """Rows that come, go or move between two pages never hide or repeat those that stay."""

    def change(items, _page):
        coming = data.draw(st.lists(st.sampled_from(passing or [100]), unique=True))
        return {f"s{n}": n for n in stays} | {f"p{n}": n - 149.5 for n in coming}

    shown = all_pages(change({}, 0), replace(SPEC, order_by="sign"), change)
    assert [n for n in shown if n in stays] == sorted(stays)


def test_a_filter_and_a_search_choose_the_rows_and_their_total():
    items = rows([1, 2, -2, 4, -3])
    found = page(items, replace(SPEC, filters=(("even", "true"),)))
    assert (found.rows, found.total) == ((2, -2, 4), 3)
    found = page(items, replace(SPEC, search="MIN"))
    assert (found.rows, found.total, found.next_token) == ((-2, -3), 2, "")


def test_a_token_is_good_for_its_list_filter_search_and_order_alone():
    items = rows(range(9))
    token = page(items, SPEC).next_token
    assert page(items, replace(SPEC, limit=2), token).rows == (3, 4)
    for other in (
        replace(SPEC, order_by="sign"),
        replace(SPEC, search="plus"),
        replace(SPEC, filters=(("even", "true"),)),
    ):
        with pytest.raises(InvalidRequestError, match="next_page_token of the page before"):
            page(items, other, token)


@pytest.mark.parametrize("token", ["x", "!", "WyJhIl0", "Ü", "a" * 5_000, "bnVsbA", "W1tbW1tbW1tb"])
def test_an_invented_token_is_refused(token):
    with pytest.raises(InvalidRequestError) as refused:
        page(rows([1]), SPEC, token)
    assert refused.value.violations[0].field == "page_token"


def test_a_forged_place_is_refused():
    import base64
    import json

    token = page(rows(range(9)), SPEC).next_token
    digest, _ = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for place in ([["text"], "k"], [[None], "k"], [[[]], "k"], [5, "k"], [[1], 2], []):
        forged = base64.urlsafe_b64encode(json.dumps([digest, place]).encode()).decode()
        with pytest.raises(InvalidRequestError):
            page(rows(range(9)), SPEC, forged)


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        (replace(SPEC, limit=WINDOW_ROWS.value + 1), OutOfBoundsError),
        (replace(SPEC, filters=(("odd", "true"),)), UnknownFilterError),
        (replace(SPEC, order_by="-beauty"), UnknownOrderError),
    ],
)
def test_what_a_list_has_not_is_refused(spec, error):
    with pytest.raises(error):
        page({}, spec)


@pytest.mark.parametrize("letter", ["a", "井", "\U00020000"])
def test_ids_of_the_longest_in_any_script_have_further_pages(letter):
    feed = ChangeFeed("life")
    feed.add(Collection(name="ids", orders={"parts": lambda one, _: tuple(one)}, filters={}))
    longest = [letter * ID_CHARS.value, letter * ID_CHARS.value]  # as an agent's and its source's
    feed.refresh("ids", {"/".join([*longest, str(n)]): longest for n in range(2)}, 0)
    spec = ViewSpec(collection="ids", limit=1)
    first = page_of(feed, spec, "")
    assert page_of(feed, spec, first.next_token).next_token == ""
