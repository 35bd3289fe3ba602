"""A gRPC service as handlers over domain values: decodes, calls, encodes, and turns errors into
statuses. Knows no particular service.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Generic, NoReturn, TypeVar

import grpc

from citybrain.domain.principal import Principal
from citybrain.enrolment.peer import Peer
from citybrain.errors import CityBrainError, NodeStoppingError
from citybrain.identity.name import principal_of
from citybrain.rpc.context import CallContext
from citybrain.rpc.errors import NotAuthorizedError, Refusal, refusal_of
from citybrain.rpc.guard import Guard
from citybrain.rpc.methods import Method
from citybrain.wire.validation.limits import LINK_FRAME_BYTES

Q = TypeVar("Q")
R = TypeVar("R")
Caller = Principal | None  # whom the transport proves; None: nobody, in lab mode


class Service:
    """Build it with `unary`, `client_stream`, `server_stream` and `bidi_stream`, then give it to
    `server.serve`.

    `refuse` says what a caller hears of an error. `is_public`: reflection shows it.
    `message_bytes`: the longest message that it has to receive; the server takes the longest of
    any of its services.
    """

    def __init__(
        self,
        name: str,
        *,
        refuse: Callable[[CityBrainError], Refusal] = refusal_of,
        is_public: bool = False,
        message_bytes: int = LINK_FRAME_BYTES.value,
    ) -> None:
        self.name, self.is_public = name, is_public
        self.message_bytes = message_bytes
        self._refuse = refuse
        self._handlers: dict[str, grpc.RpcMethodHandler] = {}
        self._guard: Guard | None = None
        self._waiting: set[asyncio.Task[Any]] = set()  # streams that wait for their next reply
        self._draining = False

    def unary(self, method: Method[Q, R], act: Callable[[Q, Caller], Awaitable[R]]) -> "Service":
        """One request, one reply."""

        async def handle(payload: bytes, context: CallContext) -> bytes:
            try:
                line = self._line(method, context)
                return method.encode_reply(await act(line.decoded(payload), line.caller))
            except CityBrainError as error:
                await _abort(context, self._refusal(error))

        self._handlers[method.name] = grpc.unary_unary_rpc_method_handler(handle)
        return self

    def client_stream(
        self, method: Method[Q, R], take: Callable[[AsyncIterator[Q], Caller], Awaitable[R]]
    ) -> "Service":
        """Requests until the other side ends them, one reply."""

        async def handle(payloads: AsyncIterator[bytes], context: CallContext) -> bytes:
            try:
                line = self._line(method, context)
                return method.encode_reply(await take(_decoded(payloads, line), line.caller))
            except CityBrainError as error:
                await _abort(context, self._refusal(error))

        self._handlers[method.name] = grpc.stream_unary_rpc_method_handler(handle)
        return self

    def server_stream(
        self, method: Method[Q, R], produce: Callable[[Q, Caller], AsyncIterator[R]]
    ) -> "Service":
        """One request, replies until either side leaves."""

        async def handle(payload: bytes, context: CallContext) -> None:
            line = self._line(method, context)
            await self._send_all(line, context, lambda: produce(line.decoded(payload), line.caller))

        self._handlers[method.name] = grpc.unary_stream_rpc_method_handler(handle)
        return self

    def bidi_stream(
        self,
        method: Method[Q, R],
        exchange: Callable[[AsyncIterator[Q]], AsyncIterator[R]],
    ) -> "Service":
        """A stream each way."""

        async def handle(payloads: AsyncIterator[bytes], context: CallContext) -> None:
            line = self._line(method, context)
            await self._send_all(line, context, lambda: exchange(_decoded(payloads, line)))

        self._handlers[method.name] = grpc.stream_stream_rpc_method_handler(handle)
        return self

    def handlers(self, guard: Guard | None = None) -> grpc.GenericRpcHandler:
        """For a server that `guard` stands at; None: lab mode."""
        self._guard = guard
        return grpc.method_handlers_generic_handler(self.name, self._handlers)

    def drain(self) -> None:
        """End every stream with UNAVAILABLE, so that the other side reconnects later. A stream that
        is writing ends after that write: gRPC cannot abort while a write is in flight."""
        self._draining = True
        for task in list(self._waiting):
            task.cancel()

    async def _send_all(
        self, line: "_Line[Q, R]", context: CallContext, start: Callable[[], AsyncIterator[R]]
    ) -> None:
        task = asyncio.current_task()
        assert task is not None, "a handler runs in a task"
        self._waiting.add(task)
        replies: AsyncIterator[R] | None = None
        try:
            replies = start()
            async for reply in replies:
                self._waiting.discard(task)
                line.ensure_good()
                await context.write(line.method.encode_reply(reply))
                if self._draining:
                    await self._abort_draining(context)
                self._waiting.add(task)
        except CityBrainError as error:
            await _abort(context, self._refusal(error))
        except asyncio.CancelledError:
            if not self._draining:
                raise
            await self._abort_draining(context)
        finally:
            self._waiting.discard(task)
            await close(replies)

    async def _abort_draining(self, context: CallContext) -> NoReturn:
        await _abort(context, self._refuse(NodeStoppingError("this node is stopping; try again")))

    def _line(self, method: Method[Q, R], context: CallContext) -> "_Line[Q, R]":
        guard = self._guard
        return _Line(method, guard, guard.peer(context) if guard is not None else None)

    def _refusal(self, error: CityBrainError) -> Refusal:
        """What is refused for who calls is said in the same words of every service."""
        return refusal_of(error) if isinstance(error, NotAuthorizedError) else self._refuse(error)


class _Line(Generic[Q, R]):
    """One call, and who is at its other end for as long as it lasts."""

    def __init__(self, method: Method[Q, R], guard: Guard | None, peer: Peer | None) -> None:
        self.method, self._guard, self._peer = method, guard, peer
        self.caller: Caller = principal_of(peer.name) if peer is not None else None

    def decoded(self, payload: bytes) -> Q:
        """A message of the other end; raises where it may not send it."""
        message = self.method.decode_request(payload)
        if self._guard is not None and self._peer is not None:
            self._guard.ensure_good(self._peer)
            self._guard.ensure_own(self.method.path, self._peer, message)
        return message

    def ensure_good(self) -> None:
        if self._guard is not None and self._peer is not None:
            self._guard.ensure_good(self._peer)


async def close(iterator: Any) -> None:
    """End an async generator now, not when it is collected. Other iterators need no end."""
    if hasattr(iterator, "aclose"):
        await iterator.aclose()


async def _abort(context: CallContext, refusal: Refusal) -> NoReturn:
    await context.abort(refusal.code, refusal.detail, refusal.metadata)
    raise AssertionError("abort raises")


async def _decoded(payloads: AsyncIterator[bytes], line: _Line[Q, R]) -> AsyncIterator[Q]:
    async for payload in payloads:
        yield line.decoded(payload)
