"""Finds what looks like a picture in a journaled payload.

That is a known beginning, or a long run of bytes that could hide a picture. What an event shows is
judged by its labels, where it is boxes and an outline and nothing else.
"""

import re
from base64 import b64decode

from citybrain.wire.evidence import nothing_but_evidence

# the beginnings of JPEG, PNG, GIF, MP4 and H.264 in base64 and as escaped or plain bytes
PICTURES = (
    b"/9j/",
    b"iVBORw0KGgo",
    b"R0lGOD",
    b"AAAAIGZ0eXA",
    b"AAAAAWdC",
    b"\xff\xd8\xff",
    rb"\u00ff\u00d8\u00ff",
)
WORD_BYTES = 512  # no word of ours is longer
LONG_WORD = b"w" * WORD_BYTES
LETTERS = bytes(
    ord("w") if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "+/=") else ord(" ")
    for byte in range(256)
)
EVIDENCE = re.compile(rb'(?<="evidence":")[A-Za-z0-9+/]+={0,2}(?=")')


def image_signature(payload: bytes) -> str:
    """The beginning of a picture, or of bytes without a break that could hide one; "" if there is
    neither."""
    payload = EVIDENCE.sub(_labels, payload)
    for beginning in PICTURES:
        if beginning in payload:
            return beginning.decode("latin-1")
    at = payload.translate(LETTERS).find(LONG_WORD) if len(payload) >= WORD_BYTES else -1
    return "" if at < 0 else payload[at : at + 16].decode("latin-1")


def _labels(found: re.Match[bytes]) -> bytes:
    """The words of what an event shows; the bytes as they are, where they are more than that."""
    try:
        shown = nothing_but_evidence(b64decode(found.group(), validate=True))
    except ValueError:  # no base64
        shown = None
    if shown is None:
        return found.group()
    return " ".join(box.label for box in shown.boxes).encode()
