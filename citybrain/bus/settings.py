"""What a bus client is told: where the broker is, who the client is, how long it waits. Values."""

from dataclasses import dataclass, field
from pathlib import Path

from citybrain.structs import Struct


class BusTls(Struct, frozen=True, kw_only=True):
    """Certificates of this client and of the authority that the broker's must come from. The files
    are read anew at each connection."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)  # not a Struct: it hides a field from its repr
class BusLogin:
    """User name and password for a broker that asks. The password is not shown."""

    username: str
    password: str | None = field(default=None, repr=False)


class BusConfig(Struct, frozen=True, kw_only=True):
    """Where the broker is, who this client is, and how long it waits. Times are in seconds."""

    host: str
    port: int
    client_id: str
    keepalive_s: int = 5
    session_expiry_s: int = 7 * 24 * 3600
    connect_timeout_s: float = 5.0
    retry_first_s: float = 0.25
    retry_max_s: float = 15.0
    tls: BusTls | None = None
    login: BusLogin | None = None
    # The client's own topic: it counts as connected once a message of its own came back from there.
    # "": it counts as connected once its subscriptions are granted.
    probe: str = ""
