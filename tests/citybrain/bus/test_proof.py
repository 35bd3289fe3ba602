"""A client proves what it may by its own messages: when, how often, and what counts."""

from hypothesis import given
from hypothesis import strategies as st

from citybrain.bus.proof import PROOF_EVERY, PROOF_SECONDS, TopicProof
from citybrain.clock import SECOND_US, Instant
from citybrain.ids import CountingIds

WAIT, EVERY = PROOF_SECONDS.value * SECOND_US, PROOF_EVERY.value * SECOND_US
START = Instant(7_000_000)


def at(after):
    return Instant(START + after)


def begun():
    proof = TopicProof(CountingIds())
    return proof, proof.begin(START)


def test_without_a_connection_nothing_is_awaited_or_due():
    proof = TopicProof(CountingIds())
    assert not proof.is_overdue(at(EVERY)) and not proof.is_due(at(EVERY))


def test_what_comes_back_proves_it_once():
    proof, sent = begun()
    assert proof.has_come_back(sent)
    assert not proof.has_come_back(sent)
    assert not proof.is_overdue(at(EVERY))


def test_what_does_not_come_back_is_overdue_in_time():
    proof, _ = begun()
    assert not proof.is_overdue(at(WAIT - 1))
    assert proof.is_overdue(at(WAIT))
    assert WAIT <= 10 * SECOND_US - SECOND_US, "said within 10 s, and asked once a second"


@given(st.binary(max_size=40))
def test_what_somebody_else_wrote_proves_nothing(payload):
    proof, sent = begun()
    assert proof.has_come_back(payload) is (payload == sent)


def test_what_was_sent_on_an_earlier_connection_proves_nothing_of_this_one():
    proof, first = begun()
    proof.end()
    second = proof.begin(at(1))
    assert second != first
    assert not proof.has_come_back(first)
    assert proof.has_come_back(second)


def test_after_the_end_nothing_is_awaited():
    proof, sent = begun()
    proof.end()
    assert not proof.has_come_back(sent)
    assert not proof.is_overdue(at(EVERY)) and not proof.is_due(at(EVERY))


def test_it_is_proved_anew_after_a_while_and_not_while_one_is_under_way():
    proof, sent = begun()
    assert not proof.is_due(at(EVERY))
    proof.has_come_back(sent)
    assert not proof.is_due(at(EVERY - 1))
    assert proof.is_due(at(EVERY))


def test_a_doubt_brings_it_forward_and_is_said_once():
    proof, sent = begun()
    proof.has_come_back(sent)
    assert proof.doubt()
    assert not proof.doubt()
    assert not proof.is_due(at(WAIT - 1))
    assert proof.is_due(at(WAIT))
    proof.has_come_back(proof.begin(at(WAIT)))
    assert not proof.is_due(at(2 * WAIT)), "the doubt is over"
    assert proof.doubt()
