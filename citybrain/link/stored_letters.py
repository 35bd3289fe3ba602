"""Letters of a store as they go out: decoded from their canonical text, encoded for the wire; what
cannot be is named instead of stopping the log.
"""

from collections.abc import Callable, Mapping
from typing import Any

from citybrain.decider.rows.correction import LOST_KIND
from citybrain.errors import CityBrainError
from citybrain.formats import FormatRegistry
from citybrain.journal.port import Letter
from citybrain.limits import MESSAGE_BYTES
from citybrain.link.outbound import Sendable, Stored, Unsendable, Withdrawn

REASON_CHARS = 300  # of a reason that is journaled and travels


def stored_letter(
    letter: Letter,
    formats: FormatRegistry,
    encode: Callable[[Any], bytes],
    refused: Mapping[int, str],
) -> Stored:
    """`letter` as it can be sent. `refused`: the reasons of withdrawn positions."""
    if (reason := refused.get(letter.position)) is not None:
        return Withdrawn(position=letter.position, reason=reason)
    if letter.kind == LOST_KIND:
        return _unsendable(letter, "lost: it was deleted from the store, and its text is nowhere")
    try:
        # an `AssertionError`: a kind of this store that does not go this way
        payload = encode(formats.decode(letter.kind, letter.version, letter.payload))
    except (CityBrainError, ValueError, TypeError, AssertionError) as error:
        return _unsendable(letter, f"unsendable: {error}")
    if len(payload) > MESSAGE_BYTES.value:
        size = f"{len(payload)} bytes; {MESSAGE_BYTES.name} is {MESSAGE_BYTES.value}"
        return _unsendable(letter, f"oversized: {size}")
    return Sendable(position=letter.position, payload=payload)


def _unsendable(letter: Letter, reason: str) -> Unsendable:
    return Unsendable(position=letter.position, reason=reason[:REASON_CHARS])
