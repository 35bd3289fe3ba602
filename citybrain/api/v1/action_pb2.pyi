import datetime

from citybrain.api.v1 import place_pb2 as _place_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Action(_message.Message):
    __slots__ = ("request_id", "incident", "verb", "reason", "unit", "actor", "disposition", "confirmed", "other", "contributions", "text", "kind", "place", "severity", "person", "attachment", "preempt", "until", "department", "next")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    OTHER_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTIONS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    ATTACHMENT_FIELD_NUMBER: _ClassVar[int]
    PREEMPT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    incident: str
    verb: str
    reason: str
    unit: str
    actor: str
    disposition: str
    confirmed: bool
    other: str
    contributions: _containers.RepeatedScalarFieldContainer[str]
    text: str
    kind: str
    place: _place_pb2.Place
    severity: str
    person: str
    attachment: str
    preempt: bool
    until: _timestamp_pb2.Timestamp
    department: str
    next: bool
    def __init__(self, request_id: _Optional[str] = ..., incident: _Optional[str] = ..., verb: _Optional[str] = ..., reason: _Optional[str] = ..., unit: _Optional[str] = ..., actor: _Optional[str] = ..., disposition: _Optional[str] = ..., confirmed: _Optional[bool] = ..., other: _Optional[str] = ..., contributions: _Optional[_Iterable[str]] = ..., text: _Optional[str] = ..., kind: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., severity: _Optional[str] = ..., person: _Optional[str] = ..., attachment: _Optional[str] = ..., preempt: _Optional[bool] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., department: _Optional[str] = ..., next: _Optional[bool] = ...) -> None: ...

class UnitAction(_message.Message):
    __slots__ = ("request_id", "unit", "verb", "reason", "until", "actor")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    unit: str
    verb: str
    reason: str
    until: _timestamp_pb2.Timestamp
    actor: str
    def __init__(self, request_id: _Optional[str] = ..., unit: _Optional[str] = ..., verb: _Optional[str] = ..., reason: _Optional[str] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ...) -> None: ...

class Actions(_message.Message):
    __slots__ = ("actions",)
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    actions: _containers.RepeatedCompositeFieldContainer[Action]
    def __init__(self, actions: _Optional[_Iterable[_Union[Action, _Mapping]]] = ...) -> None: ...

class Outcomes(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[Outcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[Outcome, _Mapping]]] = ...) -> None: ...

class ShiftAction(_message.Message):
    __slots__ = ("request_id", "verb", "person", "text", "hand_over", "actor")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    HAND_OVER_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    verb: str
    person: str
    text: str
    hand_over: str
    actor: str
    def __init__(self, request_id: _Optional[str] = ..., verb: _Optional[str] = ..., person: _Optional[str] = ..., text: _Optional[str] = ..., hand_over: _Optional[str] = ..., actor: _Optional[str] = ...) -> None: ...

class AgentAction(_message.Message):
    __slots__ = ("request_id", "agent", "verb", "reason", "actor")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    VERB_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    agent: str
    verb: str
    reason: str
    actor: str
    def __init__(self, request_id: _Optional[str] = ..., agent: _Optional[str] = ..., verb: _Optional[str] = ..., reason: _Optional[str] = ..., actor: _Optional[str] = ...) -> None: ...

class Report(_message.Message):
    __slots__ = ("request_id", "kind", "place", "text", "contact", "reporter", "severity", "urgency", "certainty", "observed_at", "foreign_case", "actor")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    REPORTER_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    URGENCY_FIELD_NUMBER: _ClassVar[int]
    CERTAINTY_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_AT_FIELD_NUMBER: _ClassVar[int]
    FOREIGN_CASE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    kind: str
    place: _place_pb2.Place
    text: str
    contact: str
    reporter: str
    severity: str
    urgency: str
    certainty: str
    observed_at: _timestamp_pb2.Timestamp
    foreign_case: ForeignCase
    actor: str
    def __init__(self, request_id: _Optional[str] = ..., kind: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., text: _Optional[str] = ..., contact: _Optional[str] = ..., reporter: _Optional[str] = ..., severity: _Optional[str] = ..., urgency: _Optional[str] = ..., certainty: _Optional[str] = ..., observed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., foreign_case: _Optional[_Union[ForeignCase, _Mapping]] = ..., actor: _Optional[str] = ...) -> None: ...

class ForeignCase(_message.Message):
    __slots__ = ("system", "case", "url")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CASE_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    system: str
    case: str
    url: str
    def __init__(self, system: _Optional[str] = ..., case: _Optional[str] = ..., url: _Optional[str] = ...) -> None: ...

class Outcome(_message.Message):
    __slots__ = ("request_id", "done", "reason", "detail", "incident")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    done: bool
    reason: str
    detail: str
    incident: str
    def __init__(self, request_id: _Optional[str] = ..., done: _Optional[bool] = ..., reason: _Optional[str] = ..., detail: _Optional[str] = ..., incident: _Optional[str] = ...) -> None: ...
