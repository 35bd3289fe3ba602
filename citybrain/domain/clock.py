"""What a person says of a step of a node's clock that is held back."""

from enum import StrEnum

from citybrain.ids import RequestId
from citybrain.structs import Struct


class ClockVerb(StrEnum):
    """What the step was."""

    CONFIRM = "confirm"  # so much time has passed: node time follows, and what is due fires
    REBASE = "rebase"  # the clock alone was wrong: node time moves, and deadlines with it


class ClockAction(Struct, frozen=True, kw_only=True):
    """A person's answer to an implausible step. Node time becomes what the wall clock shows."""

    request: RequestId
    verb: ClockVerb
    reason: str
    actor: str
