"""How a box proves the name in its hello to a district that trusts no broker for it: by a signature
of its key over what the hello claims, and by its certificate with what leads to the city's root.

The claims are a text that is signed as it stands, with the district's name in it: a box or district
of another version may know more or fewer of them, and a hello to one district is none to another.
"""

import logging
from pathlib import Path

from citybrain import canonical_json
from citybrain.clock import Clock, Timestamp
from citybrain.domain.agent import NO_PROOF, AgentHello, HelloProof
from citybrain.domain.principal import Role
from citybrain.enrolment.certificates import (
    Certificate,
    date_text,
    leads_to,
    name_in,
    pem,
    read_certificates,
    serial_of,
    valid_from,
    valid_until,
)
from citybrain.enrolment.denied import key_hash
from citybrain.enrolment.folder import (
    CERTIFICATE,
    CHAIN,
    FOLDER,
    KEY,
    REVOKED,
    ROOT,
    Identity,
    read_file,
    read_identity,
)
from citybrain.enrolment.keys import PublicKey, is_signed_by, sign
from citybrain.enrolment.limits import PROVED_CHAINS
from citybrain.enrolment.peer import RevokedSerials, Signature, files_signature
from citybrain.errors import MalformedError
from citybrain.identity.errors import CertificateError, HelloRefusedError
from citybrain.identity.proved_box import ProvedBox
from citybrain.ids import AgentId, DistrictId
from citybrain.structs import Struct

log = logging.getLogger(__name__)

PREFIX = b"citybrain hello 1\n"  # a signature under it is good for nothing else


class HelloClaims(Struct, frozen=True, kw_only=True):
    """What a box signs."""

    district: DistrictId
    agent: AgentId
    incarnation: int
    previous: int
    lowest_unacked: int
    next_seq: int
    at: Timestamp


def claims_of(hello: AgentHello, district: DistrictId) -> HelloClaims:
    return HelloClaims(
        district=district,
        agent=hello.agent,
        incarnation=hello.incarnation,
        previous=hello.previous,
        lowest_unacked=hello.lowest_unacked,
        next_seq=hello.next_seq,
        at=hello.at,
    )


def prove(identity: Identity, hello: AgentHello, district: DistrictId) -> HelloProof:
    """What goes with `hello` to `district`."""
    claims = canonical_json.encode(claims_of(hello, district))
    return HelloProof(
        claims=claims,
        signature=bytes.fromhex(sign(identity.key, PREFIX + claims)),
        certificates=pem(identity.certificate, identity.issuing),
    )


class FolderProver:
    """Proves hellos by an identity folder, read again whenever a file in it is another: a renewed
    certificate needs no restart. Without a folder, or where it cannot be read just now, a hello
    goes without a proof: the district says what is wrong with that."""

    def __init__(self, folder: Path, district: DistrictId) -> None:
        self._folder, self._district = folder, district
        self._signature: Signature | None = None
        self._identity: Identity | None = None

    def __call__(self, hello: AgentHello) -> HelloProof:
        signature = files_signature(self._folder / CERTIFICATE, self._folder / KEY)
        if signature != self._signature:
            try:
                self._identity = read_identity(self._folder)
                self._signature = signature
            except CertificateError:
                self._signature = None  # the former one, until a whole new one is there
        if self._identity is None:
            return NO_PROOF
        return prove(self._identity, hello, self._district)


class FolderVerifier:
    """Verifies the hellos of boxes by a district's own identity folder: its root, its city, its
    list of revoked certificates."""

    def __init__(self, folder: Path, district: DistrictId, clock: Clock) -> None:
        """Raises `CertificateError`."""
        self._folder, self._district, self._clock = folder, district, clock
        self._city = read_identity(folder).name.city
        self._roots: tuple[Certificate, ...] = ()
        self._roots_signature: Signature | None = None
        self._revoked = RevokedSerials(folder / REVOKED, folder / CHAIN)
        self._chains: dict[bytes, Certificate] = {}  # by their text; they lead to the root

    def verify(self, hello: AgentHello) -> ProvedBox:
        """Who said it. Raises `HelloRefusedError`."""
        proof = hello.proof
        if proof == NO_PROOF:
            raise HelloRefusedError(
                "unproved",
                f"the hello of {hello.agent} has no proof: the box has not joined this city, or its"
                " software is older than such proofs. Join it with a token of `citybrain ca"
                " token`.",
            )
        certificate = self._certificate(proof.certificates)
        self._ensure_named(certificate, hello)
        self._ensure_good(certificate)
        key = certificate.public_key()
        if not isinstance(key, PublicKey) or not is_signed_by(
            key, PREFIX + proof.claims, proof.signature.hex()
        ):
            raise HelloRefusedError(
                "wrong_signature",
                f"the hello of {hello.agent} is not signed by the key of its certificate.",
            )
        self._ensure_claimed(hello, proof.claims)
        return ProvedBox(
            agent=hello.agent,
            serial=serial_of(certificate),
            key=key_hash(certificate),
            until=valid_until(certificate),
        )

    def is_revoked(self, serial: str) -> bool:
        """Whether the newest list names it."""
        return serial in self._revoked

    def _certificate(self, text: bytes) -> Certificate:
        known = self._chains.get(text)
        if known is not None and not self._is_root_another():
            return known
        try:
            certificate, *between = read_certificates(text, "the hello")
            roots = self._read_roots()
        except CertificateError as error:
            raise HelloRefusedError("unreadable", str(error)) from error
        if not leads_to(certificate, tuple(between), roots):
            raise HelloRefusedError(
                "other_root",
                "the hello's certificate does not come from this city's authority. Join the box"
                " with a token of `citybrain ca token`.",
            )
        if len(self._chains) >= PROVED_CHAINS.value:
            self._chains.pop(next(iter(self._chains)))
        self._chains[text] = certificate
        return certificate

    def _is_root_another(self) -> bool:
        return files_signature(self._folder / ROOT) != self._roots_signature

    def _read_roots(self) -> tuple[Certificate, ...]:
        if self._is_root_another():
            signature = files_signature(self._folder / ROOT)
            root = self._folder / ROOT
            self._roots = read_certificates(read_file(root), str(root))
            self._roots_signature = signature
            self._chains.clear()
        return self._roots

    def _ensure_named(self, certificate: Certificate, hello: AgentHello) -> None:
        try:
            name = name_in(certificate)
        except CertificateError as error:
            raise HelloRefusedError("unnamed", str(error)) from error
        said = (self._city, Role.BOX, hello.agent)
        if name is None or (name.city, name.role, name.id) != said:
            raise HelloRefusedError(
                "wrong_name",
                f"the hello is of the box {hello.agent}, and its certificate is"
                f" {name or 'nobody'}'s. It may speak for itself alone.",
            )

    def _ensure_good(self, certificate: Certificate) -> None:
        now, name = self._clock.now(), name_in(certificate)
        if serial_of(certificate) in self._revoked:
            raise HelloRefusedError(
                "revoked",
                f"the certificate of {name} is revoked. If that was a mistake, join again with a"
                " new token of `citybrain ca token`.",
            )
        if not valid_from(certificate) <= now <= valid_until(certificate):
            raise HelloRefusedError(
                "expired",
                f"the certificate of {name} is good from {date_text(valid_from(certificate))} to"
                f" {date_text(valid_until(certificate))}, and here it is {date_text(now)}. It is"
                " renewed by itself once the enrolment port is reached.",
            )

    def _ensure_claimed(self, hello: AgentHello, claims: bytes) -> None:
        try:
            claimed = canonical_json.decode(claims, HelloClaims)
        except MalformedError as error:
            raise HelloRefusedError("unreadable", str(error)) from error
        if claimed != claims_of(hello, self._district):
            raise HelloRefusedError(
                "other_claims",
                f"the hello of {hello.agent} says something else than its box signed, or was for"
                f" another district than {self._district}.",
            )


def verifier_of(data_dir: Path, district: DistrictId, clock: Clock) -> FolderVerifier | None:
    """Of the district with this `data_dir`; None: it has no identity, and is in lab mode. Raises
    `CertificateError`."""
    folder = data_dir / FOLDER
    if folder.exists():
        return FolderVerifier(folder, district, clock)
    log.warning(
        "lab mode: there is no identity in %s, so each box that the broker lets in is believed",
        folder,
    )
    return None
