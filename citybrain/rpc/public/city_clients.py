"""Clients of the city's public API, in public messages: one for asyncio, one that blocks."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

from citybrain.api.client.contracts import CITY, request_of, windows_of
from citybrain.api.client.windows import ROWS_MAX, Windows
from citybrain.api.lists.port import PublicMessage
from citybrain.rpc import blocking_clients, clients
from citybrain.rpc.public.methods import public_methods
from citybrain.rpc.service import close

METHODS = public_methods(CITY)
View = Mapping[str, object]  # fields of a View


class CityClient(clients.Connection):
    """The city, for asyncio."""

    async def call(self, method: str, **fields: object) -> PublicMessage:
        """One request, one reply; raises `RpcError`."""
        return await self.unary(METHODS[method], request_of(CITY.methods[method], fields))

    async def rows(self, method: str, name: str, **fields: object) -> list[PublicMessage]:
        """All rows of a list, page by page. `name` is the reply's field that holds them."""
        found: list[PublicMessage] = []
        token = ""
        while True:
            page = await self.call(method, page_size=ROWS_MAX, page_token=token, **fields)
            found += getattr(page, name)
            token = page.next_page_token
            if not token:
                return found

    async def watch(self, views: Sequence[View]) -> AsyncIterator[Windows]:
        """The windows, at once and after each change of them: the same object each time."""
        windows = windows_of(views)
        stream = self.server_stream(METHODS["Watch"], windows.request())
        try:
            async for changes in stream:
                if windows.take(changes):
                    yield windows
        finally:
            await close(stream)


class BlockingCityClient(blocking_clients.Connection):
    """The city, for the command line. Same names, same errors."""

    def call(self, method: str, **fields: object) -> PublicMessage:
        return self.unary(METHODS[method], request_of(CITY.methods[method], fields))

    def rows(self, method: str, name: str, **fields: object) -> list[PublicMessage]:
        found: list[PublicMessage] = []
        token = ""
        while True:
            page = self.call(method, page_size=ROWS_MAX, page_token=token, **fields)
            found += getattr(page, name)
            token = page.next_page_token
            if not token:
                return found

    def watch(self, views: Sequence[View]) -> Iterator[Windows]:
        windows = windows_of(views)
        for changes in self.server_stream(METHODS["Watch"], windows.request()):
            if windows.take(changes):
                yield windows
