"""A client of a district's public API, in its own messages: what an adapter's connection is."""

from collections.abc import AsyncIterator, Mapping

from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import ApiMethod
from citybrain.rpc.clients import Connection
from citybrain.rpc.limits import CALL_S
from citybrain.rpc.methods import Method
from citybrain.rpc.transport import Tls

PublicMethod = Method[PublicMessage, PublicMessage]


class PublicConnection(Connection):
    """The methods of one service, by their names."""

    def __init__(
        self, address: str, service: str, methods: tuple[ApiMethod, ...], *, tls: Tls | None = None
    ) -> None:
        super().__init__(address, tls=tls)
        self._methods: Mapping[str, PublicMethod] = {
            method.name: _client_method(service, method) for method in methods
        }

    async def call(self, method: str, request: PublicMessage) -> PublicMessage:
        """One request, one reply; raises `RpcError`."""
        return await self.unary(self._methods[method], request)

    def stream(self, method: str, request: PublicMessage) -> AsyncIterator[PublicMessage]:
        """Replies until the stream breaks (`RpcError`) or the caller leaves."""
        return self.server_stream(self._methods[method], request)


def _client_method(service: str, method: ApiMethod) -> PublicMethod:
    package, _, name = service.rpartition(".")
    return Method(
        package=package,
        service=name,
        name=method.name,
        encode_request=_serialized,
        decode_request=method.request.FromString,
        encode_reply=_serialized,
        decode_reply=method.reply.FromString,
        deadline_s=None if method.is_stream else float(CALL_S.value),
        repeatable=False,
    )


def _serialized(message: PublicMessage) -> bytes:
    payload: bytes = message.SerializeToString(deterministic=True)
    return payload
