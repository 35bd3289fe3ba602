"""What the contract tests of the public API share: a served district, details of a refusal."""

import asyncio

from google.rpc import error_details_pb2, status_pb2
from served_district import ServedDistrict

from citybrain.api.v1 import district_service_pb2_grpc


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


def problem_of(error):
    """The `google.rpc` details of a refused call: status, reason, fields."""
    (details,) = [v for k, v in error.trailing_metadata() if k == "grpc-status-details-bin"]
    status = status_pb2.Status.FromString(details)
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details:
        detail.Unpack(info) or detail.Unpack(bad)
    assert info.domain == "citybrain"
    assert status.message == error.details()
    return error.code().name, info.reason.lower(), [v.field for v in bad.field_violations]
