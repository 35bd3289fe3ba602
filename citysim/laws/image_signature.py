"""Finds what looks like a picture in a journaled payload.

That is a known beginning, or a long run of bytes that could hide a picture.
"""

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


def image_signature(payload: bytes) -> str:
    """The beginning of a picture, or of bytes without a break that could hide one; "" if there is
    neither."""
    for beginning in PICTURES:
        if beginning in payload:
            return beginning.decode("latin-1")
    at = payload.translate(LETTERS).find(LONG_WORD) if len(payload) >= WORD_BYTES else -1
    return "" if at < 0 else payload[at : at + 16].decode("latin-1")
