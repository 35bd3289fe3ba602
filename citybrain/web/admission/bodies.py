"""ASGI middleware around a whole server: an answer that comes before its request's body was read
waits for the rest of it.

A server that answers and closes while its client still sends resets the connection, and the client
sees that reset in place of the answer (RFC 9112, section 9.6).
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citybrain.web import limits

# a client that waits for leave to send its body sends none to one that has answered
WAITING = "expect"


class ReadBodies:
    """Reads and drops what `app` left of a body, up to `UNREAD_BYTES`, before it answers. How long
    a body may take is the connection's bound (`BODY_WAIT`)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        is_read = False

        async def receiving() -> Message:
            nonlocal is_read
            message = await receive()
            is_read = is_read or not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                dropped = 0
                while not is_read and dropped < limits.UNREAD_BYTES.value:
                    dropped += len((await receiving()).get("body", b""))
            await send(message)

        await self._app(scope, receiving, sending)


def _has_body(headers: Headers) -> bool:
    """Whether a body comes that is short enough to be read in vain."""
    if WAITING in headers:
        return False
    length = headers.get("content-length", "")  # at most 20 digits, by h11
    is_short = length.isdecimal() and 0 < int(length) <= limits.UNREAD_BYTES.value
    return is_short or "transfer-encoding" in headers
