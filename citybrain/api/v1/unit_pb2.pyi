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
    __slots__ = ("id", "district", "name", "capabilities", "state", "place", "speed_mps", "order", "assignment_number", "changed_at", "doubtful")
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
    def __init__(self, id: _Optional[str] = ..., district: _Optional[str] = ..., name: _Optional[str] = ..., capabilities: _Optional[_Iterable[str]] = ..., state: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., speed_mps: _Optional[float] = ..., order: _Optional[str] = ..., assignment_number: _Optional[int] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., doubtful: _Optional[_Union[DoubtfulPosition, _Mapping]] = ...) -> None: ...

class DoubtfulPosition(_message.Message):
    __slots__ = ("place", "since")
    PLACE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    place: _place_pb2.Place
    since: _timestamp_pb2.Timestamp
    def __init__(self, place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
