"""Writes the broker's files into one folder: whole, for its owner alone, and only what changed."""

import pwd
from collections.abc import Sequence
from pathlib import Path

from citybrain.broker.acl import SensorReader, acl_text
from citybrain.broker.errors import BrokerConfigError
from citybrain.broker.firewall import firewall_text
from citybrain.broker.mosquitto import BrokerFiles, BrokerOptions, configuration_text
from citybrain.domain.principal import Role
from citybrain.enrolment.denied import newest_list
from citybrain.enrolment.folder import (
    CERTIFICATE,
    KEY,
    REVOKED,
    ROOT,
    Identity,
    read_file,
    read_identity,
)
from citybrain.enrolment.private_files import make_private_folder, write_private
from citybrain.identity.name import IdentityName
from citybrain.structs import Struct

CONFIGURATION, RULES, DATA, FIREWALL = "mosquitto.conf", "acl", "data", "firewall.nft"


class BrokerRules(Struct, frozen=True, kw_only=True):
    """Whom a broker serves. `denied` are names (`ROLE/ID`) that are revoked; `revoked` is a list of
    revoked certificates (PEM) that may be newer than the identity's own; `readers` says which box
    reads which sensor."""

    districts: tuple[str, ...]
    denied: tuple[str, ...] = ()
    readers: tuple[SensorReader, ...] = ()
    revoked: str = ""


class Written(Struct, frozen=True, kw_only=True):
    """What came of it: the broker's name, and the files that are other now than before."""

    name: IdentityName
    configuration: Path
    firewall: Path
    changed: tuple[str, ...]


def write_broker_files(
    out: Path,
    identity: Path,
    rules: BrokerRules,
    *,
    host: str,
    port: int,
    log_denied: bool = False,
) -> Written:
    """Write the files of the broker whose identity is at `identity` into the folder `out`.

    Raises `CertificateError`, `BrokerConfigError` where the identity is not a broker's or a path
    cannot stand in such a file, and `OSError`.
    """
    identity, out = identity.resolve(), out.resolve()
    held = read_identity(identity)
    name = held.name
    if name.role is not Role.BROKER:
        raise BrokerConfigError(
            f"the identity in {identity} is {name}, and a broker's is needed. Make a token with"
            " `citybrain ca token broker/ID --host ADDRESS`, and join with it into a folder of its"
            " own."
        )
    for path in (identity, out):
        if not str(path).isprintable():
            raise BrokerConfigError(
                f"{str(path)!a} cannot stand in the broker's file. Use a folder whose name"
                " has no control characters."
            )
    make_private_folder(out)
    make_private_folder(out / DATA)
    files = BrokerFiles(
        root=identity / ROOT,
        certificate=identity / CERTIFICATE,
        key=identity / KEY,
        revoked=out / REVOKED,  # a broker reads its list again, but never from another path
        rules=out / RULES,
        data=out / DATA,
    )
    options = BrokerOptions(host=host, port=port, user=_owner(out), log_denied=log_denied)
    texts = (
        (out / REVOKED, _newest_list(out, identity, rules, held)),
        (out / RULES, acl_text(rules.districts, rules.denied, rules.readers)),
        (out / CONFIGURATION, configuration_text(files, options)),
        (out / FIREWALL, firewall_text(port)),
    )
    return Written(
        name=name,
        configuration=out / CONFIGURATION,
        firewall=out / FIREWALL,
        changed=_write(texts),
    )


def _newest_list(out: Path, identity: Path, rules: BrokerRules, held: Identity) -> str:
    """The newest list of revoked certificates here: one that is back at an older one would let in
    again who was cut off."""
    lists = [read_file(identity / REVOKED)]
    if rules.revoked:
        lists.append(rules.revoked.encode())
    if (out / REVOKED).exists():
        lists.append(read_file(out / REVOKED))
    return newest_list(lists, held.issuing).decode()


def _write(texts: Sequence[tuple[Path, str]]) -> tuple[str, ...]:
    changed = []
    for path, text in texts:
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_private(path, text)
            changed.append(path.name)
    return tuple(changed)


def _owner(folder: Path) -> str:
    """The user who owns the folder: the only one who can read it, so the one to run as."""
    try:
        return pwd.getpwuid(folder.stat().st_uid).pw_name
    except KeyError:
        return ""
