"""A file of people with one operator in it."""

import pytest

from citybrain.clock import ManualClock
from citybrain.domain.principal import Role
from citybrain.people.accounts import Accounts
from citybrain.people.sessions import Sessions
from citybrain.people.store import PeopleStore, ensure_store
from citybrain.random_ids import RandomIds

PASSWORD = "correct horse battery staple"


class People:
    """`store` is the node's, `commands` another process's."""

    def __init__(self, folder):
        self.clock, self.path = ManualClock(), ensure_store(folder)
        self.store, self.commands = PeopleStore(self.path), PeopleStore(self.path)
        self.accounts = Accounts(self.commands, clock=self.clock, ids=RandomIds())
        self.sessions = Sessions(self.store, clock=self.clock, ids=RandomIds())
        self.li_na = self.accounts.add("Li Na", (Role.OPERATOR,), PASSWORD)


@pytest.fixture
def people(tmp_path):
    made = People(tmp_path)
    yield made
    made.store.close()
    made.commands.close()
