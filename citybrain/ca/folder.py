"""The authority's folder: its keys, its memory, what it publishes. For its owner alone.

root.pem, root-key.pem          who is trusted on every box; the key is needed for `init` alone
issuing.pem, issuing-key.pem    who signs everybody's certificates
ca.db                           tokens (hashes of them) and certificates
crl.pem                         the revoked certificates, for a broker
denied.json                     the same with names and reasons, for people and programs
server.pem, server-key.pem      the enrolment port's own, made anew by `serve`
"""

import shutil
from pathlib import Path

from citybrain.ca.issue import Issuer, make_issuing, make_root
from citybrain.ca.store import CaStore, make_store
from citybrain.clock import Timestamp
from citybrain.enrolment.certificates import Certificate, pem, read_certificates
from citybrain.enrolment.keys import key_text, new_key, read_key
from citybrain.enrolment.private_files import make_private_folder, sync_folder, write_private
from citybrain.identity.errors import AuthorityError, CertificateError
from citybrain.ids import IdSource
from citybrain.structs import Struct

ROOT, ROOT_KEY = "root.pem", "root-key.pem"
ISSUING, ISSUING_KEY = "issuing.pem", "issuing-key.pem"
DATABASE, REVOKED, DENIED = "ca.db", "crl.pem", "denied.json"
SERVER, SERVER_KEY = "server.pem", "server-key.pem"


class AuthorityFiles(Struct, frozen=True, kw_only=True):
    """What every command needs of the folder."""

    folder: Path
    root: Certificate
    issuer: Issuer


def new_serial(ids: IdSource) -> int:
    """126 random bits and a one: positive, never zero, within the 20 bytes of RFC 5280."""
    return int(ids.token() + ids.token(), 16) >> 1 | 1


def make_authority(
    folder: Path, *, city: str, address: str, now: Timestamp, ids: IdSource
) -> Certificate:
    """Make the folder of a new authority, whole or not at all; returns its root. Raises
    `AuthorityError` where there is something already, and `OSError`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AuthorityError(
            f"{folder} is there already and not empty. An authority is made once: whoever trusts"
            " the old root would not trust a new one. Give --dir another folder, or use this one."
        )
    making = folder.with_name(f"{folder.name}.making")
    if making.exists():
        shutil.rmtree(making)
    make_private_folder(making)
    root_key, issuing_key = new_key(), new_key()
    root = make_root(city, root_key, new_serial(ids), now)
    issuing = make_issuing(
        city,
        issuing_key.public_key(),
        Issuer(certificate=root, key=root_key),
        new_serial(ids),
        now,
    )
    write_private(making / ROOT, pem(root))
    write_private(making / ROOT_KEY, key_text(root_key))
    write_private(making / ISSUING, pem(issuing))
    write_private(making / ISSUING_KEY, key_text(issuing_key))
    make_store(making / DATABASE, {"city": city, "address": address})
    making.rename(folder)
    sync_folder(folder.parent)
    return root


def read_authority_files(folder: Path) -> AuthorityFiles:
    """Raises `AuthorityError` where there is no authority in `folder`, or one that cannot be
    read."""
    if not (folder / DATABASE).exists():
        raise AuthorityError(
            f"there is no authority in {folder}. Make one with `citybrain ca init`, or give --dir"
            " its folder."
        )
    try:
        return AuthorityFiles(
            folder=folder,
            root=_certificate(folder / ROOT),
            issuer=Issuer(
                certificate=_certificate(folder / ISSUING),
                key=read_key((folder / ISSUING_KEY).read_bytes(), str(folder / ISSUING_KEY)),
            ),
        )
    except (OSError, CertificateError) as error:
        raise AuthorityError(
            f"the authority in {folder} cannot be read ({error}). Restore the folder from a backup,"
            " or run this as the user who owns it."
        ) from error


def open_store(folder: Path) -> CaStore:
    """The authority's memory; raises `StoreError`."""
    return CaStore(folder / DATABASE)


def _certificate(path: Path) -> Certificate:
    return read_certificates(path.read_bytes(), str(path))[0]
