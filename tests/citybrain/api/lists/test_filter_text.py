"""Filters and orders as clients write them: read, or refused with a cure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.api.errors import InvalidRequestError
from citybrain.api.lists.filter_text import parse_filter, parse_order


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("", ()),
        ("  ", ()),
        ("stage = opened", (("stage", "opened"),)),
        ("stage:opened", (("stage", "opened"),)),
        ("stage=opened AND kind=lifts.stuck", (("stage", "opened"), ("kind", "lifts.stuck"))),
        ("stage = (opened OR working)", (("stage", "opened"), ("stage", "working"))),
        ('name = "two words"', (("name", "two words"),)),
        (r'name = "a \"b\" \\"', (("name", r'a "b" \ '.strip()),)),
        ("source = box-a1/cam-a1", (("source", "box-a1/cam-a1"),)),
        ("kind = 人群聚集", (("kind", "人群聚集"),)),
    ],
)
def test_a_filter_is_conditions_joined_by_and(text, conditions):
    assert parse_filter(text) == conditions


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("stage", "= or : is missing"),
        ("stage =", "a value is missing before the end"),
        ("= opened", "a field is missing before ="),
        ("stage = opened kind = a", "AND is missing before kind"),
        ("stage = opened AND stage = working", "stage is there twice"),
        ("stage = (opened", ") is missing before the end"),
        ("stage = ()", "a value is missing before )"),
        ('stage = "open', "cannot be read"),
        ("x" * 3_000, "it has 3000 characters"),
    ],
)
def test_what_is_no_filter_is_refused_with_a_cure(text, what):
    with pytest.raises(InvalidRequestError) as refused:
        parse_filter(text)
    (violation,) = refused.value.violations
    assert (violation.field, what in violation.what) == ("filter", True), violation
    assert violation.cure.endswith(".")


@given(st.text(max_size=80))
def test_any_text_is_a_filter_or_a_named_error(text):
    try:
        conditions = parse_filter(text)
    except InvalidRequestError:
        return
    assert all(name for name, _ in conditions)


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=5))
def test_a_quoted_value_comes_back_whole(values):
    quoted = ['"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values]
    assert parse_filter(f"f = ({' OR '.join(quoted)})") == tuple(("f", v) for v in values)


@pytest.mark.parametrize(
    ("text", "order"),
    [("", ""), ("queue", "queue"), ("queue asc", "queue"), (" changed_at  desc ", "-changed_at")],
)
def test_an_order_is_one_field_and_its_direction(text, order):
    assert parse_order(text) == order


@pytest.mark.parametrize("text", ["a, b", "a down", "-a", "-a desc", "a b c"])
def test_another_order_is_refused(text):
    with pytest.raises(InvalidRequestError, match="desc for the reverse"):
        parse_order(text)
