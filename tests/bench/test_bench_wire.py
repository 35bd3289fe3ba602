"""Encoding and decoding of event batches against bare protobuf on the same messages."""

import time

import pytest

from citybrain.domain.event import Box, Event, EventBatch, Evidence, OutboxItem
from citybrain.geo import Point
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.vocabulary import Certainty, Phase, Severity, Urgency
from citybrain.wire.event import decode_event_batch, encode_event_batch, to_pb_outbox_item
from citybrain.wire.v1 import event_pb2

EVENTS, SECONDS = 50, 0.6


def batch(boxes):
    evidence = Evidence(
        aspect=1.33,
        outline=((0.1, 0.2), (0.9, 0.2), (0.9, 0.9), (0.1, 0.9)),
        boxes=tuple(
            Box(left=0.1, top=0.1, right=0.2, bottom=0.3, label="person", score=0.9, track=i)
            for i in range(boxes)
        ),
    )
    event = Event(
        episode="ep-cam-a1-crowd-17",
        kind=OBJECTS_INSIDE,
        phase=Phase.UPDATE,
        source="cam-a1",
        rule="crowd",
        incident_kind="crowding",
        place=Point(lat=30.66, lon=104.06),
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.LIKELY,
        observed_at=1_750_000_000_000_000,
        error_ms=40.0,
        measurements={"count": 5.0, "held_s": 2.0},
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        evidence=evidence if boxes else None,
    )
    return EventBatch(
        agent="box-a1",
        incarnation=2**62,
        items=tuple(OutboxItem(seq=seq, content=event) for seq in range(EVENTS)),
    )


def rate(work):
    """Events a second: the best of many rounds, since other processes share the machine."""
    best, end = float("inf"), time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return EVENTS / best


@pytest.mark.bench
def test_bench_wire():
    print(
        f"\n{'boxes':>5} {'bytes/event':>11} {'encode/s':>10} {'bare':>10} {'ratio':>6}"
        f" {'decode/s':>10} {'bare parse':>10} {'ratio':>6}"
    )
    for boxes in (0, 5, 20):
        event_batch = batch(boxes)
        payload = encode_event_batch(event_batch)
        message = event_pb2.EventBatch(
            version=1,
            agent="box-a1",
            incarnation=2**62,
            items=[to_pb_outbox_item(item) for item in event_batch.items],
        )
        encode, bare_encode = (
            rate(lambda event_batch=event_batch: encode_event_batch(event_batch)),
            rate(message.SerializeToString),
        )
        decode, bare_decode = (
            rate(lambda payload=payload: decode_event_batch(payload)),
            rate(lambda payload=payload: event_pb2.EventBatch.FromString(payload)),
        )
        print(
            f"{boxes:>5} {len(payload) // EVENTS:>11} {encode:>10,.0f} {bare_encode:>10,.0f}"
            f" {encode / bare_encode:>6.3f}"
            f" {decode:>10,.0f} {bare_decode:>10,.0f} {decode / bare_decode:>6.3f}"
        )
        assert decode_event_batch(payload) == event_batch
