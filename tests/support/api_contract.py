"""What the contract tests of the public API share: a served district, details of a refusal."""

import asyncio

from google.rpc import error_details_pb2, status_pb2
from served_district import ServedDistrict

from citybrain.api.v1 import district_service_pb2_grpc
from citybrain.structs import Struct


def served(test):
    """Run a test against a district, with its stubs."""

    def run():
        async def go():
            async with (
                asyncio.timeout(60),
                ServedDistrict() as district,
                district.channel() as channel,
            ):
                await test(district, district_service_pb2_grpc.DistrictServiceStub(channel))

        asyncio.run(go())

    run.__name__ = test.__name__
    return run


class Details(Struct, frozen=True, kw_only=True):
    """The `google.rpc` details of a refused call. `retry_after_s` None: it is final."""

    reason: str
    fields: list[str]
    retry_after_s: float | None
    reference: str


def details_of(error):
    """What a refused call says beside its status."""
    (payload,) = [v for k, v in error.trailing_metadata() if k == "grpc-status-details-bin"]
    status = status_pb2.Status.FromString(payload)
    assert status.message == error.details()
    kinds = (
        error_details_pb2.ErrorInfo(),
        error_details_pb2.BadRequest(),
        error_details_pb2.RetryInfo(),
        error_details_pb2.RequestInfo(),
    )
    found = [next(k for k in kinds if detail.Unpack(k)) for detail in status.details]
    info, bad, retry, request = kinds
    assert info.domain == "citybrain"
    return Details(
        reason=info.reason.lower(),
        fields=[v.field for v in bad.field_violations],
        retry_after_s=retry.retry_delay.seconds if retry in found else None,
        reference=request.request_id,
    )


def problem_of(error):
    """Status, reason and fields of a refused call."""
    details = details_of(error)
    return error.code().name, details.reason, details.fields
