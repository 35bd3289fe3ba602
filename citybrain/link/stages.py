"""What may follow what on a link: the stages of a stream, of its two logs and of the peer's
presence. Four closed tables, drawn in `docs/protocols/city-link.md`.

An illegal trigger raises `IllegalTriggerError`, and the exchange stays as it was.
"""

from collections.abc import Mapping
from enum import StrEnum


class LinkStage(StrEnum):
    """Of one stream, at one end."""

    OPENING = "opening"  # the peer's greeting is awaited
    CONFIRMING = "confirming"  # the peer's greeting is being journaled
    ESTABLISHED = "established"
    ENDED = "ended"


class LinkTrigger(StrEnum):
    GREET = "greet"  # the peer's hello or welcome came
    CONFIRM = "confirm"  # it is in the journal
    TRANSFER = "transfer"  # any other frame, letter or commit
    FALL_SILENT = "fall_silent"  # at an end that ends a silent stream
    END = "end"


class Presence(StrEnum):
    """Of the peer, at an end that keeps a silent stream."""

    PRESENT = "present"
    SILENT = "silent"


class PresenceTrigger(StrEnum):
    RECEIVE = "receive"
    FALL_SILENT = "fall_silent"


class InboundStage(StrEnum):
    """Of the peer's log, as it comes in."""

    FLOWING = "flowing"
    DRAINING = "draining"  # a letter was rejected; those before it are not all journaled yet
    REFUSING = "refusing"  # the refusal is sent; the peer's gap is awaited


class InboundTrigger(StrEnum):
    LETTER = "letter"  # the next letter
    GAP = "gap"  # the next position, withdrawn by the peer
    REPEAT = "repeat"  # a position that was given to the journal before
    OVERTAKE = "overtake"  # whatever stands behind a rejected letter
    REJECT = "reject"  # a letter that was given to the journal cannot be journaled, ever
    CATCH_UP = "catch_up"  # everything before the rejected letter is journaled


class OutboundStage(StrEnum):
    """Of the own log, as it goes out."""

    FLOWING = "flowing"
    WITHDRAWING = "withdrawing"  # the refusal of a letter is being journaled


class OutboundTrigger(StrEnum):
    SEND = "send"
    ACKNOWLEDGE = "acknowledge"
    REFUSE = "refuse"  # the peer cannot journal a letter, or it cannot be sent at all
    WITHDRAW = "withdraw"  # that is in the journal


L, LT = LinkStage, LinkTrigger
NEXT_LINK: Mapping[tuple[LinkStage, LinkTrigger], LinkStage] = {
    (L.OPENING, LT.GREET): L.CONFIRMING,
    (L.OPENING, LT.FALL_SILENT): L.ENDED,
    (L.OPENING, LT.END): L.ENDED,
    (L.CONFIRMING, LT.CONFIRM): L.ESTABLISHED,
    (L.CONFIRMING, LT.END): L.ENDED,
    (L.ESTABLISHED, LT.TRANSFER): L.ESTABLISHED,
    (L.ESTABLISHED, LT.FALL_SILENT): L.ENDED,
    (L.ESTABLISHED, LT.END): L.ENDED,
}

P, PT = Presence, PresenceTrigger
NEXT_PRESENCE: Mapping[tuple[Presence, PresenceTrigger], Presence] = {
    (P.PRESENT, PT.RECEIVE): P.PRESENT,
    (P.PRESENT, PT.FALL_SILENT): P.SILENT,
    (P.SILENT, PT.RECEIVE): P.PRESENT,
    (P.SILENT, PT.FALL_SILENT): P.SILENT,
}

N, NT = InboundStage, InboundTrigger
NEXT_INBOUND: Mapping[tuple[InboundStage, InboundTrigger], InboundStage] = {
    (N.FLOWING, NT.LETTER): N.FLOWING,
    (N.FLOWING, NT.GAP): N.FLOWING,
    (N.FLOWING, NT.REPEAT): N.FLOWING,
    (N.FLOWING, NT.REJECT): N.DRAINING,
    (N.DRAINING, NT.REPEAT): N.DRAINING,
    (N.DRAINING, NT.OVERTAKE): N.DRAINING,
    (N.DRAINING, NT.REJECT): N.DRAINING,
    (N.DRAINING, NT.CATCH_UP): N.REFUSING,
    (N.REFUSING, NT.REPEAT): N.REFUSING,
    (N.REFUSING, NT.OVERTAKE): N.REFUSING,
    (N.REFUSING, NT.GAP): N.FLOWING,
}

U, UT = OutboundStage, OutboundTrigger
NEXT_OUTBOUND: Mapping[tuple[OutboundStage, OutboundTrigger], OutboundStage] = {
    (U.FLOWING, UT.SEND): U.FLOWING,
    (U.FLOWING, UT.ACKNOWLEDGE): U.FLOWING,
    (U.FLOWING, UT.REFUSE): U.WITHDRAWING,
    (U.WITHDRAWING, UT.ACKNOWLEDGE): U.WITHDRAWING,
    (U.WITHDRAWING, UT.REFUSE): U.WITHDRAWING,
    (U.WITHDRAWING, UT.WITHDRAW): U.FLOWING,
}
