"""Asks a provider over HTTPS: bounded in time, in bytes and in number at once, on threads of its
own. Follows no redirect and keeps no cookie.
"""

import asyncio
import json
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit

from citybrain.people.oidc.errors import ProviderAnswerError, ProviderAwayError
from citybrain.people.oidc.limits import (
    PROVIDER_BYTES,
    PROVIDER_CALLS,
    PROVIDER_QUEUE,
    PROVIDER_WAIT,
)
from citybrain.structs import Struct

ERROR_CHARS = 80  # of what a provider says, in our log


class Request(Struct, frozen=True, kw_only=True):
    """What is asked: a GET, or a POST of a form."""

    url: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str]


class ProviderCalls:
    """The calls of one node to its provider. `close` it with the node."""

    def __init__(self, ca_file: str | None) -> None:
        """`ca_file` None: whom the machine trusts."""
        self._ca_file = ca_file
        self._pool = ThreadPoolExecutor(PROVIDER_CALLS.value, thread_name_prefix="oidc")
        self._waiting = 0

    def close(self) -> None:
        """Drop what waits. Repeated calls have no effect."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def json(self, request: Request) -> dict[str, object]:
        """The JSON object that is answered. Raises `ProviderAwayError`, `ProviderAnswerError`."""
        if self._waiting >= PROVIDER_QUEUE.value:
            raise ProviderAwayError("too many people sign in there at this moment")
        made: list[socket.socket] = []
        self._waiting += 1
        try:
            async with asyncio.timeout(PROVIDER_WAIT.value):
                status, body = await asyncio.get_running_loop().run_in_executor(
                    self._pool, self._ask, request, made
                )
        except TimeoutError as error:
            raise ProviderAwayError(f"no answer within {PROVIDER_WAIT.value} s") from error
        finally:
            self._waiting -= 1
            _break_off(made)
        return _read(status, body)

    def _ask(self, request: Request, made: list[socket.socket]) -> tuple[int, bytes]:
        """On a thread: `made` gets the socket, by which a late answer is broken off."""
        parts = urlsplit(request.url)
        connection: HTTPConnection | None = None
        try:
            connection = self._connection(parts.scheme, parts.netloc)
            connection.connect()
            made.append(connection.sock)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            body = None if request.form is None else urlencode(request.form)
            connection.request("GET" if body is None else "POST", target, body, request.headers)
            answer = connection.getresponse()
            return answer.status, answer.read(PROVIDER_BYTES.value + 1)
        except (OSError, HTTPException, ValueError) as error:
            raise ProviderAwayError(f"{type(error).__name__}: {str(error)!a}") from error
        finally:
            if connection is not None:
                connection.close()

    def _connection(self, scheme: str, netloc: str) -> HTTPConnection:
        if scheme != "https":  # of this machine alone: see `checked_endpoint`
            return HTTPConnection(netloc, timeout=PROVIDER_WAIT.value)
        context = ssl.create_default_context(cafile=self._ca_file)
        return HTTPSConnection(netloc, timeout=PROVIDER_WAIT.value, context=context)


def _break_off(made: list[socket.socket]) -> None:
    """Let a thread that still reads go on to its next call."""
    for one in made:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it was closed meanwhile


def _read(status: int, body: bytes) -> dict[str, object]:
    if status >= 500:
        raise ProviderAwayError(f"it answered {status}")
    if len(body) > PROVIDER_BYTES.value:
        raise ProviderAnswerError(f"it answered more than {PROVIDER_BYTES.value} bytes")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProviderAnswerError(f"it answered {status} without JSON") from error
    if not isinstance(found, dict):
        raise ProviderAnswerError(f"it answered {status} without a JSON object")
    if status != 200:
        said = ascii(found.get("error", ""))[:ERROR_CHARS]
        raise ProviderAnswerError(f"it answered {status}, error {said}")
    return found
