"""How a command reaches a node: in whose name, and by which certificates."""

import os
import sys
from ipaddress import ip_address
from pathlib import Path

from citybrain.api.methods import Contract
from citybrain.clock import Clock
from citybrain.config.fields import split_address
from citybrain.enrolment.folder import read_identity
from citybrain.enrolment.join import is_renewal_due, renew
from citybrain.errors import CityBrainError
from citybrain.identity.errors import IdentityError
from citybrain.rpc.public.blocking_client import BlockingApiClient
from citybrain.rpc.transport import identity_tls
from citybrain.system_clock import SystemClock

# set by `citybrain --identity`, too; empty: none, although there is one
IDENTITY = "CITYBRAIN_IDENTITY"


class NoIdentityError(CityBrainError):
    """A node on another machine, and nobody to be there."""


def connect(address: str, contract: Contract) -> BlockingApiClient:
    """A client of `contract` at the node at `address`, in the name of the identity that this user
    has; without one in lab mode, on this machine alone. Raises `NoIdentityError`,
    `CertificateError`."""
    folder = identity_folder()
    if folder is not None:
        keep_up(folder, SystemClock())
        return BlockingApiClient(address, contract, tls=identity_tls(folder))
    if not _is_here(address):
        raise NoIdentityError(
            f"{address} is on another machine, and there is no identity to be known by there. Ask"
            " whoever runs the authority for a token (`citybrain ca token operator/YOU`) and run"
            " `citybrain login TOKEN`, or name a folder with `citybrain --identity`."
        )
    return BlockingApiClient(address, contract)


def profile_folder() -> Path:
    """Where `citybrain login` puts the identity of this user."""
    configured = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(configured or Path.home() / ".config") / "citybrain" / "identity"


def identity_folder() -> Path | None:
    """The identity that commands speak with: the one that was named, else this user's; None: there
    is none."""
    named = os.environ.get(IDENTITY)
    if named is not None:
        return Path(named) if named else None
    return profile_folder() if profile_folder().exists() else None


def keep_up(folder: Path, clock: Clock) -> None:
    """Renew the certificate in `folder` where that is due. What keeps it from being renewed is said
    on stderr: the old one may be good for days. Raises `CertificateError`."""
    if not is_renewal_due(read_identity(folder).certificate, clock.now()):
        return
    try:
        renew(folder)
    except (IdentityError, OSError) as error:
        print(f"note: the certificate in {folder} could not be renewed: {error}", file=sys.stderr)


def _is_here(address: str) -> bool:
    try:
        host, _ = split_address(address)
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
