"""Letters of the store as they go out: sent, withdrawn, or named as what cannot be sent."""

from typing import assert_never

import pytest

from citybrain import canonical_json
from citybrain.domain.order import OrderAnswer
from citybrain.errors import MalformedError
from citybrain.formats import Format, FormatRegistry
from citybrain.journal.port import Letter
from citybrain.limits import MESSAGE_BYTES
from citybrain.link.outbound import Sendable, Unsendable, Withdrawn
from citybrain.link.stored_letters import REASON_CHARS, stored_letter
from citybrain.vocabulary import OrderStep, OrderVerdict

FORMATS = FormatRegistry({"order_answer": Format(OrderAnswer)})
ANSWER = OrderAnswer(order="o-1", step=OrderStep.RESERVE, verdict=OrderVerdict.RESERVED)


def stored(*, kind="order_answer", version=1, payload=None, encode=None, refused=()):
    letter = Letter(
        to="city",
        position=7,
        kind=kind,
        version=version,
        payload=canonical_json.encode(ANSWER) if payload is None else payload,
    )
    return stored_letter(letter, FORMATS, encode or (lambda a: a.order.encode()), dict(refused))


def test_a_letter_is_encoded_for_the_wire():
    assert stored() == Sendable(position=7, payload=b"o-1")


def test_a_letter_whose_refusal_is_journaled_is_withdrawn_whatever_it_is():
    assert stored(payload=b"{", refused=[(7, "count")]) == Withdrawn(position=7, reason="count")


def _raises(error):
    def encode(_letter):
        raise error

    return encode


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "telegram"},
        {"version": 9},
        {"payload": b"{"},
        {"payload": b"{}"},
        {"encode": _raises(ValueError("out of range"))},
        {"encode": _raises(TypeError("no message"))},
        {"encode": _raises(MalformedError("text", "too long"))},
        {"encode": assert_never},
        {"encode": lambda _: b"x" * (MESSAGE_BYTES.value + 1)},
    ],
    ids=["kind", "version", "torn", "fields", "range", "type", "text", "other way", "size"],
)
def test_a_letter_that_cannot_be_sent_is_named_and_stops_nothing(bad):
    found = stored(**bad)
    assert isinstance(found, Unsendable)
    assert found.position == 7
    assert 0 < len(found.reason) <= REASON_CHARS


def test_a_letter_of_the_largest_size_is_sent():
    assert isinstance(stored(encode=lambda _: b"x" * MESSAGE_BYTES.value), Sendable)


def test_a_reason_is_cut_to_what_is_journaled():
    assert len(stored(encode=_raises(ValueError("x" * 9_000))).reason) == REASON_CHARS
