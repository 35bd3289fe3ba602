"""Closed sets across the door: each member has a number on the wire, `UNKNOWN` is zero, and a number not in the table is `UNKNOWN`."""

from enum import StrEnum
from typing import Any, Generic, TypeVar

from citybrain import vocabulary as words
from citybrain.domain.plan import PlanStage
from citybrain.wire.v1 import vocabulary_pb2 as pb

E = TypeVar("E", bound=StrEnum)


class Members(dict[int, E]):
    """The members by their numbers; whatever number is not there is `UNKNOWN`."""

    def __missing__(self, _number: int) -> E:
        return self[0]


class EnumCodec(Generic[E]):
    """`to_pb[member]` is its number; `from_pb(number)` its member, `UNKNOWN` for a number of a later version. `members[number]` is the same without a call."""

    __slots__ = ("kind", "members", "to_pb")

    def __init__(self, kind: type[E], wrapper: Any) -> None:
        prefix, unknown = _shouted(kind.__name__), kind["UNKNOWN"]
        self.kind = kind
        self.to_pb: dict[E, Any] = {
            m: 0 if m is unknown else wrapper.Value(f"{prefix}_{m.name}") for m in kind
        }
        self.members: Members[E] = Members(
            {number: member for member, number in self.to_pb.items()}
        )

    def from_pb(self, number: int) -> E:
        return self.members[number]


def _shouted(name: str) -> str:
    return "".join(f"_{c}" if c.isupper() and i else c for i, c in enumerate(name)).upper()


SEVERITY = EnumCodec(words.Severity, pb.Severity)
URGENCY = EnumCodec(words.Urgency, pb.Urgency)
CERTAINTY = EnumCodec(words.Certainty, pb.Certainty)
EVENT_KIND = EnumCodec(words.EventKind, pb.EventKind)
PHASE = EnumCodec(words.Phase, pb.Phase)
VISIBILITY = EnumCodec(words.Visibility, pb.Visibility)
INCIDENT_STAGE = EnumCodec(words.IncidentStage, pb.IncidentStage)
ORDER_STAGE = EnumCodec(words.OrderStage, pb.OrderStage)
UNIT_STATE = EnumCodec(words.UnitState, pb.UnitState)
SLOT_STATE = EnumCodec(words.SlotState, pb.SlotState)
ORDER_STEP = EnumCodec(words.OrderStep, pb.OrderStep)
ORDER_VERDICT = EnumCodec(words.OrderVerdict, pb.OrderVerdict)
VERIFICATION_VERDICT = EnumCodec(words.VerificationVerdict, pb.VerificationVerdict)
CREW_ACTION = EnumCodec(words.CrewAction, pb.CrewAction)
OPERATOR_VERB = EnumCodec(words.OperatorVerb, pb.OperatorVerb)
PLAN_STAGE = EnumCodec(PlanStage, pb.PlanStage)
