"""What goes from one shift to the next: a person's open cases, with a note."""

from enum import StrEnum

from citybrain.clock import Timestamp
from citybrain.ids import HandOverId, IncidentId, RequestId
from citybrain.structs import Struct


class ShiftVerb(StrEnum):
    """What a person does at the end of a shift, and another at the beginning of the next."""

    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"


class ShiftAction(Struct, frozen=True, kw_only=True):
    """One of the two. Idempotent by `request`."""

    request: RequestId
    operator: str
    verb: ShiftVerb
    person: str = ""  # of hand_over: whom it is for; "": whoever comes to the desk
    text: str = ""  # of hand_over
    hand_over: HandOverId | None = None  # of take_over


class HandOver(Struct, frozen=True, kw_only=True):
    """The cases that a person handed over. They are that person's until somebody takes them."""

    hand_over: HandOverId
    actor: str
    person: str
    at: Timestamp
    text: str
    incidents: tuple[IncidentId, ...]
    taken_by: str = ""
    taken_at: Timestamp | None = None
