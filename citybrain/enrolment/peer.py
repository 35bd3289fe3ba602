"""Whoever presents a certificate, as a server knows it after the handshake; and who is revoked, as
the newest list in an identity folder says.
"""

import logging
from pathlib import Path

from citybrain.clock import Timestamp
from citybrain.enrolment.certificates import (
    name_in,
    read_certificates,
    serial_of,
    valid_until,
)
from citybrain.enrolment.denied import revoked_serials
from citybrain.enrolment.folder import read_file
from citybrain.identity.errors import CertificateError
from citybrain.identity.name import IdentityName
from citybrain.structs import Struct

log = logging.getLogger(__name__)

Signature = tuple[tuple[int, int, int], ...]


class Peer(Struct, frozen=True, kw_only=True):
    """What a certificate proves: a name, under a serial number (hexadecimal), until then."""

    name: IdentityName
    serial: str
    until: Timestamp


def peer_of(pem: bytes) -> Peer:
    """Whose certificate this is, the first of a PEM text. Its chain was checked by the handshake.
    Raises `CertificateError`, also where it holds no name of ours."""
    certificate = read_certificates(pem, "the peer's certificate")[0]
    name = name_in(certificate)
    if name is None:
        raise CertificateError(
            "the certificate holds no name of ours (citybrain://CITY/ROLE/ID): it proves a key and"
            " nobody. Join with a token of `citybrain ca token`."
        )
    return Peer(name=name, serial=serial_of(certificate), until=valid_until(certificate))


def files_signature(*paths: Path) -> Signature:
    """What changes when one of the files is replaced, comes or goes."""
    return tuple(map(_stat, paths))


class RevokedSerials:
    """The serial numbers of a list of revoked certificates that the first certificate in `chain`
    signed: read again whenever a file is another. A list that cannot be read, or is not the
    authority's, leaves the last good one in force."""

    def __init__(self, revoked: Path, chain: Path) -> None:
        self._revoked, self._chain = revoked, chain
        self._signature: Signature | None = None
        self._serials: frozenset[str] = frozenset()

    def __contains__(self, serial: str) -> bool:
        signature = files_signature(self._revoked, self._chain)
        if signature != self._signature:
            self._signature = signature
            try:
                self._serials = self._read()
            except CertificateError as error:
                log.warning("the last good list of revoked certificates stays in force: %s", error)
        return serial in self._serials

    def _read(self) -> frozenset[str]:
        issuing = read_certificates(read_file(self._chain), str(self._chain))[0]
        return revoked_serials(read_file(self._revoked), issuing)


def _stat(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0, 0)
    return (stat.st_ino, stat.st_mtime_ns, stat.st_size)
