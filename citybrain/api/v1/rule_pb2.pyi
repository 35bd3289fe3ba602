import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Rule(_message.Message):
    __slots__ = ("id", "agent", "source", "rule", "kind", "fixed", "gone", "false_alarm", "duplicate", "not_ours", "not_verifiable", "precision", "last_ended_at", "source_name")
    ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FIXED_FIELD_NUMBER: _ClassVar[int]
    GONE_FIELD_NUMBER: _ClassVar[int]
    FALSE_ALARM_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    NOT_OURS_FIELD_NUMBER: _ClassVar[int]
    NOT_VERIFIABLE_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    LAST_ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_NAME_FIELD_NUMBER: _ClassVar[int]
    id: str
    agent: str
    source: str
    rule: str
    kind: str
    fixed: int
    gone: int
    false_alarm: int
    duplicate: int
    not_ours: int
    not_verifiable: int
    precision: float
    last_ended_at: _timestamp_pb2.Timestamp
    source_name: str
    def __init__(self, id: _Optional[str] = ..., agent: _Optional[str] = ..., source: _Optional[str] = ..., rule: _Optional[str] = ..., kind: _Optional[str] = ..., fixed: _Optional[int] = ..., gone: _Optional[int] = ..., false_alarm: _Optional[int] = ..., duplicate: _Optional[int] = ..., not_ours: _Optional[int] = ..., not_verifiable: _Optional[int] = ..., precision: _Optional[float] = ..., last_ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., source_name: _Optional[str] = ...) -> None: ...
