"""The stream between a district and the city: the district opens it, the city accepts it. Its
protocol is in `citybrain.link`.
"""

from collections.abc import AsyncIterator
from typing import Protocol

from citybrain.link.frames import Frame
from citybrain.rpc.clients import Connection
from citybrain.rpc.methods import EXCHANGE
from citybrain.rpc.service import Service
from citybrain.rpc.transport import Tls


class LinkAcceptor(Protocol):
    """The city's side: one call for each stream that a district opens. `incoming` ends or raises
    when the district leaves."""

    def exchange(self, incoming: AsyncIterator[Frame]) -> AsyncIterator[Frame]: ...


def district_link_service(acceptor: LinkAcceptor) -> Service:
    """The link's service: a district may only call itself what its certificate says, by the table
    of methods."""
    return Service(EXCHANGE.service).bidi_stream(EXCHANGE, acceptor.exchange)


async def open_link(
    address: str, outgoing: AsyncIterator[Frame], *, tls: Tls | None = None
) -> AsyncIterator[Frame]:
    """Open the stream to the city at `address`, send what `outgoing` yields, yield what arrives.

    Raises `RpcError` when it breaks. Leaving the iteration closes it and ends `outgoing`.
    """
    async with Connection(address, (EXCHANGE,), tls=tls) as connection:
        async for frame in connection.bidi_stream(EXCHANGE, outgoing):
            yield frame
