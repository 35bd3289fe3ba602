import datetime

from citybrain.api.v1 import place_pb2 as _place_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Source(_message.Message):
    __slots__ = ("id", "agent", "source", "type", "place", "visibility", "reason", "rate_hz", "inference_ms", "observed_s", "degraded_s", "blind_s", "agent_online", "agent_seen_at", "agent_version", "agent_backlog", "agent_lost", "captured", "used", "gated", "dropped", "name", "agent_name", "alone_in", "view_cone")
    ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    VISIBILITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    INFERENCE_MS_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_S_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_S_FIELD_NUMBER: _ClassVar[int]
    BLIND_S_FIELD_NUMBER: _ClassVar[int]
    AGENT_ONLINE_FIELD_NUMBER: _ClassVar[int]
    AGENT_SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    AGENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    AGENT_BACKLOG_FIELD_NUMBER: _ClassVar[int]
    AGENT_LOST_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    GATED_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    AGENT_NAME_FIELD_NUMBER: _ClassVar[int]
    ALONE_IN_FIELD_NUMBER: _ClassVar[int]
    VIEW_CONE_FIELD_NUMBER: _ClassVar[int]
    id: str
    agent: str
    source: str
    type: str
    place: _place_pb2.Place
    visibility: str
    reason: str
    rate_hz: float
    inference_ms: float
    observed_s: float
    degraded_s: float
    blind_s: float
    agent_online: bool
    agent_seen_at: _timestamp_pb2.Timestamp
    agent_version: str
    agent_backlog: int
    agent_lost: int
    captured: int
    used: int
    gated: int
    dropped: int
    name: str
    agent_name: str
    alone_in: _containers.RepeatedScalarFieldContainer[str]
    view_cone: ViewCone
    def __init__(self, id: _Optional[str] = ..., agent: _Optional[str] = ..., source: _Optional[str] = ..., type: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., visibility: _Optional[str] = ..., reason: _Optional[str] = ..., rate_hz: _Optional[float] = ..., inference_ms: _Optional[float] = ..., observed_s: _Optional[float] = ..., degraded_s: _Optional[float] = ..., blind_s: _Optional[float] = ..., agent_online: _Optional[bool] = ..., agent_seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., agent_version: _Optional[str] = ..., agent_backlog: _Optional[int] = ..., agent_lost: _Optional[int] = ..., captured: _Optional[int] = ..., used: _Optional[int] = ..., gated: _Optional[int] = ..., dropped: _Optional[int] = ..., name: _Optional[str] = ..., agent_name: _Optional[str] = ..., alone_in: _Optional[_Iterable[str]] = ..., view_cone: _Optional[_Union[ViewCone, _Mapping]] = ...) -> None: ...

class ViewCone(_message.Message):
    __slots__ = ("heading_deg", "field_of_view_deg", "range_m")
    HEADING_DEG_FIELD_NUMBER: _ClassVar[int]
    FIELD_OF_VIEW_DEG_FIELD_NUMBER: _ClassVar[int]
    RANGE_M_FIELD_NUMBER: _ClassVar[int]
    heading_deg: float
    field_of_view_deg: float
    range_m: float
    def __init__(self, heading_deg: _Optional[float] = ..., field_of_view_deg: _Optional[float] = ..., range_m: _Optional[float] = ...) -> None: ...
