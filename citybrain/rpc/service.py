"""A service as a set of handlers over domain values: decodes, calls, encodes, and turns errors into statuses. Knows no particular service."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import grpc

from citybrain.errors import CityBrainError
from citybrain.rpc.errors import status_of
from citybrain.rpc.methods import PACKAGE, Method

Q = TypeVar("Q")
R = TypeVar("R")
Subject = str | None  # the peer's certificate name; None without TLS


class Service:
    """Build it with `answer`, `stream` and `converse`, then give it to `server.serve`."""

    def __init__(self, name: str) -> None:
        self.name = f"{PACKAGE}.{name}"
        self._handlers: dict[str, grpc.RpcMethodHandler] = {}
        self._streams: set[asyncio.Task[Any]] = set()
        self._draining = False

    def answer(self, method: Method[Q, R], act: Callable[[Q], Awaitable[R]]) -> "Service":
        """One request, one reply."""

        async def handle(payload: bytes, context: Any) -> bytes:
            try:
                return method.encode_reply(await act(method.decode_request(payload)))
            except CityBrainError as error:
                return await _refuse(context, error)

        self._handlers[method.name] = grpc.unary_unary_rpc_method_handler(handle)
        return self

    def stream(self, method: Method[Q, R], produce: Callable[[Q], AsyncIterator[R]]) -> "Service":
        """One request, replies until either side leaves."""

        async def handle(payload: bytes, context: Any) -> None:
            await self._send_all(method, context, lambda: produce(method.decode_request(payload)))

        self._handlers[method.name] = grpc.unary_stream_rpc_method_handler(handle)
        return self

    def converse(
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
        """End every stream with UNAVAILABLE, so that the other side comes again elsewhere or later."""
        self._draining = True
        for task in list(self._streams):
            task.cancel()

    async def _send_all(
        self, method: Method[Any, R], context: Any, start: Callable[[], AsyncIterator[R]]
    ) -> None:
        task = asyncio.current_task()
        assert task is not None, "a handler runs in a task"
        self._streams.add(task)
        replies: AsyncIterator[R] | None = None
        try:
            replies = start()
            async for reply in replies:
                await context.write(method.encode_reply(reply))
        except CityBrainError as error:
            await _refuse(context, error)
        except asyncio.CancelledError:
            if not self._draining:
                raise
            await context.abort(grpc.StatusCode.UNAVAILABLE, "this node is stopping; come again")
        finally:
            self._streams.discard(task)
            await close(replies)


async def close(iterator: Any) -> None:
    """End an async generator now rather than when it is collected; other iterators have nothing to end."""
    if hasattr(iterator, "aclose"):
        await iterator.aclose()


async def _refuse(context: Any, error: CityBrainError) -> Any:
    await context.abort(status_of(error), str(error))


async def _decoded(
    payloads: AsyncIterator[bytes], decode: Callable[[bytes], Q]
) -> AsyncIterator[Q]:
    async for payload in payloads:
        yield decode(payload)


def _subject(context: Any) -> Subject:
    names = context.auth_context().get("x509_common_name")
    return names[0].decode() if names else None
