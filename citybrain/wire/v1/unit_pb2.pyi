from citybrain.wire.v1 import vocabulary_pb2 as _vocabulary_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UnitReport(_message.Message):
    __slots__ = ("unit", "district", "name", "capabilities", "state", "place", "speed_mps", "order", "assignment_number", "at")
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
    def __init__(self, unit: _Optional[str] = ..., district: _Optional[str] = ..., name: _Optional[str] = ..., capabilities: _Optional[_Iterable[str]] = ..., state: _Optional[_Union[_vocabulary_pb2.UnitState, str]] = ..., place: _Optional[_Union[_vocabulary_pb2.Point, _Mapping]] = ..., speed_mps: _Optional[float] = ..., order: _Optional[str] = ..., assignment_number: _Optional[int] = ..., at: _Optional[int] = ...) -> None: ...
