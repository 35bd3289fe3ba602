import datetime

from citybrain.api.v1 import condition_pb2 as _condition_pb2
from citybrain.api.v1 import place_pb2 as _place_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class District(_message.Message):
    __slots__ = ("id", "name_en", "name_zh", "centre", "software_version", "links", "counts", "watch", "conditions", "standings", "on_call")
    class CountsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    NAME_ZH_FIELD_NUMBER: _ClassVar[int]
    CENTRE_FIELD_NUMBER: _ClassVar[int]
    SOFTWARE_VERSION_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    WATCH_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    STANDINGS_FIELD_NUMBER: _ClassVar[int]
    ON_CALL_FIELD_NUMBER: _ClassVar[int]
    id: str
    name_en: str
    name_zh: str
    centre: _place_pb2.Place
    software_version: str
    links: _containers.RepeatedCompositeFieldContainer[Link]
    counts: _containers.ScalarMap[str, float]
    watch: _containers.RepeatedCompositeFieldContainer[Freshness]
    conditions: _containers.RepeatedCompositeFieldContainer[_condition_pb2.Condition]
    standings: _containers.RepeatedCompositeFieldContainer[AgentStanding]
    on_call: _containers.RepeatedCompositeFieldContainer[OnCall]
    def __init__(self, id: _Optional[str] = ..., name_en: _Optional[str] = ..., name_zh: _Optional[str] = ..., centre: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., software_version: _Optional[str] = ..., links: _Optional[_Iterable[_Union[Link, _Mapping]]] = ..., counts: _Optional[_Mapping[str, float]] = ..., watch: _Optional[_Iterable[_Union[Freshness, _Mapping]]] = ..., conditions: _Optional[_Iterable[_Union[_condition_pb2.Condition, _Mapping]]] = ..., standings: _Optional[_Iterable[_Union[AgentStanding, _Mapping]]] = ..., on_call: _Optional[_Iterable[_Union[OnCall, _Mapping]]] = ...) -> None: ...

class OnCall(_message.Message):
    __slots__ = ("rota", "people", "names", "gap", "until")
    ROTA_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    rota: str
    people: _containers.RepeatedScalarFieldContainer[str]
    names: _containers.RepeatedScalarFieldContainer[str]
    gap: bool
    until: _timestamp_pb2.Timestamp
    def __init__(self, rota: _Optional[str] = ..., people: _Optional[_Iterable[str]] = ..., names: _Optional[_Iterable[str]] = ..., gap: _Optional[bool] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AgentStanding(_message.Message):
    __slots__ = ("agent", "standing", "since", "name")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    agent: str
    standing: str
    since: _timestamp_pb2.Timestamp
    name: str
    def __init__(self, agent: _Optional[str] = ..., standing: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., name: _Optional[str] = ...) -> None: ...

class Link(_message.Message):
    __slots__ = ("name", "up", "since", "backlog", "problem")
    NAME_FIELD_NUMBER: _ClassVar[int]
    UP_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    BACKLOG_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    name: str
    up: bool
    since: _timestamp_pb2.Timestamp
    backlog: int
    problem: str
    def __init__(self, name: _Optional[str] = ..., up: _Optional[bool] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., backlog: _Optional[int] = ..., problem: _Optional[str] = ...) -> None: ...

class Freshness(_message.Message):
    __slots__ = ("agent", "online", "seen_at", "sources", "sources_observed", "backlog", "lost", "clock_ahead_s", "name")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    ONLINE_FIELD_NUMBER: _ClassVar[int]
    SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    SOURCES_OBSERVED_FIELD_NUMBER: _ClassVar[int]
    BACKLOG_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    CLOCK_AHEAD_S_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    agent: str
    online: bool
    seen_at: _timestamp_pb2.Timestamp
    sources: int
    sources_observed: int
    backlog: int
    lost: int
    clock_ahead_s: float
    name: str
    def __init__(self, agent: _Optional[str] = ..., online: _Optional[bool] = ..., seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sources: _Optional[int] = ..., sources_observed: _Optional[int] = ..., backlog: _Optional[int] = ..., lost: _Optional[int] = ..., clock_ahead_s: _Optional[float] = ..., name: _Optional[str] = ...) -> None: ...
