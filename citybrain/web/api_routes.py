"""The services of the public API on HTTP: JSON and server-sent events under the paths that the
protos name; errors as problem documents (RFC 9457).
"""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from citybrain.access.method_rights import may_call
from citybrain.api.act_log import is_act, note_act
from citybrain.api.errors import NoSuchResourceError, RequestTooLargeError
from citybrain.api.json_text import json_of
from citybrain.api.limits import REQUEST_BYTES
from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import ApiMethod, ApiService
from citybrain.api.problem_types import METHOD, NO_LENGTH, NOT_JSON, NOT_PERMITTED, TOO_LATE
from citybrain.api.requests.reading import from_body, from_query
from citybrain.errors import CityBrainError
from citybrain.people.caller import Caller
from citybrain.web import api_files
from citybrain.web.api_streams import ApiStreams
from citybrain.web.people.callers import caller_of
from citybrain.web.problem_response import error_response, problem_response

ROOT = "/api/v1"
EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
LENGTH_DIGITS = 18  # more is no length of anything
Answer = Callable[[Request], Awaitable[Response]]


def api_routes(
    services: Sequence[ApiService], description: bytes, streams: ApiStreams
) -> list[BaseRoute]:
    """The routes of `services`; `description` is their OpenAPI document."""

    async def openapi(_: Request) -> Response:
        return Response(description, media_type="application/json")

    by_path: dict[str, dict[str, Answer]] = {f"{ROOT}/openapi.json": {"GET": openapi}}
    for service in services:
        for method in service.contract.methods.values():
            answers = by_path.setdefault(method.path, {})
            if method.is_upload or method.is_download:
                answers[method.verb] = _file(service, method)
            elif method.is_stream:
                answers[method.verb] = _stream(service, method, streams)
            else:
                answers[method.verb] = _unary(service, method)
    routes: list[BaseRoute] = [
        Route(path, _by_verb(answers), methods=EVERY_METHOD) for path, answers in by_path.items()
    ]
    return [*routes, Route("/api/{rest:path}", _nothing, methods=EVERY_METHOD)]


def _unary(service: ApiService, method: ApiMethod) -> Answer:
    answer, changes = service.unary[method.name], is_act(method)

    async def handle(request: Request) -> Response:
        caller = caller_of(request)
        refused = _refusal(request, service, method, caller)
        if refused is not None:
            return refused
        try:
            message = await _message(request, method)
            who = caller.principal if caller is not None else None
            if changes:
                note_act(request.url.path, message.request_id, who)
            reply = await answer(message, who)
        except CityBrainError as error:
            return error_response(error)
        except ClientDisconnect:  # in the middle of its body: nobody hears this
            return problem_response(TOO_LATE, "The body did not come whole. Send it again.")
        return Response(
            json_of(reply), media_type="application/json", headers={"cache-control": "no-store"}
        )

    return handle


def _file(service: ApiService, method: ApiMethod) -> Answer:
    answer = api_files.taken if method.is_upload else api_files.given

    async def handle(request: Request) -> Response:
        caller = caller_of(request)
        return _forbidden(service, method, caller) or await answer(request, service, method, caller)

    return handle


def _stream(service: ApiService, method: ApiMethod, streams: ApiStreams) -> Answer:
    produce = service.streams[method.name]

    async def handle(request: Request) -> Response:
        caller = caller_of(request)
        refused = _refusal(request, service, method, caller)
        if refused is not None:
            return refused
        try:
            message = await _message(request, method)
            messages = produce(message, caller.principal if caller is not None else None)
        except CityBrainError as error:
            return error_response(error)
        return StreamingResponse(
            streams.events(messages, caller),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    return handle


def _refusal(
    request: Request, service: ApiService, method: ApiMethod, caller: Caller | None
) -> Response | None:
    """Why a request is refused before its body is read. Where nobody signs in, `caller` is None,
    and every method is everybody's."""
    forbidden = _forbidden(service, method, caller)
    if forbidden is not None or method.verb != "POST":
        return forbidden
    return _unfit_body(request)


def _forbidden(service: ApiService, method: ApiMethod, caller: Caller | None) -> Response | None:
    if caller is None or may_call(caller.principal, service.contract.name, method.name):
        return None
    roles = ", ".join(caller.principal.roles) or "no role"
    detail = f"{caller.principal.name} ({roles}) may not do this. Ask somebody whose role may."
    return problem_response(NOT_PERMITTED, detail)


def _unfit_body(request: Request) -> Response | None:
    """What is refused before a body is read."""
    headers = request.headers
    if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return problem_response(NOT_JSON, "Send content-type: application/json.")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        return problem_response(NOT_JSON, "Send the body as it is, without a content-encoding.")
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers or not (length.isascii() and length.isdecimal()):
        return problem_response(NO_LENGTH, "Send the body whole, with a content-length.")
    if len(length) > LENGTH_DIGITS or int(length) > REQUEST_BYTES.value:
        return error_response(RequestTooLargeError(REQUEST_BYTES))
    return None


async def _message(request: Request, method: ApiMethod) -> PublicMessage:
    """The request's message: of the body where there is one, else of the query."""
    path = {name: str(value) for name, value in request.path_params.items()}
    if method.verb == "POST":
        return from_body(method.request, await request.body(), path)
    message = from_query(method.request, request.scope["query_string"], path)
    last = request.headers.get("last-event-id", "")
    if last and "since" in method.request.DESCRIPTOR.fields_by_name:
        message.since = last  # a browser that comes back knows better than the page's first address
    return message


def _by_verb(answers: dict[str, Answer]) -> Answer:
    allowed = ", ".join(sorted(answers))

    async def handle(request: Request) -> Response:
        answer = answers.get(request.method)
        if answer is not None:
            return await answer(request)
        detail = f"{request.method} is not for this path; it takes {allowed}."
        response = problem_response(METHOD, detail)
        response.headers["allow"] = allowed
        return response

    return handle


async def _nothing(request: Request) -> Response:
    path = request.url.path
    cure = f"This node speaks {ROOT}; {ROOT}/openapi.json lists its paths."
    return error_response(NoSuchResourceError("path", path[:200], cure))
