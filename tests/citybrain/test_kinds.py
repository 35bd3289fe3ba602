"""Names of open kinds: which texts may be one, and what a misspelt one may have meant."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from citybrain import kinds
from citybrain.config.fields import IncidentKindName

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
ODD = [
    "",
    " ",
    "\n",
    "a\n",
    "a\x00",
    "a\x7f",
    "\u202ea",
    "聚集",
    "ａ",
    "é",
    "<b>",
    "a b",
    "a'b",
    "٣",
]


@pytest.mark.parametrize("kind", kinds.BUILT_IN_EVENT_KINDS)
def test_every_built_in_event_kind_may_be_one(kind):
    assert kinds.is_event_kind(kind)


@pytest.mark.parametrize(
    "kind",
    [
        "tns1:RuleEngine/LineDetector/Crossed",
        "lifts:Contact/Open",
        "Contact",
        "Unknown",
        "_x/y-2/z.3",
        "a" * 128,
    ],
)
def test_an_event_kind_is_names_with_slashes_and_perhaps_a_prefix(kind):
    assert kinds.is_event_kind(kind)


@pytest.mark.parametrize(
    "kind", [*ODD, "/", "a/", "/a", "a//b", ":a", "a:", "a:b:c", "a/b:c", "2/b", "-a", "a" * 129]
)
def test_what_is_no_event_kind(kind):
    assert not kinds.is_event_kind(kind)


@pytest.mark.parametrize(
    "kind", ["crowding", "unknown", "illegal_parking", "lifts.trapped", "a1_", "a" * 64]
)
def test_an_incident_kind_is_a_word_and_perhaps_that_of_its_pack(kind):
    assert kinds.is_incident_kind(kind)
    assert TypeAdapter(IncidentKindName).validate_python(kind) == kind


@pytest.mark.parametrize(
    "kind", [*ODD, "A", "_a", "1a", "a.", ".a", "a.b.c", "a..b", "a.1", "a-b", "a/b", "a" * 65]
)
def test_what_is_no_incident_kind(kind):
    assert not kinds.is_incident_kind(kind)
    with pytest.raises(ValidationError):
        TypeAdapter(IncidentKindName).validate_python(kind)


@given(st.text() | st.text(string.ascii_letters + string.digits + "_-./:", max_size=140))
def test_event_kinds_are_what_the_words_say_for_any_text(text):
    prefix, colon, topic = text.rpartition(":")
    names = [*([prefix] if colon else []), *topic.split("/")]
    is_one = len(text) <= 128 and all(NAME.fullmatch(name) for name in names)
    assert kinds.is_event_kind(text) == is_one


@given(st.text() | st.text("abz09_.", max_size=70))
def test_a_configuration_and_the_wire_agree_on_incident_kinds(text):
    try:
        TypeAdapter(IncidentKindName).validate_python(text)
    except ValidationError:
        assert not kinds.is_incident_kind(text)
    else:
        assert kinds.is_incident_kind(text)


KNOWN = ("crowding", "waterlogging", "lifts.trapped", "lifts.fault")


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("crowdd", "crowding"),
        ("lifts.traped", "lifts.trapped"),
        ("trapped", "lifts.trapped"),
        ("crowding", None),
        ("snow", None),
        ("", None),
    ],
)
def test_a_misspelt_kind_finds_the_one_that_was_meant(kind, meant):
    assert kinds.near_miss(kind, KNOWN) == meant


def test_where_no_kind_is_known_none_was_meant():
    assert kinds.near_miss("crowding", ()) is None


@given(st.permutations(KNOWN))
def test_the_order_of_the_known_kinds_does_not_matter(known):
    assert kinds.near_miss("lifts.taped", known) == kinds.near_miss("lifts.taped", KNOWN)


def test_the_words_say_what_is_missing_and_what_may_have_been_meant():
    assert kinds.no_playbook("crowdd", KNOWN) == "no playbook crowdd: did you mean crowding?"
    assert kinds.no_playbook("snow", KNOWN) == "no playbook snow"
