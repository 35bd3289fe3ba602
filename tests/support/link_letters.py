"""Letters as frames, and frames as letters, for tests that play one end of a link by hand."""

from citybrain.link.frames import LetterFrame
from citybrain.wire.link import (
    decode_down_letter,
    decode_up_letter,
    encode_down_letter,
    encode_up_letter,
)


def up_frame(position, letter, *, after=None):
    """A district's letter in its frame."""
    return _frame(position, after, encode_up_letter(letter))


def down_frame(position, letter, *, after=None):
    """The city's letter in its frame."""
    return _frame(position, after, encode_down_letter(letter))


def up_letter(frame):
    return decode_up_letter(frame.payload)


def down_letter(frame):
    return decode_down_letter(frame.payload)


def _frame(position, after, payload):
    return LetterFrame(
        position=position, after=position - 1 if after is None else after, payload=payload
    )
