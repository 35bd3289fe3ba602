from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class SourcesReport(_message.Message):
    __slots__ = ("district", "at", "cameras", "cameras_blind", "cameras_degraded", "cameras_unknown", "agents", "agents_offline")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    CAMERAS_FIELD_NUMBER: _ClassVar[int]
    CAMERAS_BLIND_FIELD_NUMBER: _ClassVar[int]
    CAMERAS_DEGRADED_FIELD_NUMBER: _ClassVar[int]
    CAMERAS_UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    AGENTS_OFFLINE_FIELD_NUMBER: _ClassVar[int]
    district: str
    at: int
    cameras: int
    cameras_blind: int
    cameras_degraded: int
    cameras_unknown: int
    agents: int
    agents_offline: int
    def __init__(self, district: _Optional[str] = ..., at: _Optional[int] = ..., cameras: _Optional[int] = ..., cameras_blind: _Optional[int] = ..., cameras_degraded: _Optional[int] = ..., cameras_unknown: _Optional[int] = ..., agents: _Optional[int] = ..., agents_offline: _Optional[int] = ...) -> None: ...
