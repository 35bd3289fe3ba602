"""Who may do what: one table, which nobody may pass by without a role."""

import pytest

from citybrain import permissions
from citybrain.domain.principal import NODE_ROLES, Principal, Role
from citybrain.permissions import ALL_ROLES, MAY, Permission, may, refusal_of
from citybrain.vocabulary import OperatorVerb

NOBODY = Principal(name="Li Na", roles=())


@pytest.mark.parametrize("permission", Permission)
def test_until_people_sign_in_every_role_may_do_everything(permission):
    assert {role for role in ALL_ROLES if may(Principal(name="a", roles=(role,)), permission)} == (
        ALL_ROLES
    )


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("roles", [(), (Role.UNKNOWN,)])
def test_without_a_role_nobody_may_do_anything(permission, roles):
    assert not may(Principal(name="a", roles=roles), permission)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", [*sorted(NODE_ROLES), Role.AUDITOR])
def test_a_node_or_device_has_no_verb_of_a_person_and_an_auditor_changes_nothing(permission, role):
    assert not may(Principal(name="a", roles=(role,)), permission)


def test_a_refusal_says_who_and_what_is_missing():
    refused = refusal_of(NOBODY, Permission.ISSUE_PLAN)
    assert (refused.reason, "Li Na (no role) may not issue plan" in refused.detail) == (
        "not_permitted",
        True,
    )
    assert refusal_of(Principal(name=" ", roles=(Role.CREW,)), Permission.REPORT).reason == (
        "unnamed"
    )


def test_one_of_several_roles_suffices(monkeypatch):
    only_officers = {**MAY, Permission.ISSUE_PLAN: frozenset({Role.DUTY_OFFICER})}
    monkeypatch.setattr(permissions, "MAY", only_officers)
    assert may(Principal(name="a", roles=(Role.CREW, Role.DUTY_OFFICER)), Permission.ISSUE_PLAN)
    assert not may(Principal(name="a", roles=(Role.CREW,)), Permission.ISSUE_PLAN)


def test_every_verb_of_an_operator_has_a_line():
    assert {verb.value for verb in OperatorVerb if verb is not OperatorVerb.UNKNOWN} <= {
        permission.value for permission in MAY
    }
