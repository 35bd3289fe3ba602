"""Who may sign in, and which programs have a token: added, listed, removed, each with its checks.
What is taken away ends every session that it began, at once.
"""

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.domain.principal import PERSON_ROLES, PROGRAM_ROLES, Role
from citybrain.ids import IdSource, UnitId
from citybrain.people.errors import NoSuchPersonError, PeopleError
from citybrain.people.limits import (
    ACCOUNTS,
    LINK_LIFE,
    NAME_CHARS,
    SIGN_IN_LINK_LIFE,
    TOKENS,
)
from citybrain.people.passwords import hash_password
from citybrain.people.secret import hash_of, new_secret
from citybrain.people.store import Account, Link, PeopleStore, Token, name_key

TOKEN_PREFIX = "cbtoken_"


class Accounts:
    """The accounts, tokens and links of one node."""

    def __init__(self, store: PeopleStore, *, clock: Clock, ids: IdSource) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def add(self, name: str, roles: tuple[Role, ...], password: str) -> Account:
        """Raises `PeopleError` where one of the three cannot be, or the name is taken."""
        name = checked_name(name)
        wrong = sorted(set(roles).difference(PERSON_ROLES))
        if wrong or not roles:
            offered = ", ".join(PERSON_ROLES)
            raise PeopleError(
                f"a person has one or more of the roles {offered}; given: {wrong or 'none'}."
            )
        account = Account(
            key=name_key(name),
            name=name,
            roles=tuple(role for role in PERSON_ROLES if role in roles),
            password_hash=hash_password(password, name=name),
            made_at=self._clock.now(),
        )
        with self._store.transaction():
            if self._store.account(account.key) is not None:
                raise PeopleError(
                    f"there is an account {name!r} already. Remove it first, or give it another"
                    " password with `citybrain people password`."
                )
            if self._store.federated_named(account.key) is not None:
                raise PeopleError(
                    f"a person of the provider outside is called {name!r} here. Take another name,"
                    " or first make this one free with `citybrain people remove`."
                )
            if self._store.account_count() >= ACCOUNTS.value:
                raise PeopleError(
                    f"there are {ACCOUNTS.value} accounts, and no more fit ({ACCOUNTS.reason})."
                    " Remove those of people who left."
                )
            self._store.add_account(account)
        return account

    def remove(self, name: str) -> int:
        """How many sessions ended. A person of a provider outside is forgotten, and may come again.
        Raises `NoSuchPersonError`."""
        with self._store.transaction():
            key = self._person_key(name)
            self._store.remove_account(key)
            self._store.remove_federated(key)
            return self._end(key)

    def set_password(self, name: str, password: str) -> int:
        """How many sessions ended. Raises `NoSuchPersonError`, `PeopleError`."""
        kept = hash_password(password, name=name)
        with self._store.transaction():
            account = self._account(name)
            self._store.set_password(account.key, kept)
            return self._end(account.key)

    def revoke_person(self, name: str) -> int:
        """End the person's sessions, and the link that was not used yet; the account stays. Raises
        `NoSuchPersonError`."""
        with self._store.transaction():
            return self._end(self._person_key(name))

    def revoke_unit(self, unit: UnitId) -> int:
        """End the sessions of a unit's devices, and its links that were not used yet."""
        with self._store.transaction():
            links = self._store.remove_links_of_unit(unit)
            return links + self._store.end_sessions_of_unit(unit)

    def revoke_all(self) -> int:
        """End every session, of people and devices, and each link that was not used yet."""
        with self._store.transaction():
            self._store.remove_all_links()
            return self._store.end_all_sessions()

    def new_token(self, name: str, role: Role) -> str:
        """A token for the program `name`, given out this once; one that it had ends. Raises
        `PeopleError`."""
        name = checked_name(name)
        if role not in PROGRAM_ROLES:
            raise PeopleError(f"a program has one of the roles {', '.join(PROGRAM_ROLES)}.")
        secret = TOKEN_PREFIX + new_secret(self._ids)
        with self._store.transaction():
            known = any(token.name == name for token in self._store.tokens())
            if not known and self._store.token_count() >= TOKENS.value:
                raise PeopleError(
                    f"there are {TOKENS.value} tokens, and no more fit ({TOKENS.reason}). Revoke"
                    " those of programs that are gone."
                )
            token = Token(name=name, role=role, made_at=self._clock.now())
            self._store.set_token(token, hash_of(secret))
        return secret

    def revoke_token(self, name: str) -> None:
        """The program is not listened to any more. Raises `NoSuchPersonError`."""
        with self._store.transaction():
            if not self._store.remove_token(name):
                raise NoSuchPersonError("token of", name)

    def new_link(self, unit: UnitId) -> str:
        """The secret of a link that makes one device the unit's, once."""
        expires_at = Timestamp(self._clock.now() + LINK_LIFE.value * 3600 * SECOND_US)
        with self._store.transaction():
            self._store.remove_links_of_unit(unit)  # the newest alone: a link may have been seen
            return self._add(Link(unit=unit, expires_at=expires_at))

    def new_sign_in_link(self, name: str) -> str:
        """The secret of a link that signs one browser in as the person, once, without a password.
        Raises `NoSuchPersonError`."""
        expires_at = Timestamp(self._clock.now() + SIGN_IN_LINK_LIFE.value * 60 * SECOND_US)
        with self._store.transaction():
            account = self._account(name)
            self._store.remove_links_of_person(account.key)
            return self._add(Link(key=account.key, expires_at=expires_at))

    def _add(self, link: Link) -> str:
        secret = new_secret(self._ids)
        self._store.remove_old_links(self._clock.now())
        self._store.add_link(hash_of(secret), link)
        return secret

    def _person_key(self, name: str) -> str:
        federated = self._store.federated_named(name_key(name))
        return self._account(name).key if federated is None else federated.key

    def _end(self, key: str) -> int:
        """What lets the person in without a password; how many sessions ended."""
        self._store.remove_links_of_person(key)
        return self._store.end_sessions_of_person(key)

    def _account(self, name: str) -> Account:
        found = self._store.account(name_key(name))
        if found is None:
            raise NoSuchPersonError("account of", name)
        return found


def checked_name(name: str) -> str:
    """`name` without spaces around it; raises `PeopleError` where a screen cannot show it."""
    plain = " ".join(name.split())
    if not 0 < len(plain) <= NAME_CHARS.value or not plain.isprintable():
        raise PeopleError(
            f"{ascii(name)[:80]} is no name that a screen can show: give 1 to {NAME_CHARS.value}"
            " printable characters."
        )
    return plain
