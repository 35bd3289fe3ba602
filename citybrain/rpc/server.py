"""A gRPC server: services, health and graceful stop."""

import logging
from collections.abc import Sequence
from ipaddress import ip_address

import grpc
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from citybrain.conditions import Conditions
from citybrain.config.fields import split_address
from citybrain.rpc.errors import ListenError
from citybrain.rpc.guard import Guard, GuardedServer
from citybrain.rpc.health import NodeHealth
from citybrain.rpc.limits import CONCURRENT, DRAIN_S, PUBLIC_MESSAGE_BYTES
from citybrain.rpc.service import Service
from citybrain.rpc.transport import Tls, server_options

log = logging.getLogger(__name__)


class RpcServer:
    """A running server. `port` is the real one where port 0 was asked for."""

    def __init__(
        self,
        server: grpc.aio.Server,
        services: Sequence[Service],
        node_health: NodeHealth,
        port: int,
    ) -> None:
        self._server, self._services, self._health = server, tuple(services), node_health
        self.port = port

    async def stop(self, grace_s: float = DRAIN_S.value) -> None:
        """Report NOT_SERVING, end the streams, let calls finish within `grace_s`, then close."""
        await self._health.end()
        for service in self._services:
            service.drain()
        await self._server.stop(grace_s)


async def serve(
    address: str,
    services: Sequence[Service],
    *,
    guard: Guard | None = None,
    conditions: Conditions | None = None,
) -> RpcServer:
    """Serve on `address` ("127.0.0.1:7101"; port 0: any free one), with certificates where `guard`
    stands there; None is lab mode, on this machine alone. Its health follows the node's
    `conditions`. Raises `ListenError`."""
    if guard is None:
        _ensure_lab(address)
    receive_bytes = max(
        (service.message_bytes for service in services), default=PUBLIC_MESSAGE_BYTES.value
    )
    server = grpc.aio.server(
        options=server_options(receive_bytes=receive_bytes),
        maximum_concurrent_rpcs=CONCURRENT.value,
        interceptors=(GuardedServer(guard),),
    )
    node_health = NodeHealth((service.name for service in services), conditions)
    health_pb2_grpc.add_HealthServicer_to_server(node_health.servicer, server)
    server.add_generic_rpc_handlers(tuple(service.handlers(guard) for service in services))
    _describe(server, services)
    port = _listen(server, address, guard.tls if guard is not None else None)
    await node_health.begin()
    await server.start()
    log.info(
        "serving %s on %s (port %d)", ", ".join(service.name for service in services), address, port
    )
    return RpcServer(server, services, node_health, port)


def _describe(server: grpc.aio.Server, services: Sequence[Service]) -> None:
    """Let foreign clients find the public services by reflection."""
    public = [service.name for service in services if service.is_public]
    if public:
        names = (*public, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)


def _ensure_lab(address: str) -> None:
    """Whoever cannot be proved must not come from another machine."""
    if not _is_loopback(address):
        raise ListenError(
            f"cannot serve on {address} without an identity: whoever reaches it could speak and act"
            " in any name. Join first (`citybrain ca token` at the authority, `citybrain district"
            " join TOKEN` or `citybrain city join TOKEN` here), or listen on 127.0.0.1."
        )
    log.warning(
        "lab mode on %s: there is no identity in the data_dir, so nobody who calls is proved."
        " Programs of this machine may act in any name",
        address,
    )


def _is_loopback(address: str) -> bool:
    try:
        host, _ = split_address(address)
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(server: grpc.aio.Server, address: str, tls: Tls | None) -> int:
    try:
        port = (
            server.add_insecure_port(address)
            if tls is None
            else server.add_secure_port(address, tls.for_server())
        )
    except (RuntimeError, OSError) as error:
        # behind the semicolon gRPC only says how to debug gRPC
        port, reason = 0, str(error).partition(";")[0].rstrip(".")
    else:
        reason = "the address was refused"
    if port == 0:
        raise ListenError(
            f"cannot serve on {address}: {reason}. Is another process using that port, and is the"
            " address this machine's? Choose another in the configuration's [listen]."
        )
    return int(port)
