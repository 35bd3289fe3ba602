"""The options of both ends of a connection: TLS, keepalive, sizes, retries."""

from pathlib import Path

import grpc

from citybrain.rpc.limits import KEEPALIVE_S, KEEPALIVE_TIMEOUT_S
from citybrain.structs import Struct
from citybrain.wire.validation.limits import LINK_FRAME_BYTES

ChannelOptions = list[tuple[str, int | str]]


class Tls(Struct, frozen=True, kw_only=True):
    """Certificate, key, and the authority of the peer's certificate. Both ends authenticate."""

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


def server_options(*, receive_bytes: int) -> ChannelOptions:
    """gRPC's options of a server that lets messages of so many bytes in."""
    # so_reuseport off: two processes on one port would share its calls at random.
    return [
        *_shared_options(receive_bytes),
        ("grpc.so_reuseport", 0),
        ("grpc.http2.min_ping_interval_without_data_ms", 1000 * KEEPALIVE_S.value // 2),
    ]


def channel_options(service_config: str) -> ChannelOptions:
    """gRPC's options of a client's channel; its service config says what is repeated."""
    return [
        *_shared_options(LINK_FRAME_BYTES.value),
        ("grpc.service_config", service_config),
        ("grpc.min_reconnect_backoff_ms", 200),
        ("grpc.max_reconnect_backoff_ms", 5000),
    ]


def _shared_options(receive_bytes: int) -> ChannelOptions:
    return [
        ("grpc.max_send_message_length", LINK_FRAME_BYTES.value),
        ("grpc.max_receive_message_length", receive_bytes),
        ("grpc.keepalive_time_ms", 1000 * KEEPALIVE_S.value),
        ("grpc.keepalive_timeout_ms", 1000 * KEEPALIVE_TIMEOUT_S.value),
        ("grpc.http2.ping_timeout_ms", 1000 * KEEPALIVE_TIMEOUT_S.value),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    ]
