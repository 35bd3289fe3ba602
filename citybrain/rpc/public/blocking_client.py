"""`ApiClient` for the command line: the same names and errors, waited for."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from types import TracebackType
from typing import BinaryIO, TypeVar

from citybrain.api.client.windows import View, Windows
from citybrain.api.limits import FILE_PIECE
from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import Contract
from citybrain.rpc.public.client import ApiClient
from citybrain.rpc.service import close
from citybrain.rpc.transport import Tls

T = TypeVar("T")


class BlockingApiClient:
    """One service of a node. Not for a thread in which a loop runs."""

    def __init__(self, address: str, contract: Contract, *, tls: Tls | None = None) -> None:
        self._client, self._runner = ApiClient(address, contract, tls=tls), asyncio.Runner()
        self._is_open = True

    def __enter__(self) -> "BlockingApiClient":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every stream and the connection. Repeated calls have no effect."""
        if self._is_open:
            self._is_open = False
            self._runner.run(self._client.close())
            self._runner.close()

    def call(
        self, method: str, request: PublicMessage | None = None, /, **fields: object
    ) -> PublicMessage:
        """See `ApiClient.call`."""
        return self._runner.run(self._client.call(method, request, **fields))

    def stream(self, method: str, /, **fields: object) -> Iterator[PublicMessage]:
        """See `ApiClient.stream`."""
        return self._each(self._client.stream(method, **fields))

    def send(self, method: str, file: BinaryIO, /, **fields: object) -> PublicMessage:
        """See `ApiClient.send`: what `file` has from where it stands."""
        return self._runner.run(self._client.send(method, _pieces(file), **fields))

    def rows(self, method: str, /, **fields: object) -> list[PublicMessage]:
        """See `ApiClient.rows`."""
        return self._runner.run(self._client.rows(method, **fields))

    def watch(self, views: Iterable[View]) -> Iterator[Windows]:
        """See `ApiClient.watch`."""
        return self._each(self._client.watch(views))

    def windows(self, views: Iterable[View]) -> Windows:
        """See `ApiClient.windows`."""
        return self._runner.run(self._client.windows(views))

    def _each(self, replies: AsyncIterator[T]) -> Iterator[T]:
        try:
            while True:
                yield self._runner.run(_next(replies))
        except StopAsyncIteration:
            return
        finally:
            if self._is_open:
                self._runner.run(close(replies))


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := file.read(FILE_PIECE.value):
        yield piece


async def _next(replies: AsyncIterator[T]) -> T:
    return await anext(replies)
