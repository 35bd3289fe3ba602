from citybrain.wire.v1 import order_pb2 as _order_pb2
from citybrain.wire.v1 import vocabulary_pb2 as _vocabulary_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderRationale(_message.Message):
    __slots__ = ("travel_s", "cost", "next_best", "next_best_cost", "cross_district", "coverage_price")
    TRAVEL_S_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    NEXT_BEST_FIELD_NUMBER: _ClassVar[int]
    NEXT_BEST_COST_FIELD_NUMBER: _ClassVar[int]
    CROSS_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_PRICE_FIELD_NUMBER: _ClassVar[int]
    travel_s: float
    cost: float
    next_best: str
    next_best_cost: float
    cross_district: bool
    coverage_price: float
    def __init__(self, travel_s: _Optional[float] = ..., cost: _Optional[float] = ..., next_best: _Optional[str] = ..., next_best_cost: _Optional[float] = ..., cross_district: _Optional[bool] = ..., coverage_price: _Optional[float] = ...) -> None: ...

class ProposedOrder(_message.Message):
    __slots__ = ("order", "unit", "unit_district", "task", "rationale")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    UNIT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    RATIONALE_FIELD_NUMBER: _ClassVar[int]
    order: str
    unit: str
    unit_district: str
    task: _order_pb2.Task
    rationale: OrderRationale
    def __init__(self, order: _Optional[str] = ..., unit: _Optional[str] = ..., unit_district: _Optional[str] = ..., task: _Optional[_Union[_order_pb2.Task, _Mapping]] = ..., rationale: _Optional[_Union[OrderRationale, _Mapping]] = ...) -> None: ...

class UnassignedSlot(_message.Message):
    __slots__ = ("incident", "slot", "capability", "reason")
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    incident: str
    slot: str
    capability: str
    reason: str
    def __init__(self, incident: _Optional[str] = ..., slot: _Optional[str] = ..., capability: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Plan(_message.Message):
    __slots__ = ("plan", "stage", "made_at", "world_version", "planner", "solver", "cost", "bound", "solve_ms", "orders", "unassigned")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    WORLD_VERSION_FIELD_NUMBER: _ClassVar[int]
    PLANNER_FIELD_NUMBER: _ClassVar[int]
    SOLVER_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    SOLVE_MS_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    UNASSIGNED_FIELD_NUMBER: _ClassVar[int]
    plan: str
    stage: _vocabulary_pb2.PlanStage
    made_at: int
    world_version: int
    planner: str
    solver: str
    cost: float
    bound: float
    solve_ms: float
    orders: _containers.RepeatedCompositeFieldContainer[ProposedOrder]
    unassigned: _containers.RepeatedCompositeFieldContainer[UnassignedSlot]
    def __init__(self, plan: _Optional[str] = ..., stage: _Optional[_Union[_vocabulary_pb2.PlanStage, str]] = ..., made_at: _Optional[int] = ..., world_version: _Optional[int] = ..., planner: _Optional[str] = ..., solver: _Optional[str] = ..., cost: _Optional[float] = ..., bound: _Optional[float] = ..., solve_ms: _Optional[float] = ..., orders: _Optional[_Iterable[_Union[ProposedOrder, _Mapping]]] = ..., unassigned: _Optional[_Iterable[_Union[UnassignedSlot, _Mapping]]] = ...) -> None: ...
