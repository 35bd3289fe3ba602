"""Who is revoked, as whoever checks a peer's certificate reads it: a list that the authority
signed, or the authority's own file with names and reasons.
"""

import hashlib
from collections.abc import Iterable

from cryptography import x509

from citybrain.clock import Timestamp
from citybrain.enrolment.certificates import Certificate, public_key_text
from citybrain.enrolment.keys import PublicKey, public_text
from citybrain.identity.errors import CertificateError
from citybrain.structs import Struct


class DeniedCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that nobody may let in any more."""

    serial: str  # hexadecimal
    name: str
    at: Timestamp
    reason: str


class DeniedList(Struct, frozen=True, kw_only=True):
    """Every certificate that would be good but for its revocation, as of `at`."""

    at: Timestamp
    certificates: tuple[DeniedCertificate, ...] = ()


def revoked_serials(text: bytes, issuing: Certificate) -> frozenset[str]:
    """The serial numbers (hexadecimal) in a list of revoked certificates, PEM; raises
    `CertificateError` where `issuing` did not sign it."""
    key = issuing.public_key()
    try:
        found = x509.load_pem_x509_crl(text)
        is_ours = isinstance(key, PublicKey) and found.is_signature_valid(key)
    except (ValueError, TypeError) as error:
        raise CertificateError(f"the list of revoked certificates cannot be read ({error}).") from (
            error
        )
    if not is_ours:
        raise CertificateError(
            "the list of revoked certificates is not signed by the authority that issued the"
            " certificates. Fetch it again with `citybrain ca renew`."
        )
    revoked: Iterable[x509.RevokedCertificate] = found
    return frozenset(f"{one.serial_number:x}" for one in revoked)


def newest_list(texts: Iterable[bytes], issuing: Certificate) -> bytes:
    """The list among `texts` (PEM, at least one) that was published last; raises `CertificateError`
    where `issuing` did not sign one of them."""
    return max(texts, key=lambda text: _published(text, issuing))


def _published(text: bytes, issuing: Certificate) -> int:
    """The number of a list: each that an authority publishes has a greater one."""
    revoked_serials(text, issuing)
    number = x509.load_pem_x509_crl(text).extensions.get_extension_for_class(x509.CRLNumber)
    return number.value.crl_number


def key_hash(holder: Certificate | PublicKey) -> str:
    """SHA-256 of a key, or of a certificate's key."""
    text = public_key_text(holder) if isinstance(holder, Certificate) else public_text(holder)
    return hashlib.sha256(text).hexdigest()
