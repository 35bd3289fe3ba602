"""A table finds what changed by identity, and by time; a row is another one only then."""

from dataclasses import replace

from feed_tickets import START, TICKETS, Ticket
from immutables import Map

from citybrain.clock import later
from citybrain.feed.rows.table import Table

A, B = Ticket(rank=1), Ticket(rank=2)


def table_of(items):
    table = Table(TICKETS)
    assert table.replace(items, START, 1)
    return table


def keys(table, order="urgency", **selected):
    selection = table.select(order, selected.get("filters", ()), selected.get("search", ""), START)
    try:
        return selection.window(0, 100, backwards=False)[0]
    finally:
        table.release(selection)


def test_the_same_objects_in_another_mapping_are_no_change():
    table = table_of({"a": A, "b": B})
    rows = dict(table.rows)
    assert not table.replace({"b": B, "a": A}, START, 2)
    assert not table.replace(Map({"a": A, "b": B}), START, 2)
    assert (table.rows, table.touched) == (rows, 1)


def test_another_object_under_a_key_makes_that_row_anew_and_no_other():
    table = table_of({"a": A, "b": B})
    kept = table.rows["b"]
    assert table.replace({"a": Ticket(rank=1), "b": B}, START, 2)
    assert (table.rows["a"].number, table.rows["b"], table.touched) == (2, kept, 2)


def test_a_key_that_comes_while_another_goes_is_both():
    table = table_of({"a": A, "b": B})
    assert table.replace({"b": B, "c": A}, START, 2)
    assert sorted(table.rows) == ["b", "c"]


def test_the_same_value_under_another_key_is_another_row():
    table = table_of({"a": A})
    assert table.replace({"b": A}, START, 2)
    assert list(table.rows) == ["b"]


def test_a_row_is_made_anew_when_its_time_has_come_and_each_of_its_clocks_counts():
    first, second = later(START, 10), later(START, 20)
    table = table_of({"a": A, "b": Ticket(rank=9, clocks=(second, first))})
    assert keys(table) == ["a", "b"]
    assert table.next_change_at() == first
    assert not table.expire(later(START, 9), 2)
    assert table.expire(first, 2)
    assert (table.rows["b"].number, table.next_change_at()) == (2, second)
    assert table.expire(later(START, 60), 3)
    assert (table.rows["b"].number, table.next_change_at()) == (3, None)


def test_an_order_in_use_follows_the_clocks():
    table = table_of({"a": A, "b": Ticket(rank=9, clocks=(later(START, 10),))})
    selection = table.select("urgency", (), "", START)
    assert selection.window(0, 9, backwards=False) == (["a", "b"], 2)
    table.expire(later(START, 10), 2)
    assert selection.window(0, 9, backwards=False) == (["b", "a"], 2)


def test_a_clock_that_was_taken_back_does_not_fire():
    table = table_of(
        {"a": Ticket(clocks=(later(START, 10),)), "b": Ticket(clocks=(later(START, 5),))}
    )
    table.replace({"a": A}, START, 2)
    assert not table.expire(later(START, 60), 3)


def test_a_clock_that_was_put_off_fires_at_its_new_time_alone():
    table = table_of({"a": Ticket(clocks=(later(START, 10),))})
    table.replace({"a": Ticket(clocks=(later(START, 30),))}, START, 2)
    assert not table.expire(later(START, 20), 3)
    assert table.expire(later(START, 30), 4)
    assert table.touched == 4


def test_a_time_that_is_not_later_counts_as_never():
    table = Table(replace(TICKETS, next_change_at=lambda ticket, now: now))
    table.replace({"a": A}, START, 1)
    assert table.next_change_at() is None


def test_clocks_that_are_set_anew_all_day_take_no_room():
    table = table_of({"a": A})
    for n in range(1_000):
        table.replace({"a": Ticket(clocks=(later(START, 100 + n),))}, START, n)
    assert len(table._heap) < 100
    assert table.next_change_at() <= later(START, 1_099)
    assert table.expire(later(START, 1_099), 1_001)


def test_an_order_is_kept_as_long_as_somebody_uses_it():
    table = table_of({"a": A})
    one, same = table.select("title", (), "", START), table.select("title", (), " ", START)
    assert one is same
    other = table.select("title", (("kind", "lift"),), "", START)
    table.release(one)
    table.release(other)
    assert list(table._orderings) == ["title"]
    table.release(same)
    assert (table._orderings, table._selections) == ({}, {})
