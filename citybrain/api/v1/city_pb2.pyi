import datetime

from citybrain.api.v1 import condition_pb2 as _condition_pb2
from citybrain.api.v1 import place_pb2 as _place_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class City(_message.Message):
    __slots__ = ("name_en", "name_zh", "software_version", "planner", "planner_reason", "counts", "conditions")
    class CountsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    NAME_ZH_FIELD_NUMBER: _ClassVar[int]
    SOFTWARE_VERSION_FIELD_NUMBER: _ClassVar[int]
    PLANNER_FIELD_NUMBER: _ClassVar[int]
    PLANNER_REASON_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    name_en: str
    name_zh: str
    software_version: str
    planner: str
    planner_reason: str
    counts: _containers.ScalarMap[str, float]
    conditions: _containers.RepeatedCompositeFieldContainer[_condition_pb2.Condition]
    def __init__(self, name_en: _Optional[str] = ..., name_zh: _Optional[str] = ..., software_version: _Optional[str] = ..., planner: _Optional[str] = ..., planner_reason: _Optional[str] = ..., counts: _Optional[_Mapping[str, float]] = ..., conditions: _Optional[_Iterable[_Union[_condition_pb2.Condition, _Mapping]]] = ...) -> None: ...

class DistrictSummary(_message.Message):
    __slots__ = ("id", "name", "centre", "online", "seen_at", "incidents", "units", "units_free", "console", "sources")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CENTRE_FIELD_NUMBER: _ClassVar[int]
    ONLINE_FIELD_NUMBER: _ClassVar[int]
    SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    INCIDENTS_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    UNITS_FREE_FIELD_NUMBER: _ClassVar[int]
    CONSOLE_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    centre: _place_pb2.Place
    online: bool
    seen_at: _timestamp_pb2.Timestamp
    incidents: int
    units: int
    units_free: int
    console: str
    sources: DistrictSources
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., centre: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., online: _Optional[bool] = ..., seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., incidents: _Optional[int] = ..., units: _Optional[int] = ..., units_free: _Optional[int] = ..., console: _Optional[str] = ..., sources: _Optional[_Union[DistrictSources, _Mapping]] = ...) -> None: ...

class DistrictSources(_message.Message):
    __slots__ = ("reported_at", "cameras", "cameras_blind", "cameras_degraded", "cameras_unknown", "agents", "agents_offline")
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    CAMERAS_FIELD_NUMBER: _ClassVar[int]
    CAMERAS_BLIND_FIELD_NUMBER: _ClassVar[int]
    CAMERAS_DEGRADED_FIELD_NUMBER: _ClassVar[int]
    CAMERAS_UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    AGENTS_OFFLINE_FIELD_NUMBER: _ClassVar[int]
    reported_at: _timestamp_pb2.Timestamp
    cameras: int
    cameras_blind: int
    cameras_degraded: int
    cameras_unknown: int
    agents: int
    agents_offline: int
    def __init__(self, reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cameras: _Optional[int] = ..., cameras_blind: _Optional[int] = ..., cameras_degraded: _Optional[int] = ..., cameras_unknown: _Optional[int] = ..., agents: _Optional[int] = ..., agents_offline: _Optional[int] = ...) -> None: ...

class OpenNeed(_message.Message):
    __slots__ = ("slot", "incident", "number", "incident_district", "kind", "severity", "place", "place_en", "place_zh", "capability", "deadline", "requested", "reason", "plan")
    SLOT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    PLACE_EN_FIELD_NUMBER: _ClassVar[int]
    PLACE_ZH_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    slot: str
    incident: str
    number: str
    incident_district: str
    kind: str
    severity: str
    place: _place_pb2.Place
    place_en: str
    place_zh: str
    capability: str
    deadline: _timestamp_pb2.Timestamp
    requested: bool
    reason: str
    plan: str
    def __init__(self, slot: _Optional[str] = ..., incident: _Optional[str] = ..., number: _Optional[str] = ..., incident_district: _Optional[str] = ..., kind: _Optional[str] = ..., severity: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., place_en: _Optional[str] = ..., place_zh: _Optional[str] = ..., capability: _Optional[str] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., requested: _Optional[bool] = ..., reason: _Optional[str] = ..., plan: _Optional[str] = ...) -> None: ...

class CityOrder(_message.Message):
    __slots__ = ("id", "plan", "unit", "unit_name", "unit_district", "unit_place", "incident", "incident_district", "slot", "kind", "severity", "place", "stage", "crew_stage", "changed_at", "reason", "live", "number", "place_en", "place_zh")
    ID_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    UNIT_NAME_FIELD_NUMBER: _ClassVar[int]
    UNIT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    UNIT_PLACE_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    CREW_STAGE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PLACE_EN_FIELD_NUMBER: _ClassVar[int]
    PLACE_ZH_FIELD_NUMBER: _ClassVar[int]
    id: str
    plan: str
    unit: str
    unit_name: str
    unit_district: str
    unit_place: _place_pb2.Place
    incident: str
    incident_district: str
    slot: str
    kind: str
    severity: str
    place: _place_pb2.Place
    stage: str
    crew_stage: str
    changed_at: _timestamp_pb2.Timestamp
    reason: str
    live: bool
    number: str
    place_en: str
    place_zh: str
    def __init__(self, id: _Optional[str] = ..., plan: _Optional[str] = ..., unit: _Optional[str] = ..., unit_name: _Optional[str] = ..., unit_district: _Optional[str] = ..., unit_place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., incident: _Optional[str] = ..., incident_district: _Optional[str] = ..., slot: _Optional[str] = ..., kind: _Optional[str] = ..., severity: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., stage: _Optional[str] = ..., crew_stage: _Optional[str] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., live: _Optional[bool] = ..., number: _Optional[str] = ..., place_en: _Optional[str] = ..., place_zh: _Optional[str] = ...) -> None: ...
