from citybrain.wire.v1 import event_pb2 as _event_pb2
from citybrain.wire.v1 import vocabulary_pb2 as _vocabulary_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AgentHello(_message.Message):
    __slots__ = ("version", "agent", "incarnation", "lowest_unacked", "next_seq", "previous", "proof", "at")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    LOWEST_UNACKED_FIELD_NUMBER: _ClassVar[int]
    NEXT_SEQ_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    version: int
    agent: str
    incarnation: int
    lowest_unacked: int
    next_seq: int
    previous: int
    proof: HelloProof
    at: int
    def __init__(self, version: _Optional[int] = ..., agent: _Optional[str] = ..., incarnation: _Optional[int] = ..., lowest_unacked: _Optional[int] = ..., next_seq: _Optional[int] = ..., previous: _Optional[int] = ..., proof: _Optional[_Union[HelloProof, _Mapping]] = ..., at: _Optional[int] = ...) -> None: ...

class HelloProof(_message.Message):
    __slots__ = ("claims", "signature", "certificates")
    CLAIMS_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATES_FIELD_NUMBER: _ClassVar[int]
    claims: bytes
    signature: bytes
    certificates: bytes
    def __init__(self, claims: _Optional[bytes] = ..., signature: _Optional[bytes] = ..., certificates: _Optional[bytes] = ...) -> None: ...

class SeqRange(_message.Message):
    __slots__ = ("first", "last")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    first: int
    last: int
    def __init__(self, first: _Optional[int] = ..., last: _Optional[int] = ...) -> None: ...

class Ack(_message.Message):
    __slots__ = ("version", "incarnation", "contiguous", "above", "believed_instead", "at", "epoch")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    CONTIGUOUS_FIELD_NUMBER: _ClassVar[int]
    ABOVE_FIELD_NUMBER: _ClassVar[int]
    BELIEVED_INSTEAD_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    version: int
    incarnation: int
    contiguous: int
    above: _containers.RepeatedCompositeFieldContainer[SeqRange]
    believed_instead: int
    at: int
    epoch: str
    def __init__(self, version: _Optional[int] = ..., incarnation: _Optional[int] = ..., contiguous: _Optional[int] = ..., above: _Optional[_Iterable[_Union[SeqRange, _Mapping]]] = ..., believed_instead: _Optional[int] = ..., at: _Optional[int] = ..., epoch: _Optional[str] = ...) -> None: ...

class RequestBatch(_message.Message):
    __slots__ = ("version", "epoch", "first", "requests")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    version: int
    epoch: str
    first: int
    requests: _containers.RepeatedCompositeFieldContainer[_event_pb2.VerificationRequest]
    def __init__(self, version: _Optional[int] = ..., epoch: _Optional[str] = ..., first: _Optional[int] = ..., requests: _Optional[_Iterable[_Union[_event_pb2.VerificationRequest, _Mapping]]] = ...) -> None: ...

class RequestAck(_message.Message):
    __slots__ = ("version", "epoch", "contiguous")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    CONTIGUOUS_FIELD_NUMBER: _ClassVar[int]
    version: int
    epoch: str
    contiguous: int
    def __init__(self, version: _Optional[int] = ..., epoch: _Optional[str] = ..., contiguous: _Optional[int] = ...) -> None: ...

class ViewCone(_message.Message):
    __slots__ = ("heading_deg", "field_of_view_deg", "range_m")
    HEADING_DEG_FIELD_NUMBER: _ClassVar[int]
    FIELD_OF_VIEW_DEG_FIELD_NUMBER: _ClassVar[int]
    RANGE_M_FIELD_NUMBER: _ClassVar[int]
    heading_deg: float
    field_of_view_deg: float
    range_m: float
    def __init__(self, heading_deg: _Optional[float] = ..., field_of_view_deg: _Optional[float] = ..., range_m: _Optional[float] = ...) -> None: ...

class SourceStatus(_message.Message):
    __slots__ = ("source", "is_camera", "place", "visibility", "reason", "fps", "infer_ms", "captured", "used", "gated", "dropped", "observed_s", "degraded_s", "blind_s", "view_cone")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    IS_CAMERA_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    VISIBILITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FPS_FIELD_NUMBER: _ClassVar[int]
    INFER_MS_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    GATED_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_S_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_S_FIELD_NUMBER: _ClassVar[int]
    BLIND_S_FIELD_NUMBER: _ClassVar[int]
    VIEW_CONE_FIELD_NUMBER: _ClassVar[int]
    source: str
    is_camera: bool
    place: _vocabulary_pb2.Point
    visibility: _vocabulary_pb2.Visibility
    reason: str
    fps: float
    infer_ms: float
    captured: int
    used: int
    gated: int
    dropped: int
    observed_s: float
    degraded_s: float
    blind_s: float
    view_cone: ViewCone
    def __init__(self, source: _Optional[str] = ..., is_camera: _Optional[bool] = ..., place: _Optional[_Union[_vocabulary_pb2.Point, _Mapping]] = ..., visibility: _Optional[_Union[_vocabulary_pb2.Visibility, str]] = ..., reason: _Optional[str] = ..., fps: _Optional[float] = ..., infer_ms: _Optional[float] = ..., captured: _Optional[int] = ..., used: _Optional[int] = ..., gated: _Optional[int] = ..., dropped: _Optional[int] = ..., observed_s: _Optional[float] = ..., degraded_s: _Optional[float] = ..., blind_s: _Optional[float] = ..., view_cone: _Optional[_Union[ViewCone, _Mapping]] = ...) -> None: ...

class AgentStatus(_message.Message):
    __slots__ = ("version", "agent", "online", "at", "software_version", "outbox_rows", "outbox_bytes", "lost", "sources", "set_apart", "outboxes_damaged")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    ONLINE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    SOFTWARE_VERSION_FIELD_NUMBER: _ClassVar[int]
    OUTBOX_ROWS_FIELD_NUMBER: _ClassVar[int]
    OUTBOX_BYTES_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    SET_APART_FIELD_NUMBER: _ClassVar[int]
    OUTBOXES_DAMAGED_FIELD_NUMBER: _ClassVar[int]
    version: int
    agent: str
    online: bool
    at: int
    software_version: str
    outbox_rows: int
    outbox_bytes: int
    lost: int
    sources: _containers.RepeatedCompositeFieldContainer[SourceStatus]
    set_apart: int
    outboxes_damaged: int
    def __init__(self, version: _Optional[int] = ..., agent: _Optional[str] = ..., online: _Optional[bool] = ..., at: _Optional[int] = ..., software_version: _Optional[str] = ..., outbox_rows: _Optional[int] = ..., outbox_bytes: _Optional[int] = ..., lost: _Optional[int] = ..., sources: _Optional[_Iterable[_Union[SourceStatus, _Mapping]]] = ..., set_apart: _Optional[int] = ..., outboxes_damaged: _Optional[int] = ...) -> None: ...
