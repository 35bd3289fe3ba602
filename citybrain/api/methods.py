"""The services of the API, read out of its protos: their methods, messages, where HTTP has them,
what may be sent again.
"""

from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from google.api import annotations_pb2
from google.protobuf.descriptor import (  # type: ignore[import-untyped]  # no stubs
    Descriptor,
    MethodDescriptor,
    ServiceDescriptor,
)
from google.protobuf.descriptor_pb2 import MethodOptions  # type: ignore[import-untyped]  # no stubs
from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs
from google.protobuf.message_factory import GetMessageClass  # type: ignore[import-untyped]  # none

from citybrain.api.v1 import city_service_pb2, crew_pb2, district_service_pb2
from citybrain.api.watching import StreamMessage
from citybrain.domain.principal import Principal
from citybrain.structs import Struct


class ApiMethod(Struct, frozen=True, kw_only=True):
    """One method: its name, the messages of request and reply, and its place in HTTP."""

    name: str
    request: type[Message]
    reply: type[Message]  # of a stream: each of them
    verb: str  # GET or POST
    path: str  # "/api/v1/incidents/{incident}"
    is_stream: bool
    is_upload: bool  # its requests are pieces of a file: the first says what it is
    is_download: bool  # its replies are
    rows: str  # the reply's field with a page's rows; empty: it is no page of a list
    is_repeatable: bool  # sent twice, it does what it does once: the proto's idempotency_level


class Contract(Struct, frozen=True, kw_only=True):
    """A service as its proto declares it: what its server and its clients agree on."""

    name: str  # "citybrain.api.v1.DistrictService"
    methods: Mapping[str, ApiMethod]  # by name, in the order of the proto


class Answer(Protocol):
    """What answers a method: gives the reply's message to the request's. `caller` is who was proved
    to ask; None: nobody was, and the message says who it is from."""

    def __call__(
        self, request: Message, caller: Principal | None = None, /
    ) -> Awaitable[Message]: ...


class FileTaken(Protocol):
    """What takes a file in: `request` says what it is, `pieces` are its bytes."""

    def __call__(
        self,
        request: Message,
        pieces: AsyncIterator[bytes],
        caller: Principal | None = None,
        /,
    ) -> Awaitable[Message]: ...


# no Struct: it holds a live object
@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file on its way to a caller: what it is, its name and type for those who ask by HTTP, and
    its bytes."""

    message: Message
    name: str
    media_type: str
    size: int
    pieces: AsyncIterator[bytes]


class FileGiven(Protocol):
    """What gives a file out, for whom the transport proves."""

    def __call__(
        self, request: Message, caller: Principal | None = None, /
    ) -> Awaitable[SentFile]: ...


class Watched(Protocol):
    """A stream, for whom the transport proves."""

    def __call__(
        self, request: Message, caller: Principal | None = None, /
    ) -> AsyncIterator[StreamMessage]: ...


# no Struct: callables make cycles, which a Struct is left out of
@dataclass(frozen=True, slots=True, kw_only=True)
class ApiService:
    """A service of the API and what answers it. `unary`, `streams`, `uploads` and `downloads` have
    every method by name.

    A stream yields `StreamMessage`s.
    """

    contract: Contract
    unary: Mapping[str, Answer]
    streams: Mapping[str, Watched]
    uploads: Mapping[str, FileTaken] = field(default_factory=dict)
    downloads: Mapping[str, FileGiven] = field(default_factory=dict)


def _contract(service: ServiceDescriptor) -> Contract:
    methods = {method.name: _method(method) for method in service.methods}
    return Contract(name=service.full_name, methods=methods)


def _method(method: MethodDescriptor) -> ApiMethod:
    options = method.GetOptions()
    rule = options.Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern")
    return ApiMethod(
        name=method.name,
        request=GetMessageClass(method.input_type),
        reply=GetMessageClass(method.output_type),
        verb=verb.upper(),
        path=getattr(rule, verb),
        is_stream=method.server_streaming,
        is_upload=method.client_streaming,
        is_download=method.server_streaming and "data" in method.output_type.fields_by_name,
        rows=_rows(method.output_type),
        is_repeatable=options.idempotency_level != MethodOptions.IDEMPOTENCY_UNKNOWN,
    )


def _rows(reply: Descriptor) -> str:
    """AIP-158: the rows of a page are its first field."""
    is_page = "next_page_token" in reply.fields_by_name
    return reply.fields[0].name if is_page else ""


CITY = _contract(city_service_pb2.DESCRIPTOR.services_by_name["CityService"])
CREW = _contract(crew_pb2.DESCRIPTOR.services_by_name["CrewService"])
DISTRICT = _contract(district_service_pb2.DESCRIPTOR.services_by_name["DistrictService"])
