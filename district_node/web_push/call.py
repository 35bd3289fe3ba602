"""Posts a message to a push service (RFC 8030): bounded in time, in bytes and in number at once, on
threads of its own. Follows no redirect and keeps no cookie.
"""

import asyncio
import base64
import hashlib
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from http.client import HTTPException, HTTPResponse, HTTPSConnection

from citybrain.structs import Struct
from district_node.web_push.limits import PUSH_ANSWER_BYTES, PUSH_WAIT, PUSHES_AT_ONCE
from district_node.web_push.services import Endpoint, PushServices, ServiceRefusedError

ATTEMPT_S = 3 * PUSH_WAIT.value  # to connect, to send, to hear: each may take `push_wait`
TOPIC_CHARS = 32
RETRY_DIGITS = 6
GONE = frozenset({404, 410})
PASSING = frozenset({408, 425, 429})


class PushResult(StrEnum):
    """What became of an attempt. The value is the metric's label."""

    SENT = "sent"
    GONE = "gone"  # the browser has ended its subscription
    REFUSED = "refused"  # and would be again
    AWAY = "away"  # later it may be taken


class Answer(Struct, frozen=True, kw_only=True):
    """Of a push service. `retry_after_s`: it said so, 0 where it did not."""

    result: PushResult
    detail: str = ""
    retry_after_s: float = 0.0


class PushCalls:
    """The calls of one node. `close` them with the node."""

    def __init__(self, services: PushServices, ca_file: str | None) -> None:
        """`ca_file`: whose certificates are trusted; None: whom the machine trusts."""
        self._services = services
        self._context = ssl.create_default_context(cafile=ca_file)
        self._pool = ThreadPoolExecutor(PUSHES_AT_ONCE.value, thread_name_prefix="push")

    def close(self) -> None:
        """Drop what waits. Repeated calls have no effect."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def post(self, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises nothing that a push service or a network does."""
        try:
            endpoint = self._services.endpoint(address)
        except ServiceRefusedError as error:
            return Answer(result=PushResult.REFUSED, detail=str(error))
        made: list[_Connection] = []
        call = partial(self._post, endpoint, headers, body, made)
        try:
            async with asyncio.timeout(ATTEMPT_S):
                return await asyncio.get_running_loop().run_in_executor(self._pool, call)
        except TimeoutError:
            for one in made:
                one.break_off()
            return Answer(result=PushResult.AWAY, detail=f"no answer within {ATTEMPT_S} s")

    def _post(
        self,
        endpoint: Endpoint,
        headers: Mapping[str, str],
        body: bytes,
        made: "list[_Connection]",
    ) -> Answer:
        """On a thread: `made` gets the connection, by which a late answer is broken off."""
        connection: _Connection | None = None
        try:
            connection = _Connection(endpoint, self._services.reached_at(endpoint), self._context)
            made.append(connection)
            connection.request("POST", endpoint.target, body, headers)
            response = connection.getresponse()
            response.read(PUSH_ANSWER_BYTES.value)
            return _answer(response)
        except ServiceRefusedError as error:
            return Answer(result=PushResult.REFUSED, detail=str(error))
        except (OSError, HTTPException, ValueError) as error:
            return Answer(result=PushResult.AWAY, detail=f"{type(error).__name__}: {str(error)!a}")
        finally:
            if connection is not None:
                connection.close()


class _Connection(HTTPSConnection):
    """Goes to the address that was judged, and proves the name all the same."""

    def __init__(self, endpoint: Endpoint, address: str, context: ssl.SSLContext) -> None:
        super().__init__(endpoint.host, endpoint.port, timeout=PUSH_WAIT.value, context=context)
        self._address, self._tls = address, context

    def break_off(self) -> None:
        """Let the thread that still reads go on to its next call."""
        try:
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it was closed meanwhile

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), PUSH_WAIT.value)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except (OSError, ValueError):
            plain.close()
            raise


def topic(name: str) -> str:
    """`name` as a topic: what a push service has not delivered of it yet, a newer one replaces."""
    digest = hashlib.sha256(name.encode()).digest()
    return base64.urlsafe_b64encode(digest)[:TOPIC_CHARS].decode()


def _answer(response: HTTPResponse) -> Answer:
    status = response.status
    if 200 <= status < 300:
        return Answer(result=PushResult.SENT)
    detail = f"it answered {status}"
    if status in GONE:
        return Answer(result=PushResult.GONE, detail=detail)
    if status in PASSING or status >= 500:
        after = response.headers.get("retry-after", "")
        is_number = after.isascii() and after.isdecimal() and len(after) <= RETRY_DIGITS
        after_s = float(after) if is_number else 0.0
        return Answer(result=PushResult.AWAY, detail=detail, retry_after_s=after_s)
    return Answer(result=PushResult.REFUSED, detail=detail)
