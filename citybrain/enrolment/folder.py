"""The identity folder of a box or node: a fixed set of files, written whole, for its owner alone.

key.pem      the private key, made here
cert.pem     the certificate, and behind it the issuing authority's, as TLS presents both
chain.pem    the issuing authority's certificate alone
root.pem     the only root that is trusted
crl.pem      the revoked certificates, as of the last answer of the authority
name         citybrain://CITY/ROLE/ID
authority    host:port of the enrolment port, for renewal
"""

import shutil
from pathlib import Path

from citybrain.enrolment.certificates import (
    Certificate,
    leads_to,
    name_in,
    pem,
    public_key_text,
    read_certificates,
    serial_of,
)
from citybrain.enrolment.keys import PrivateKey, key_text, public_text, read_key
from citybrain.enrolment.private_files import (
    make_private_folder,
    sync_folder,
    write_private,
)
from citybrain.identity.errors import CertificateError
from citybrain.identity.name import parse_name
from citybrain.identity.token import is_address

FOLDER = "identity"
KEY, CERTIFICATE, CHAIN, ROOT = "key.pem", "cert.pem", "chain.pem", "root.pem"
REVOKED, NAME, AUTHORITY, TOKEN = "crl.pem", "name", "authority", "token.sha256"
FILE_BYTES_MAX = 8 * 1024 * 1024


class Identity:
    """What lies in an identity folder, read and checked: the parts belong together."""

    def __init__(
        self,
        *,
        key: PrivateKey,
        certificate: Certificate,
        issuing: Certificate,
        root: Certificate,
        authority: str,
    ) -> None:
        name = name_in(certificate)
        if name is None:
            raise CertificateError(
                "the certificate holds no name of ours (citybrain://…). Join with a token."
            )
        if public_key_text(certificate) != public_text(key.public_key()):
            raise CertificateError(
                f"the certificate of {name} is not for the key beside it. Join again with a new"
                " token."
            )
        if not leads_to(certificate, (issuing,), (root,)):
            raise CertificateError(
                f"the certificate of {name} does not come from the root beside it. Join again with"
                " a new token."
            )
        self.name, self.key, self.certificate = name, key, certificate
        self.issuing, self.root, self.authority = issuing, root, authority

    @property
    def serial(self) -> str:
        return serial_of(self.certificate)


def read_identity(folder: Path) -> Identity:
    """What lies in `folder`; raises `CertificateError` where a file is missing, cannot be read, or
    does not belong to the others. Looks at no dates."""
    certificate, *rest = read_certificates(
        read_file(folder / CERTIFICATE), str(folder / CERTIFICATE)
    )
    issuing = rest[:1] or read_certificates(read_file(folder / CHAIN), str(folder / CHAIN))
    try:
        identity = Identity(
            key=read_key(read_file(folder / KEY), str(folder / KEY)),
            certificate=certificate,
            issuing=issuing[0],
            root=read_certificates(read_file(folder / ROOT), str(folder / ROOT))[0],
            authority=read_authority(folder),
        )
        written = parse_name(read_file(folder / NAME).decode("utf-8", "replace").strip())
    except CertificateError as error:
        raise CertificateError(f"{folder}: {error}") from error
    if written != identity.name:
        raise CertificateError(
            f"{folder}: the file {NAME} says {written} and the certificate {identity.name}. Join"
            " again with a new token."
        )
    return identity


def read_authority(folder: Path) -> str:
    """ "host:port" of the enrolment port; raises `CertificateError`."""
    text = read_file(folder / AUTHORITY).decode("utf-8", "replace").strip()
    if not is_address(text):
        raise CertificateError(
            f"{folder / AUTHORITY} holds {ascii(text)[:80]}, which is no host:port. Write the"
            " address of the enrolment port there."
        )
    return text


def write_identity(folder: Path, identity: Identity, *, revoked: str, token: str) -> None:
    """Put a new identity in the place of whatever was there: all of it, or nothing. What was there
    is kept beside it until the next time. Raises `OSError`."""
    joining, before = beside(folder, "joining"), beside(folder, "before")
    make_private_folder(joining)
    write_private(joining / KEY, key_text(identity.key))
    write_private(joining / ROOT, pem(identity.root))
    write_private(joining / NAME, f"{identity.name}\n")
    write_private(joining / AUTHORITY, f"{identity.authority}\n")
    write_private(joining / TOKEN, f"{token}\n")
    write_certificate(joining, identity, revoked=revoked)
    if folder.exists():
        if before.exists():
            shutil.rmtree(before)
        folder.rename(before)
    joining.rename(folder)
    sync_folder(folder.parent)


def write_certificate(folder: Path, identity: Identity, *, revoked: str) -> None:
    """Replace the certificate in `folder`; the key stays. The certificate's file comes last, and
    alone says that there is a new one. What is there already is not written again. Raises
    `OSError`."""
    _replace(folder / REVOKED, revoked.encode())
    _replace(folder / CHAIN, pem(identity.issuing))
    _replace(folder / CERTIFICATE, pem(identity.certificate, identity.issuing))


def _replace(path: Path, content: bytes) -> None:
    if not path.exists() or read_file(path) != content:
        write_private(path, content)


def beside(folder: Path, word: str) -> Path:
    """A folder next to the identity's, on the same disk."""
    return folder.with_name(f"{folder.name}.{word}")


def read_file(path: Path) -> bytes:
    """The content of a file of an identity; raises `CertificateError`."""
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise CertificateError(
            f"{path} cannot be read ({error.strerror}). Join with a token, or give this user its"
            " rights there."
        ) from error
    if len(content) > FILE_BYTES_MAX:
        raise CertificateError(f"{path} has more than {FILE_BYTES_MAX} bytes: none of ours has.")
    return content
