"""Who may do what: one table, which nobody may pass by without a role."""

import pytest

from citybrain import permissions
from citybrain.domain.principal import NODE_ROLES, Principal, Role
from citybrain.permissions import MAY, Permission, may, permissions_of, refusal_of
from citybrain.vocabulary import OperatorVerb

NOBODY = Principal(name="Li Na", roles=())


def of(role):
    return set(permissions_of(Principal(name="a", roles=(role,))))


def test_an_admin_may_do_all_that_a_person_can_do():
    assert of(Role.ADMIN) == set(Permission)


def test_an_operator_works_on_incidents_and_a_duty_officer_decides_plans():
    plans = {Permission.ISSUE_PLAN, Permission.REJECT_PLAN}
    operate = set(Permission) - plans - {Permission.SET_CLOCK}
    assert of(Role.OPERATOR) == operate
    assert of(Role.SUPERVISOR) == operate | {Permission.SET_CLOCK}
    assert of(Role.DUTY_OFFICER) == plans | {Permission.REPORT, Permission.SET_CLOCK}


def test_a_crew_answers_attaches_and_reports_and_a_source_reports_alone():
    answers = {
        Permission.ANSWER_ORDER,
        Permission.ANSWER_MESSAGE,
        Permission.ATTACH,
        Permission.REPORT_POSITION,
        Permission.SET_DUTY,
    }
    assert of(Role.CREW) == answers | {Permission.REPORT}
    assert of(Role.SOURCE) == {Permission.REPORT}


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("roles", [(), (Role.UNKNOWN,)])
def test_without_a_role_nobody_may_do_anything(permission, roles):
    assert not may(Principal(name="a", roles=roles), permission)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", [*sorted(NODE_ROLES), Role.AUDITOR, Role.VIEWER])
def test_a_node_has_no_verb_of_a_person_and_who_only_reads_changes_nothing(permission, role):
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
