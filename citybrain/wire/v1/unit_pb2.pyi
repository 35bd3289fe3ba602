from citybrain.wire.v1 import vocabulary_pb2 as _vocabulary_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UnitReport(_message.Message):
    __slots__ = ("unit", "district", "name", "capabilities", "state", "place", "speed_mps", "order", "assignment_number", "at", "status", "lost_capabilities", "avoids", "overdue")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    SPEED_MPS_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LOST_CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    AVOIDS_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    unit: str
    district: str
    name: str
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    state: _vocabulary_pb2.UnitState
    place: _vocabulary_pb2.Point
    speed_mps: float
    order: str
    assignment_number: int
    at: int
    status: UnitStatus
    lost_capabilities: _containers.RepeatedScalarFieldContainer[str]
    avoids: _containers.RepeatedCompositeFieldContainer[Avoidance]
    overdue: str
    def __init__(self, unit: _Optional[str] = ..., district: _Optional[str] = ..., name: _Optional[str] = ..., capabilities: _Optional[_Iterable[str]] = ..., state: _Optional[_Union[_vocabulary_pb2.UnitState, str]] = ..., place: _Optional[_Union[_vocabulary_pb2.Point, _Mapping]] = ..., speed_mps: _Optional[float] = ..., order: _Optional[str] = ..., assignment_number: _Optional[int] = ..., at: _Optional[int] = ..., status: _Optional[_Union[UnitStatus, _Mapping]] = ..., lost_capabilities: _Optional[_Iterable[str]] = ..., avoids: _Optional[_Iterable[_Union[Avoidance, _Mapping]]] = ..., overdue: _Optional[str] = ...) -> None: ...

class UnitStatus(_message.Message):
    __slots__ = ("duty", "since", "by", "cause", "reason", "until")
    DUTY_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    duty: _vocabulary_pb2.Duty
    since: int
    by: str
    cause: _vocabulary_pb2.OutCause
    reason: str
    until: int
    def __init__(self, duty: _Optional[_Union[_vocabulary_pb2.Duty, str]] = ..., since: _Optional[int] = ..., by: _Optional[str] = ..., cause: _Optional[_Union[_vocabulary_pb2.OutCause, str]] = ..., reason: _Optional[str] = ..., until: _Optional[int] = ...) -> None: ...

class Avoidance(_message.Message):
    __slots__ = ("incident", "until")
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    incident: str
    until: int
    def __init__(self, incident: _Optional[str] = ..., until: _Optional[int] = ...) -> None: ...
