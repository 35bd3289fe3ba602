"""The options of both ends of a connection: TLS, keepalive, sizes, retries."""

import logging
from pathlib import Path

import grpc

from citybrain.config.fields import TlsFiles
from citybrain.enrolment.folder import CERTIFICATE, CHAIN, FOLDER, KEY, REVOKED, ROOT
from citybrain.enrolment.peer import Signature, files_signature
from citybrain.rpc.limits import KEEPALIVE_S, KEEPALIVE_TIMEOUT_S
from citybrain.structs import Struct
from citybrain.wire.validation.limits import LINK_FRAME_BYTES

log = logging.getLogger(__name__)

ChannelOptions = list[tuple[str, int | str]]


class Tls(Struct, frozen=True, kw_only=True):
    """Certificate, key, and the authority of the peer's certificate. Both ends authenticate.
    `revoked` and `chain`: the list of those that are refused all the same, and whose it is."""

    ca: Path
    certificate: Path
    key: Path
    revoked: Path | None = None
    chain: Path | None = None

    def for_server(self) -> grpc.ServerCredentials:
        """Read again for a new connection wherever a file is another: a renewed certificate needs
        no restart."""
        files = _ServedFiles(self)
        return grpc.dynamic_ssl_server_credentials(
            files.first(), files.newer, require_client_authentication=True
        )

    def for_channel(self) -> grpc.ChannelCredentials:
        return grpc.ssl_channel_credentials(
            self.ca.read_bytes(), self.key.read_bytes(), self.certificate.read_bytes()
        )

    def signature(self) -> Signature:
        """What changes when the certificate or its key is replaced."""
        return files_signature(self.certificate, self.key)


def identity_tls(folder: Path) -> Tls:
    """The files of an identity folder (see `citybrain.enrolment.folder`)."""
    return Tls(
        ca=folder / ROOT,
        certificate=folder / CERTIFICATE,
        key=folder / KEY,
        revoked=folder / REVOKED,
        chain=folder / CHAIN,
    )


def node_tls(files: TlsFiles | None, data_dir: Path) -> Tls | None:
    """The certificates of a node: those that its configuration names, else those of the identity
    in its `data_dir`; None: it has none, and is in lab mode. Who is revoked says the identity, also
    beside certificates that the configuration names."""
    folder = data_dir / FOLDER
    held = identity_tls(folder) if folder.exists() else None
    if files is None:
        return held
    return Tls(
        ca=Path(files.ca),
        certificate=Path(files.cert),
        key=Path(files.key),
        revoked=held.revoked if held is not None else None,
        chain=held.chain if held is not None else None,
    )


class _ServedFiles:
    """What a server presents and trusts. gRPC asks on a thread of its own before each handshake."""

    def __init__(self, tls: Tls) -> None:
        self._tls = tls
        self._signature = self._look()

    def first(self) -> grpc.ServerCertificateConfiguration:
        """Raises `OSError`."""
        return self._read()

    def newer(self) -> grpc.ServerCertificateConfiguration | None:
        """None: nothing has changed, or what is there cannot be read just now."""
        signature = self._look()
        if signature == self._signature:
            return None
        try:
            read = self._read()
        except OSError as error:
            log.warning("the former certificate is presented: %s", error)
            return None
        if signature != self._look():  # replaced meanwhile: the next connection reads it whole
            return None
        self._signature = signature
        log.info("another certificate is presented from now on: %s", self._tls.certificate)
        return read

    def _look(self) -> Signature:
        return files_signature(self._tls.ca, self._tls.certificate, self._tls.key)

    def _read(self) -> grpc.ServerCertificateConfiguration:
        pair = (self._tls.key.read_bytes(), self._tls.certificate.read_bytes())
        return grpc.ssl_server_certificate_configuration(
            [pair], root_certificates=self._tls.ca.read_bytes()
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
