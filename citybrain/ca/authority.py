"""The authority as its operator uses it: gives out tokens, revokes, publishes who is revoked."""

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from citybrain import canonical_json
from citybrain.ca.folder import (
    DENIED,
    REVOKED,
    AuthorityFiles,
    new_serial,
    open_store,
    read_authority_files,
)
from citybrain.ca.issue import Revoked, general_name, make_certificate, make_revoked_list
from citybrain.ca.store import UNPUBLISHED, CertificateRow, TokenRow
from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.domain.principal import Role
from citybrain.enrolment.certificates import (
    Certificate,
    date_text,
    fingerprint,
    pem,
    read_certificates,
    serial_of,
    valid_from,
    valid_until,
)
from citybrain.enrolment.denied import DeniedCertificate, DeniedList, key_hash
from citybrain.enrolment.folder import Identity, write_identity
from citybrain.enrolment.keys import PublicKey, new_key
from citybrain.enrolment.limits import KEPT_DAYS, OPEN_TOKENS, TOKEN_HOURS
from citybrain.enrolment.private_files import write_private
from citybrain.identity.errors import AuthorityError
from citybrain.identity.name import IdentityName, parse_name
from citybrain.identity.token import JoinToken, secret_hash
from citybrain.ids import IdSource
from citybrain.structs import Struct

log = logging.getLogger(__name__)

HOUR_US = 3600 * SECOND_US
HOSTS_MAX = 16
WRITERS = 8  # of identity folders at a time
REASON_CHARS = 200
REPLACED = "replaced"  # the reason of certificates that a newer key of the name ended


class IdentityPlace(Struct, frozen=True, kw_only=True):
    """An identity to make at `folder`; `hosts` are whatever others reach its holder by."""

    name: IdentityName
    folder: Path
    hosts: Iterable[str] = ()


class Authority:
    """An open authority. Several processes may have the same one open: what they change is in one
    file, a transaction each."""

    def __init__(self, folder: Path, *, clock: Clock, ids: IdSource) -> None:
        """Raises `AuthorityError`, `StoreError`."""
        self.files: AuthorityFiles = read_authority_files(folder)
        self.store = open_store(folder)
        self.clock, self._ids = clock, ids
        self.city = self.store.fact("city")
        self.address = self.store.fact("address")

    def close(self) -> None:
        self.store.close()

    def move(self, address: str) -> None:
        """The enrolment port is reached at `address` from now on: so say tokens and identities that
        are made afterwards. Raises `StoreError`."""
        with self.store.transaction():
            self.store.set_fact("address", address)
        self.address = address

    def new_token(
        self,
        name: IdentityName,
        *,
        hosts: Iterable[str] = (),
        hours: int = TOKEN_HOURS.value,
        replaces: IdentityName | None = None,
    ) -> JoinToken:
        """A token that `name` joins with, once, within `hours`; an older open one of the name ends.
        With `replaces`, that name's certificates end when the token is used.

        Raises `AuthorityError` where the name has a certificate and is not replaced.
        """
        hosts, now = self._checked_hosts(hosts), self.clock.now()
        if name.role is Role.AUTHORITY:
            raise AuthorityError("nobody joins as an authority: what is one is made by `ca init`.")
        if not 0 < hours <= TOKEN_HOURS.value:
            raise AuthorityError(f"a token lasts 1 to {TOKEN_HOURS.value} hours, not {hours}.")
        secret = self._ids.token() + self._ids.token()
        with self.store.transaction():
            self.store.forget(Timestamp(now - KEPT_DAYS.value * 24 * HOUR_US))
            self._check_may_join(name, replaces)
            self.store.withdraw_tokens(str(name), now)
            if self.store.open_tokens(now) >= OPEN_TOKENS.value:
                raise AuthorityError(
                    f"{OPEN_TOKENS.value} tokens are open. Wait until some are used or expired, or"
                    " revoke names that will not join."
                )
            self.store.add_token(
                TokenRow(
                    secret_hash=secret_hash(secret),
                    name=str(name),
                    hosts=hosts,
                    replaces=str(replaces) if replaces is not None else "",
                    made_at=now,
                    expires_at=Timestamp(now + hours * HOUR_US),
                )
            )
        return JoinToken(
            name=name, address=self.address, root=fingerprint(self.files.root), secret=secret
        )

    def hosts_of(self, name: IdentityName) -> tuple[str, ...]:
        """What others reach `name` by, as its newest certificate says; nothing where it has none
        that is good."""
        held = self.store.newest(str(name))
        return held.hosts if held is not None else ()

    def revoke(self, name: IdentityName, reason: str) -> int:
        """End every certificate and open token of `name`, and publish it; returns how many
        certificates ended by this call. Raises `AuthorityError` where the name is unknown."""
        now = self.clock.now()
        with self.store.transaction():
            is_known = self.store.has_name(str(name)) or any(
                row.name == str(name) for row in self.store.tokens()
            )
            if not is_known:
                raise AuthorityError(
                    f"there is no {name.short} here. `citybrain ca list` shows who there is."
                )
            self.store.withdraw_tokens(str(name), now)
            ended = self.store.revoke_name(str(name), now, _one_line(reason))
        self.publish_revoked()
        log.info("revoked %s: %d certificates (%s)", name, ended, _one_line(reason))
        return ended

    def issue(
        self, name: IdentityName, key: PublicKey, hosts: tuple[str, ...], now: Timestamp
    ) -> CertificateRow:
        """Make a certificate and remember it, in the transaction that is open."""
        made = make_certificate(
            name, key, self.files.issuer, hosts=hosts, serial=new_serial(self._ids), now=now
        )
        row = _row(name, made, hosts)
        self.store.add_certificate(row)
        return row

    def issue_here(
        self, name: IdentityName, folder: Path, *, hosts: Iterable[str] = ()
    ) -> Identity:
        """An identity at `folder`, on the authority's own machine: without a token and without the
        port, for whoever may write the authority's folder anyway (the demo, tests). Certificates
        that the name had end. Raises `AuthorityError`, `StoreError`, `OSError`."""
        (identity,) = self.issue_all_here((IdentityPlace(name=name, folder=folder, hosts=hosts),))
        return identity

    def issue_all_here(self, places: Iterable[IdentityPlace]) -> tuple[Identity, ...]:
        """As `issue_here`, for many at once; raises the same."""
        places = tuple(places)
        with self.store.transaction():
            identities = tuple(map(self._issue_anew, places))
        revoked = self.revoked_list()

        def write(place: IdentityPlace, identity: Identity) -> None:
            write_identity(place.folder, identity, revoked=revoked, token="")

        with ThreadPoolExecutor(WRITERS) as writers:  # most of the time is the disk's
            list(writers.map(write, places, identities))
        return identities

    def _issue_anew(self, place: IdentityPlace) -> Identity:
        """With a new key; what the name had before ends. In the transaction that is open."""
        key, name, now = new_key(), place.name, self.clock.now()
        self.store.withdraw_tokens(str(name), now)
        self.store.revoke_name(str(name), now, REPLACED)
        row = self.issue(name, key.public_key(), self._checked_hosts(place.hosts), now)
        return Identity(
            key=key,
            certificate=read_certificates(row.certificate, "the certificate just made")[0],
            issuing=self.files.issuer.certificate,
            root=self.files.root,
            authority=self.address,
        )

    def publish_revoked(self) -> None:
        """Write the lists of revoked certificates as they are now. Raises `OSError`."""
        now = self.clock.now()
        with self.store.transaction():  # one writer of the files at a time, in whatever process
            number = int(self.store.fact("revoked_list") or "0") + 1
            self.store.set_fact("revoked_list", str(number))
            rows = self.store.revoked(now)
            lines = [Revoked(serial=int(row.serial, 16), at=row.revoked_at or now) for row in rows]
            made = make_revoked_list(self.files.issuer, lines, number=number, now=now)
            write_private(self.files.folder / REVOKED, made)
            write_private(self.files.folder / DENIED, canonical_json.encode(_denied(rows, now)))
            self.store.set_fact(UNPUBLISHED, "")

    def revoked_list(self) -> str:
        """The published list, PEM; published now where whoever revoked was cut off before. Raises
        `OSError`."""
        path = self.files.folder / REVOKED
        if self.store.fact(UNPUBLISHED) or not path.exists():
            self.publish_revoked()
        return path.read_text(encoding="ascii")

    def _check_may_join(self, name: IdentityName, replaces: IdentityName | None) -> None:
        if replaces is not None and not self.store.has_name(str(replaces)):
            raise AuthorityError(
                f"{replaces.short} never joined, so there is nothing to replace. Leave --replaces"
                " out."
            )
        held = self.store.newest(str(name))
        if held is not None and replaces != name:
            raise AuthorityError(
                f"{name.short} has a certificate (until {date_text(held.valid_until)}) and renews"
                " it by itself. If its key is lost: `citybrain ca token --replaces"
                f" {name.short}`; if it is stolen, revoke it first."
            )

    def _checked_hosts(self, hosts: Iterable[str]) -> tuple[str, ...]:
        hosts = tuple(dict.fromkeys(hosts))
        if len(hosts) > HOSTS_MAX:
            raise AuthorityError(f"a certificate has at most {HOSTS_MAX} hosts, not {len(hosts)}.")
        for host in hosts:
            if not is_host(host):
                raise AuthorityError(
                    f"{ascii(host)[:80]} is no host name and no address. Give each by --host as"
                    " others write it, for example 10.0.0.5 or riverside.city.example."
                )
        return hosts


def is_host(text: str) -> bool:
    """Whether `text` can stand in a certificate as a host name or an address."""
    letters = set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    try:
        general_name(text)
    except ValueError:
        return False
    return bool(text) and len(text) <= 253 and (":" in text or set(text.lower()) <= letters)


def _row(name: IdentityName, made: Certificate, hosts: tuple[str, ...]) -> CertificateRow:
    return CertificateRow(
        serial=serial_of(made),
        name=str(name),
        key_hash=key_hash(made),
        valid_from=valid_from(made),
        valid_until=valid_until(made),
        certificate=pem(made),
        hosts=hosts,
    )


def _denied(rows: tuple[CertificateRow, ...], now: Timestamp) -> DeniedList:
    return DeniedList(
        at=now,
        certificates=tuple(
            DeniedCertificate(
                serial=row.serial,
                name=str(parse_name(row.name)),
                at=row.revoked_at or now,
                reason=row.reason,
            )
            for row in rows
        ),
    )


def _one_line(reason: str) -> str:
    return "".join(c if c.isprintable() else " " for c in reason)[:REASON_CHARS].strip()
