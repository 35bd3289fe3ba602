"""What versions that know no messages to foreign crews make of them, and what is too much."""

import pytest

from citybrain.domain.order import MessageReceipt, MessageReply
from citybrain.errors import MalformedError
from citybrain.limits import MESSAGE_BYTES, MESSAGE_REPLIES
from citybrain.vocabulary import OrderStep
from citybrain.wire import link
from citybrain.wire.v1 import link_pb2, order_pb2
from citybrain.wire.validation import enums
from citybrain.wire.validation.limits import WRITTEN_CHARS

LONGEST = "𠮷" * WRITTEN_CHARS.value  # four bytes each


def receipt(replies):
    answers = tuple(MessageReply(at=4, actor="u1", text=LONGEST) for _ in range(replies))
    return MessageReceipt(
        message="m-1",
        order="o-1",
        unit="u1",
        incident="i1",
        incident_district="south",
        at=4,
        read_at=4,
        replies=answers,
    )


def test_the_longest_receipt_of_all_is_one_letter():
    most = receipt(MESSAGE_REPLIES.value)
    encoded = link.encode_up_letter(most)
    assert len(encoded) <= MESSAGE_BYTES.value
    assert link.decode_up_letter(encoded) == most


def test_more_answers_or_longer_words_are_no_letter():
    with pytest.raises(MalformedError, match="replies"):
        link.decode_down_letter(link.encode_down_letter(receipt(MESSAGE_REPLIES.value + 1)))
    too_long = link_pb2.UpLetter(
        message=order_pb2.OrderMessage(
            message="m-1",
            order="o-1",
            unit="u1",
            incident="i1",
            incident_district="south",
            text=LONGEST + "x",
        )
    )
    with pytest.raises(MalformedError, match="text has 4001 characters"):
        link.decode_up_letter(too_long.SerializeToString())


def test_a_version_that_does_not_know_the_step_reads_it_as_an_unknown_one():
    """It numbers the steps up to `correct`."""
    known = {number: step for step, number in enums.ORDER_STEP.to_pb.items()}
    known.pop(enums.ORDER_STEP.to_pb[OrderStep.MESSAGE])
    assert enums.MembersByNumber(known)[9] is OrderStep.UNKNOWN


def test_a_version_that_does_not_know_the_letter_refuses_it_alone():
    unknown = b"\x9a\x06\x00"  # field 99, a message: of no kind that this version knows
    with pytest.raises(MalformedError, match="no kind that this version knows"):
        link.decode_up_letter(unknown)
