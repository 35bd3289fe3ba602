"""All that decides whom one HTTP server serves, as one thing to hand to it."""

import asyncio
import socket
from collections.abc import Iterable

from citybrain.errors import CityBrainError
from citybrain.web import limits
from citybrain.web.admission.connections import ConnectionTable
from citybrain.web.admission.hosts import HostNames
from citybrain.web.admission.listener import BoundedListener
from citybrain.web.admission.refusals import Count, Refusals
from citybrain.web.served_certificate import Handshakes, ServedCertificate


class AddressTakenError(CityBrainError):
    """A server cannot listen on its address."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"the web server cannot listen on {host}:{port}: {reason}. Stop the process that holds"
            " it, or set its address or port in the configuration to another."
        )


class Admission:
    """The connections, the names and the refusals of one HTTP server."""

    def __init__(self, *, allowed_hosts: Iterable[str] = (), count: Count | None = None) -> None:
        """`allowed_hosts`: names of the server besides its machine's own. `count` is called with
        the reason of each refusal.
        """
        self.connections = ConnectionTable()
        self.hosts = HostNames(allowed_hosts)
        self.refusals = Refusals(count)
        self.handshakes = Handshakes(limits.HEAD_WAIT.value)

    async def listen(
        self, host: str, port: int, certificate: ServedCertificate | None = None
    ) -> BoundedListener:
        """The bound socket; port 0 takes any free one. `certificate`: connections are to speak TLS
        with it. Raises `AddressTakenError`."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            family, _, _, _, address = found[0]
            made = socket.create_server(
                address[:2], family=family, backlog=limits.ACCEPT_QUEUE.value
            )
        except OSError as error:
            raise AddressTakenError(host, port, error.strerror or str(error)) from error
        return BoundedListener(
            made,
            self.connections,
            self.refusals,
            certificate=certificate,
            handshakes=self.handshakes,
        )
