"""Bytes that nobody meant, at the two doors that speak protobuf: a district takes an honest box's
alarm after them, and a city an honest district's letter. The nightly run sends many more.
"""

import asyncio

from fuzz_doors.agents_door import fuzz_agents
from fuzz_doors.link_door import fuzz_link
from fuzz_doors.mutations import Mutator

from coordinator.shell import district_stream
from district_node.shell import agent_gateway


def test_whatever_a_box_publishes_an_honest_ones_alarm_is_taken(tmp_path):
    assert asyncio.run(fuzz_agents(tmp_path, messages=1_500, seed=7)) == []


def test_whatever_a_stream_says_an_honest_districts_letter_is_taken():
    assert asyncio.run(fuzz_link(streams=30, seed=7)) == []


def fails_on_long(real):
    def decode(payload, *more):
        if len(payload) > 120:
            raise IndexError("planted")
        return real(payload, *more)

    return decode


def test_a_decoder_that_fails_at_the_boxes_door_is_found(tmp_path, monkeypatch):
    real = agent_gateway.decode_agent_status
    monkeypatch.setattr(agent_gateway, "decode_agent_status", fails_on_long(real))
    wrong = asyncio.run(fuzz_agents(tmp_path, messages=300, seed=7))
    assert any("planted" in one for one in wrong)


def test_a_decoder_that_fails_at_the_link_is_found(monkeypatch):
    real = district_stream.decode_up_letter
    monkeypatch.setattr(district_stream, "decode_up_letter", fails_on_long(real))
    wrong = asyncio.run(fuzz_link(streams=20, seed=7))
    assert any("planted" in one for one in wrong)


def test_one_seed_gives_the_same_bytes():
    whole = [b"one message", b"and another one"]
    first, second = Mutator(3), Mutator(3)
    bent = [first.of(whole) for _ in range(200)]
    assert bent == [second.of(whole) for _ in range(200)]
    assert len(set(bent)) > 150
