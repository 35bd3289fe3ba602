import datetime

from citybrain.api.v1 import action_pb2 as _action_pb2
from citybrain.api.v1 import incident_pb2 as _incident_pb2
from citybrain.api.v1 import kind_pb2 as _kind_pb2
from citybrain.api.v1 import place_pb2 as _place_pb2
from citybrain.api.v1 import unit_pb2 as _unit_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CrewScreen(_message.Message):
    __slots__ = ("unit", "name", "state", "place", "order", "status", "lost_capabilities", "messages", "next_orders", "accept_by", "what_to_do", "contact", "ended_orders", "evidence", "reading")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LOST_CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_ORDERS_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_BY_FIELD_NUMBER: _ClassVar[int]
    WHAT_TO_DO_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    ENDED_ORDERS_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    READING_FIELD_NUMBER: _ClassVar[int]
    unit: str
    name: str
    state: str
    place: _place_pb2.Place
    order: _incident_pb2.Order
    status: _unit_pb2.UnitStatus
    lost_capabilities: _containers.RepeatedScalarFieldContainer[str]
    messages: _containers.RepeatedCompositeFieldContainer[_incident_pb2.CrewMessage]
    next_orders: _containers.RepeatedCompositeFieldContainer[_unit_pb2.NextOrder]
    accept_by: _timestamp_pb2.Timestamp
    what_to_do: _kind_pb2.CaseTexts
    contact: str
    ended_orders: _containers.RepeatedCompositeFieldContainer[_incident_pb2.Order]
    evidence: _incident_pb2.Evidence
    reading: _incident_pb2.Reading
    def __init__(self, unit: _Optional[str] = ..., name: _Optional[str] = ..., state: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., order: _Optional[_Union[_incident_pb2.Order, _Mapping]] = ..., status: _Optional[_Union[_unit_pb2.UnitStatus, _Mapping]] = ..., lost_capabilities: _Optional[_Iterable[str]] = ..., messages: _Optional[_Iterable[_Union[_incident_pb2.CrewMessage, _Mapping]]] = ..., next_orders: _Optional[_Iterable[_Union[_unit_pb2.NextOrder, _Mapping]]] = ..., accept_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., what_to_do: _Optional[_Union[_kind_pb2.CaseTexts, _Mapping]] = ..., contact: _Optional[str] = ..., ended_orders: _Optional[_Iterable[_Union[_incident_pb2.Order, _Mapping]]] = ..., evidence: _Optional[_Union[_incident_pb2.Evidence, _Mapping]] = ..., reading: _Optional[_Union[_incident_pb2.Reading, _Mapping]] = ...) -> None: ...

class CrewDuty(_message.Message):
    __slots__ = ("request_id", "unit", "duty", "reason", "until")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    DUTY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    unit: str
    duty: str
    reason: str
    until: _timestamp_pb2.Timestamp
    def __init__(self, request_id: _Optional[str] = ..., unit: _Optional[str] = ..., duty: _Optional[str] = ..., reason: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CrewWatchRequest(_message.Message):
    __slots__ = ("unit",)
    UNIT_FIELD_NUMBER: _ClassVar[int]
    unit: str
    def __init__(self, unit: _Optional[str] = ...) -> None: ...

class CrewAnswer(_message.Message):
    __slots__ = ("request_id", "unit", "order", "assignment_number", "answer", "reason", "reason_class", "finding", "needs")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_CLASS_FIELD_NUMBER: _ClassVar[int]
    FINDING_FIELD_NUMBER: _ClassVar[int]
    NEEDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    unit: str
    order: str
    assignment_number: int
    answer: str
    reason: str
    reason_class: str
    finding: str
    needs: _containers.RepeatedCompositeFieldContainer[_kind_pb2.Need]
    def __init__(self, request_id: _Optional[str] = ..., unit: _Optional[str] = ..., order: _Optional[str] = ..., assignment_number: _Optional[int] = ..., answer: _Optional[str] = ..., reason: _Optional[str] = ..., reason_class: _Optional[str] = ..., finding: _Optional[str] = ..., needs: _Optional[_Iterable[_Union[_kind_pb2.Need, _Mapping]]] = ...) -> None: ...

class CrewReply(_message.Message):
    __slots__ = ("request_id", "unit", "message", "text")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    unit: str
    message: str
    text: str
    def __init__(self, request_id: _Optional[str] = ..., unit: _Optional[str] = ..., message: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class CrewPosition(_message.Message):
    __slots__ = ("unit", "place", "at")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    unit: str
    place: _place_pb2.Place
    at: _timestamp_pb2.Timestamp
    def __init__(self, unit: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
