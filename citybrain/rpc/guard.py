"""Who calls a gRPC server, proved by the certificate of the connection, and whether the table of
methods lets them. Everything that a server answers comes by here: see `citybrain.access`.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from inspect import isasyncgenfunction

import grpc

from citybrain.access.method_rights import METHODS, method_right
from citybrain.clock import Clock
from citybrain.enrolment.certificates import date_text
from citybrain.enrolment.peer import Peer, RevokedSerials, peer_of
from citybrain.identity.errors import CertificateError
from citybrain.refusal_log import RefusalLog
from citybrain.rpc.context import CallContext
from citybrain.rpc.errors import CallRefusal, NotAuthorizedError, refusal_of
from citybrain.rpc.limits import KNOWN_PEERS
from citybrain.rpc.transport import Tls
from citybrain.telemetry.metrics import MetricsRegistry

log = logging.getLogger(__name__)

OnRefused = Callable[[CallRefusal], None]


def ignore_refused(_reason: CallRefusal) -> None:
    """Where nobody counts."""


class Guard:
    """Of one server with certificates. `on_refused` is called for each refusal; the log says it of
    a caller and a reason once a minute."""

    def __init__(self, tls: Tls, *, clock: Clock, on_refused: OnRefused = ignore_refused) -> None:
        self.tls, self._clock, self._on_refused = tls, clock, on_refused
        self._log = RefusalLog(clock)
        self._peers: dict[tuple[str, bytes], Peer] = {}  # of each connection
        self._revoked = (
            RevokedSerials(tls.revoked, tls.chain)
            if tls.revoked is not None and tls.chain is not None
            else frozenset[str]()
        )
        self._city = _city_of(tls)

    def admit(self, method: str, context: CallContext) -> Peer:
        """Who calls `method`, and may. Raises `NotAuthorizedError`."""
        peer = self.peer(context)
        self.ensure_good(peer)
        if method_right(peer.name.role, method) is None:
            raise self._refused(
                CallRefusal.NO_RIGHT,
                peer,
                f"{peer.name} may not call {method}: the role {peer.name.role} has no such right."
                " Use an identity of a role that has it.",
            )
        return peer

    def peer(self, context: CallContext) -> Peer:
        """Whoever is at the other end. Raises `NotAuthorizedError` where that is nobody of ours."""
        address, (pem,) = context.peer(), context.auth_context().get("x509_pem_cert", (b"",))
        known = self._peers.get((address, pem))
        if known is not None:
            return known
        try:
            peer = peer_of(pem)
        except CertificateError as error:
            raise self._refused(CallRefusal.UNNAMED, address, str(error)) from error
        if self._city is not None and peer.name.city != self._city:
            raise self._refused(
                CallRefusal.OTHER_CITY,
                peer,
                f"{peer.name} is of another city than this node ({self._city}).",
            )
        if len(self._peers) >= KNOWN_PEERS.value:
            self._peers.pop(next(iter(self._peers)))
        self._peers[address, pem] = peer
        log.info("%s is connected from %s", peer.name, address)
        return peer

    def ensure_good(self, peer: Peer) -> None:
        """Raises `NotAuthorizedError` where its certificate has been revoked or has ended: a
        connection may stand longer than that."""
        if peer.serial in self._revoked:
            raise self._refused(
                CallRefusal.REVOKED,
                peer,
                f"the certificate of {peer.name} is revoked. If that was a mistake, join again"
                " with a new token of `citybrain ca token`.",
            )
        if self._clock.now() > peer.until:
            raise self._refused(
                CallRefusal.EXPIRED,
                peer,
                f"the certificate of {peer.name} ended at {date_text(peer.until)}. Renew it"
                " (`citybrain ca renew`) and connect anew.",
            )

    def ensure_own(self, method: str, peer: Peer, request: object) -> None:
        """Raises `NotAuthorizedError` where a request of `method` names another than its sender."""
        right = method_right(peer.name.role, method)
        if right is None or not right.own:
            return
        named = getattr(request, right.own, None)
        if named is not None and named != peer.name.id:
            raise self._refused(
                CallRefusal.NOT_ITS_OWN,
                peer,
                f"the certificate is of {peer.name}, and the message is for {right.own}"
                f" {ascii(str(named))[:80]}. It may speak for itself alone.",
            )

    def _refused(self, reason: CallRefusal, who: Peer | str, detail: str) -> NotAuthorizedError:
        self._on_refused(reason)
        # of a stranger without its port: a new one at each try would be a line at each
        name = str(who.name) if isinstance(who, Peer) else who.rpartition(":")[0]
        self._log.add(name, reason, detail)
        return NotAuthorizedError(reason, detail)


def guard_of(tls: Tls | None, clock: Clock, registry: MetricsRegistry) -> Guard | None:
    """What stands at a node's server; None: it has no certificates, and is in lab mode."""
    if tls is None:
        return None
    refused = registry.counter("rpc_calls_refused", "Calls refused for who calls.", ("reason",))
    return Guard(tls, clock=clock, on_refused=lambda reason: refused.add(1, reason))


class GuardedServer(grpc.aio.ServerInterceptor):  # type: ignore[misc]  # no stubs
    """Lets a call through to its handler, or answers PERMISSION_DENIED. A method that has no line
    in the table is not there at all. `guard` None: lab mode, where nobody is proved."""

    def __init__(self, guard: Guard | None) -> None:
        self._guard = guard

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler]],
        details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler:
        if details.method not in METHODS:
            return None
        handler = await continuation(details)
        if handler is None or self._guard is None:
            return handler
        return _guarded(self._guard, details.method, handler)


def _guarded(guard: Guard, method: str, handler: grpc.RpcMethodHandler) -> grpc.RpcMethodHandler:
    kind = (
        ("stream" if handler.request_streaming else "unary")
        + "_"
        + ("stream" if handler.response_streaming else "unary")
    )
    act = getattr(handler, kind)

    async def answer(request: object, context: CallContext) -> object:
        await _admit(guard, method, context)
        return await act(request, context)

    async def answers(request: object, context: CallContext) -> AsyncIterator[object]:
        await _admit(guard, method, context)
        async for reply in act(request, context):
            yield reply

    make = getattr(grpc, f"{kind}_rpc_method_handler")
    return make(
        answers if isasyncgenfunction(act) else answer,
        handler.request_deserializer,
        handler.response_serializer,
    )


async def _admit(guard: Guard, method: str, context: CallContext) -> None:
    try:
        guard.admit(method, context)
    except NotAuthorizedError as error:
        refusal = refusal_of(error)
        await context.abort(refusal.code, refusal.detail, refusal.metadata)


def _city_of(tls: Tls) -> str | None:
    """The city that the server's own certificate names; None: it names none."""
    try:
        return peer_of(tls.certificate.read_bytes()).name.city
    except CertificateError:
        return None
