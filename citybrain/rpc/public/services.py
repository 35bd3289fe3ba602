"""The services of the public API on gRPC: found by reflection, errors with their details."""

from collections.abc import AsyncIterator, Awaitable, Callable

from grpc import StatusCode

from citybrain.api.act_log import is_act, note_act
from citybrain.api.errors import InvalidRequestError, Violation
from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import ApiService, FileGiven, FileTaken
from citybrain.api.problem import STATUS_METADATA, problem_of, status_details
from citybrain.api.watching import StreamMessage
from citybrain.errors import CityBrainError
from citybrain.rpc.errors import Refusal
from citybrain.rpc.limits import PUBLIC_MESSAGE_BYTES
from citybrain.rpc.public.methods import public_methods
from citybrain.rpc.service import Caller, Service
from citybrain.structs import replace

Act = Callable[[PublicMessage, Caller], Awaitable[PublicMessage]]


def public_service(api: ApiService) -> Service:
    """`api` on gRPC."""
    service = Service(
        api.contract.name,
        refuse=refusal_of,
        is_public=True,
        message_bytes=PUBLIC_MESSAGE_BYTES.value,
    )
    for name, method in public_methods(api.contract).items():
        if name in api.uploads:
            service.client_stream(method, _taking(method.path, api.uploads[name]))
        elif name in api.downloads:
            reply = api.contract.methods[name].reply
            service.server_stream(method, _giving(reply, api.downloads[name]))
        elif name in api.streams:
            shared = replace(method, encode_reply=_stream_payload)
            service.server_stream(shared, api.streams[name])
        elif is_act(api.contract.methods[name]):
            service.unary(method, _logged(method.path, api.unary[name]))
        else:
            service.unary(method, api.unary[name])
    return service


def _logged(path: str, act: Act) -> Act:
    """An act is a line of the log, whatever becomes of it: who, what, and which in the journal."""

    async def acted(request: PublicMessage, caller: Caller) -> PublicMessage:
        note_act(path, request.request_id, caller)
        return await act(request, caller)

    return acted


def _taking(
    path: str, take: FileTaken
) -> Callable[[AsyncIterator[PublicMessage], Caller], Awaitable[PublicMessage]]:
    async def taken(requests: AsyncIterator[PublicMessage], caller: Caller) -> PublicMessage:
        async for first in requests:
            act = _logged(path, lambda head, by: take(head, _bytes_of(head, requests), by))
            return await act(first, caller)
        raise InvalidRequestError(
            Violation(field="", what="nothing came", cure="Say first what the file is.")
        )

    return taken


async def _bytes_of(
    head: PublicMessage, more: AsyncIterator[PublicMessage]
) -> AsyncIterator[bytes]:
    """The bytes of all the pieces; raises where a later one says more than those."""
    yield head.data
    async for piece in more:
        others = [field.name for field, _ in piece.ListFields() if field.name != "data"]
        if others:
            raise InvalidRequestError(
                Violation(
                    field=others[0],
                    what="it is in a later piece",
                    cure="Say what the file is in the first one alone.",
                )
            )
        yield piece.data


def _giving(
    piece: type[PublicMessage], give: FileGiven
) -> Callable[[PublicMessage, Caller], AsyncIterator[PublicMessage]]:
    async def given(request: PublicMessage, caller: Caller) -> AsyncIterator[PublicMessage]:
        sent = await give(request, caller)
        yield piece(attachment=sent.message)
        async for data in sent.pieces:
            yield piece(data=data)

    return given


def refusal_of(error: CityBrainError) -> Refusal:
    """The status with its `google.rpc.Status`."""
    problem = problem_of(error)
    metadata = ((STATUS_METADATA, status_details(problem)),)
    return Refusal(StatusCode[problem.type.code], problem.detail, metadata)


def _stream_payload(message: StreamMessage) -> bytes:
    return message.protobuf()
