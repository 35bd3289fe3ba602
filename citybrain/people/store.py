"""What a node remembers of people: accounts, sessions, tokens and links, in one SQLite file that
the node and the commands write in short transactions, each durable. Checks nothing.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from citybrain.clock import Timestamp
from citybrain.domain.principal import Role
from citybrain.enrolment.private_files import make_private_file
from citybrain.ids import UnitId
from citybrain.people.secret import hash_of
from citybrain.sqlite.owned_file import (
    bring_up,
    create_new,
    open_shared,
    put_in_place,
    transaction,
    translated_errors,
)
from citybrain.sqlite.statements import named_queries
from citybrain.structs import Struct

FILE = "people.db"
SCHEMA = "citybrain.people.migrations"


class Account(Struct, frozen=True, kw_only=True):
    """A person who may sign in."""

    key: str  # the name as it is compared
    name: str
    roles: tuple[Role, ...]
    password_hash: str
    made_at: Timestamp


class FederatedPerson(Struct, frozen=True, kw_only=True):
    """A person of a provider outside who has signed in here: as what, and by which rules."""

    key: str  # of the issuer and its subject: see `federated_key`
    name: str
    roles: tuple[Role, ...]
    issuer: str
    rules: str
    signed_in_at: Timestamp


class Session(Struct, frozen=True, kw_only=True):
    """A browser that signed in, or a crew's device. `key` is the person's account, or that of a
    federated person; of a device it is "", and `unit` its unit."""

    id_hash: str
    key: str
    unit: UnitId
    begun_at: Timestamp
    used_at: Timestamp

    @property
    def is_device(self) -> bool:
        return bool(self.unit)


class Token(Struct, frozen=True, kw_only=True):
    """A program that may speak over HTTP."""

    name: str
    role: Role
    made_at: Timestamp


class Link(Struct, frozen=True, kw_only=True):
    """What signs one browser in, once: a person's (`key`), or a crew's device (`unit`); the other
    is ""."""

    key: str = ""
    unit: UnitId = UnitId("")
    expires_at: Timestamp


class PushSubscription(Struct, frozen=True, kw_only=True):
    """Where a crew's device takes messages, and the keys that they are encrypted for (base64url).
    `id_hash`: of its session. `called`: for which order it was called last."""

    id_hash: str
    unit: UnitId
    endpoint: str
    public_key: str
    secret: str
    language: str
    called: str = ""


class Oldest(Struct, frozen=True, kw_only=True):
    """Before which times sessions have ended: of people, of devices."""

    begun: Timestamp
    used: Timestamp
    device_begun: Timestamp
    device_used: Timestamp


def ensure_store(folder: Path) -> Path:
    """The file in `folder`, made empty where there is none, brought up where an older version wrote
    it. Raises `StoreError`, `OSError`."""
    path = folder / FILE
    if path.exists():
        bring_up(path, schema=SCHEMA)
    else:
        made = path.with_name(f"{FILE}.making")
        create_new(made, schema=SCHEMA).close()
        make_private_file(made)
        put_in_place(made, path)
    return path


class PeopleStore:
    """An open file of people. Several processes may have it open; one thread at a time uses it."""

    def __init__(self, path: Path) -> None:
        """Raises `StoreError`."""
        self._path = path
        self._connection = open_shared(path, schema=SCHEMA)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block, durable at its end, or nothing of it; other processes wait."""
        with transaction(self._connection, self._path):
            yield

    def version(self) -> tuple[int, int]:
        """Other than before where anything was written since, by this process or another."""
        with translated_errors(self._path):
            rows = self._connection.execute("PRAGMA data_version").fetchall()
        return int(str(rows[0][0])), self._connection.total_changes()

    def account(self, key: str) -> Account | None:
        rows = self._rows("account", (key,))
        return _account(key, rows[0]) if rows else None

    def accounts(self) -> tuple[Account, ...]:
        """All, by name."""
        return tuple(_account(name_key(str(row[0])), row) for row in self._rows("accounts"))

    def account_count(self) -> int:
        return self._number("account_count")

    def add_account(self, row: Account) -> None:
        roles = " ".join(row.roles)
        self._rows("add_account", (row.key, row.name, roles, row.password_hash, row.made_at))

    def set_password(self, key: str, password_hash: str) -> None:
        self._rows("set_password", (key, password_hash))

    def remove_account(self, key: str) -> None:
        self._rows("remove_account", (key,))

    def federated(self, key: str) -> FederatedPerson | None:
        return next(map(_federated, self._rows("federated", (key,))), None)

    def federated_named(self, key: str) -> FederatedPerson | None:
        """By the name, as it is compared."""
        return next(map(_federated, self._rows("federated_named", (key,))), None)

    def federated_people(self) -> tuple[FederatedPerson, ...]:
        """All, by name."""
        return tuple(map(_federated, self._rows("federated_people")))

    def set_federated(self, row: FederatedPerson) -> None:
        """In the place of what was known of the same one."""
        values = (name_key(row.name), row.name, " ".join(row.roles), row.issuer, row.rules)
        self._rows("set_federated", (row.key, *values, row.signed_in_at))

    def remove_federated(self, key: str) -> None:
        self._rows("remove_federated", (key,))

    def forget_federated(self, at_most: int) -> None:
        """Those who signed in longest ago, but `at_most`."""
        self._rows("forget_federated", (at_most,))

    def add_session(self, row: Session) -> None:
        self._rows("add_session", (row.id_hash, row.key, row.unit, row.begun_at))

    def session(self, id_hash: str) -> Session | None:
        return next(map(_session, self._rows("session", (id_hash,))), None)

    def sessions(self) -> tuple[Session, ...]:
        """All, by owner and age."""
        return tuple(map(_session, self._rows("sessions")))

    def session_count(self) -> int:
        return self._number("session_count")

    def use_session(self, id_hash: str, at: Timestamp) -> None:
        self._rows("use_session", (id_hash, at))

    def end_session(self, id_hash: str) -> int:
        """How many ended; so of the others."""
        return self._changed("end_session", (id_hash,))

    def end_sessions_of_person(self, key: str) -> int:
        return self._changed("end_sessions_of_person", (key,))

    def end_sessions_of_unit(self, unit: UnitId) -> int:
        return self._changed("end_sessions_of_unit", (unit,))

    def end_all_sessions(self) -> int:
        return self._changed("end_all_sessions")

    def end_old_sessions(self, oldest: Oldest) -> int:
        values = (oldest.begun, oldest.used, oldest.device_begun, oldest.device_used)
        return self._changed("end_old_sessions", values)

    def end_sessions_beyond(self, owner: Session, at_most: int) -> int:
        """Those of the owner of this one that were not used for longest, but `at_most`."""
        return self._changed("end_sessions_beyond", (owner.key, owner.unit, at_most))

    def end_longest_unused(self, at_most: int) -> int:
        return self._changed("end_longest_unused", (at_most,))

    def token(self, secret_hash: str) -> Token | None:
        return next(map(_token, self._rows("token", (secret_hash,))), None)

    def tokens(self) -> tuple[Token, ...]:
        return tuple(map(_token, self._rows("tokens")))

    def token_count(self) -> int:
        return self._number("token_count")

    def set_token(self, row: Token, secret_hash: str) -> None:
        """In the place of the one of that name, if there is one."""
        self._rows("set_token", (row.name, secret_hash, row.role.value, row.made_at))

    def remove_token(self, name: str) -> int:
        return self._changed("remove_token", (name,))

    def add_link(self, secret_hash: str, row: Link) -> None:
        self._rows("add_link", (secret_hash, row.key, row.unit, row.expires_at))

    def link(self, secret_hash: str, now: Timestamp) -> Link | None:
        """The link, if it can be used."""
        found = next(map(_link, self._rows("link", (secret_hash,))), None)
        return found if found is not None and found.expires_at > now else None

    def remove_link(self, secret_hash: str) -> int:
        return self._changed("remove_link", (secret_hash,))

    def remove_links_of_person(self, key: str) -> None:
        self._rows("remove_links_of", (key, ""))

    def remove_links_of_unit(self, unit: UnitId) -> int:
        return self._changed("remove_links_of", ("", unit))

    def remove_all_links(self) -> None:
        self._rows("remove_all_links")

    def remove_old_links(self, now: Timestamp) -> None:
        self._rows("remove_old_links", (now,))

    def set_push_subscription(self, row: PushSubscription) -> int:
        """In the place of the one that the session had; 0 where the session has ended."""
        keys = (row.public_key, row.secret, row.language)
        return self._changed("set_push_subscription", (row.id_hash, row.endpoint, *keys))

    def push_subscriptions(self) -> tuple[PushSubscription, ...]:
        """Of every session that stands, by unit."""
        return tuple(map(_push_subscription, self._rows("push_subscriptions")))

    def set_push_called(self, id_hash: str, called: str) -> None:
        self._rows("set_push_called", (id_hash, called))

    def remove_push_subscription(self, id_hash: str, endpoint: str) -> None:
        """Only this one: the device may have another one meanwhile."""
        self._rows("remove_push_subscription", (id_hash, endpoint))

    def end_push_subscription(self, id_hash: str) -> None:
        self._rows("end_push_subscription", (id_hash,))

    def _number(self, name: str) -> int:
        return int(str(self._rows(name)[0][0]))

    def _changed(self, name: str, values: tuple[object, ...] = ()) -> int:
        self._rows(name, values)
        return self._connection.changes()

    def _rows(self, name: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        with translated_errors(self._path):
            return list(self._connection.execute(_sql(name), values))


def name_key(name: str) -> str:
    """`name` as it is compared: the spelling of a keyboard makes nobody another person."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def federated_key(issuer: str, subject: str) -> str:
    """By what a person of a provider is known here. No account's: those begin with no space."""
    return f" {hash_of(chr(10).join((issuer, subject)))}"


def _sql(name: str) -> str:
    return named_queries("citybrain.people", "people.sql")[name]


def _account(key: str, row: tuple[object, ...]) -> Account:
    name, roles, password_hash, made_at = row
    return Account(
        key=key,
        name=str(name),
        roles=tuple(map(_role, str(roles).split())),
        password_hash=str(password_hash),
        made_at=Timestamp(int(str(made_at))),
    )


def _federated(row: tuple[object, ...]) -> FederatedPerson:
    key, name, roles, issuer, rules, signed_in_at = row
    return FederatedPerson(
        key=str(key),
        name=str(name),
        roles=tuple(map(_role, str(roles).split())),
        issuer=str(issuer),
        rules=str(rules),
        signed_in_at=Timestamp(int(str(signed_in_at))),
    )


def _session(row: tuple[object, ...]) -> Session:
    id_hash, key, unit, begun_at, used_at = row
    return Session(
        id_hash=str(id_hash),
        key=str(key),
        unit=UnitId(str(unit)),
        begun_at=Timestamp(int(str(begun_at))),
        used_at=Timestamp(int(str(used_at))),
    )


def _token(row: tuple[object, ...]) -> Token:
    name, role, made_at = row
    return Token(name=str(name), role=_role(str(role)), made_at=Timestamp(int(str(made_at))))


def _link(row: tuple[object, ...]) -> Link:
    key, unit, expires_at = row
    return Link(key=str(key), unit=UnitId(str(unit)), expires_at=Timestamp(int(str(expires_at))))


def _push_subscription(row: tuple[object, ...]) -> PushSubscription:
    id_hash, unit, endpoint, public_key, secret, language, called = map(str, row)
    return PushSubscription(
        id_hash=id_hash,
        unit=UnitId(unit),
        endpoint=endpoint,
        public_key=public_key,
        secret=secret,
        language=language,
        called=called,
    )


def _role(word: str) -> Role:
    """A role of a later version may do nothing in this one."""
    return Role(word) if word in Role.__members__.values() else Role.UNKNOWN
