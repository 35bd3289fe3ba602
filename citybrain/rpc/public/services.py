"""The services of the public API on gRPC: found by reflection, errors with their details."""

from grpc import StatusCode

from citybrain.api.methods import ApiService
from citybrain.api.problem import STATUS_METADATA, problem_of, status_details
from citybrain.api.watching import StreamMessage
from citybrain.errors import CityBrainError
from citybrain.rpc.errors import Refusal
from citybrain.rpc.limits import PUBLIC_MESSAGE_BYTES
from citybrain.rpc.public.methods import public_methods
from citybrain.rpc.service import Service
from citybrain.structs import replace


def public_service(api: ApiService) -> Service:
    """`api` on gRPC."""
    service = Service(
        api.contract.name,
        refuse=refusal_of,
        is_public=True,
        message_bytes=PUBLIC_MESSAGE_BYTES.value,
    )
    for name, method in public_methods(api.contract).items():
        if name in api.streams:
            shared = replace(method, encode_reply=_stream_payload)
            service.server_stream(shared, api.streams[name])
        else:
            service.unary(method, api.unary[name])
    return service


def refusal_of(error: CityBrainError) -> Refusal:
    """The status with its `google.rpc.Status`."""
    problem = problem_of(error)
    metadata = ((STATUS_METADATA, status_details(problem)),)
    return Refusal(StatusCode[problem.type.code], problem.detail, metadata)


def _stream_payload(message: StreamMessage) -> bytes:
    return message.protobuf()
