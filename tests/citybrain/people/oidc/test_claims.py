"""From what a provider says of somebody to a name and roles here, or to what to ask for."""

import pytest
from oidc_provider import ROLES

from citybrain.domain.principal import Role
from citybrain.localized_name import LocalizedName
from citybrain.people.oidc.claims import person_of
from citybrain.people.oidc.errors import OidcRefusal, OidcRefusedError
from citybrain.people.oidc.settings import OidcSettings

SETTINGS = OidcSettings(
    issuer="https://id.example",
    client_id="c",
    pages="https://queue.example:443",
    scopes=("openid",),
    name_claim="preferred_username",
    roles_claim="groups",
    roles=ROLES,
    title=LocalizedName(en="City account", zh="市政账号"),
)


def claims(**other):
    return {"sub": "u-1", "preferred_username": "李娜", "groups": ["queue"], **other}


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (["queue"], (Role.OPERATOR,)),
        (["city-admins", "staff", "queue"], (Role.OPERATOR, Role.ADMIN)),
        ("watch", (Role.VIEWER,)),
        (["watch", None, 7, {"queue": 1}], (Role.VIEWER,)),
    ],
)
def test_groups_give_the_roles_that_were_configured(groups, roles):
    person = person_of(claims(groups=groups), SETTINGS)
    assert (person.name, person.subject, person.roles) == ("李娜", "u-1", roles)


@pytest.mark.parametrize("groups", [[], None, "Queue", ["queue "], [["queue"]], {"queue": 1}, 7])
def test_whoever_has_no_role_is_shown_which_groups_have_one(groups):
    with pytest.raises(OidcRefusedError) as refused:
        person_of(claims(groups=groups), SETTINGS)
    assert refused.value.refusal is OidcRefusal.NO_ROLE
    for expected in ("李娜", "city-admins", "queue", "watch"):
        assert expected in refused.value.shown


@pytest.mark.parametrize("name", [None, "", "  ", 7, ["x"], "x" * 61, "a\nb\x00", "\u202e"])
def test_who_has_no_name_that_a_screen_shows_is_refused(name):
    with pytest.raises(OidcRefusedError) as refused:
        person_of(claims(preferred_username=name), SETTINGS)
    assert refused.value.refusal is OidcRefusal.NO_NAME
    assert refused.value.shown == "preferred_username"


def test_other_rules_are_other_rules_and_a_port_that_goes_without_saying_is_none():
    from citybrain.structs import replace

    assert SETTINGS.rules != replace(SETTINGS, roles=ROLES[1:]).rules
    assert SETTINGS.rules != replace(SETTINGS, issuer="https://other.example").rules
    assert SETTINGS.rules == replace(SETTINGS, pages="https://moved.example").rules
    assert SETTINGS.host == "queue.example"
