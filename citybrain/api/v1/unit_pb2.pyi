import datetime

from citybrain.api.v1 import place_pb2 as _place_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Unit(_message.Message):
    __slots__ = ("id", "district", "name", "capabilities", "state", "place", "speed_mps", "order", "assignment_number", "changed_at", "doubtful", "status", "lost_capabilities", "avoids", "overdue", "incident_number", "next_orders", "heading_deg", "positioned_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    SPEED_MPS_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    DOUBTFUL_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LOST_CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    AVOIDS_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NEXT_ORDERS_FIELD_NUMBER: _ClassVar[int]
    HEADING_DEG_FIELD_NUMBER: _ClassVar[int]
    POSITIONED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    district: str
    name: str
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    state: str
    place: _place_pb2.Place
    speed_mps: float
    order: str
    assignment_number: int
    changed_at: _timestamp_pb2.Timestamp
    doubtful: DoubtfulPosition
    status: UnitStatus
    lost_capabilities: _containers.RepeatedScalarFieldContainer[str]
    avoids: _containers.RepeatedCompositeFieldContainer[AvoidedIncident]
    overdue: str
    incident_number: str
    next_orders: _containers.RepeatedCompositeFieldContainer[NextOrder]
    heading_deg: float
    positioned_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., district: _Optional[str] = ..., name: _Optional[str] = ..., capabilities: _Optional[_Iterable[str]] = ..., state: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., speed_mps: _Optional[float] = ..., order: _Optional[str] = ..., assignment_number: _Optional[int] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., doubtful: _Optional[_Union[DoubtfulPosition, _Mapping]] = ..., status: _Optional[_Union[UnitStatus, _Mapping]] = ..., lost_capabilities: _Optional[_Iterable[str]] = ..., avoids: _Optional[_Iterable[_Union[AvoidedIncident, _Mapping]]] = ..., overdue: _Optional[str] = ..., incident_number: _Optional[str] = ..., next_orders: _Optional[_Iterable[_Union[NextOrder, _Mapping]]] = ..., heading_deg: _Optional[float] = ..., positioned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class NextOrder(_message.Message):
    __slots__ = ("incident", "incident_number", "kind", "severity", "place", "given_at", "given_by", "place_en", "place_zh")
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    GIVEN_AT_FIELD_NUMBER: _ClassVar[int]
    GIVEN_BY_FIELD_NUMBER: _ClassVar[int]
    PLACE_EN_FIELD_NUMBER: _ClassVar[int]
    PLACE_ZH_FIELD_NUMBER: _ClassVar[int]
    incident: str
    incident_number: str
    kind: str
    severity: str
    place: _place_pb2.Place
    given_at: _timestamp_pb2.Timestamp
    given_by: str
    place_en: str
    place_zh: str
    def __init__(self, incident: _Optional[str] = ..., incident_number: _Optional[str] = ..., kind: _Optional[str] = ..., severity: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., given_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., given_by: _Optional[str] = ..., place_en: _Optional[str] = ..., place_zh: _Optional[str] = ...) -> None: ...

class UnitStatus(_message.Message):
    __slots__ = ("duty", "since", "by", "cause", "reason", "until")
    DUTY_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    duty: str
    since: _timestamp_pb2.Timestamp
    by: str
    cause: str
    reason: str
    until: _timestamp_pb2.Timestamp
    def __init__(self, duty: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by: _Optional[str] = ..., cause: _Optional[str] = ..., reason: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AvoidedIncident(_message.Message):
    __slots__ = ("incident", "until")
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    incident: str
    until: _timestamp_pb2.Timestamp
    def __init__(self, incident: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DoubtfulPosition(_message.Message):
    __slots__ = ("place", "since")
    PLACE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    place: _place_pb2.Place
    since: _timestamp_pb2.Timestamp
    def __init__(self, place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
