"""People in a node's file without the cost of each: a hash takes long, and 46 MiB, by design. Those
of one password have one hash here, made once a process.
"""

from functools import cache

from citybrain.clock import Timestamp
from citybrain.domain.principal import Role
from citybrain.people.passwords import hash_password
from citybrain.people.store import Account, PeopleStore, name_key

PASSWORD = "correct horse battery staple"
hash_of = cache(hash_password)


def put_account(
    store: PeopleStore, name: str, role: Role, *, at: Timestamp, password: str = PASSWORD
) -> Account:
    """What `Accounts.add` writes, of a name and a password that can be."""
    account = Account(
        key=name_key(name), name=name, roles=(role,), password_hash=hash_of(password), made_at=at
    )
    with store.transaction():
        store.add_account(account)
    return account
