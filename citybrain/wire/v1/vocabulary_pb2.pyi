from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_EXTREME: _ClassVar[Severity]
    SEVERITY_SEVERE: _ClassVar[Severity]
    SEVERITY_MODERATE: _ClassVar[Severity]
    SEVERITY_MINOR: _ClassVar[Severity]

class Urgency(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    URGENCY_UNSPECIFIED: _ClassVar[Urgency]
    URGENCY_IMMEDIATE: _ClassVar[Urgency]
    URGENCY_EXPECTED: _ClassVar[Urgency]
    URGENCY_FUTURE: _ClassVar[Urgency]
    URGENCY_PAST: _ClassVar[Urgency]

class Certainty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CERTAINTY_UNSPECIFIED: _ClassVar[Certainty]
    CERTAINTY_OBSERVED: _ClassVar[Certainty]
    CERTAINTY_LIKELY: _ClassVar[Certainty]
    CERTAINTY_POSSIBLE: _ClassVar[Certainty]
    CERTAINTY_UNLIKELY: _ClassVar[Certainty]

class Phase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PHASE_UNSPECIFIED: _ClassVar[Phase]
    PHASE_START: _ClassVar[Phase]
    PHASE_UPDATE: _ClassVar[Phase]
    PHASE_END: _ClassVar[Phase]

class Visibility(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VISIBILITY_UNSPECIFIED: _ClassVar[Visibility]
    VISIBILITY_OBSERVED: _ClassVar[Visibility]
    VISIBILITY_DEGRADED: _ClassVar[Visibility]
    VISIBILITY_BLIND: _ClassVar[Visibility]

class IncidentStage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INCIDENT_STAGE_UNSPECIFIED: _ClassVar[IncidentStage]
    INCIDENT_STAGE_REPORTED: _ClassVar[IncidentStage]
    INCIDENT_STAGE_OPENED: _ClassVar[IncidentStage]
    INCIDENT_STAGE_DISPATCHED: _ClassVar[IncidentStage]
    INCIDENT_STAGE_WORKING: _ClassVar[IncidentStage]
    INCIDENT_STAGE_HANDLED: _ClassVar[IncidentStage]
    INCIDENT_STAGE_VERIFIED: _ClassVar[IncidentStage]
    INCIDENT_STAGE_CLOSED: _ClassVar[IncidentStage]
    INCIDENT_STAGE_MERGED: _ClassVar[IncidentStage]
    INCIDENT_STAGE_REJECTED: _ClassVar[IncidentStage]
    INCIDENT_STAGE_DEFERRED: _ClassVar[IncidentStage]
    INCIDENT_STAGE_REOPENED: _ClassVar[IncidentStage]

class OrderStage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STAGE_UNSPECIFIED: _ClassVar[OrderStage]
    ORDER_STAGE_PROPOSED: _ClassVar[OrderStage]
    ORDER_STAGE_RESERVED: _ClassVar[OrderStage]
    ORDER_STAGE_ISSUED: _ClassVar[OrderStage]
    ORDER_STAGE_ACCEPTED: _ClassVar[OrderStage]
    ORDER_STAGE_EN_ROUTE: _ClassVar[OrderStage]
    ORDER_STAGE_ON_SCENE: _ClassVar[OrderStage]
    ORDER_STAGE_DONE: _ClassVar[OrderStage]
    ORDER_STAGE_REFUSED: _ClassVar[OrderStage]
    ORDER_STAGE_EXPIRED: _ClassVar[OrderStage]
    ORDER_STAGE_WITHDRAWN: _ClassVar[OrderStage]

class UnitState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UNIT_STATE_UNSPECIFIED: _ClassVar[UnitState]
    UNIT_STATE_AVAILABLE: _ClassVar[UnitState]
    UNIT_STATE_RESERVED: _ClassVar[UnitState]
    UNIT_STATE_COMMITTED: _ClassVar[UnitState]
    UNIT_STATE_EN_ROUTE: _ClassVar[UnitState]
    UNIT_STATE_ON_SCENE: _ClassVar[UnitState]
    UNIT_STATE_RETURNING: _ClassVar[UnitState]
    UNIT_STATE_DELAYED: _ClassVar[UnitState]
    UNIT_STATE_OUT_OF_SERVICE: _ClassVar[UnitState]
    UNIT_STATE_ON_BREAK: _ClassVar[UnitState]
    UNIT_STATE_OFF_DUTY: _ClassVar[UnitState]

class Duty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DUTY_UNSPECIFIED: _ClassVar[Duty]
    DUTY_ON_DUTY: _ClassVar[Duty]
    DUTY_ON_BREAK: _ClassVar[Duty]
    DUTY_OFF_DUTY: _ClassVar[Duty]
    DUTY_OUT_OF_SERVICE: _ClassVar[Duty]

class OutCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUT_CAUSE_UNSPECIFIED: _ClassVar[OutCause]
    OUT_CAUSE_UNIT_OUT: _ClassVar[OutCause]
    OUT_CAUSE_BUSY: _ClassVar[OutCause]
    OUT_CAUSE_SILENT: _ClassVar[OutCause]

class RefusalClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUSAL_CLASS_UNSPECIFIED: _ClassVar[RefusalClass]
    REFUSAL_CLASS_UNIT_OUT: _ClassVar[RefusalClass]
    REFUSAL_CLASS_EQUIPMENT_OUT: _ClassVar[RefusalClass]
    REFUSAL_CLASS_CASE_NOT: _ClassVar[RefusalClass]
    REFUSAL_CLASS_LATER: _ClassVar[RefusalClass]

class SlotState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SLOT_STATE_UNSPECIFIED: _ClassVar[SlotState]
    SLOT_STATE_OPEN: _ClassVar[SlotState]
    SLOT_STATE_CLAIMED: _ClassVar[SlotState]
    SLOT_STATE_CONFIRMED: _ClassVar[SlotState]
    SLOT_STATE_SERVED: _ClassVar[SlotState]
    SLOT_STATE_CANCELLED: _ClassVar[SlotState]

class OrderStep(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STEP_UNSPECIFIED: _ClassVar[OrderStep]
    ORDER_STEP_RESERVE: _ClassVar[OrderStep]
    ORDER_STEP_CLAIM: _ClassVar[OrderStep]
    ORDER_STEP_ISSUE: _ClassVar[OrderStep]
    ORDER_STEP_CLAIM_CONFIRMED: _ClassVar[OrderStep]
    ORDER_STEP_RELEASE: _ClassVar[OrderStep]
    ORDER_STEP_WITHDRAW: _ClassVar[OrderStep]
    ORDER_STEP_CLAIM_CANCELLED: _ClassVar[OrderStep]
    ORDER_STEP_CORRECT: _ClassVar[OrderStep]
    ORDER_STEP_MESSAGE: _ClassVar[OrderStep]

class OrderVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_VERDICT_UNSPECIFIED: _ClassVar[OrderVerdict]
    ORDER_VERDICT_RESERVED: _ClassVar[OrderVerdict]
    ORDER_VERDICT_CLAIMED: _ClassVar[OrderVerdict]
    ORDER_VERDICT_ISSUED: _ClassVar[OrderVerdict]
    ORDER_VERDICT_DONE: _ClassVar[OrderVerdict]
    ORDER_VERDICT_REFUSED: _ClassVar[OrderVerdict]
    ORDER_VERDICT_TOO_LATE: _ClassVar[OrderVerdict]
    ORDER_VERDICT_NOT_WANTED: _ClassVar[OrderVerdict]

class Finding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINDING_UNSPECIFIED: _ClassVar[Finding]
    FINDING_NOTHING_HERE: _ClassVar[Finding]
    FINDING_AS_REPORTED: _ClassVar[Finding]
    FINDING_WORSE: _ClassVar[Finding]

class Disposition(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DISPOSITION_UNSPECIFIED: _ClassVar[Disposition]
    DISPOSITION_FIXED: _ClassVar[Disposition]
    DISPOSITION_GONE: _ClassVar[Disposition]
    DISPOSITION_FALSE_ALARM: _ClassVar[Disposition]
    DISPOSITION_DUPLICATE: _ClassVar[Disposition]
    DISPOSITION_NOT_OURS: _ClassVar[Disposition]
    DISPOSITION_NOT_VERIFIABLE: _ClassVar[Disposition]

class VerificationVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERIFICATION_VERDICT_UNSPECIFIED: _ClassVar[VerificationVerdict]
    VERIFICATION_VERDICT_CLEAR: _ClassVar[VerificationVerdict]
    VERIFICATION_VERDICT_STILL: _ClassVar[VerificationVerdict]
    VERIFICATION_VERDICT_CANNOT: _ClassVar[VerificationVerdict]
SEVERITY_UNSPECIFIED: Severity
SEVERITY_EXTREME: Severity
SEVERITY_SEVERE: Severity
SEVERITY_MODERATE: Severity
SEVERITY_MINOR: Severity
URGENCY_UNSPECIFIED: Urgency
URGENCY_IMMEDIATE: Urgency
URGENCY_EXPECTED: Urgency
URGENCY_FUTURE: Urgency
URGENCY_PAST: Urgency
CERTAINTY_UNSPECIFIED: Certainty
CERTAINTY_OBSERVED: Certainty
CERTAINTY_LIKELY: Certainty
CERTAINTY_POSSIBLE: Certainty
CERTAINTY_UNLIKELY: Certainty
PHASE_UNSPECIFIED: Phase
PHASE_START: Phase
PHASE_UPDATE: Phase
PHASE_END: Phase
VISIBILITY_UNSPECIFIED: Visibility
VISIBILITY_OBSERVED: Visibility
VISIBILITY_DEGRADED: Visibility
VISIBILITY_BLIND: Visibility
INCIDENT_STAGE_UNSPECIFIED: IncidentStage
INCIDENT_STAGE_REPORTED: IncidentStage
INCIDENT_STAGE_OPENED: IncidentStage
INCIDENT_STAGE_DISPATCHED: IncidentStage
INCIDENT_STAGE_WORKING: IncidentStage
INCIDENT_STAGE_HANDLED: IncidentStage
INCIDENT_STAGE_VERIFIED: IncidentStage
INCIDENT_STAGE_CLOSED: IncidentStage
INCIDENT_STAGE_MERGED: IncidentStage
INCIDENT_STAGE_REJECTED: IncidentStage
INCIDENT_STAGE_DEFERRED: IncidentStage
INCIDENT_STAGE_REOPENED: IncidentStage
ORDER_STAGE_UNSPECIFIED: OrderStage
ORDER_STAGE_PROPOSED: OrderStage
ORDER_STAGE_RESERVED: OrderStage
ORDER_STAGE_ISSUED: OrderStage
ORDER_STAGE_ACCEPTED: OrderStage
ORDER_STAGE_EN_ROUTE: OrderStage
ORDER_STAGE_ON_SCENE: OrderStage
ORDER_STAGE_DONE: OrderStage
ORDER_STAGE_REFUSED: OrderStage
ORDER_STAGE_EXPIRED: OrderStage
ORDER_STAGE_WITHDRAWN: OrderStage
UNIT_STATE_UNSPECIFIED: UnitState
UNIT_STATE_AVAILABLE: UnitState
UNIT_STATE_RESERVED: UnitState
UNIT_STATE_COMMITTED: UnitState
UNIT_STATE_EN_ROUTE: UnitState
UNIT_STATE_ON_SCENE: UnitState
UNIT_STATE_RETURNING: UnitState
UNIT_STATE_DELAYED: UnitState
UNIT_STATE_OUT_OF_SERVICE: UnitState
UNIT_STATE_ON_BREAK: UnitState
UNIT_STATE_OFF_DUTY: UnitState
DUTY_UNSPECIFIED: Duty
DUTY_ON_DUTY: Duty
DUTY_ON_BREAK: Duty
DUTY_OFF_DUTY: Duty
DUTY_OUT_OF_SERVICE: Duty
OUT_CAUSE_UNSPECIFIED: OutCause
OUT_CAUSE_UNIT_OUT: OutCause
OUT_CAUSE_BUSY: OutCause
OUT_CAUSE_SILENT: OutCause
REFUSAL_CLASS_UNSPECIFIED: RefusalClass
REFUSAL_CLASS_UNIT_OUT: RefusalClass
REFUSAL_CLASS_EQUIPMENT_OUT: RefusalClass
REFUSAL_CLASS_CASE_NOT: RefusalClass
REFUSAL_CLASS_LATER: RefusalClass
SLOT_STATE_UNSPECIFIED: SlotState
SLOT_STATE_OPEN: SlotState
SLOT_STATE_CLAIMED: SlotState
SLOT_STATE_CONFIRMED: SlotState
SLOT_STATE_SERVED: SlotState
SLOT_STATE_CANCELLED: SlotState
ORDER_STEP_UNSPECIFIED: OrderStep
ORDER_STEP_RESERVE: OrderStep
ORDER_STEP_CLAIM: OrderStep
ORDER_STEP_ISSUE: OrderStep
ORDER_STEP_CLAIM_CONFIRMED: OrderStep
ORDER_STEP_RELEASE: OrderStep
ORDER_STEP_WITHDRAW: OrderStep
ORDER_STEP_CLAIM_CANCELLED: OrderStep
ORDER_STEP_CORRECT: OrderStep
ORDER_STEP_MESSAGE: OrderStep
ORDER_VERDICT_UNSPECIFIED: OrderVerdict
ORDER_VERDICT_RESERVED: OrderVerdict
ORDER_VERDICT_CLAIMED: OrderVerdict
ORDER_VERDICT_ISSUED: OrderVerdict
ORDER_VERDICT_DONE: OrderVerdict
ORDER_VERDICT_REFUSED: OrderVerdict
ORDER_VERDICT_TOO_LATE: OrderVerdict
ORDER_VERDICT_NOT_WANTED: OrderVerdict
FINDING_UNSPECIFIED: Finding
FINDING_NOTHING_HERE: Finding
FINDING_AS_REPORTED: Finding
FINDING_WORSE: Finding
DISPOSITION_UNSPECIFIED: Disposition
DISPOSITION_FIXED: Disposition
DISPOSITION_GONE: Disposition
DISPOSITION_FALSE_ALARM: Disposition
DISPOSITION_DUPLICATE: Disposition
DISPOSITION_NOT_OURS: Disposition
DISPOSITION_NOT_VERIFIABLE: Disposition
VERIFICATION_VERDICT_UNSPECIFIED: VerificationVerdict
VERIFICATION_VERDICT_CLEAR: VerificationVerdict
VERIFICATION_VERDICT_STILL: VerificationVerdict
VERIFICATION_VERDICT_CANNOT: VerificationVerdict

class Point(_message.Message):
    __slots__ = ("lat", "lon")
    LAT_FIELD_NUMBER: _ClassVar[int]
    LON_FIELD_NUMBER: _ClassVar[int]
    lat: float
    lon: float
    def __init__(self, lat: _Optional[float] = ..., lon: _Optional[float] = ...) -> None: ...
