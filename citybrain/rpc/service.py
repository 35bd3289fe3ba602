"""A gRPC service as handlers over domain values: decodes, calls, encodes, and turns errors into
statuses. Knows no particular service.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NoReturn, TypeVar

import grpc

from citybrain.errors import CityBrainError, NodeStoppingError
from citybrain.rpc.errors import Refusal, refusal_of
from citybrain.rpc.methods import Method
from citybrain.wire.validation.limits import LINK_FRAME_BYTES

Q = TypeVar("Q")
R = TypeVar("R")
Subject = str | None  # the peer's certificate name; None without TLS


class Service:
    """Build it with `unary`, `server_stream` and `bidi_stream`, then give it to `server.serve`.

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
        self._waiting: set[asyncio.Task[Any]] = set()  # streams that wait for their next reply
        self._draining = False

    def unary(self, method: Method[Q, R], act: Callable[[Q], Awaitable[R]]) -> "Service":
        """One request, one reply."""

        async def handle(payload: bytes, context: Any) -> bytes:
            try:
                return method.encode_reply(await act(method.decode_request(payload)))
            except CityBrainError as error:
                await _abort(context, self._refuse(error))

        self._handlers[method.name] = grpc.unary_unary_rpc_method_handler(handle)
        return self

    def server_stream(
        self, method: Method[Q, R], produce: Callable[[Q], AsyncIterator[R]]
    ) -> "Service":
        """One request, replies until either side leaves."""

        async def handle(payload: bytes, context: Any) -> None:
            await self._send_all(method, context, lambda: produce(method.decode_request(payload)))

        self._handlers[method.name] = grpc.unary_stream_rpc_method_handler(handle)
        return self

    def bidi_stream(
        self,
        method: Method[Q, R],
        exchange: Callable[[AsyncIterator[Q], Subject], AsyncIterator[R]],
    ) -> "Service":
        """A stream each way."""

        async def handle(payloads: AsyncIterator[bytes], context: Any) -> None:
            incoming = _decoded(payloads, method.decode_request)
            await self._send_all(method, context, lambda: exchange(incoming, _subject(context)))

        self._handlers[method.name] = grpc.stream_stream_rpc_method_handler(handle)
        return self

    def handlers(self) -> grpc.GenericRpcHandler:
        return grpc.method_handlers_generic_handler(self.name, self._handlers)

    def drain(self) -> None:
        """End every stream with UNAVAILABLE, so that the other side reconnects later. A stream that
        is writing ends after that write: gRPC cannot abort while a write is in flight."""
        self._draining = True
        for task in list(self._waiting):
            task.cancel()

    async def _send_all(
        self, method: Method[Any, R], context: Any, start: Callable[[], AsyncIterator[R]]
    ) -> None:
        task = asyncio.current_task()
        assert task is not None, "a handler runs in a task"
        self._waiting.add(task)
        replies: AsyncIterator[R] | None = None
        try:
            replies = start()
            async for reply in replies:
                self._waiting.discard(task)
                await context.write(method.encode_reply(reply))
                if self._draining:
                    await self._abort_draining(context)
                self._waiting.add(task)
        except CityBrainError as error:
            await _abort(context, self._refuse(error))
        except asyncio.CancelledError:
            if not self._draining:
                raise
            await self._abort_draining(context)
        finally:
            self._waiting.discard(task)
            await close(replies)

    async def _abort_draining(self, context: Any) -> NoReturn:
        await _abort(context, self._refuse(NodeStoppingError("this node is stopping; try again")))


async def close(iterator: Any) -> None:
    """End an async generator now, not when it is collected. Other iterators need no end."""
    if hasattr(iterator, "aclose"):
        await iterator.aclose()


async def _abort(context: Any, refusal: Refusal) -> NoReturn:
    await context.abort(refusal.code, refusal.detail, refusal.metadata)
    raise AssertionError("abort raises")


async def _decoded(
    payloads: AsyncIterator[bytes], decode: Callable[[bytes], Q]
) -> AsyncIterator[Q]:
    async for payload in payloads:
        yield decode(payload)


def _subject(context: Any) -> Subject:
    names = context.auth_context().get("x509_common_name")
    return names[0].decode() if names else None
