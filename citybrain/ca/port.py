"""The one enrolment port: HTTPS, two methods, one request a connection, everything bounded. What is
answered is `citybrain.ca.enrolment`'s.
"""

import asyncio
import contextlib
import logging
import ssl
from collections import Counter

import h11

from citybrain.ca.authority import Authority
from citybrain.ca.enrolment import Enrolment
from citybrain.ca.server_certificate import ServerCertificate
from citybrain.config.fields import split_address
from citybrain.enrolment.limits import (
    CONNECTION_SECONDS,
    CONNECTIONS,
    CONNECTIONS_OF_ADDRESS,
    REQUEST_BYTES,
)
from citybrain.enrolment.messages import STATUS, Refusal, Refused, decode_asked, encode
from citybrain.errors import MalformedError, StoreError
from citybrain.identity.errors import AuthorityError
from citybrain.ids import IdSource
from citybrain.limits import Limit

log = logging.getLogger(__name__)

READ_BYTES = 4096
UPKEEP_S = 60.0
CLOSE_S = 0.5  # for the end of TLS, after the answer


class _HttpError(Exception):
    """A request that is answered with a status alone."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(f"{status} {reason}")


class EnrolmentPort:
    """Serves one authority until it is stopped."""

    def __init__(self, authority: Authority, *, ids: IdSource) -> None:
        self._authority = authority
        self._enrolment = Enrolment(authority, ids=ids)
        self._certificate = ServerCertificate(authority)
        self._connections: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._upkeep: asyncio.Task[None] | None = None

    async def start(self, listen: str) -> int:
        """Listen on "host:port" (port 0: any free one); returns the port. Raises `AuthorityError`
        where that cannot be, `StoreError` and `OSError`."""
        self._certificate.renew_if_due()
        self._authority.publish_revoked()
        try:
            host, port = split_address(listen)
            self._server = await asyncio.start_server(self._accept, host, port, limit=READ_BYTES)
        except (OSError, ValueError) as error:
            raise AuthorityError(
                f"the enrolment port cannot listen on {listen}: {error}. Stop what listens there,"
                " or give --listen another HOST:PORT of this machine."
            ) from error
        self._upkeep = asyncio.create_task(self._keep_up())
        address = self._server.sockets[0].getsockname()
        return int(address[1])

    async def stop(self) -> None:
        """Take no more connections; those under way end by their own time limit."""
        if self._upkeep is not None:
            self._upkeep.cancel()
            await asyncio.gather(self._upkeep, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(UPKEEP_S)
            try:
                self._certificate.renew_if_due()
                self._authority.revoked_list()
            except (OSError, StoreError, ssl.SSLError) as error:
                log.warning("the authority's upkeep failed, and is tried again: %s", error)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        address = str(peer[0]) if peer else "unknown"
        full = self._full(address)
        if full is not None:
            log.warning("closed a connection from %s: %s", address, full.name)
            writer.transport.abort()
            return
        self._connections[address] += 1
        try:
            async with asyncio.timeout(CONNECTION_SECONDS.value):
                await writer.start_tls(self._certificate.context)
                await self._exchange(reader, writer, address)
        except (OSError, ssl.SSLError, TimeoutError, asyncio.IncompleteReadError) as error:
            log.info("a connection from %s ended early: %s", address, error or "too slow")
        finally:
            self._connections[address] -= 1
            if not self._connections[address]:
                del self._connections[address]
            writer.transport.abort()

    def _full(self, address: str) -> Limit | None:
        """The limit that one more connection from `address` would pass."""
        if self._connections.total() >= CONNECTIONS.value:
            return CONNECTIONS
        if self._connections[address] >= CONNECTIONS_OF_ADDRESS.value:
            return CONNECTIONS_OF_ADDRESS
        return None

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str
    ) -> None:
        http = h11.Connection(h11.SERVER, max_incomplete_event_size=REQUEST_BYTES.value)
        try:
            path, body = await _request(http, reader)
            status, answer = self._answer(path, body, address)
        except _HttpError as error:
            log.warning("refused a request from %s: %s", address, error)
            status, answer = error.status, encode(_refusal(Refusal.MALFORMED, error.reason))
        except h11.RemoteProtocolError as error:
            log.warning("refused a request from %s: %s", address, error)
            status = error.error_status_hint
            answer = encode(_refusal(Refusal.MALFORMED, "This is no HTTP request."))
        writer.write(_response(http, status, answer))
        await writer.drain()
        # whoever has its answer may hang up at once, or never
        with contextlib.suppress(OSError, ssl.SSLError, TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                writer.close()
                await writer.wait_closed()

    def _answer(self, path: str, body: bytes, address: str) -> tuple[int, bytes]:
        try:
            asked = decode_asked(path, body)
        except MalformedError as error:
            raise _HttpError(400, f"the body is none of ours ({error.detail[:200]!a})") from error
        if asked is None:
            raise _HttpError(404, "there are two methods here, to join and to renew")
        try:
            answer = self._enrolment.answer(asked, address=address)
        except (StoreError, OSError):
            log.exception("the authority cannot answer")
            return 503, encode(_refusal(Refusal.FULL, "The authority cannot write now. Try later."))
        status = STATUS.get(Refusal(answer.reason), 403) if isinstance(answer, Refused) else 200
        return status, encode(answer)


async def _request(http: h11.Connection, reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Path and body of the only request of a connection; raises `_HttpError`."""
    path, body = "", b""
    while True:
        match http.next_event():
            case h11.Request(method=method, target=target):
                path = target.decode("ascii", "replace")
                if method != b"POST":
                    raise _HttpError(405, "methods are called by POST")
            case h11.Data(data=data):
                body += data
                if len(body) > REQUEST_BYTES.value:
                    raise _HttpError(413, f"a request has at most {REQUEST_BYTES.value} bytes")
            case h11.EndOfMessage():
                return path, body
            case h11.ConnectionClosed():
                raise ConnectionError("closed without a request")
            case _:  # it needs more
                http.receive_data(await reader.read(READ_BYTES))


def _response(http: h11.Connection, status: int, body: bytes) -> bytes:
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    ]
    if http.our_state is not h11.SEND_RESPONSE and http.our_state is not h11.IDLE:
        return b""
    return b"".join(
        http.send(event) or b""
        for event in (
            h11.Response(status_code=status, headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
    )


def _refusal(reason: Refusal, detail: str) -> Refused:
    return Refused(reason=reason.value, detail=detail)
