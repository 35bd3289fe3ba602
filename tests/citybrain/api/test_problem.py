"""Errors as both wires say them, by one table."""

import json

import pytest
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc import StatusCode

from citybrain.api.errors import (
    FaultError,
    InvalidRequestError,
    NoSuchResourceError,
    RequestTooLargeError,
    TooManyWatchesError,
    Violation,
)
from citybrain.api.limits import REQUEST_BYTES, WINDOWS_OF_CALLER
from citybrain.api.problem import (
    problem_json,
    problem_of,
    rpc_error_in,
    rpc_error_of,
    status_details,
)
from citybrain.api.problem_types import PROBLEM_TYPES, TYPES_OF_ERRORS, type_of
from citybrain.errors import (
    CityBrainError,
    InputRejectedError,
    MalformedError,
    NodeStoppingError,
    QueueFullError,
    StoreBusyError,
    StoreFullError,
)
from citybrain.feed.errors import TooManyViewsError, UnknownFilterError
from citybrain.feed.limits import VIEWS
from citybrain.rpc.public.services import refusal_of

BAD = InvalidRequestError(
    Violation(field="place.latitude", what="it is 91", cure="Give degrees from -90 to 90."),
    Violation(field="kind", what="it is missing", cure="Give one."),
)


ERRORS = [
    (BAD, "INVALID_ARGUMENT", 400, "invalid_request"),
    (MalformedError("id", "no id"), "INVALID_ARGUMENT", 400, "invalid_request"),
    (UnknownFilterError("units", "x", ("a",)), "INVALID_ARGUMENT", 400, "invalid_request"),
    (NoSuchResourceError("unit", "u", "List them."), "NOT_FOUND", 404, "not_found"),
    (TooManyViewsError(VIEWS), "RESOURCE_EXHAUSTED", 503, "overloaded"),
    (TooManyWatchesError(WINDOWS_OF_CALLER), "RESOURCE_EXHAUSTED", 503, "overloaded"),
    (QueueFullError("full"), "RESOURCE_EXHAUSTED", 503, "overloaded"),
    (StoreFullError("full"), "RESOURCE_EXHAUSTED", 507, "disk_full"),
    (RequestTooLargeError(REQUEST_BYTES), "RESOURCE_EXHAUSTED", 413, "too_large"),
    (NodeStoppingError("bye"), "UNAVAILABLE", 503, "stopping"),
    (InputRejectedError("Acted", KeyError("x")), "INTERNAL", 500, "undecidable"),
    (StoreBusyError("held"), "INTERNAL", 500, "failed"),
    (FaultError(KeyError("x"), "r1"), "INTERNAL", 500, "failed"),
    (FaultError(InputRejectedError("A", KeyError("x")), "r1"), "INTERNAL", 500, "undecidable"),
]


@pytest.mark.parametrize(("error", "code", "http", "reason"), ERRORS)
def test_an_error_has_one_code_on_each_wire_and_one_reason(error, code, http, reason):
    kind = problem_of(error).type
    assert (kind.code, kind.http, kind.reason) == (code, http, reason)
    assert refusal_of(error).code is StatusCode[code]
    document = json.loads(problem_json(problem_of(error)))
    assert (document["status"], document["reason"]) == (http, reason)
    assert document["detail"] == refusal_of(error).detail


@pytest.mark.parametrize("error", [BAD, NoSuchResourceError("unit", "u", "List them.")])
def test_what_is_of_a_request_is_said_in_the_errors_own_words(error):
    assert problem_of(error).detail == str(error)


@pytest.mark.parametrize(
    "error",
    [
        QueueFullError("20,000 at /srv/x"),
        StoreFullError("/srv/x is full"),
        StoreBusyError("/srv/x is held"),
        InputRejectedError("Acted", KeyError("/srv/x")),
        FaultError(OSError("/srv/x"), "4f2a"),
    ],
)
def test_what_is_inside_a_node_is_said_in_the_tables_words(error):
    problem = problem_of(error)
    assert "/srv/x" not in problem_json(problem).decode() + str(status_details(problem))
    assert problem.detail.startswith(problem.type.detail)
    assert problem.reference == getattr(error, "reference", "")
    assert problem.reference in problem.detail


@pytest.mark.parametrize("error", [error for error, *_ in ERRORS], ids=repr)
def test_a_client_reads_of_a_status_what_the_table_says(error):
    problem, kind = problem_of(error), type_of(error)
    for read in (rpc_error_in(status_details(problem)), rpc_error_of(problem)):
        assert (read.code, read.detail, read.reason) == (kind.code, problem.detail, kind.reason)
        assert (read.retry, read.retry_after_s) == (kind.is_passing, kind.retry_after_s or 0)


def test_what_is_passing_says_when_and_what_is_final_does_not():
    passing = {kind.reason: kind.retry_after_s for kind in PROBLEM_TYPES if kind.is_passing}
    assert passing == {"overloaded": 1, "stopping": 5, "disk_full": 10}


def test_details_of_another_domain_and_broken_ones_say_nothing():
    foreign = status_pb2.Status(code=code_pb2.UNAVAILABLE)
    foreign.details.add().Pack(error_details_pb2.ErrorInfo(reason="X", domain="elsewhere"))
    assert rpc_error_in(foreign.SerializeToString()) is None
    assert rpc_error_in(b"\xff\xff") is None
    assert rpc_error_in(status_pb2.Status(code=999).SerializeToString()) is None


def test_grpc_gets_the_fields_as_google_details():
    status = status_pb2.Status.FromString(status_details(problem_of(BAD)))
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(bad)
    assert status.code == code_pb2.INVALID_ARGUMENT
    assert (info.reason, info.domain) == ("INVALID_REQUEST", "citybrain")
    assert [v.field for v in bad.field_violations] == ["place.latitude", "kind"]
    assert bad.field_violations[0].description == "it is 91. Give degrees from -90 to 90."


def test_http_gets_the_fields_with_what_and_cure():
    document = json.loads(problem_json(problem_of(BAD)))
    assert document["type"] == "urn:problem-type:citybrain:invalid_request"
    assert document["violations"][1] == {
        "field": "kind",
        "what": "it is missing",
        "cure": "Give one.",
    }


def test_a_lists_own_refusal_names_the_field_that_clients_know():
    (violation,) = problem_of(UnknownFilterError("units", "x", ("a", "b"))).violations
    assert violation.field == "filter"
    assert "a, b" in violation.cure


def test_every_error_has_a_type_and_what_is_none_of_ours_is_a_fault_of_the_node():
    assert TYPES_OF_ERRORS[-1][0] is CityBrainError
    assert type_of(ZeroDivisionError("a bug")).is_fault
