from citybrain.wire.v1 import vocabulary_pb2 as _vocabulary_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Box(_message.Message):
    __slots__ = ("left", "top", "right", "bottom", "label", "score", "track")
    LEFT_FIELD_NUMBER: _ClassVar[int]
    TOP_FIELD_NUMBER: _ClassVar[int]
    RIGHT_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    TRACK_FIELD_NUMBER: _ClassVar[int]
    left: float
    top: float
    right: float
    bottom: float
    label: str
    score: float
    track: int
    def __init__(self, left: _Optional[float] = ..., top: _Optional[float] = ..., right: _Optional[float] = ..., bottom: _Optional[float] = ..., label: _Optional[str] = ..., score: _Optional[float] = ..., track: _Optional[int] = ...) -> None: ...

class Corner(_message.Message):
    __slots__ = ("x", "y")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    x: float
    y: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("aspect", "outline", "boxes")
    ASPECT_FIELD_NUMBER: _ClassVar[int]
    OUTLINE_FIELD_NUMBER: _ClassVar[int]
    BOXES_FIELD_NUMBER: _ClassVar[int]
    aspect: float
    outline: _containers.RepeatedCompositeFieldContainer[Corner]
    boxes: _containers.RepeatedCompositeFieldContainer[Box]
    def __init__(self, aspect: _Optional[float] = ..., outline: _Optional[_Iterable[_Union[Corner, _Mapping]]] = ..., boxes: _Optional[_Iterable[_Union[Box, _Mapping]]] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("episode", "former_kind", "phase", "source", "rule", "incident_kind", "place", "severity", "urgency", "certainty", "observed_at", "error_ms", "measurements", "traceparent", "evidence", "is_historical", "kind", "from_sensor")
    class MeasurementsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    EPISODE_FIELD_NUMBER: _ClassVar[int]
    FORMER_KIND_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_KIND_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    URGENCY_FIELD_NUMBER: _ClassVar[int]
    CERTAINTY_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_AT_FIELD_NUMBER: _ClassVar[int]
    ERROR_MS_FIELD_NUMBER: _ClassVar[int]
    MEASUREMENTS_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    IS_HISTORICAL_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FROM_SENSOR_FIELD_NUMBER: _ClassVar[int]
    episode: str
    former_kind: int
    phase: _vocabulary_pb2.Phase
    source: str
    rule: str
    incident_kind: str
    place: _vocabulary_pb2.Point
    severity: _vocabulary_pb2.Severity
    urgency: _vocabulary_pb2.Urgency
    certainty: _vocabulary_pb2.Certainty
    observed_at: int
    error_ms: float
    measurements: _containers.ScalarMap[str, float]
    traceparent: str
    evidence: Evidence
    is_historical: bool
    kind: str
    from_sensor: bool
    def __init__(self, episode: _Optional[str] = ..., former_kind: _Optional[int] = ..., phase: _Optional[_Union[_vocabulary_pb2.Phase, str]] = ..., source: _Optional[str] = ..., rule: _Optional[str] = ..., incident_kind: _Optional[str] = ..., place: _Optional[_Union[_vocabulary_pb2.Point, _Mapping]] = ..., severity: _Optional[_Union[_vocabulary_pb2.Severity, str]] = ..., urgency: _Optional[_Union[_vocabulary_pb2.Urgency, str]] = ..., certainty: _Optional[_Union[_vocabulary_pb2.Certainty, str]] = ..., observed_at: _Optional[int] = ..., error_ms: _Optional[float] = ..., measurements: _Optional[_Mapping[str, float]] = ..., traceparent: _Optional[str] = ..., evidence: _Optional[_Union[Evidence, _Mapping]] = ..., is_historical: _Optional[bool] = ..., kind: _Optional[str] = ..., from_sensor: _Optional[bool] = ...) -> None: ...

class LossCount(_message.Message):
    __slots__ = ("severity", "rule", "count")
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    severity: _vocabulary_pb2.Severity
    rule: str
    count: int
    def __init__(self, severity: _Optional[_Union[_vocabulary_pb2.Severity, str]] = ..., rule: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class Gap(_message.Message):
    __slots__ = ("first", "last", "reason", "losses")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    LOSSES_FIELD_NUMBER: _ClassVar[int]
    first: int
    last: int
    reason: str
    losses: _containers.RepeatedCompositeFieldContainer[LossCount]
    def __init__(self, first: _Optional[int] = ..., last: _Optional[int] = ..., reason: _Optional[str] = ..., losses: _Optional[_Iterable[_Union[LossCount, _Mapping]]] = ...) -> None: ...

class VisibilityInterval(_message.Message):
    __slots__ = ("source", "visibility", "reason", "since", "until")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VISIBILITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    source: str
    visibility: _vocabulary_pb2.Visibility
    reason: str
    since: int
    until: int
    def __init__(self, source: _Optional[str] = ..., visibility: _Optional[_Union[_vocabulary_pb2.Visibility, str]] = ..., reason: _Optional[str] = ..., since: _Optional[int] = ..., until: _Optional[int] = ...) -> None: ...

class VerificationRequest(_message.Message):
    __slots__ = ("request", "incident", "source", "rule", "quiet_s", "deadline")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    QUIET_S_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    request: str
    incident: str
    source: str
    rule: str
    quiet_s: float
    deadline: int
    def __init__(self, request: _Optional[str] = ..., incident: _Optional[str] = ..., source: _Optional[str] = ..., rule: _Optional[str] = ..., quiet_s: _Optional[float] = ..., deadline: _Optional[int] = ...) -> None: ...

class VerificationResult(_message.Message):
    __slots__ = ("request", "incident", "source", "verdict", "reason", "observed_s", "measurements", "answered_at")
    class MeasurementsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_S_FIELD_NUMBER: _ClassVar[int]
    MEASUREMENTS_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_AT_FIELD_NUMBER: _ClassVar[int]
    request: str
    incident: str
    source: str
    verdict: _vocabulary_pb2.VerificationVerdict
    reason: str
    observed_s: float
    measurements: _containers.ScalarMap[str, float]
    answered_at: int
    def __init__(self, request: _Optional[str] = ..., incident: _Optional[str] = ..., source: _Optional[str] = ..., verdict: _Optional[_Union[_vocabulary_pb2.VerificationVerdict, str]] = ..., reason: _Optional[str] = ..., observed_s: _Optional[float] = ..., measurements: _Optional[_Mapping[str, float]] = ..., answered_at: _Optional[int] = ...) -> None: ...

class OutboxItem(_message.Message):
    __slots__ = ("seq", "event", "gap", "visibility", "verification")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    VISIBILITY_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    seq: int
    event: Event
    gap: Gap
    visibility: VisibilityInterval
    verification: VerificationResult
    def __init__(self, seq: _Optional[int] = ..., event: _Optional[_Union[Event, _Mapping]] = ..., gap: _Optional[_Union[Gap, _Mapping]] = ..., visibility: _Optional[_Union[VisibilityInterval, _Mapping]] = ..., verification: _Optional[_Union[VerificationResult, _Mapping]] = ...) -> None: ...

class EventBatch(_message.Message):
    __slots__ = ("version", "agent", "incarnation", "items")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    version: int
    agent: str
    incarnation: int
    items: _containers.RepeatedCompositeFieldContainer[OutboxItem]
    def __init__(self, version: _Optional[int] = ..., agent: _Optional[str] = ..., incarnation: _Optional[int] = ..., items: _Optional[_Iterable[_Union[OutboxItem, _Mapping]]] = ...) -> None: ...
