from citybrain.wire.v1 import incident_pb2 as _incident_pb2
from citybrain.wire.v1 import order_pb2 as _order_pb2
from citybrain.wire.v1 import sources_pb2 as _sources_pb2
from citybrain.wire.v1 import unit_pb2 as _unit_pb2
from citybrain.wire.v1 import vocabulary_pb2 as _vocabulary_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Hello(_message.Message):
    __slots__ = ("district", "name", "centre", "epoch", "session", "up_next", "down_acked", "city_epoch", "case_code")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CENTRE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    UP_NEXT_FIELD_NUMBER: _ClassVar[int]
    DOWN_ACKED_FIELD_NUMBER: _ClassVar[int]
    CITY_EPOCH_FIELD_NUMBER: _ClassVar[int]
    CASE_CODE_FIELD_NUMBER: _ClassVar[int]
    district: str
    name: str
    centre: _vocabulary_pb2.Point
    epoch: str
    session: int
    up_next: int
    down_acked: int
    city_epoch: str
    case_code: str
    def __init__(self, district: _Optional[str] = ..., name: _Optional[str] = ..., centre: _Optional[_Union[_vocabulary_pb2.Point, _Mapping]] = ..., epoch: _Optional[str] = ..., session: _Optional[int] = ..., up_next: _Optional[int] = ..., down_acked: _Optional[int] = ..., city_epoch: _Optional[str] = ..., case_code: _Optional[str] = ...) -> None: ...

class Welcome(_message.Message):
    __slots__ = ("epoch", "up_acked", "down_next", "next_session", "forgotten_upto", "is_first", "case_code_shared_with", "reads_sources")
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    UP_ACKED_FIELD_NUMBER: _ClassVar[int]
    DOWN_NEXT_FIELD_NUMBER: _ClassVar[int]
    NEXT_SESSION_FIELD_NUMBER: _ClassVar[int]
    FORGOTTEN_UPTO_FIELD_NUMBER: _ClassVar[int]
    IS_FIRST_FIELD_NUMBER: _ClassVar[int]
    CASE_CODE_SHARED_WITH_FIELD_NUMBER: _ClassVar[int]
    READS_SOURCES_FIELD_NUMBER: _ClassVar[int]
    epoch: str
    up_acked: int
    down_next: int
    next_session: int
    forgotten_upto: int
    is_first: bool
    case_code_shared_with: str
    reads_sources: bool
    def __init__(self, epoch: _Optional[str] = ..., up_acked: _Optional[int] = ..., down_next: _Optional[int] = ..., next_session: _Optional[int] = ..., forgotten_upto: _Optional[int] = ..., is_first: _Optional[bool] = ..., case_code_shared_with: _Optional[str] = ..., reads_sources: _Optional[bool] = ...) -> None: ...

class LetterFrame(_message.Message):
    __slots__ = ("position", "after", "payload")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    position: int
    after: int
    payload: bytes
    def __init__(self, position: _Optional[int] = ..., after: _Optional[int] = ..., payload: _Optional[bytes] = ...) -> None: ...

class LetterGap(_message.Message):
    __slots__ = ("position", "after", "reason")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    position: int
    after: int
    reason: str
    def __init__(self, position: _Optional[int] = ..., after: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class Acknowledged(_message.Message):
    __slots__ = ("position",)
    POSITION_FIELD_NUMBER: _ClassVar[int]
    position: int
    def __init__(self, position: _Optional[int] = ...) -> None: ...

class LetterRefused(_message.Message):
    __slots__ = ("position", "after", "reason")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    position: int
    after: int
    reason: str
    def __init__(self, position: _Optional[int] = ..., after: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class Heartbeat(_message.Message):
    __slots__ = ("at", "echo")
    AT_FIELD_NUMBER: _ClassVar[int]
    ECHO_FIELD_NUMBER: _ClassVar[int]
    at: int
    echo: int
    def __init__(self, at: _Optional[int] = ..., echo: _Optional[int] = ...) -> None: ...

class LinkFrame(_message.Message):
    __slots__ = ("hello", "welcome", "letter", "gap", "acknowledged", "refused", "heartbeat")
    HELLO_FIELD_NUMBER: _ClassVar[int]
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    LETTER_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    hello: Hello
    welcome: Welcome
    letter: LetterFrame
    gap: LetterGap
    acknowledged: Acknowledged
    refused: LetterRefused
    heartbeat: Heartbeat
    def __init__(self, hello: _Optional[_Union[Hello, _Mapping]] = ..., welcome: _Optional[_Union[Welcome, _Mapping]] = ..., letter: _Optional[_Union[LetterFrame, _Mapping]] = ..., gap: _Optional[_Union[LetterGap, _Mapping]] = ..., acknowledged: _Optional[_Union[Acknowledged, _Mapping]] = ..., refused: _Optional[_Union[LetterRefused, _Mapping]] = ..., heartbeat: _Optional[_Union[Heartbeat, _Mapping]] = ...) -> None: ...

class UpLetter(_message.Message):
    __slots__ = ("incident", "unit", "answer", "progress", "message", "receipt", "sources")
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    incident: _incident_pb2.IncidentReport
    unit: _unit_pb2.UnitReport
    answer: _order_pb2.OrderAnswer
    progress: _order_pb2.OrderProgress
    message: _order_pb2.OrderMessage
    receipt: _order_pb2.MessageReceipt
    sources: _sources_pb2.SourcesReport
    def __init__(self, incident: _Optional[_Union[_incident_pb2.IncidentReport, _Mapping]] = ..., unit: _Optional[_Union[_unit_pb2.UnitReport, _Mapping]] = ..., answer: _Optional[_Union[_order_pb2.OrderAnswer, _Mapping]] = ..., progress: _Optional[_Union[_order_pb2.OrderProgress, _Mapping]] = ..., message: _Optional[_Union[_order_pb2.OrderMessage, _Mapping]] = ..., receipt: _Optional[_Union[_order_pb2.MessageReceipt, _Mapping]] = ..., sources: _Optional[_Union[_sources_pb2.SourcesReport, _Mapping]] = ...) -> None: ...

class DownLetter(_message.Message):
    __slots__ = ("request", "progress", "receipt")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    request: _order_pb2.OrderRequest
    progress: _order_pb2.OrderProgress
    receipt: _order_pb2.MessageReceipt
    def __init__(self, request: _Optional[_Union[_order_pb2.OrderRequest, _Mapping]] = ..., progress: _Optional[_Union[_order_pb2.OrderProgress, _Mapping]] = ..., receipt: _Optional[_Union[_order_pb2.MessageReceipt, _Mapping]] = ...) -> None: ...
