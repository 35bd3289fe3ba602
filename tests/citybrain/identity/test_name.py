"""Names are read character for character, and no two texts are one name."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.domain.principal import Authentication, Role
from citybrain.identity.errors import IdentityNameError
from citybrain.identity.name import PART, ROLE_WORDS, name_of, parse_name, parse_short, principal_of

PARTS = st.from_regex(PART, fullmatch=True)
NAMES = st.builds(
    name_of,
    PARTS,
    st.sampled_from(sorted(ROLE_WORDS)),
    PARTS.filter(lambda part: len(part) <= 48),
)
BOX = "citybrain://chengdu/box/box-a1"


@given(NAMES)
def test_a_name_reads_back_as_itself(name):
    assert parse_name(str(name)) == name
    assert parse_short(name.city, name.short) == name


@given(NAMES, NAMES)
def test_two_names_are_two_texts_and_two_users_of_a_broker(one, other):
    assert (str(one) == str(other)) == (one == other)
    if one.city == other.city:
        assert (one.short == other.short) == (one == other)


@given(NAMES)
def test_a_name_holds_no_wildcard_of_a_topic_and_fits_a_common_name(name):
    assert not set(name.short) & set("+#$ \t\n")
    assert len(name.short) <= 64


@given(st.text(max_size=80))
def test_whatever_is_read_as_a_name_was_that_name_letter_by_letter(text):
    with contextlib.suppress(IdentityNameError):
        assert str(parse_name(text)) == text


@given(NAMES, st.sampled_from([" ", "\n", "/", "%2f", "\0", "é", "A", "?x=1", "#a"]), st.data())
def test_a_letter_more_is_no_name_of_ours(name, extra, data):
    text = str(name)
    at = data.draw(st.integers(0, len(text)))
    with pytest.raises(IdentityNameError):
        parse_name(text[:at] + extra + text[at:])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "does not begin with citybrain://"),
        ("https://chengdu/box/box-a1", "does not begin with citybrain://"),
        ("citybrain://chengdu/box", "2 parts, not 3"),
        (BOX + "/", "4 parts, not 3"),
        ("citybrain:///box/box-a1", "its city is not 1-64"),
        ("citybrain://chengdu/box/", "its id is not 1-64"),
        ("citybrain://chengdu/box/-a", "its id is not 1-64"),
        ("citybrain://chengdu/king/a", "there is no role 'king'; the roles are adapter, "),
        ("citybrain://chengdu/unknown/a", "there is no role 'unknown'"),
        ("citybrain://chengdu/duty_officer/a", "there is no role 'duty_officer'"),
        ("citybrain://chengdu/duty-officer/" + "a" * 60, "longer than 64 characters"),
    ],
)
def test_what_is_wrong_is_said(text, says):
    with pytest.raises(IdentityNameError, match=says):
        parse_name(text)


def test_the_roles_of_names_are_the_roles_of_principals():
    assert set(ROLE_WORDS) == set(Role) - {Role.UNKNOWN}
    assert ROLE_WORDS[Role.DUTY_OFFICER] == "duty-officer"
    assert parse_name(BOX).role is Role.BOX
    assert parse_name(BOX).short == "box/box-a1"


def test_whoever_a_certificate_names_is_a_principal_of_one_role():
    principal = principal_of(parse_name(BOX))
    assert (principal.name, principal.roles) == ("box-a1", (Role.BOX,))
    assert principal.authentication is Authentication.CERTIFICATE


def test_nobody_is_of_a_role_that_this_version_does_not_know():
    with pytest.raises(IdentityNameError, match="nobody is of the role 'unknown'"):
        name_of("chengdu", Role.UNKNOWN, "a")


@pytest.mark.parametrize("text", ["box-a1", "box", "/box-a1", "box/", "box/a/b", "BOX/a"])
def test_a_short_name_has_a_role_and_an_id(text):
    with pytest.raises(IdentityNameError):
        parse_short("chengdu", text)
