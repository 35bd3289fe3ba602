from citybrain.wire.v1 import vocabulary_pb2 as _vocabulary_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Task(_message.Message):
    __slots__ = ("incident", "incident_district", "slot", "slot_version", "kind", "severity", "place", "traceparent", "incident_district_name", "number")
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    SLOT_VERSION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DISTRICT_NAME_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    incident: str
    incident_district: str
    slot: str
    slot_version: int
    kind: str
    severity: _vocabulary_pb2.Severity
    place: _vocabulary_pb2.Point
    traceparent: str
    incident_district_name: str
    number: str
    def __init__(self, incident: _Optional[str] = ..., incident_district: _Optional[str] = ..., slot: _Optional[str] = ..., slot_version: _Optional[int] = ..., kind: _Optional[str] = ..., severity: _Optional[_Union[_vocabulary_pb2.Severity, str]] = ..., place: _Optional[_Union[_vocabulary_pb2.Point, _Mapping]] = ..., traceparent: _Optional[str] = ..., incident_district_name: _Optional[str] = ..., number: _Optional[str] = ...) -> None: ...

class OrderRequest(_message.Message):
    __slots__ = ("order", "step", "plan", "unit", "unit_district", "task", "ttl_s", "reason", "unit_name", "message")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    UNIT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    TTL_S_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNIT_NAME_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    order: str
    step: _vocabulary_pb2.OrderStep
    plan: str
    unit: str
    unit_district: str
    task: Task
    ttl_s: float
    reason: str
    unit_name: str
    message: OrderMessage
    def __init__(self, order: _Optional[str] = ..., step: _Optional[_Union[_vocabulary_pb2.OrderStep, str]] = ..., plan: _Optional[str] = ..., unit: _Optional[str] = ..., unit_district: _Optional[str] = ..., task: _Optional[_Union[Task, _Mapping]] = ..., ttl_s: _Optional[float] = ..., reason: _Optional[str] = ..., unit_name: _Optional[str] = ..., message: _Optional[_Union[OrderMessage, _Mapping]] = ...) -> None: ...

class OrderMessage(_message.Message):
    __slots__ = ("message", "order", "unit", "incident", "incident_district", "at", "actor", "text")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    message: str
    order: str
    unit: str
    incident: str
    incident_district: str
    at: int
    actor: str
    text: str
    def __init__(self, message: _Optional[str] = ..., order: _Optional[str] = ..., unit: _Optional[str] = ..., incident: _Optional[str] = ..., incident_district: _Optional[str] = ..., at: _Optional[int] = ..., actor: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class MessageReceipt(_message.Message):
    __slots__ = ("message", "order", "unit", "incident", "incident_district", "at", "read_at", "replies", "not_reached")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    READ_AT_FIELD_NUMBER: _ClassVar[int]
    REPLIES_FIELD_NUMBER: _ClassVar[int]
    NOT_REACHED_FIELD_NUMBER: _ClassVar[int]
    message: str
    order: str
    unit: str
    incident: str
    incident_district: str
    at: int
    read_at: int
    replies: _containers.RepeatedCompositeFieldContainer[MessageReply]
    not_reached: str
    def __init__(self, message: _Optional[str] = ..., order: _Optional[str] = ..., unit: _Optional[str] = ..., incident: _Optional[str] = ..., incident_district: _Optional[str] = ..., at: _Optional[int] = ..., read_at: _Optional[int] = ..., replies: _Optional[_Iterable[_Union[MessageReply, _Mapping]]] = ..., not_reached: _Optional[str] = ...) -> None: ...

class MessageReply(_message.Message):
    __slots__ = ("at", "actor", "text")
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    at: int
    actor: str
    text: str
    def __init__(self, at: _Optional[int] = ..., actor: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class OrderAnswer(_message.Message):
    __slots__ = ("order", "step", "verdict", "reason", "assignment_number")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    order: str
    step: _vocabulary_pb2.OrderStep
    verdict: _vocabulary_pb2.OrderVerdict
    reason: str
    assignment_number: int
    def __init__(self, order: _Optional[str] = ..., step: _Optional[_Union[_vocabulary_pb2.OrderStep, str]] = ..., verdict: _Optional[_Union[_vocabulary_pb2.OrderVerdict, str]] = ..., reason: _Optional[str] = ..., assignment_number: _Optional[int] = ...) -> None: ...

class OrderProgress(_message.Message):
    __slots__ = ("order", "unit", "unit_district", "incident", "incident_district", "stage", "at", "reason", "reason_class", "finding", "needs")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    UNIT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_CLASS_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    NEEDS_FIELD_NUMBER: _ClassVar[int]
    order: str
    unit: str
    unit_district: str
    incident: str
    incident_district: str
    stage: _vocabulary_pb2.OrderStage
    at: int
    reason: str
    reason_class: _vocabulary_pb2.RefusalClass
    finding: _vocabulary_pb2.Finding
    needs: _containers.RepeatedCompositeFieldContainer[FoundNeed]
    def __init__(self, order: _Optional[str] = ..., unit: _Optional[str] = ..., unit_district: _Optional[str] = ..., incident: _Optional[str] = ..., incident_district: _Optional[str] = ..., stage: _Optional[_Union[_vocabulary_pb2.OrderStage, str]] = ..., at: _Optional[int] = ..., reason: _Optional[str] = ..., reason_class: _Optional[_Union[_vocabulary_pb2.RefusalClass, str]] = ..., finding: _Optional[_Union[_vocabulary_pb2.Finding, str]] = ..., needs: _Optional[_Iterable[_Union[FoundNeed, _Mapping]]] = ...) -> None: ...

class FoundNeed(_message.Message):
    __slots__ = ("capability", "quantity")
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    capability: str
    quantity: int
    def __init__(self, capability: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...
