"""A file of people with one operator in it."""

import pytest
from people_files import put_account

from citybrain.clock import ManualClock
from citybrain.domain.principal import Role
from citybrain.people.accounts import Accounts
from citybrain.people.sessions import Sessions
from citybrain.people.store import PeopleStore, ensure_store
from citybrain.random_ids import RandomIds


class People:
    """`store` is the node's, `commands` another process's."""

    def __init__(self, folder):
        self.clock, self.path = ManualClock(), ensure_store(folder)
        self.store, self.commands = PeopleStore(self.path), PeopleStore(self.path)
        self.accounts = Accounts(self.commands, clock=self.clock, ids=RandomIds())
        self.sessions = Sessions(self.store, clock=self.clock, ids=RandomIds())
        self.li_na = put_account(self.commands, "Li Na", Role.OPERATOR, at=self.clock.now())


@pytest.fixture
def people(tmp_path):
    made = People(tmp_path)
    yield made
    made.store.close()
    made.commands.close()
