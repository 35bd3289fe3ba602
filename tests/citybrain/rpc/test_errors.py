"""Errors cross a call by one table each way."""

import pytest
from grpc import StatusCode

from citybrain.api.problem import STATUS_METADATA, problem_of, status_details
from citybrain.errors import (
    BusError,
    CityBrainError,
    ConfigError,
    IllegalTriggerError,
    MalformedError,
    NodeStoppingError,
    QueueFullError,
    RpcError,
    StoreBusyError,
    StoreCorruptError,
    StoreError,
    StoreFullError,
)
from citybrain.rpc.errors import (
    CallRefusal,
    ListenError,
    NotAuthorizedError,
    NotFoundError,
    rpc_error,
    status_of,
)


class TierError(QueueFullError):
    """A tier's own error below one of the kernel's."""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MalformedError("id", "empty"), StatusCode.INVALID_ARGUMENT),
        (NotFoundError("no unit"), StatusCode.NOT_FOUND),
        (NotAuthorizedError(CallRefusal.NO_RIGHT, "no"), StatusCode.PERMISSION_DENIED),
        (
            IllegalTriggerError(noun="order", stage="done", trigger="accept", legal="nothing"),
            StatusCode.FAILED_PRECONDITION,
        ),
        (QueueFullError(""), StatusCode.RESOURCE_EXHAUSTED),
        (TierError(""), StatusCode.RESOURCE_EXHAUSTED),
        (StoreFullError(""), StatusCode.RESOURCE_EXHAUSTED),
        (StoreBusyError(""), StatusCode.UNAVAILABLE),
        (NodeStoppingError(""), StatusCode.UNAVAILABLE),
        (StoreCorruptError(""), StatusCode.DATA_LOSS),
        (StoreError(""), StatusCode.INTERNAL),
        (BusError(""), StatusCode.UNAVAILABLE),
        (ListenError(""), StatusCode.INTERNAL),
        (ConfigError("x.toml", ()), StatusCode.INTERNAL),
        (CityBrainError(""), StatusCode.INTERNAL),
        (RpcError("NOT_FOUND", "passed on", retry=False), StatusCode.NOT_FOUND),
        (RpcError("NO_SUCH_CODE", "strange", retry=False), StatusCode.INTERNAL),
    ],
)
def test_an_error_has_the_status_of_its_nearest_ancestor_in_the_table(error, status):
    assert status_of(error) is status


@pytest.mark.parametrize("code", list(StatusCode), ids=lambda code: code.name)
def test_every_status_comes_back_as_an_error_that_says_whether_to_try_again(code):
    error = rpc_error(code, "reason")
    assert (error.code, error.detail) == (code.name, "reason")
    assert error.retry == (
        code.name in {"UNAVAILABLE", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED", "ABORTED"}
    )


def test_the_details_of_the_public_api_say_more_than_the_status():
    problem = problem_of(StoreFullError("/srv/x is full"))
    trailing = (("x", "y"), (STATUS_METADATA, status_details(problem)))
    error = rpc_error(StatusCode.RESOURCE_EXHAUSTED, problem.detail, trailing)
    assert (error.reason, error.retry, error.retry_after_s) == ("disk_full", True, 10)
    broken = ((STATUS_METADATA, b"\xff"),)
    assert rpc_error(StatusCode.RESOURCE_EXHAUSTED, "full", broken).retry, "by the status alone"


def test_a_message_that_grpc_itself_finds_too_large_is_too_large_the_next_time_too():
    detail = "SERVER: Received message larger than max (70000 vs. 4096)"
    assert not rpc_error(StatusCode.RESOURCE_EXHAUSTED, detail).retry
    assert rpc_error(StatusCode.RESOURCE_EXHAUSTED, "Concurrent RPC limit exceeded!").retry


@pytest.mark.parametrize(
    "sign",
    [
        "Socket closed",
        "recvmsg:Connection reset by peer",
        "Ssl handshake failed: CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate",
    ],
)
def test_a_caller_that_the_other_end_does_not_know_gets_the_way_to_join(sign):
    detail = f"failed to connect to all addresses; last error: UNAVAILABLE: ipv4:10.0.0.5:1: {sign}"
    error = rpc_error(StatusCode.UNAVAILABLE, detail)
    assert "citybrain login TOKEN" in error.detail
    assert sign in error.detail


def test_an_error_without_a_reason_says_so():
    assert "no reason" in str(rpc_error(StatusCode.UNKNOWN, ""))
