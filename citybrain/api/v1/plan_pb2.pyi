import datetime

from citybrain.api.v1 import place_pb2 as _place_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Plan(_message.Message):
    __slots__ = ("id", "stage", "made_at", "cost", "bound", "planner", "solver", "solve_ms", "orders", "cross_district_orders", "unassigned", "issued_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    PLANNER_FIELD_NUMBER: _ClassVar[int]
    SOLVER_FIELD_NUMBER: _ClassVar[int]
    SOLVE_MS_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    CROSS_DISTRICT_ORDERS_FIELD_NUMBER: _ClassVar[int]
    UNASSIGNED_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    stage: str
    made_at: _timestamp_pb2.Timestamp
    cost: float
    bound: float
    planner: str
    solver: str
    solve_ms: float
    orders: int
    cross_district_orders: int
    unassigned: int
    issued_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., stage: _Optional[str] = ..., made_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cost: _Optional[float] = ..., bound: _Optional[float] = ..., planner: _Optional[str] = ..., solver: _Optional[str] = ..., solve_ms: _Optional[float] = ..., orders: _Optional[int] = ..., cross_district_orders: _Optional[int] = ..., unassigned: _Optional[int] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PlanDetail(_message.Message):
    __slots__ = ("plan", "orders", "unassigned")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    UNASSIGNED_FIELD_NUMBER: _ClassVar[int]
    plan: Plan
    orders: _containers.RepeatedCompositeFieldContainer[PlannedOrder]
    unassigned: _containers.RepeatedCompositeFieldContainer[UnassignedSlot]
    def __init__(self, plan: _Optional[_Union[Plan, _Mapping]] = ..., orders: _Optional[_Iterable[_Union[PlannedOrder, _Mapping]]] = ..., unassigned: _Optional[_Iterable[_Union[UnassignedSlot, _Mapping]]] = ...) -> None: ...

class PlannedOrder(_message.Message):
    __slots__ = ("order", "unit", "unit_name", "unit_district", "unit_place", "incident", "incident_district", "slot", "kind", "severity", "place", "travel_s", "cost", "coverage_price", "next_best_unit", "next_best_name", "next_best_district", "next_best_cost", "number", "place_en", "place_zh")
    ORDER_FIELD_NUMBER: _ClassVar[int]
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
    TRAVEL_S_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_PRICE_FIELD_NUMBER: _ClassVar[int]
    NEXT_BEST_UNIT_FIELD_NUMBER: _ClassVar[int]
    NEXT_BEST_NAME_FIELD_NUMBER: _ClassVar[int]
    NEXT_BEST_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    NEXT_BEST_COST_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PLACE_EN_FIELD_NUMBER: _ClassVar[int]
    PLACE_ZH_FIELD_NUMBER: _ClassVar[int]
    order: str
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
    travel_s: float
    cost: float
    coverage_price: float
    next_best_unit: str
    next_best_name: str
    next_best_district: str
    next_best_cost: float
    number: str
    place_en: str
    place_zh: str
    def __init__(self, order: _Optional[str] = ..., unit: _Optional[str] = ..., unit_name: _Optional[str] = ..., unit_district: _Optional[str] = ..., unit_place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., incident: _Optional[str] = ..., incident_district: _Optional[str] = ..., slot: _Optional[str] = ..., kind: _Optional[str] = ..., severity: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., travel_s: _Optional[float] = ..., cost: _Optional[float] = ..., coverage_price: _Optional[float] = ..., next_best_unit: _Optional[str] = ..., next_best_name: _Optional[str] = ..., next_best_district: _Optional[str] = ..., next_best_cost: _Optional[float] = ..., number: _Optional[str] = ..., place_en: _Optional[str] = ..., place_zh: _Optional[str] = ...) -> None: ...

class UnassignedSlot(_message.Message):
    __slots__ = ("incident", "kind", "slot", "capability", "reason", "number", "place_en", "place_zh")
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PLACE_EN_FIELD_NUMBER: _ClassVar[int]
    PLACE_ZH_FIELD_NUMBER: _ClassVar[int]
    incident: str
    kind: str
    slot: str
    capability: str
    reason: str
    number: str
    place_en: str
    place_zh: str
    def __init__(self, incident: _Optional[str] = ..., kind: _Optional[str] = ..., slot: _Optional[str] = ..., capability: _Optional[str] = ..., reason: _Optional[str] = ..., number: _Optional[str] = ..., place_en: _Optional[str] = ..., place_zh: _Optional[str] = ...) -> None: ...
