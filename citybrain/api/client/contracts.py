"""What a client of the API needs: a service's methods, requests of fields, replies read."""

from collections.abc import Mapping, Sequence

from google.protobuf.descriptor import ServiceDescriptor  # type: ignore[import-untyped]  # no stubs
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]  # no stubs

from citybrain.api.client.windows import Windows
from citybrain.api.methods import ApiMethod, methods_of
from citybrain.api.v1 import changes_pb2, city_service_pb2
from citybrain.errors import MalformedError
from citybrain.structs import Struct


class Contract(Struct, frozen=True, kw_only=True):
    """A service of the API as its clients see it."""

    name: str  # "citybrain.api.v1.CityService"
    methods: Mapping[str, ApiMethod]


def contract_of(service: ServiceDescriptor) -> Contract:
    """The contract that a service's proto is."""
    return Contract(
        name=service.full_name, methods={method.name: method for method in methods_of(service)}
    )


def request_of(method: ApiMethod, fields: Mapping[str, object]) -> Message:
    """The request with these fields; messages within it may be dicts."""
    return method.request(**fields)


def reply_of(method: ApiMethod, payload: bytes) -> Message:
    """The reply in `payload`, fields of newer nodes passed over. Raises `MalformedError`."""
    try:
        return method.reply.FromString(payload)
    except DecodeError as error:
        raise MalformedError("reply", f"it is no {method.reply.DESCRIPTOR.name}") from error


def windows_of(views: Sequence[Mapping[str, object]]) -> Windows:
    """The windows of views whose fields these are."""
    request: changes_pb2.WatchRequest = request_of(CITY.methods["Watch"], {"views": views})
    return Windows({view.name: view for view in request.views})


CITY = contract_of(city_service_pb2.DESCRIPTOR.services_by_name["CityService"])
