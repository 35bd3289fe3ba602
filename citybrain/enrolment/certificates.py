"""Reads certificates: whose they are, until when, issued by whom. Issues none."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from citybrain.clock import SECOND_US, Timestamp
from citybrain.identity.errors import CertificateError, IdentityNameError
from citybrain.identity.name import SCHEME, IdentityName, parse_name

CHAIN_MAX = 8  # no chain of anybody is longer

Certificate = x509.Certificate


def read_certificates(text: bytes, where: str) -> tuple[Certificate, ...]:
    """Every certificate in a PEM text, at least one; raises `CertificateError`, which names `where`
    it was read."""
    try:
        return tuple(x509.load_pem_x509_certificates(text))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateError(f"{where} holds no certificate to be read ({error}).") from error


def name_in(certificate: Certificate) -> IdentityName | None:
    """The name that a certificate proves; None where it is none of ours. Raises `CertificateError`
    where it holds several, or one that is wrong: such a certificate proves nothing."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return None
    uris = extension.value.get_values_for_type(x509.UniformResourceIdentifier)
    ours = [uri for uri in uris if uri.startswith(SCHEME)]
    if len(ours) > 1:
        raise CertificateError(f"the certificate holds {len(ours)} names; one is allowed.")
    try:
        return parse_name(ours[0]) if ours else None
    except IdentityNameError as error:
        raise CertificateError(f"the certificate's name is wrong: {error}") from error


def serial_of(certificate: Certificate) -> str:
    """The serial number as every list of ours writes it: hexadecimal, lower case."""
    return f"{certificate.serial_number:x}"


def fingerprint(certificate: Certificate) -> str:
    """SHA-256 of the certificate, 64 hexadecimal digits."""
    return certificate.fingerprint(SHA256()).hex()


def public_key_text(certificate: Certificate) -> bytes:
    """What a certificate's key is compared by; raises `CertificateError` for an unknown kind."""
    try:
        return certificate.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateError(f"the certificate's key cannot be read ({error}).") from error


def valid_from(certificate: Certificate) -> Timestamp:
    return _timestamp(certificate.not_valid_before_utc)


def valid_until(certificate: Certificate) -> Timestamp:
    return _timestamp(certificate.not_valid_after_utc)


def is_issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether `issuer`, an authority, signed `certificate`. Looks at no dates."""
    try:
        certificate.verify_directly_issued_by(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return constraints.value.ca


def leads_to(
    certificate: Certificate, between: tuple[Certificate, ...], roots: tuple[Certificate, ...]
) -> bool:
    """Whether `certificate` was issued by one of `roots`, itself or through those `between`."""
    current = certificate
    for _ in range(CHAIN_MAX):
        if any(is_issued_by(current, root) for root in roots):
            return True
        issuer = next((one for one in between if is_issued_by(current, one)), None)
        if issuer is None or issuer == current:
            return False
        current = issuer
    return False


def pem(*certificates: Certificate) -> bytes:
    """The certificates one after another."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def date_text(at: Timestamp) -> str:
    """As people read it, UTC."""
    return f"{utc(at):%Y-%m-%d %H:%M} UTC"


def utc(at: Timestamp) -> datetime:
    """The moment as certificates hold it: whole seconds."""
    return datetime.fromtimestamp(at // SECOND_US, UTC)


def _timestamp(at: datetime) -> Timestamp:
    return Timestamp(round(at.timestamp()) * SECOND_US)
