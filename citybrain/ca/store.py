"""What an authority remembers: tokens and certificates, in one SQLite file that the port and the
commands write in short transactions, each durable.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from citybrain.clock import Timestamp
from citybrain.enrolment.private_files import make_private_file
from citybrain.sqlite.owned_file import (
    create_new,
    open_shared,
    put_in_place,
    transaction,
    translated_errors,
)
from citybrain.sqlite.statements import named_queries
from citybrain.structs import Struct

SCHEMA = "citybrain.ca.migrations"
UNPUBLISHED = "unpublished"  # a fact: somebody is revoked, and the lists do not say so yet


class TokenRow(Struct, frozen=True, kw_only=True):
    """A token that was given out. Times are of the authority's clock."""

    secret_hash: str
    name: str
    hosts: tuple[str, ...]
    replaces: str  # a name whose certificates end when this token is used, or ""
    made_at: Timestamp
    expires_at: Timestamp
    withdrawn_at: Timestamp | None = None
    used_at: Timestamp | None = None
    serial: str | None = None  # of the certificate that it was used for


class CertificateRow(Struct, frozen=True, kw_only=True):
    """A certificate that was issued."""

    serial: str
    name: str
    key_hash: str
    valid_from: Timestamp
    valid_until: Timestamp
    certificate: bytes  # PEM
    hosts: tuple[str, ...]
    revoked_at: Timestamp | None = None
    reason: str = ""


def make_store(path: Path, facts: dict[str, str]) -> None:
    """A new file with `facts`, whole before it has its name. Raises `StoreError`, `OSError`."""
    made = path.with_name(path.name + ".making")
    connection = create_new(made, schema=SCHEMA)
    try:
        with transaction(connection, made):
            for name, value in facts.items():
                connection.execute(_sql("set_meta"), (name, value))
    finally:
        connection.close()
    make_private_file(made)
    put_in_place(made, path)


class CaStore:
    """An open authority's file. Several processes may have it open."""

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

    def fact(self, name: str) -> str:
        """A fact of the authority, "" where there is none."""
        for (value,) in self._rows("meta", (name,)):
            return str(value)
        return ""

    def set_fact(self, name: str, value: str) -> None:
        self._rows("set_meta", (name, value))

    def add_token(self, row: TokenRow) -> None:
        self._rows(
            "add_token",
            (
                row.secret_hash,
                row.name,
                " ".join(row.hosts),
                row.replaces,
                row.made_at,
                row.expires_at,
            ),
        )

    def token(self, secret_hash: str) -> TokenRow | None:
        return next(map(_token, self._rows("token", (secret_hash,))), None)

    def tokens(self) -> tuple[TokenRow, ...]:
        return tuple(map(_token, self._rows("tokens")))

    def open_tokens(self, now: Timestamp) -> int:
        """How many could still be used."""
        return int(str(self._rows("open_tokens", (now,))[0][0]))

    def withdraw_tokens(self, name: str, now: Timestamp) -> None:
        """No open token of `name` can be used any more."""
        self._rows("withdraw_tokens", (now, name))

    def use_token(self, secret_hash: str, now: Timestamp, serial: str) -> None:
        self._rows("use_token", (secret_hash, now, serial))

    def add_certificate(self, row: CertificateRow) -> None:
        self._rows(
            "add_certificate",
            (
                row.serial,
                row.name,
                row.key_hash,
                row.valid_from,
                row.valid_until,
                row.certificate,
                " ".join(row.hosts),
            ),
        )

    def certificate(self, serial: str) -> CertificateRow | None:
        return next(map(_certificate, self._rows("certificate", (serial,))), None)

    def newest(self, name: str) -> CertificateRow | None:
        """The one of `name` that is not revoked and lasts longest; it may be expired."""
        return next(map(_certificate, self._rows("newest", (name,))), None)

    def certificates(self) -> tuple[CertificateRow, ...]:
        """All, by name and age."""
        return tuple(map(_certificate, self._rows("certificates")))

    def revoked(self, now: Timestamp) -> tuple[CertificateRow, ...]:
        """Those that would be good but for their revocation."""
        return tuple(map(_certificate, self._rows("revoked", (now,))))

    def revoke_name(self, name: str, now: Timestamp, reason: str) -> int:
        """How many certificates of `name` ended by it; what is published is then out of date."""
        self._rows("revoke_name", (name, now, reason))
        ended = self._connection.changes()
        if ended:
            self.set_fact(UNPUBLISHED, "yes")
        return ended

    def has_name(self, name: str) -> bool:
        return bool(self._rows("has_name", (name,)))

    def names(self) -> int:
        return int(str(self._rows("names")[0][0]))

    def forget(self, before: Timestamp) -> None:
        """Certificates that expired before, but each name's newest, and tokens."""
        self._rows("forget_certificates", (before,))
        self._rows("forget_tokens", (before,))

    def _rows(self, name: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        with translated_errors(self._path):
            return list(self._connection.execute(_sql(name), values))


def _sql(name: str) -> str:
    return named_queries("citybrain.ca", "store.sql")[name]


def _token(row: tuple[object, ...]) -> TokenRow:
    secret_hash, name, hosts, replaces, made_at, expires_at, withdrawn_at, used_at, serial = row
    return TokenRow(
        secret_hash=str(secret_hash),
        name=str(name),
        hosts=tuple(str(hosts).split()),
        replaces=str(replaces),
        made_at=_time(made_at),
        expires_at=_time(expires_at),
        withdrawn_at=_time_or_none(withdrawn_at),
        used_at=_time_or_none(used_at),
        serial=None if serial is None else str(serial),
    )


def _certificate(row: tuple[object, ...]) -> CertificateRow:
    serial, name, key_hash, valid_from, valid_until, certificate, hosts, revoked_at, reason = row
    if not isinstance(certificate, bytes):
        raise TypeError("a certificate is stored as bytes")  # STRICT tables hold nothing else
    return CertificateRow(
        serial=str(serial),
        name=str(name),
        key_hash=str(key_hash),
        valid_from=_time(valid_from),
        valid_until=_time(valid_until),
        certificate=certificate,
        hosts=tuple(str(hosts).split()),
        revoked_at=_time_or_none(revoked_at),
        reason=str(reason),
    )


def _time(value: object) -> Timestamp:
    return Timestamp(int(str(value)))


def _time_or_none(value: object) -> Timestamp | None:
    return None if value is None else _time(value)
