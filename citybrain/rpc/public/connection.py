"""A client of a district's public API, in its own messages: what an adapter's connection is."""

from collections.abc import AsyncIterator, Mapping

from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import ApiMethod
from citybrain.rpc.clients import Connection
from citybrain.rpc.public.methods import PublicMethod, client_method
from citybrain.rpc.transport import Tls


class PublicConnection(Connection):
    """The methods of one service, by their names."""

    def __init__(
        self, address: str, service: str, methods: tuple[ApiMethod, ...], *, tls: Tls | None = None
    ) -> None:
        super().__init__(address, tls=tls)
        self._methods: Mapping[str, PublicMethod] = {
            method.name: client_method(service, method) for method in methods
        }

    async def call(self, method: str, request: PublicMessage) -> PublicMessage:
        """One request, one reply; raises `RpcError`."""
        return await self.unary(self._methods[method], request)

    def stream(self, method: str, request: PublicMessage) -> AsyncIterator[PublicMessage]:
        """Replies until the stream breaks (`RpcError`) or the caller leaves."""
        return self.server_stream(self._methods[method], request)
