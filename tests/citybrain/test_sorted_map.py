"""A table behaves like a dict that never changes and is always walked in the order of its keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.sorted_map import SortedMap

changes = st.lists(
    st.tuples(st.sampled_from("pd"), st.text(max_size=3), st.integers()), max_size=40
)


@given(changes)
def test_it_does_what_a_dict_does(steps):
    table, model = SortedMap(), {}
    for verb, key, value in steps:
        if verb == "p":
            table, model[key] = table.put(key, value), value
        else:
            table = table.drop(key)
            model.pop(key, None)
    assert dict(table.items()) == model
    assert len(table) == len(model)
    assert all(
        key in table and table.get(key) == table[key] == value for key, value in model.items()
    )


@given(st.dictionaries(st.text(), st.integers()))
def test_every_walk_is_in_key_order(model):
    table = SortedMap(model.items())
    assert list(table) == table.keys() == sorted(model) == [key for key, _ in table.items()]
    assert list(table.values()) == [model[key] for key in sorted(model)]


def test_putting_leaves_the_old_table_as_it_was():
    old = SortedMap([("a", 1)])
    new = old.put("a", 2).put("b", 3)
    assert (old.get("a"), old.get("b")) == (1, None)
    assert dict(new.items()) == {"a": 2, "b": 3}


def test_equal_content_is_equal_whatever_the_way_there():
    one = SortedMap([("a", 1), ("b", 2)])
    other = SortedMap().put("b", 2).put("x", 0).put("a", 1).drop("x")
    assert one == other
    assert hash(one) == hash(other)
    assert one != SortedMap([("a", 1)])


def test_put_all_adds_many_and_dropping_what_is_not_there_is_no_error():
    table = SortedMap([("a", 1)]).put_all([("b", 2), ("a", 5)])
    assert dict(table.items()) == {"a": 5, "b": 2}
    assert table.drop("nothing") is table


def test_a_missing_key_is_a_key_error_and_get_says_none():
    with pytest.raises(KeyError):
        SortedMap()["a"]
    assert SortedMap().get("a") is None
