"""The broker's configuration: mosquitto's main file, as a pure text."""

from pathlib import Path

from citybrain.broker.limits import (
    CONNECTIONS,
    IN_FLIGHT,
    KEEPALIVE,
    PACKET_BYTES,
    QUEUED,
    QUEUED_BYTES,
    SESSION_DAYS,
)
from citybrain.structs import Struct

TEMPLATE = """\
# Written by `citybrain broker config`, which is run again rather than this file edited.
# A broker is no durability (killed, it loses acknowledged messages): the boxes' outboxes and the
# district's journal are.
per_listener_settings false
{user}
listener {port} {host}

# Both ends prove who they are, and a client is called what its certificate says: user name and
# client id, whatever it asks for. So nobody can take the id of another and throw it off.
cafile {root}
certfile {certificate}
keyfile {key}
crlfile {revoked}
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file {rules}

# Without it acknowledgements come in bursts of 40 ms.
set_tcp_nodelay true

persistence true
persistence_location {data}/
autosave_interval 60

# Bounds. What does not fit here, its sender keeps.
max_connections {connections}
max_packet_size {packet_bytes}
max_inflight_messages {in_flight}
max_queued_messages {queued}
max_queued_bytes {queued_bytes}
persistent_client_expiration {session_days}d
max_keepalive {keepalive}

# Who connected under which name, who was refused, and who subscribed to what.
log_dest stderr
log_timestamp true
log_timestamp_format %Y-%m-%dT%H:%M:%S
connection_messages true
log_type error
log_type warning
log_type notice
log_type information
log_type subscribe
"""
# mosquitto names what its rules denied at its most talkative level alone
DENIED_TOO = "log_type debug\n"


class BrokerFiles(Struct, frozen=True, kw_only=True):
    """Where the broker finds what it reads and keeps. Absolute paths."""

    root: Path
    certificate: Path
    key: Path
    revoked: Path
    rules: Path
    data: Path


class BrokerOptions(Struct, frozen=True, kw_only=True):
    """What an operator may choose. `user`: whom a broker that root starts runs as, "" for nobody
    named; `log_denied`: log every packet, and so also what was denied."""

    host: str
    port: int
    user: str
    log_denied: bool = False


def configuration_text(files: BrokerFiles, options: BrokerOptions) -> str:
    """The text of `mosquitto.conf`."""
    text = TEMPLATE.format(
        user=f"user {options.user}\n" if options.user else "",
        host=options.host,
        port=options.port,
        root=files.root,
        certificate=files.certificate,
        key=files.key,
        revoked=files.revoked,
        rules=files.rules,
        data=files.data,
        connections=CONNECTIONS.value,
        packet_bytes=PACKET_BYTES.value,
        in_flight=IN_FLIGHT.value,
        queued=QUEUED.value,
        queued_bytes=QUEUED_BYTES.value,
        session_days=SESSION_DAYS.value,
        keepalive=KEEPALIVE.value,
    )
    return text + (DENIED_TOO if options.log_denied else "")
