"""Bytes that nobody meant: true messages that are bent, cut, spliced and repeated, and noise."""

from collections.abc import Sequence

from citysim.sim.random_streams import Random, RandomStreams

NOISE_BYTES = 300
BENDS = 4  # of one message, one after another
# numbers at the ends of a varint, a length and a double, where a decoder may go wrong
TEETH = (b"\x00", b"\x7f", b"\x80", b"\xff" * 9 + b"\x01", b"\xff" * 10, b"\x00" * 7 + b"\xf0\x7f")


class Mutator:
    """One seed gives the same bytes every time."""

    def __init__(self, seed: int) -> None:
        self.random = RandomStreams(seed).named("doors")

    def of(self, messages: Sequence[bytes]) -> bytes:
        """One of `messages`, bent; now and then noise."""
        draw = self.random
        if draw.random() < 0.05:
            return draw.randbytes(draw.randrange(NOISE_BYTES))
        payload = draw.choice(messages)
        for _ in range(draw.randint(1, BENDS)):
            payload = draw.choice((_flip, _cut, _repeat, _drop, _bite))(draw, payload)
            if draw.random() < 0.1:
                payload = _splice(draw, payload, draw.choice(messages))
        return payload


def _flip(draw: Random, payload: bytes) -> bytes:
    if not payload:
        return payload
    at = draw.randrange(len(payload))
    return payload[:at] + bytes([payload[at] ^ (1 << draw.randrange(8))]) + payload[at + 1 :]


def _cut(draw: Random, payload: bytes) -> bytes:
    return payload[: draw.randrange(len(payload) + 1)]


def _repeat(draw: Random, payload: bytes) -> bytes:
    begin, end = _span(draw, payload)
    return payload[:end] + payload[begin:end] * draw.choice((1, 2, 50)) + payload[end:]


def _drop(draw: Random, payload: bytes) -> bytes:
    begin, end = _span(draw, payload)
    return payload[:begin] + payload[end:]


def _bite(draw: Random, payload: bytes) -> bytes:
    begin, end = _span(draw, payload)
    return payload[:begin] + draw.choice(TEETH) + payload[end:]


def _splice(draw: Random, payload: bytes, other: bytes) -> bytes:
    return payload[: draw.randrange(len(payload) + 1)] + other[draw.randrange(len(other) + 1) :]


def _span(draw: Random, payload: bytes) -> tuple[int, int]:
    begin = draw.randrange(len(payload) + 1)
    return begin, min(len(payload), begin + draw.randrange(12))
