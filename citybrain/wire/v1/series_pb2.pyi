from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SeriesPoint(_message.Message):
    __slots__ = ("source", "series", "unit", "minute", "samples", "last", "low", "mean", "high", "observed_share")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    MINUTE_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_SHARE_FIELD_NUMBER: _ClassVar[int]
    source: str
    series: str
    unit: str
    minute: int
    samples: int
    last: float
    low: float
    mean: float
    high: float
    observed_share: float
    def __init__(self, source: _Optional[str] = ..., series: _Optional[str] = ..., unit: _Optional[str] = ..., minute: _Optional[int] = ..., samples: _Optional[int] = ..., last: _Optional[float] = ..., low: _Optional[float] = ..., mean: _Optional[float] = ..., high: _Optional[float] = ..., observed_share: _Optional[float] = ...) -> None: ...

class SeriesBatch(_message.Message):
    __slots__ = ("version", "agent", "points")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    version: int
    agent: str
    points: _containers.RepeatedCompositeFieldContainer[SeriesPoint]
    def __init__(self, version: _Optional[int] = ..., agent: _Optional[str] = ..., points: _Optional[_Iterable[_Union[SeriesPoint, _Mapping]]] = ...) -> None: ...
