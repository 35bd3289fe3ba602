"""The stream between a district and the city: the district opens it, the city accepts it. Its
protocol is in `citybrain.link`.
"""

from collections.abc import AsyncIterator
from typing import Protocol

from citybrain.link.frames import Frame, Hello
from citybrain.rpc.clients import Connection
from citybrain.rpc.errors import NotAuthorizedError
from citybrain.rpc.methods import EXCHANGE
from citybrain.rpc.service import Service, Subject
from citybrain.rpc.transport import Tls


class LinkAcceptor(Protocol):
    """The city's side: one call for each stream that a district opens. `incoming` ends or raises
    when the district leaves."""

    def exchange(self, incoming: AsyncIterator[Frame]) -> AsyncIterator[Frame]: ...


def district_link_service(acceptor: LinkAcceptor) -> Service:
    """The link's service: with TLS a district may only call itself what its certificate says."""

    def exchange(incoming: AsyncIterator[Frame], subject: Subject) -> AsyncIterator[Frame]:
        return acceptor.exchange(incoming if subject is None else _checked(incoming, subject))

    return Service(EXCHANGE.service).bidi_stream(EXCHANGE, exchange)


async def open_link(
    address: str, outgoing: AsyncIterator[Frame], *, tls: Tls | None = None
) -> AsyncIterator[Frame]:
    """Open the stream to the city at `address`, send what `outgoing` yields, yield what arrives.

    Raises `RpcError` when it breaks. Leaving the iteration closes it and ends `outgoing`.
    """
    async with Connection(address, (EXCHANGE,), tls=tls) as connection:
        async for frame in connection.bidi_stream(EXCHANGE, outgoing):
            yield frame


async def _checked(incoming: AsyncIterator[Frame], subject: str) -> AsyncIterator[Frame]:
    """The transport proves identity: a `Hello` names the certificate's subject as its district."""
    async for frame in incoming:
        if isinstance(frame, Hello) and frame.district != subject:
            raise NotAuthorizedError(
                f"the certificate is of {subject!r}, but the stream says it is district"
                f" {frame.district!r}."
            )
        yield frame
