"""A sorted map behaves like a dict that never changes and iterates in the order of its keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.sorted_map import SortedMap

text_keys = st.text(max_size=3)
tuple_keys = st.tuples(st.text(max_size=2), st.integers(0, 3))
changes = st.sampled_from([text_keys, tuple_keys]).flatmap(
    lambda keys: st.lists(st.tuples(st.sampled_from("pd"), keys, st.integers()), max_size=40)
)


@given(changes)
def test_it_does_what_a_dict_does(steps):
    mapping, model = SortedMap(), {}
    for verb, key, value in steps:
        if verb == "p":
            mapping, model[key] = mapping.put(key, value), value
        else:
            mapping = mapping.drop(key)
            model.pop(key, None)
    assert dict(mapping.unordered()) == model
    assert dict(mapping.items()) == model
    assert len(mapping) == len(model)
    assert all(
        key in mapping and mapping.get(key) == mapping[key] == value for key, value in model.items()
    )


@given(st.dictionaries(st.text(), st.integers()) | st.dictionaries(tuple_keys, st.integers()))
def test_every_iteration_is_in_key_order(model):
    mapping = SortedMap(model.items())
    assert list(mapping) == mapping.keys() == sorted(model) == [key for key, _ in mapping.items()]
    assert list(mapping.values()) == [model[key] for key in sorted(model)]


@given(st.dictionaries(text_keys, st.integers()), st.lists(text_keys))
def test_dropping_all_at_once_is_dropping_each(model, keys):
    mapping = one_by_one = SortedMap(model.items())
    for key in keys:
        one_by_one = one_by_one.drop(key)
    assert mapping.drop_all(keys) == one_by_one
    assert dict(mapping.items()) == model


def test_putting_leaves_the_old_map_as_it_was():
    old = SortedMap([("a", 1)])
    new = old.put("a", 2).put("b", 3)
    assert (old.get("a"), old.get("b")) == (1, None)
    assert dict(new.items()) == {"a": 2, "b": 3}


def test_equal_content_is_equal_however_it_was_built():
    one = SortedMap([("a", 1), ("b", 2)])
    other = SortedMap().put("b", 2).put("x", 0).put("a", 1).drop("x")
    assert one == other
    assert hash(one) == hash(other)
    assert one != SortedMap([("a", 1)])


def test_put_all_adds_many_and_dropping_what_is_not_there_is_no_error():
    mapping = SortedMap([("a", 1)]).put_all([("b", 2), ("a", 5)])
    assert dict(mapping.items()) == {"a": 5, "b": 2}
    assert mapping.drop("nothing") is mapping


def test_a_missing_key_is_a_key_error_and_get_says_none():
    with pytest.raises(KeyError):
        SortedMap()["a"]
    assert SortedMap().get("a") is None
