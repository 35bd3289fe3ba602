"""The services of the public API on gRPC: found by reflection, errors with their details."""

from collections.abc import Callable
from typing import NoReturn, TypeVar

from grpc import StatusCode

from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import ApiMethod, ApiService
from citybrain.api.problem import STATUS_METADATA, problem_of, status_details
from citybrain.api.requests.reading import from_protobuf
from citybrain.api.watching import StreamMessage
from citybrain.errors import CityBrainError
from citybrain.rpc.errors import Refusal
from citybrain.rpc.limits import PUBLIC_MESSAGE_BYTES
from citybrain.rpc.methods import Method
from citybrain.rpc.service import Service

Reply = TypeVar("Reply")


def public_service(api: ApiService) -> Service:
    """`api` on gRPC."""
    package, _, name = api.name.rpartition(".")
    service = Service(
        name,
        package=package,
        refuse=refusal_of,
        is_public=True,
        message_bytes=PUBLIC_MESSAGE_BYTES.value,
    )
    for method in api.methods:
        if method.is_stream:
            service.server_stream(_method(name, method, _stream_payload), api.streams[method.name])
        else:
            service.unary(_method(name, method, _serialized), api.unary[method.name])
    return service


def refusal_of(error: CityBrainError) -> Refusal:
    """The status with its `google.rpc.Status`."""
    problem = problem_of(error)
    metadata = ((STATUS_METADATA, status_details(problem)),)
    return Refusal(StatusCode[problem.type.code], problem.detail, metadata)


def _method(
    service: str, method: ApiMethod, encode: Callable[[Reply], bytes]
) -> Method[PublicMessage, Reply]:
    return Method(
        service=service,
        name=method.name,
        encode_request=_serialized,
        decode_request=lambda payload: from_protobuf(method.request, payload),
        encode_reply=encode,
        decode_reply=_no_client,
        deadline_s=None,
        repeatable=False,
    )


def _serialized(message: PublicMessage) -> bytes:
    payload: bytes = message.SerializeToString(deterministic=True)
    return payload


def _stream_payload(message: StreamMessage) -> bytes:
    return message.protobuf()


def _no_client(_: bytes) -> NoReturn:
    raise NotImplementedError("this side only answers")
