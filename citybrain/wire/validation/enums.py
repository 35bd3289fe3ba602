"""Enums on the wire: each member has a number, `UNKNOWN` is zero, and a number that is not in the
table is `UNKNOWN`.
"""

from enum import StrEnum
from typing import Any, Generic, TypeVar

from citybrain import vocabulary
from citybrain.wire.v1 import vocabulary_pb2 as pb

E = TypeVar("E", bound=StrEnum)


class MembersByNumber(dict[int, E]):
    """The members by their numbers; any other number is `UNKNOWN`."""

    def __missing__(self, _number: int) -> E:
        return self[0]


class EnumCodec(Generic[E]):
    """`to_pb[member]` is its number, `from_pb(number)` its member: `UNKNOWN` for that of a later
    version. `members[number]` is the same without a call, for hot paths."""

    __slots__ = ("kind", "members", "to_pb")

    def __init__(self, kind: type[E], wrapper: Any) -> None:
        prefix, unknown = _upper_snake(kind.__name__), kind["UNKNOWN"]
        self.kind = kind
        self.to_pb: dict[E, Any] = {
            m: 0 if m is unknown else wrapper.Value(f"{prefix}_{m.name}") for m in kind
        }
        self.members: MembersByNumber[E] = MembersByNumber(
            {number: member for member, number in self.to_pb.items()}
        )

    def from_pb(self, number: int) -> E:
        return self.members[number]


def _upper_snake(name: str) -> str:
    return "".join(f"_{c}" if c.isupper() and i else c for i, c in enumerate(name)).upper()


SEVERITY = EnumCodec(vocabulary.Severity, pb.Severity)
URGENCY = EnumCodec(vocabulary.Urgency, pb.Urgency)
CERTAINTY = EnumCodec(vocabulary.Certainty, pb.Certainty)
PHASE = EnumCodec(vocabulary.Phase, pb.Phase)
VISIBILITY = EnumCodec(vocabulary.Visibility, pb.Visibility)
INCIDENT_STAGE = EnumCodec(vocabulary.IncidentStage, pb.IncidentStage)
ORDER_STAGE = EnumCodec(vocabulary.OrderStage, pb.OrderStage)
UNIT_STATE = EnumCodec(vocabulary.UnitState, pb.UnitState)
DUTY = EnumCodec(vocabulary.Duty, pb.Duty)
OUT_CAUSE = EnumCodec(vocabulary.OutCause, pb.OutCause)
REFUSAL_CLASS = EnumCodec(vocabulary.RefusalClass, pb.RefusalClass)
SLOT_STATE = EnumCodec(vocabulary.SlotState, pb.SlotState)
ORDER_STEP = EnumCodec(vocabulary.OrderStep, pb.OrderStep)
ORDER_VERDICT = EnumCodec(vocabulary.OrderVerdict, pb.OrderVerdict)
DISPOSITION = EnumCodec(vocabulary.Disposition, pb.Disposition)
FINDING = EnumCodec(vocabulary.Finding, pb.Finding)
VERIFICATION_VERDICT = EnumCodec(vocabulary.VerificationVerdict, pb.VerificationVerdict)
