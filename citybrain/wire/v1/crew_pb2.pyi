from citybrain.wire.v1 import console_pb2 as _console_pb2
from citybrain.wire.v1 import order_pb2 as _order_pb2
from citybrain.wire.v1 import vocabulary_pb2 as _vocabulary_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CrewOrder(_message.Message):
    __slots__ = ("order", "assignment_number", "stage", "task", "issued_at")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    order: str
    assignment_number: int
    stage: _vocabulary_pb2.OrderStage
    task: _order_pb2.Task
    issued_at: int
    def __init__(self, order: _Optional[str] = ..., assignment_number: _Optional[int] = ..., stage: _Optional[_Union[_vocabulary_pb2.OrderStage, str]] = ..., task: _Optional[_Union[_order_pb2.Task, _Mapping]] = ..., issued_at: _Optional[int] = ...) -> None: ...

class CrewView(_message.Message):
    __slots__ = ("unit", "name", "state", "place", "order")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    unit: str
    name: str
    state: _vocabulary_pb2.UnitState
    place: _vocabulary_pb2.Point
    order: CrewOrder
    def __init__(self, unit: _Optional[str] = ..., name: _Optional[str] = ..., state: _Optional[_Union[_vocabulary_pb2.UnitState, str]] = ..., place: _Optional[_Union[_vocabulary_pb2.Point, _Mapping]] = ..., order: _Optional[_Union[CrewOrder, _Mapping]] = ...) -> None: ...

class CrewWatch(_message.Message):
    __slots__ = ("unit",)
    UNIT_FIELD_NUMBER: _ClassVar[int]
    unit: str
    def __init__(self, unit: _Optional[str] = ...) -> None: ...

class CrewAnswer(_message.Message):
    __slots__ = ("request", "unit", "order", "assignment_number", "action", "reason")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    request: str
    unit: str
    order: str
    assignment_number: int
    action: _vocabulary_pb2.CrewAction
    reason: str
    def __init__(self, request: _Optional[str] = ..., unit: _Optional[str] = ..., order: _Optional[str] = ..., assignment_number: _Optional[int] = ..., action: _Optional[_Union[_vocabulary_pb2.CrewAction, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class CrewPosition(_message.Message):
    __slots__ = ("unit", "place", "at")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    unit: str
    place: _vocabulary_pb2.Point
    at: int
    def __init__(self, unit: _Optional[str] = ..., place: _Optional[_Union[_vocabulary_pb2.Point, _Mapping]] = ..., at: _Optional[int] = ...) -> None: ...
