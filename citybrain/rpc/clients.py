"""A connection to a gRPC server, for asyncio: calls the methods that it is given."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from types import TracebackType
from typing import Any, TypeVar

import grpc

from citybrain.enrolment.peer import Signature
from citybrain.errors import RpcError
from citybrain.rpc.errors import rpc_error
from citybrain.rpc.methods import Method, service_config
from citybrain.rpc.service import close
from citybrain.rpc.transport import Tls, channel_options

Q = TypeVar("Q")
R = TypeVar("R")
C = TypeVar("C", bound="Connection")


class Connection:
    """A channel to one server, for `methods`; made on first use, inside the running loop, and anew
    when the certificate in `tls` has been renewed."""

    def __init__(
        self, address: str, methods: Iterable[Method[Q, R]], *, tls: Tls | None = None
    ) -> None:
        self.address, self._tls = address, tls
        self._options = channel_options(service_config(methods))
        self._open: Any = None
        self._former: list[Any] = []  # whose streams go on with the certificate of before
        self._signature: Signature = ()

    async def __aenter__(self: C) -> C:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End every call and the connection."""
        channels, self._open, self._former = [*self._former, self._open], None, []
        for channel in channels:
            if channel is not None:
                await channel.close()

    async def unary(self, method: Method[Q, R], request: Q) -> R:
        """One request, one reply, within the method's deadline; raises `RpcError`."""
        try:
            payload = await self._channel().unary_unary(method.path)(
                method.encode_request(request), timeout=method.deadline_s
            )
        except grpc.aio.AioRpcError as error:
            raise rpc_error(error.code(), error.details(), error.trailing_metadata()) from error
        return method.decode_reply(payload)

    async def client_stream(self, method: Method[Q, R], outgoing: AsyncIterator[Q]) -> R:
        """Requests until `outgoing` ends, one reply: it may come before all was sent. Raises
        `RpcError`, and what `outgoing` raises."""
        call = self._channel().stream_unary(method.path)()
        failures: list[Exception] = []
        sending = asyncio.ensure_future(_send_all(call, method, outgoing, failures))
        try:
            return method.decode_reply(await call)
        except grpc.aio.AioRpcError as error:
            raise rpc_error(error.code(), error.details(), error.trailing_metadata()) from error
        except asyncio.CancelledError:
            if failures:
                raise failures[0] from None
            raise
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await close(outgoing)

    async def server_stream(self, method: Method[Q, R], request: Q) -> AsyncGenerator[R, None]:
        """The replies of a stream, until it breaks (`RpcError`) or the caller leaves."""
        call = self._channel().unary_stream(method.path)(method.encode_request(request))
        async for reply in _received(call, method, []):
            yield reply

    async def bidi_stream(
        self, method: Method[Q, R], outgoing: AsyncIterator[Q]
    ) -> AsyncIterator[R]:
        """A stream each way, until it breaks (`RpcError`), `outgoing` raises (the same error), or
        the caller leaves; then `outgoing` is ended too."""
        call = self._channel().stream_stream(method.path)()
        failures: list[Exception] = []
        sending = asyncio.ensure_future(_send_all(call, method, outgoing, failures))
        try:
            async for reply in _received(call, method, failures):
                yield reply
        finally:
            # If gRPC read the iterator itself, it would wait for ever once the call is over.
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await close(outgoing)

    def _channel(self) -> Any:
        """With the certificate that there is now: a renewed one is presented from the next call
        on."""
        signature = self._tls.signature() if self._tls is not None else ()
        if self._open is None or signature != self._signature:
            if self._open is not None:
                self._former.append(self._open)
            self._open, self._signature = self._new_channel(), signature
        return self._open

    def _new_channel(self) -> Any:
        if self._tls is None:
            return grpc.aio.insecure_channel(self.address, options=self._options)
        try:
            credentials = self._tls.for_channel()
        except OSError as error:
            raise RpcError(
                "UNAVAILABLE",
                f"this side's certificates cannot be read ({error}). Join again, or give this user"
                " its rights there.",
                retry=True,
            ) from error
        return grpc.aio.secure_channel(self.address, credentials, options=self._options)


async def _send_all(
    call: Any, method: Method[Q, Any], outgoing: AsyncIterator[Q], failures: list[Exception]
) -> None:
    try:
        async for request in outgoing:
            await call.write(method.encode_request(request))
        await call.done_writing()
    except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
        return  # the call is over; its reader gets the reason
    except Exception as error:  # noqa: BLE001 - the stream's reader raises it
        failures.append(error)
        call.cancel()


async def _received(
    call: Any, method: Method[Any, R], failures: list[Exception]
) -> AsyncIterator[R]:
    try:
        async for payload in call:
            yield method.decode_reply(payload)
    except grpc.aio.AioRpcError as error:
        raise rpc_error(error.code(), error.details(), error.trailing_metadata()) from error
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        if failures:
            raise failures[0] from None
        raise rpc_error(
            grpc.StatusCode.CANCELLED, "the connection was closed on this side"
        ) from None
    finally:
        call.cancel()
