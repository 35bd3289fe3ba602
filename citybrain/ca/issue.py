"""Makes certificates: the root, the issuing authority below it, everybody's, and the list of the
revoked ones. Decides nothing and stores nothing.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from citybrain.clock import Timestamp
from citybrain.enrolment.certificates import Certificate, utc
from citybrain.enrolment.keys import PrivateKey, PublicKey
from citybrain.enrolment.limits import CERTIFICATE_BACKDATED, CERTIFICATE_DAYS
from citybrain.identity.name import IdentityName
from citybrain.structs import Struct

# The root is on every box: its end would be a round to each. The issuing key is used every day, so
# it may be replaced below the same root.
ROOT_YEARS, ISSUING_YEARS = 30, 10
AUTHORITY_BACKDATED = timedelta(days=1)
NO_USE = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


class Issuer(Struct, frozen=True, kw_only=True):
    """An authority's certificate and key."""

    certificate: Certificate
    key: PrivateKey


class Revoked(Struct, frozen=True, kw_only=True):
    """A line of the list of revoked certificates."""

    serial: int
    at: Timestamp


def make_root(city: str, key: PrivateKey, serial: int, now: Timestamp) -> Certificate:
    """A root that signs itself, for one issuing authority below it and nobody else."""
    name = _authority_name(city, "root")
    builder = _builder(name, name, key.public_key(), serial)
    builder = _years(builder, now, ROOT_YEARS).add_extension(
        x509.BasicConstraints(ca=True, path_length=1), critical=True
    )
    return _signing_authority(builder, key, key.public_key())


def make_issuing(
    city: str, key: PublicKey, root: Issuer, serial: int, now: Timestamp
) -> Certificate:
    """The authority that issues everybody's certificates, and no other authority's."""
    builder = _builder(_authority_name(city, "issuing"), root.certificate.subject, key, serial)
    builder = _years(builder, now, ISSUING_YEARS).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    return _signing_authority(builder, root.key, key, root.certificate)


def make_certificate(
    name: IdentityName,
    key: PublicKey,
    issuer: Issuer,
    *,
    hosts: Iterable[str] = (),
    serial: int,
    now: Timestamp,
) -> Certificate:
    """The certificate of `name`: as a client everywhere, and as a server at `hosts` (host names and
    addresses)."""
    hosts = tuple(hosts)
    start = utc(now) - timedelta(minutes=CERTIFICATE_BACKDATED.value)
    end = min(
        utc(now) + timedelta(days=CERTIFICATE_DAYS.value), issuer.certificate.not_valid_after_utc
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name.short)])
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(str(name))]
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH]
    if hosts:
        names += map(general_name, hosts)
        uses.append(ExtendedKeyUsageOID.SERVER_AUTH)
    builder = (
        _builder(subject, issuer.certificate.subject, key, serial)
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{**NO_USE, "digital_signature": True}), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(_issuer_key(issuer.certificate), critical=False)
    )
    return builder.sign(issuer.key, SHA256())


def make_revoked_list(
    issuer: Issuer, revoked: Iterable[Revoked], *, number: int, now: Timestamp
) -> str:
    """The list of revoked certificates, PEM. It never ends before its authority: a broker refuses
    *everybody* by a list that is over, and a city that goes dark is worse than a list that is old.
    """
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(utc(now) - timedelta(minutes=CERTIFICATE_BACKDATED.value))
        .next_update(issuer.certificate.not_valid_after_utc)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_issuer_key(issuer.certificate), critical=False)
    )
    for one in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(one.serial)
            .revocation_date(utc(one.at))
            .build()
        )
    return builder.sign(issuer.key, SHA256()).public_bytes(Encoding.PEM).decode()


def general_name(host: str) -> x509.GeneralName:
    """A host name or address as certificates hold it; raises `ValueError`."""
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PublicKey, serial: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
    )


def _years(builder: x509.CertificateBuilder, now: Timestamp, years: int) -> x509.CertificateBuilder:
    start: datetime = utc(now) - AUTHORITY_BACKDATED
    return builder.not_valid_before(start).not_valid_after(start + timedelta(days=365 * years))


def _signing_authority(
    builder: x509.CertificateBuilder,
    by: PrivateKey,
    key: PublicKey,
    issuer: Certificate | None = None,
) -> Certificate:
    uses = {**NO_USE, "key_cert_sign": True, "crl_sign": True}
    builder = builder.add_extension(x509.KeyUsage(**uses), critical=True).add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key), critical=False
    )
    identifier = (
        _issuer_key(issuer)
        if issuer is not None
        else x509.AuthorityKeyIdentifier.from_issuer_public_key(key)
    )
    return builder.add_extension(identifier, critical=False).sign(by, SHA256())


def _issuer_key(issuer: Certificate) -> x509.AuthorityKeyIdentifier:
    subject = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(subject.value)


def _authority_name(city: str, which: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"city {city}"[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"open-citybrain {which}"),
        ]
    )
