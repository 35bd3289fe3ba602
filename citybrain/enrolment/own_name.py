"""Who a node is by its certificates: found beside its data, and compared with what its
configuration says. Opens no connection.
"""

from ipaddress import ip_address
from pathlib import Path

from citybrain.config.fields import BrokerConfig, TlsFiles
from citybrain.domain.principal import Role
from citybrain.enrolment.certificates import name_in, read_certificates
from citybrain.enrolment.folder import CERTIFICATE, FOLDER, KEY, ROOT, read_file, read_identity
from citybrain.errors import ConfigError, ConfigProblem
from citybrain.identity.errors import CertificateError
from citybrain.identity.name import ROLE_WORDS, IdentityName
from citybrain.structs import Struct


class NodeName(Struct, frozen=True, kw_only=True):
    """What a configuration says of its node: `id` stands under `key` in it."""

    role: Role
    id: str
    key: str


class OwnName(Struct, frozen=True, kw_only=True):
    """What a node presents. `name` None: a certificate of another authority, which names nobody of
    ours."""

    name: IdentityName | None
    files: TlsFiles


def own_name(data_dir: Path, tls: TlsFiles | None, said: NodeName) -> OwnName | None:
    """What a node with this configuration presents: the certificates of its `tls` table, or else
    those that it joined with; None: it has none.

    Raises `ConfigError` where they cannot be used, or are somebody else's.
    """
    folder = data_dir / FOLDER
    try:
        found = _found(folder, tls)
    except CertificateError as error:
        remedy = "Join again with a new token, or give this user its rights there."
        raise _single(said.key, str(folder), str(error).rstrip("."), remedy) from error
    if found is not None and found.name is not None:
        _ensure_same(found.name, said, found.files.cert)
    return found


def name_at_broker(data_dir: Path, broker: BrokerConfig, said: NodeName) -> OwnName | None:
    """As `own_name`, at the broker of a configuration. Raises `ConfigError` also where a node that
    has no certificates would speak with another machine, where nobody knows who answers."""
    found = own_name(data_dir, broker.tls, said)
    if found is None and not _is_here(broker.host):
        problem = (
            f"{broker.host} is another machine, and this node has no certificates: nobody there"
            " would know who speaks, nor this node who answers"
        )
        remedy = (
            f"Join first: `citybrain ca token {ROLE_WORDS[said.role]}/{said.id}` at the authority,"
            " and `join TOKEN` here. Without, in lab mode, the broker is on this machine:"
            ' host = "127.0.0.1".'
        )
        raise _single("broker.host", "the configuration", problem, remedy)
    return found


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _found(folder: Path, tls: TlsFiles | None) -> OwnName | None:
    if tls is not None:
        held = read_certificates(read_file(Path(tls.cert)), tls.cert)[0]
        return OwnName(name=name_in(held), files=tls)
    if not folder.exists():
        return None
    files = TlsFiles(ca=str(folder / ROOT), cert=str(folder / CERTIFICATE), key=str(folder / KEY))
    return OwnName(name=read_identity(folder).name, files=files)


def _ensure_same(name: IdentityName, said: NodeName, where: str) -> None:
    if (name.role, name.id) == (said.role, said.id):
        return
    problem = (
        f"it says {said.id!r}, and the certificate in {where} is for {name}: nobody would listen to"
        " this node under the other name"
    )
    remedy = (
        f"Write the certificate's id there, or join with a token for"
        f" {ROLE_WORDS[said.role]}/{said.id}."
    )
    raise _single(said.key, "the configuration", problem, remedy)


def _single(key: str, where: str, problem: str, remedy: str) -> ConfigError:
    return ConfigError(where, (ConfigProblem(key=key, problem=problem, remedy=remedy),))
