from citybrain.wire.v1 import vocabulary_pb2 as _vocabulary_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SlotReport(_message.Message):
    __slots__ = ("slot", "capability", "version", "state", "deadline", "from_city", "order", "unit")
    SLOT_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    FROM_CITY_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    slot: str
    capability: str
    version: int
    state: _vocabulary_pb2.SlotState
    deadline: int
    from_city: bool
    order: str
    unit: str
    def __init__(self, slot: _Optional[str] = ..., capability: _Optional[str] = ..., version: _Optional[int] = ..., state: _Optional[_Union[_vocabulary_pb2.SlotState, str]] = ..., deadline: _Optional[int] = ..., from_city: _Optional[bool] = ..., order: _Optional[str] = ..., unit: _Optional[str] = ...) -> None: ...

class LocalizedName(_message.Message):
    __slots__ = ("en", "zh")
    EN_FIELD_NUMBER: _ClassVar[int]
    ZH_FIELD_NUMBER: _ClassVar[int]
    en: str
    zh: str
    def __init__(self, en: _Optional[str] = ..., zh: _Optional[str] = ...) -> None: ...

class IncidentReport(_message.Message):
    __slots__ = ("incident", "district", "kind", "stage", "severity", "urgency", "certainty", "place", "opened_at", "changed_at", "escalated", "slots", "traceparent", "events", "extra", "disposition", "number", "unstable", "place_name")
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    URGENCY_FIELD_NUMBER: _ClassVar[int]
    CERTAINTY_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    ESCALATED_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    UNSTABLE_FIELD_NUMBER: _ClassVar[int]
    PLACE_NAME_FIELD_NUMBER: _ClassVar[int]
    incident: str
    district: str
    kind: str
    stage: _vocabulary_pb2.IncidentStage
    severity: _vocabulary_pb2.Severity
    urgency: _vocabulary_pb2.Urgency
    certainty: _vocabulary_pb2.Certainty
    place: _vocabulary_pb2.Point
    opened_at: int
    changed_at: int
    escalated: bool
    slots: _containers.RepeatedCompositeFieldContainer[SlotReport]
    traceparent: str
    events: int
    extra: int
    disposition: _vocabulary_pb2.Disposition
    number: str
    unstable: bool
    place_name: LocalizedName
    def __init__(self, incident: _Optional[str] = ..., district: _Optional[str] = ..., kind: _Optional[str] = ..., stage: _Optional[_Union[_vocabulary_pb2.IncidentStage, str]] = ..., severity: _Optional[_Union[_vocabulary_pb2.Severity, str]] = ..., urgency: _Optional[_Union[_vocabulary_pb2.Urgency, str]] = ..., certainty: _Optional[_Union[_vocabulary_pb2.Certainty, str]] = ..., place: _Optional[_Union[_vocabulary_pb2.Point, _Mapping]] = ..., opened_at: _Optional[int] = ..., changed_at: _Optional[int] = ..., escalated: _Optional[bool] = ..., slots: _Optional[_Iterable[_Union[SlotReport, _Mapping]]] = ..., traceparent: _Optional[str] = ..., events: _Optional[int] = ..., extra: _Optional[int] = ..., disposition: _Optional[_Union[_vocabulary_pb2.Disposition, str]] = ..., number: _Optional[str] = ..., unstable: _Optional[bool] = ..., place_name: _Optional[_Union[LocalizedName, _Mapping]] = ...) -> None: ...
