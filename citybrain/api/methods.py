"""The methods of the API, read out of its protos: names, messages, and where HTTP has them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass

from google.api import annotations_pb2
from google.protobuf.descriptor import (  # type: ignore[import-untyped]  # no stubs
    MethodDescriptor,
    ServiceDescriptor,
)
from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs
from google.protobuf.message_factory import GetMessageClass  # type: ignore[import-untyped]  # none

from citybrain.api.watching import StreamMessage
from citybrain.structs import Struct


class ApiMethod(Struct, frozen=True, kw_only=True):
    """One method: its name, the messages of request and reply, and its place in HTTP."""

    name: str
    request: type[Message]
    reply: type[Message]  # of a stream: each of them
    verb: str  # GET or POST
    path: str  # "/api/v1/incidents/{incident}"
    is_stream: bool


# no Struct: callables make cycles, which a Struct is left out of
@dataclass(frozen=True, slots=True, kw_only=True)
class ApiService:
    """A service of the API and what answers it. `unary` and `streams` have every method by name.

    A `unary` takes the request's message and gives the reply's; a stream yields `StreamMessage`s.
    """

    name: str  # "citybrain.api.v1.DistrictService"
    methods: tuple[ApiMethod, ...]
    unary: Mapping[str, Callable[[Message], Awaitable[Message]]]
    streams: Mapping[str, Callable[[Message], AsyncIterator[StreamMessage]]]


def methods_of(service: ServiceDescriptor) -> tuple[ApiMethod, ...]:
    """The methods of a service, in the order of its proto."""
    return tuple(_method(method) for method in service.methods)


def _method(method: MethodDescriptor) -> ApiMethod:
    rule = method.GetOptions().Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern")
    return ApiMethod(
        name=method.name,
        request=GetMessageClass(method.input_type),
        reply=GetMessageClass(method.output_type),
        verb=verb.upper(),
        path=getattr(rule, verb),
        is_stream=method.server_streaming,
    )
