"""The client of the public API, of whichever service: for people's programs, adapters, and this
project's own. What a service has is read out of its protos.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing

from citybrain.api.client.messages import request_of
from citybrain.api.client.windows import ROWS_MAX, View, Windows, windows_of
from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import Contract
from citybrain.rpc.clients import Connection
from citybrain.rpc.public.methods import public_methods
from citybrain.rpc.transport import Tls


class ApiClient(Connection):
    """One service of a node, for asyncio. A request is its message, or the fields of it; replies
    are public messages. Everything raises `RpcError`.
    """

    def __init__(self, address: str, contract: Contract, *, tls: Tls | None = None) -> None:
        self._contract, self._methods = contract, public_methods(contract)
        super().__init__(address, self._methods.values(), tls=tls)

    async def call(
        self, method: str, request: PublicMessage | None = None, /, **fields: object
    ) -> PublicMessage:
        """One request, one reply."""
        return await self.unary(self._methods[method], self._asked(method, request, fields))

    def stream(
        self, method: str, request: PublicMessage | None = None, /, **fields: object
    ) -> AsyncGenerator[PublicMessage, None]:
        """Replies until the stream breaks or the caller leaves."""
        return self.server_stream(self._methods[method], self._asked(method, request, fields))

    async def send(
        self, method: str, pieces: AsyncIterator[bytes], /, **fields: object
    ) -> PublicMessage:
        """A file, of which `fields` say what it is; one reply."""
        kind = self._contract.methods[method].request

        async def requests() -> AsyncIterator[PublicMessage]:
            yield kind(**fields)
            async for data in pieces:
                yield kind(data=data)

        return await self.client_stream(self._methods[method], requests())

    async def rows(self, method: str, /, **fields: object) -> list[PublicMessage]:
        """All rows of a list, page by page."""
        found: list[PublicMessage] = []
        token = ""
        while True:
            page = await self.call(method, page_size=ROWS_MAX, page_token=token, **fields)
            found += getattr(page, self._contract.methods[method].rows)
            token = page.next_page_token
            if not token:
                return found

    async def watch(self, views: Iterable[View]) -> AsyncGenerator[Windows, None]:
        """The windows, at once and after each change of them: the same object each time."""
        windows = windows_of(views)
        async with aclosing(self.stream("Watch", windows.request())) as stream:
            async for changes in stream:
                if windows.take(changes):
                    yield windows

    async def windows(self, views: Iterable[View]) -> Windows:
        """The windows as they are now."""
        async with aclosing(self.watch(views)) as watching:
            return await anext(watching)

    def _asked(
        self, method: str, request: PublicMessage | None, fields: dict[str, object]
    ) -> PublicMessage:
        return request_of(self._contract.methods[method], fields) if request is None else request
