"""What a peer of a newer version sends: what can be read is read, and the rest is passed over or
keeps its number.
"""

import pytest

from citybrain.errors import MalformedError
from citybrain.link.frames import UnknownFrame
from citybrain.wire import event, link
from citybrain.wire.v1 import event_pb2


def refused(decode, payload):
    with pytest.raises(MalformedError) as caught:
        decode(payload)
    return caught.value.reason


def test_what_can_be_read_of_a_batch_is_read_and_the_rest_keeps_its_number():
    batch = event_pb2.EventBatch(version=1, agent="a", incarnation=1)
    batch.items.add(seq=3)
    batch.items.add(seq=4).gap.CopyFrom(event_pb2.Gap(first=4, last=4))
    found, unreadable = event.decode_readable_items(batch.SerializeToString())
    assert [item.seq for item in found.items] == [4]
    assert [(item.seq, item.reason) for item in unreadable] == [(3, "empty")]
    batch.items.add(seq=-1)
    assert refused(event.decode_readable_items, batch.SerializeToString()) == "number"
    batch.items.pop()
    batch.agent = ""
    assert refused(event.decode_readable_items, batch.SerializeToString()) == "id"


def test_a_frame_of_a_newer_kind_is_no_fault_of_the_stream():
    of_a_newer_peer = b"\xa2\x06\x03new"  # field 100, three bytes
    for payload in (b"", of_a_newer_peer):
        assert link.decode_frame(payload) == UnknownFrame()
    assert link.decode_frame(link.encode_frame(UnknownFrame())) == UnknownFrame()
