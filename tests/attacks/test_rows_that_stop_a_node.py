"""A row of a node's store that nobody can read stops neither the node nor its other rows: it is set
apart, counted, and said.
"""

import asyncio
import logging

import pytest
from attacked_district import AttackedDistrict
from hypothesis import given
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.bus import topics
from citybrain.domain.agent import AgentStatus, RequestAck
from citybrain.domain.event import VerificationRequest
from citybrain.journal.port import Batch, Letter, NewLetter
from citybrain.link.outbound import Sendable, Unsendable
from citybrain.link.stored_letters import stored_letter
from citybrain.wire.agent import decode_request_batch, encode_agent_status, encode_request_ack
from citybrain.wire.link import encode_down_letter, encode_up_letter
from coordinator.formats import LETTERS as CITY_LETTERS
from district_node.formats import LETTERS as DISTRICT_LETTERS

BAD = {
    "no text": b"\xff\xfe",
    "a number that is none": b'{"deadline":null,"incident":"i","quiet_s":null,"request":"r"}',
    "half of it": b'{"deadline":1,"inci',
    "nested without end": b'{"request":' + b"[" * 100_000,
    "nothing": b"",
}


def request(name):
    return VerificationRequest(
        request=name, incident="i-1", source="cam-1", rule="crowd", quiet_s=5.0, deadline=10**15
    )


def letter(payload, *, kind="verification_request", version=1):
    return NewLetter(to="agent/box-1", kind=kind, version=version, payload=payload)


def status_of(agent):
    return encode_agent_status(
        AgentStatus(
            agent=agent,
            online=True,
            at=1,
            software_version="x",
            outbox_rows=0,
            outbox_bytes=0,
            lost=0,
        )
    )


@pytest.mark.parametrize(
    "bad",
    [
        *(letter(payload) for payload in BAD.values()),
        letter(canonical_json.encode(request("r")), kind="of_no_version"),
        letter(canonical_json.encode(request("r")), version=9),
        letter(canonical_json.encode(request("r")), version=-1),
    ],
    ids=[*BAD, "an unknown kind", "a newer version", "no version"],
)
def test_a_request_that_cannot_be_read_holds_up_no_other_and_no_node(tmp_path, caplog, bad):
    good = [letter(canonical_json.encode(request(name))) for name in ("r-1", "r-3")]

    async def run():
        asked = []
        async with AttackedDistrict(tmp_path) as district:
            # after the start, which removes what no record has posted
            district.store.commit(Batch(letters=(good[0], bad, bad, good[1])))
            box = district.broker.client("box")
            box.subscribe(
                topics.topic("riverside", "box-1", topics.REQUESTS),
                lambda message: asked.append(decode_request_batch(message.payload)),
            )
            box.start()
            district.send("box-1", topics.STATUS, status_of("box-1"))
            await district.until(lambda: asked, "the first")
            assert [one.request for one in asked[0].requests] == ["r-1"]
            ack = RequestAck(epoch=asked[0].epoch, contiguous=1)
            district.send("box-1", topics.REQUESTS_ACK, encode_request_ack(ack))
            await district.until(lambda: asked[-1].first == 4, "the one behind them")
            assert [one.request for one in asked[-1].requests] == ["r-3"]
            assert district.refused("unsendable") == 2
            assert all(not task.done() for task in district.tasks)

    asyncio.run(run())
    assert sum("is set apart" in record.message for record in caplog.records) == 2


@pytest.mark.parametrize(
    ("formats", "encode"),
    [(DISTRICT_LETTERS, encode_up_letter), (CITY_LETTERS, encode_down_letter)],
    ids=["district", "city"],
)
def test_whatever_a_row_holds_the_log_of_a_link_names_it_and_goes_on(formats, encode):
    logging.disable(logging.CRITICAL)
    kinds = st.sampled_from([kind for kind, _ in formats]) | st.text(max_size=8)
    texts = st.binary(max_size=80) | st.sampled_from(list(BAD.values()))

    @given(kinds, st.integers(-3, 4), texts)
    def goes_on(kind, version, payload):
        row = Letter(to="peer", position=7, kind=kind, version=version, payload=payload)
        found = stored_letter(row, formats, encode, {})
        assert isinstance(found, Sendable | Unsendable)
        assert found.position == 7

    try:
        goes_on()
    finally:
        logging.disable(logging.NOTSET)
