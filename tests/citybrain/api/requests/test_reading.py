"""Requests as they arrive: read, or refused with every fault named; never an error of ours."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.api.errors import InvalidRequestError
from citybrain.api.requests.reading import from_body, from_protobuf, from_query
from citybrain.api.v1 import action_pb2, changes_pb2, district_service_pb2

REPORT, LISTING, WATCH = (
    action_pb2.Report,
    district_service_pb2.ListUnitsRequest,
    changes_pb2.WatchRequest,
)
DEEP = b"[" * 9_000


def faults(read, *arguments):
    with pytest.raises(InvalidRequestError) as refused:
        read(*arguments)
    assert all(v.what and v.cure.endswith(".") for v in refused.value.violations)
    return [v.field for v in refused.value.violations]


def is_read_or_refused(read, *arguments):
    """Whatever else it raised would be an error of ours."""
    with contextlib.suppress(InvalidRequestError):
        read(*arguments)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", [""]),
        (b"{", [""]),
        (DEEP, [""]),
        (b"[]", [""]),
        (b"null", [""]),
        (b'"x"', [""]),
        (b"\xff\xfe", [""]),
        (b'{"text": "\xff"}', [""]),
        (b'{"text": "a", "text": "b"}', [""]),
        (b'{"text": "\\ud800"}', ["text"]),
        (b'{"text": "a\x00b"}', [""]),
        (b'{"nope": 1, "text": 2}', ["nope", "text"]),
        (b'{"requestId": "r"}', ["requestId"]),
        (b'{"text": null}', ["text"]),
        (b'{"place": 1}', ["place"]),
        (b'{"place": {"latitude": "1"}}', ["place.latitude"]),
        (b'{"place": {"latitude": true}}', ["place.latitude"]),
        (b'{"place": {"latitude": NaN}}', ["place.latitude"]),
        (b'{"place": {"latitude": 1e999}}', ["place.latitude"]),
        (b'{"place": {"latitude": ' + b"9" * 5_000 + b"}}", [""]),
        (b'{"place": {"altitude": 1}}', ["place.altitude"]),
        (b'{"observed_at": 5}', ["observed_at"]),
        (b'{"observed_at": "yesterday"}', ["observed_at"]),
        (b'{"observed_at": "2026-13-01T00:00:00Z"}', ["observed_at"]),
        (b'{"observed_at": "2026-02-30T00:00:00Z"}', ["observed_at"]),
        (b'{"observed_at": "0000-01-01T00:00:00Z"}', ["observed_at"]),
        (b'{"observed_at": "2026-01-01T00:00:00+99:99"}', ["observed_at"]),
        (b'{"foreign_case": []}', ["foreign_case"]),
    ],
)
def test_a_body_that_is_no_report_is_refused_by_the_names_of_its_fields(body, fields):
    assert faults(from_body, REPORT, body, {}) == fields


def test_a_body_is_read_with_the_protos_own_names():
    body = {"request_id": "r", "place": {"latitude": 1, "longitude": 2.5}, "text": "大水"}
    body["observed_at"] = "2026-01-01T08:00:00.5+08:00"
    report = from_body(REPORT, json.dumps(body).encode(), {})
    assert (report.request_id, report.place.longitude, report.text) == ("r", 2.5, "大水")
    assert report.observed_at.ToJsonString() == "2026-01-01T00:00:00.500Z"


def test_a_body_may_leave_out_what_the_path_says_and_not_contradict_it():
    path = {"unit": "u-1"}
    kind = action_pb2.Action
    assert from_body(kind, b"{}", path).unit == "u-1"
    assert from_body(kind, b'{"unit": "u-1"}', path).unit == "u-1"
    assert faults(from_body, kind, b'{"unit": "u-2"}', path) == ["unit"]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        (b"nope=1", ["nope"]),
        (b"page_size=x", ["page_size"]),
        (b"page_size=1.5", ["page_size"]),
        (b"page_size=99999999999", ["page_size"]),
        (b"page_size=\xd9\xa1", [""]),
        (b"page_size=", ["page_size"]),
        (b"page_size=1&page_size=2", ["page_size"]),
        (b"search=%ff", [""]),
        (b"&".join(b"a=%d" % n for n in range(300)), [""]),
    ],
)
def test_a_query_that_is_no_request_is_refused(query, fields):
    assert faults(from_query, LISTING, query, {}) == fields


def test_a_query_is_read_by_the_types_of_its_fields():
    asked = from_query(LISTING, b"page_size=5&filter=free%3Dtrue&search=%E6%B0%B4", {})
    assert (asked.page_size, asked.filter, asked.search) == (5, "free=true", "水")


def test_each_window_of_a_stream_is_a_parameter_of_json():
    asked = from_query(WATCH, b'views={"name":"a"}&views={"name":"b","limit":5}', {})
    assert [(view.name, view.limit) for view in asked.views] == [("a", 0), ("b", 5)]
    assert faults(from_query, WATCH, b"views=x", {}) == ["views"]
    assert faults(from_query, WATCH, b'views={"name":1}&views=[]', {}) == [
        "views[0].name",
        "views[1]",
    ]


@pytest.mark.parametrize(
    ("payload", "fields"),
    [
        (b"\x0a\x02\xff\xfe", [""]),  # no UTF-8
        (b"\x0a\xff", [""]),  # cut
        (b"\xfa\x01\x01A", ["31"]),  # a field of a newer version
        (b"\x1a\x03\x9a\x06\x00", ["place.99"]),  # one inside
    ],
)
def test_protobuf_that_is_no_report_is_refused(payload, fields):
    assert faults(from_protobuf, REPORT, payload) == fields


def test_a_name_with_half_of_a_character_is_refused_like_any_other_that_is_none():
    assert faults(from_body, REPORT, b'{"\\ud800": 1}', {}) == [""]
    assert faults(from_body, REPORT, b'{"place": {"\\udfff": 1}}', {}) == [""]
    assert faults(from_query, WATCH, b'views={"\\ud800":1}', {}) == ["views"]


@given(st.binary(max_size=60))
def test_any_bytes_are_a_request_or_a_named_error(payload):
    is_read_or_refused(from_protobuf, REPORT, payload)
    is_read_or_refused(from_body, REPORT, payload, {})


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*REPORT.DESCRIPTOR.fields_by_name, "x"]), inner)
    ),
    max_leaves=8,
)


@given(JSON)
def test_any_json_is_a_request_or_a_named_error(value):
    is_read_or_refused(from_body, REPORT, json.dumps(value).encode(), {})


@given(st.binary(max_size=60))
def test_any_query_is_a_request_or_a_named_error(query):
    is_read_or_refused(from_query, LISTING, query, {})
