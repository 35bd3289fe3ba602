"""Letters of the own log that the peer can never journal, as both tiers keep them."""

from citybrain.structs import Struct

# what a version says of a letter that a later one sent: in the reason of its refusal
UNKNOWN_KIND = "a letter of no kind that this version knows"


class RefusedLetter(Struct, frozen=True, kw_only=True):
    """A letter of the own log that the peer can never journal: a gap goes in its place."""

    position: int
    reason: str


def with_refusal(
    refused: tuple[RefusedLetter, ...], letter: RefusedLetter, *, kept: int
) -> tuple[RefusedLetter, ...]:
    """`refused` and `letter`, at most the `kept` newest. A repeat changes nothing."""
    if any(known.position == letter.position for known in refused):
        return refused
    return (*refused, letter)[-kept:]
