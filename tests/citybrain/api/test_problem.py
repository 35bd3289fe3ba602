"""Errors as both wires say them, by one table."""

import json

import pytest
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc import StatusCode

from citybrain.api.errors import InvalidRequestError, NoSuchResourceError, Violation
from citybrain.api.problem import FAMILIES, problem_json, problem_of, status_details
from citybrain.errors import (
    CityBrainError,
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


@pytest.mark.parametrize(
    ("error", "code", "http", "reason"),
    [
        (BAD, "INVALID_ARGUMENT", 400, "invalid_request"),
        (MalformedError("id", "no id"), "INVALID_ARGUMENT", 400, "invalid_request"),
        (UnknownFilterError("units", "x", ("a",)), "INVALID_ARGUMENT", 400, "invalid_request"),
        (NoSuchResourceError("unit", "u", "List them."), "NOT_FOUND", 404, "not_found"),
        (TooManyViewsError(VIEWS), "RESOURCE_EXHAUSTED", 503, "overloaded"),
        (QueueFullError("full"), "RESOURCE_EXHAUSTED", 503, "overloaded"),
        (StoreFullError("full"), "RESOURCE_EXHAUSTED", 507, "disk_full"),
        (NodeStoppingError("bye"), "UNAVAILABLE", 503, "stopping"),
        (StoreBusyError("held"), "INTERNAL", 500, "failed"),
    ],
)
def test_an_error_has_one_code_on_each_wire_and_one_reason(error, code, http, reason):
    family = problem_of(error).family
    assert (family.code, family.http, family.reason) == (code, http, reason)
    assert refusal_of(error).code is StatusCode[code]
    document = json.loads(problem_json(problem_of(error)))
    assert (document["status"], document["reason"], document["detail"]) == (
        http,
        reason,
        str(error),
    )


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


def test_every_error_of_ours_has_a_family():
    assert FAMILIES[-1][0] is CityBrainError
