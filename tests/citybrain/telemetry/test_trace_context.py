"""One trace id from frame to order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.ids import CountingIds
from citybrain.random_ids import RandomIds
from citybrain.telemetry.trace_context import (
    TraceContext,
    child_context,
    format_traceparent,
    parse_traceparent,
    start_trace,
)

hexes = st.integers(1, 2**63)
traces = st.builds(
    lambda a, b, sampled: TraceContext(
        trace_id=f"{a:032x}", span_id=f"{b:016x}", is_sampled=sampled
    ),
    hexes,
    hexes,
    st.booleans(),
)


@given(traces)
def test_what_travels_is_read_back(trace):
    assert parse_traceparent(format_traceparent(trace)) == trace


def test_a_child_stays_in_its_trace_under_a_name_of_its_own():
    ids = RandomIds()
    root = start_trace(ids)
    below = child_context(root, ids)
    assert (below.trace_id, below.is_sampled) == (root.trace_id, True)
    assert below.span_id != root.span_id


def test_the_form_is_that_of_w3c():
    assert (
        format_traceparent(start_trace(CountingIds()))
        == "00-00000000000000010000000000000002-0000000000000003-01"
    )


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "nonsense",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz",
    ],
)
def test_what_is_malformed_starts_no_trace(bad):
    assert parse_traceparent(bad) is None


def test_a_later_version_is_read_as_far_as_it_is_known():
    trace = parse_traceparent("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03-more")
    assert trace == TraceContext(
        trace_id="0af7651916cd43dd8448eb211c80319c", span_id="b7ad6b7169203331", is_sampled=True
    )


def test_the_share_that_is_sampled_follows_from_the_ids():
    ids = RandomIds()
    assert not start_trace(ids, sample_ratio=0).is_sampled
    sampled = sum(start_trace(ids, sample_ratio=0.05).is_sampled for _ in range(4000))
    assert 100 < sampled < 320
