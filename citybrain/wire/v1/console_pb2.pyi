from citybrain.wire.v1 import incident_pb2 as _incident_pb2
from citybrain.wire.v1 import plan_pb2 as _plan_pb2
from citybrain.wire.v1 import unit_pb2 as _unit_pb2
from citybrain.wire.v1 import vocabulary_pb2 as _vocabulary_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PlanAction(_message.Message):
    __slots__ = ("request", "officer", "plan", "issue", "reason")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    OFFICER_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    ISSUE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    request: str
    officer: str
    plan: str
    issue: bool
    reason: str
    def __init__(self, request: _Optional[str] = ..., officer: _Optional[str] = ..., plan: _Optional[str] = ..., issue: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class Outcome(_message.Message):
    __slots__ = ("request", "done", "reason", "detail", "incident")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    request: str
    done: bool
    reason: str
    detail: str
    incident: str
    def __init__(self, request: _Optional[str] = ..., done: _Optional[bool] = ..., reason: _Optional[str] = ..., detail: _Optional[str] = ..., incident: _Optional[str] = ...) -> None: ...

class DistrictSummary(_message.Message):
    __slots__ = ("district", "name", "centre", "offline", "age_s", "incidents", "units", "units_free")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CENTRE_FIELD_NUMBER: _ClassVar[int]
    OFFLINE_FIELD_NUMBER: _ClassVar[int]
    AGE_S_FIELD_NUMBER: _ClassVar[int]
    INCIDENTS_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    UNITS_FREE_FIELD_NUMBER: _ClassVar[int]
    district: str
    name: str
    centre: _vocabulary_pb2.Point
    offline: bool
    age_s: float
    incidents: int
    units: int
    units_free: int
    def __init__(self, district: _Optional[str] = ..., name: _Optional[str] = ..., centre: _Optional[_Union[_vocabulary_pb2.Point, _Mapping]] = ..., offline: _Optional[bool] = ..., age_s: _Optional[float] = ..., incidents: _Optional[int] = ..., units: _Optional[int] = ..., units_free: _Optional[int] = ...) -> None: ...

class OrderLine(_message.Message):
    __slots__ = ("order", "plan", "unit", "unit_district", "incident", "incident_district", "saga_stage", "crew_stage", "since", "reason")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    UNIT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    SAGA_STAGE_FIELD_NUMBER: _ClassVar[int]
    CREW_STAGE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    order: str
    plan: str
    unit: str
    unit_district: str
    incident: str
    incident_district: str
    saga_stage: str
    crew_stage: str
    since: int
    reason: str
    def __init__(self, order: _Optional[str] = ..., plan: _Optional[str] = ..., unit: _Optional[str] = ..., unit_district: _Optional[str] = ..., incident: _Optional[str] = ..., incident_district: _Optional[str] = ..., saga_stage: _Optional[str] = ..., crew_stage: _Optional[str] = ..., since: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class CitySnapshot(_message.Message):
    __slots__ = ("at", "districts", "incidents", "units", "plans", "orders", "planner", "planner_reason", "counts")
    class CountsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    AT_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    INCIDENTS_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    PLANS_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    PLANNER_FIELD_NUMBER: _ClassVar[int]
    PLANNER_REASON_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    at: int
    districts: _containers.RepeatedCompositeFieldContainer[DistrictSummary]
    incidents: _containers.RepeatedCompositeFieldContainer[_incident_pb2.IncidentReport]
    units: _containers.RepeatedCompositeFieldContainer[_unit_pb2.UnitReport]
    plans: _containers.RepeatedCompositeFieldContainer[_plan_pb2.Plan]
    orders: _containers.RepeatedCompositeFieldContainer[OrderLine]
    planner: str
    planner_reason: str
    counts: _containers.ScalarMap[str, float]
    def __init__(self, at: _Optional[int] = ..., districts: _Optional[_Iterable[_Union[DistrictSummary, _Mapping]]] = ..., incidents: _Optional[_Iterable[_Union[_incident_pb2.IncidentReport, _Mapping]]] = ..., units: _Optional[_Iterable[_Union[_unit_pb2.UnitReport, _Mapping]]] = ..., plans: _Optional[_Iterable[_Union[_plan_pb2.Plan, _Mapping]]] = ..., orders: _Optional[_Iterable[_Union[OrderLine, _Mapping]]] = ..., planner: _Optional[str] = ..., planner_reason: _Optional[str] = ..., counts: _Optional[_Mapping[str, float]] = ...) -> None: ...

class SnapshotRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
