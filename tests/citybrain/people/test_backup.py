"""Accounts go into a backup; what would let somebody in without a password does not."""

from citybrain.domain.principal import Role
from citybrain.people.backup import copy_accounts
from citybrain.people.store import FILE, PeopleStore


def test_accounts_are_copied_and_no_session_or_token(people, tmp_path):
    people.sessions.begin(people.li_na)
    people.accounts.new_token("gis", Role.ADAPTER)
    to = tmp_path / "backup"
    to.mkdir()
    copy_accounts(people.path.parent, to)
    copy = PeopleStore(to / FILE)
    assert people.store.sessions() and people.store.tokens()
    assert copy.accounts() == people.store.accounts() and copy.account_count() == 1
    assert (copy.sessions(), copy.tokens()) == ((), ())
    copy.close()


def test_a_node_without_people_has_none_in_its_backup(tmp_path):
    copy_accounts(tmp_path, tmp_path / "nowhere")
    assert not list(tmp_path.iterdir())
