"""A selection is what passes, in order; it is brought up to date when it is read."""

from dataclasses import replace

from feed_tickets import START, TICKETS, Ticket

from citybrain.feed.rows.selection import selection_key
from citybrain.feed.rows.table import Table


def table_of(count, *, asked=None):
    collection = TICKETS
    if asked is not None:

        def kind(ticket, wanted):
            asked.append(ticket)
            return ticket.kind == wanted

        collection = replace(TICKETS, filters={"kind": kind})
    items = {f"t{n:04}": Ticket(kind=("lift", "water")[n % 2], rank=n) for n in range(count)}
    table = Table(collection)
    table.replace(items, START, 1)
    return table, items


def read(selection, offset=0, limit=100, *, backwards=False):
    return selection.window(offset, limit, backwards=backwards)


def test_filters_of_one_name_pass_either_and_of_two_names_both():
    table, _ = table_of(6)
    either = table.select("title", (("kind", "lift"), ("kind", "water")), "", START)
    both = table.select("title", (("kind", "lift"), ("rank_below", "3")), "", START)
    assert read(either)[1] == 6
    assert read(both) == (["t0000", "t0002"], 2)


def test_every_word_of_a_search_is_found_in_any_case_and_script():
    table = Table(TICKETS)
    items = {
        "a": Ticket(title="STRASSE 5"),
        "b": Ticket(title="Strasse 6"),
        "c": Ticket(title="积水"),
    }
    table.replace(items, START, 1)
    for search, found in (("straße 5", ["a"]), ("6 strasse", ["b"]), ("水", ["c"]), ("x", [])):
        assert read(table.select("title", (), search, START))[0] == found


def test_a_window_can_be_anywhere_and_backwards_is_the_mirror():
    table, items = table_of(7)
    selection = table.select("urgency", (), "", START)
    keys = sorted(items)
    for offset in range(9):
        for limit in range(1, 9):
            assert read(selection, offset, limit)[0] == keys[offset : offset + limit]
            assert (
                read(selection, offset, limit, backwards=True)[0]
                == keys[::-1][offset : offset + limit]
            )


def test_only_what_changed_is_asked_again_and_only_when_read():
    asked = []
    table, items = table_of(1_000, asked=asked)
    selection = table.select("urgency", (("kind", "lift"),), "", START)
    assert read(selection)[1] == 500
    asked.clear()
    for n in range(5):
        items = {**items, "t0001": Ticket(kind="lift", rank=n), "t0004": Ticket(kind="water")}
        table.replace(items, START, 2 + n)
    assert asked == []
    assert read(selection)[1] == 500
    assert len(asked) == 2


def test_what_changed_unread_does_not_pile_up():
    table, items = table_of(100)
    selection = table.select("urgency", (("kind", "lift"),), "", START)
    read(selection)
    for n in range(1_000):
        items = {**items, f"new{n}": Ticket(kind="lift", rank=-n)}
        items.pop(f"new{n - 1}", None)
        table.replace(items, START, 2 + n)
        assert len(selection._before) <= 100
    assert read(selection, 0, 1) == (["new999"], 51)


def test_the_order_of_filters_and_words_makes_no_difference():
    one = selection_key("title", (("kind", "b"), ("kind", "a")), "X y")
    assert one == selection_key("title", (("kind", "a"), ("kind", "b"), ("kind", "a")), "Y  x")
    assert one != selection_key("urgency", (("kind", "a"), ("kind", "b")), "x y")


def behind(selection, place, limit=2, *, backwards=False):
    found, total, has_more = selection.after(place, limit, backwards=backwards)
    return [key for _, key in found], total, has_more


def test_rows_are_read_behind_a_place_in_either_direction():
    table, _ = table_of(5)
    by_rank = table.select("title", (), "", START)
    keys, _ = read(by_rank)
    first, total, _ = by_rank.after(None, 2, backwards=False)
    assert ([key for _, key in first], total) == (keys[:2], 5)
    assert behind(by_rank, first[-1]) == (keys[2:4], 5, True)
    assert behind(by_rank, first[-1], 3) == (keys[2:], 5, False)
    assert behind(by_rank, None, backwards=True) == (keys[:-3:-1], 5, True)
    assert behind(by_rank, first[-1], backwards=True) == (keys[:1], 5, False)


def test_a_place_whose_row_has_gone_still_says_where_to_go_on():
    table, items = table_of(5)
    selection = table.select("title", (), "", START)
    keys, _ = read(selection)
    place = selection.after(None, 2, backwards=False)[0][-1]
    table.replace({key: items[key] for key in keys if key != keys[1]}, START, 2)
    assert behind(selection, place) == (keys[2:4], 4, True)
    assert behind(selection, place, backwards=True) == (keys[:1], 4, False)
