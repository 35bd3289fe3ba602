"""What both ends of a connection are set to: TLS or not, keepalive, sizes, retries."""

from dataclasses import dataclass
from pathlib import Path

import grpc

from citybrain.rpc.limits import KEEPALIVE_ANSWER_S, KEEPALIVE_S
from citybrain.rpc.methods import service_config
from citybrain.wire.validation.limits import SNAPSHOT_BYTES

Options = list[tuple[str, int | str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Own certificate and key, and the authority that the peer's certificate must come from. Both ends show one."""

    ca: Path
    certificate: Path
    key: Path

    def for_server(self) -> grpc.ServerCredentials:
        pair = (self.key.read_bytes(), self.certificate.read_bytes())
        return grpc.ssl_server_credentials(
            [pair], root_certificates=self.ca.read_bytes(), require_client_auth=True
        )

    def for_channel(self) -> grpc.ChannelCredentials:
        return grpc.ssl_channel_credentials(
            self.ca.read_bytes(), self.key.read_bytes(), self.certificate.read_bytes()
        )


def server_options() -> Options:
    # Two processes on one port would share its calls by chance: never.
    return [
        *_both(),
        ("grpc.so_reuseport", 0),
        ("grpc.http2.min_ping_interval_without_data_ms", 1000 * KEEPALIVE_S.value // 2),
    ]


def channel_options() -> Options:
    return [
        *_both(),
        ("grpc.service_config", service_config()),
        ("grpc.min_reconnect_backoff_ms", 200),
        ("grpc.max_reconnect_backoff_ms", 5000),
    ]


def _both() -> Options:
    return [
        ("grpc.max_send_message_length", SNAPSHOT_BYTES.value),
        ("grpc.max_receive_message_length", SNAPSHOT_BYTES.value),
        ("grpc.keepalive_time_ms", 1000 * KEEPALIVE_S.value),
        ("grpc.keepalive_timeout_ms", 1000 * KEEPALIVE_ANSWER_S.value),
        ("grpc.http2.ping_timeout_ms", 1000 * KEEPALIVE_ANSWER_S.value),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    ]
