"""The stream between a district and the city: the city accepts it, the district opens it. What is said in it is the tiers' own."""

from collections.abc import AsyncIterator
from typing import Protocol

from citybrain.domain.link import DownFrame, Hello, UpFrame
from citybrain.rpc.clients import Connection
from citybrain.rpc.errors import NotAuthorizedError
from citybrain.rpc.methods import EXCHANGE
from citybrain.rpc.service import Service, Subject
from citybrain.rpc.transport import Tls


class LinkAcceptor(Protocol):
    """What the city brings: one call for each stream that a district opens. `incoming` ends or raises when the district leaves."""

    def exchange(self, incoming: AsyncIterator[UpFrame]) -> AsyncIterator[DownFrame]: ...


def district_link_service(acceptor: LinkAcceptor) -> Service:
    def exchange(incoming: AsyncIterator[UpFrame], subject: Subject) -> AsyncIterator[DownFrame]:
        return acceptor.exchange(incoming if subject is None else _checked(incoming, subject))

    return Service("DistrictLink").converse(EXCHANGE, exchange)


async def open_link(
    address: str, outgoing: AsyncIterator[UpFrame], *, tls: Tls | None = None
) -> AsyncIterator[DownFrame]:
    """Open the stream to the city at `address`, send what `outgoing` yields, yield what comes; raises `RpcError` when it breaks.

    Leaving the iteration closes the stream and ends `outgoing`.
    """
    async with Connection(address, tls=tls) as connection:
        async for frame in connection.converse(EXCHANGE, outgoing):
            yield frame


async def _checked(incoming: AsyncIterator[UpFrame], subject: str) -> AsyncIterator[UpFrame]:
    """Identity comes from the transport: the district of a `Hello` must be the certificate's subject."""
    async for frame in incoming:
        if isinstance(frame, Hello) and frame.district != subject:
            raise NotAuthorizedError(
                f"the certificate is of {subject!r}, but the stream says it is district {frame.district!r}."
            )
        yield frame
