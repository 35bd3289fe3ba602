"""Who may sign in: names and roles that can be, one account a name, never more than fit."""

import stat

import pytest

from citybrain.domain.principal import PERSON_ROLES, Role
from citybrain.people.errors import NoSuchPersonError, PeopleError

PASSWORD = "correct horse battery staple"


def test_the_file_is_for_the_nodes_user_alone(people):
    assert stat.S_IMODE(people.path.stat().st_mode) == 0o600


def test_a_name_is_compared_without_case_and_spaces(people):
    for name in ("li na", " Li  Na ", "\uff2c\uff49 Na"):
        with pytest.raises(PeopleError, match="already"):
            people.accounts.add(name, (Role.VIEWER,), PASSWORD)


def test_roles_are_those_of_people_in_the_order_of_lists(people):
    added = people.accounts.add("Wang Wei", (Role.ADMIN, Role.VIEWER), PASSWORD)
    assert added.roles == (Role.VIEWER, Role.ADMIN)
    assert people.store.account(added.key) == added
    for roles in ((), (Role.BOX,), (Role.OPERATOR, Role.CREW)):
        with pytest.raises(PeopleError, match=", ".join(PERSON_ROLES)):
            people.accounts.add("Zhao", roles, PASSWORD)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 61, "a\u202eb"])
def test_a_name_that_a_screen_cannot_show_is_refused(people, name):
    with pytest.raises(PeopleError, match="printable"):
        people.accounts.add(name, (Role.VIEWER,), PASSWORD)


def test_who_is_not_there_is_named(people):
    for act in (people.accounts.remove, people.accounts.revoke_person):
        with pytest.raises(NoSuchPersonError, match="Nobody"):
            act("Nobody")
    with pytest.raises(NoSuchPersonError):
        people.accounts.revoke_token("nobody")


def test_a_program_has_a_role_of_programs(people):
    with pytest.raises(PeopleError, match="source"):
        people.accounts.new_token("hotline", Role.ADMIN)
