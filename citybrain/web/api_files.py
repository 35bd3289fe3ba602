"""Files of the public API on HTTP: a body as it is, up and down. What comes down is saved and never
shown: a browser runs nothing of it.
"""

from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from citybrain.api.act_log import note_act
from citybrain.api.errors import (
    FileCutError,
    InvalidRequestError,
    RequestTooLargeError,
    Violation,
)
from citybrain.api.json_text import json_of
from citybrain.api.limits import FILE_BYTES
from citybrain.api.methods import ApiMethod, ApiService
from citybrain.api.problem_types import NO_LENGTH, NOT_A_FILE
from citybrain.api.requests.reading import from_query
from citybrain.errors import CityBrainError
from citybrain.people.caller import Caller
from citybrain.web.problem_response import error_response, problem_response

LENGTH_DIGITS = 18  # more is no length of anything
UNREAD_FILES = 2  # times the largest: what is still sent of a file that is refused
FORM = "multipart/form-data"


async def taken(
    request: Request, service: ApiService, method: ApiMethod, caller: Caller | None
) -> Response:
    """Take the body in as a file, of which path and query say what it is."""
    body, refused = _Body(request), _unfit_file(request)
    if refused is not None:
        await body.drop()
        return refused
    try:
        head = from_query(method.request, request.scope["query_string"], _path(request))
        if head.data:
            raise InvalidRequestError(
                Violation(field="data", what="it is in the query", cure="Send it as the body.")
            )
        take = service.uploads[method.name]
        who = caller.principal if caller is not None else None
        note_act(request.url.path, head.request_id, who)
        reply = await take(head, body.pieces(), who)
    except CityBrainError as error:
        await body.drop()
        return error_response(error)
    await body.drop()
    return Response(
        json_of(reply), media_type="application/json", headers={"cache-control": "no-store"}
    )


async def given(
    request: Request, service: ApiService, method: ApiMethod, caller: Caller | None
) -> Response:
    """A file as the body: to be saved under its name, by nobody else's cache, and never guessed to
    be of another type."""
    try:
        asked = from_query(method.request, request.scope["query_string"], _path(request))
        give = service.downloads[method.name]
        sent = await give(asked, caller.principal if caller is not None else None)
    except CityBrainError as error:
        return error_response(error)
    headers = {
        "cache-control": "private, no-store",
        "content-disposition": disposition(sent.name),
        "content-length": str(sent.size),
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(sent.pieces, media_type=sent.media_type, headers=headers)


def disposition(name: str) -> str:
    """Saved under `name`: in ASCII for old clients, and as it is (RFC 6266)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _path(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in request.path_params.items()}


def _unfit_file(request: Request) -> Response | None:
    """What is refused before a body is read."""
    headers = request.headers
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        return problem_response(NOT_A_FILE, "Send the file as it is, without a content-encoding.")
    if headers.get("content-type", "").strip().lower().startswith(FORM):
        return problem_response(NOT_A_FILE, "Send the file itself as the body, and not a form.")
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers or not (length.isascii() and length.isdecimal()):
        return problem_response(NO_LENGTH, "Send the file whole, with a content-length.")
    if len(length) > LENGTH_DIGITS or int(length) > FILE_BYTES.value:
        return error_response(RequestTooLargeError(FILE_BYTES))
    return None


class _Body:
    """A request's body, read once. What nobody wants of it is read in vain, so that its sender
    hears the answer and no reset (RFC 9112, section 9.6)."""

    def __init__(self, request: Request) -> None:
        self._stream = request.stream()
        self._is_read = "expect" in request.headers  # who waits for leave to send it sends none

    async def pieces(self) -> AsyncIterator[bytes]:
        self._is_read = False
        try:
            async for piece in self._stream:
                yield piece
        except ClientDisconnect as error:
            self._is_read = True
            raise FileCutError from error
        self._is_read = True

    async def drop(self) -> None:
        """Read on to the end, within bounds."""
        dropped = 0
        while not self._is_read and dropped <= UNREAD_FILES * FILE_BYTES.value:
            try:
                dropped += len(await anext(self._stream))
            except (StopAsyncIteration, ClientDisconnect):
                self._is_read = True
