import datetime

from citybrain.api.v1 import action_pb2 as _action_pb2
from citybrain.api.v1 import attachment_pb2 as _attachment_pb2
from citybrain.api.v1 import kind_pb2 as _kind_pb2
from citybrain.api.v1 import place_pb2 as _place_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Incident(_message.Message):
    __slots__ = ("id", "district", "kind", "stage", "severity", "urgency", "certainty", "place", "reported_at", "changed_at", "escalated", "priority", "waits_for", "source", "clocks", "slots", "events", "extra_orders", "number", "disposition", "previous_incident", "unstable", "parent", "children", "merged_into", "owner", "notes", "paging", "unwitnessed", "place_en", "place_zh", "deferred_until", "responsible", "caused_by", "consequences")
    ID_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    URGENCY_FIELD_NUMBER: _ClassVar[int]
    CERTAINTY_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    REPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    ESCALATED_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    CLOCKS_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_ORDERS_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    DISPOSITION_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_INCIDENT_FIELD_NUMBER: _ClassVar[int]
    UNSTABLE_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    CHILDREN_FIELD_NUMBER: _ClassVar[int]
    MERGED_INTO_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    PAGING_FIELD_NUMBER: _ClassVar[int]
    UNWITNESSED_FIELD_NUMBER: _ClassVar[int]
    PLACE_EN_FIELD_NUMBER: _ClassVar[int]
    PLACE_ZH_FIELD_NUMBER: _ClassVar[int]
    DEFERRED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    RESPONSIBLE_FIELD_NUMBER: _ClassVar[int]
    CAUSED_BY_FIELD_NUMBER: _ClassVar[int]
    CONSEQUENCES_FIELD_NUMBER: _ClassVar[int]
    id: str
    district: str
    kind: str
    stage: str
    severity: str
    urgency: str
    certainty: str
    place: _place_pb2.Place
    reported_at: _timestamp_pb2.Timestamp
    changed_at: _timestamp_pb2.Timestamp
    escalated: bool
    priority: float
    waits_for: str
    source: str
    clocks: _containers.RepeatedCompositeFieldContainer[Countdown]
    slots: _containers.RepeatedCompositeFieldContainer[Slot]
    events: int
    extra_orders: int
    number: str
    disposition: str
    previous_incident: str
    unstable: bool
    parent: str
    children: _containers.RepeatedScalarFieldContainer[str]
    merged_into: str
    owner: str
    notes: int
    paging: Paging
    unwitnessed: Unwitnessed
    place_en: str
    place_zh: str
    deferred_until: _timestamp_pb2.Timestamp
    responsible: Responsibility
    caused_by: str
    consequences: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., district: _Optional[str] = ..., kind: _Optional[str] = ..., stage: _Optional[str] = ..., severity: _Optional[str] = ..., urgency: _Optional[str] = ..., certainty: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., reported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., escalated: _Optional[bool] = ..., priority: _Optional[float] = ..., waits_for: _Optional[str] = ..., source: _Optional[str] = ..., clocks: _Optional[_Iterable[_Union[Countdown, _Mapping]]] = ..., slots: _Optional[_Iterable[_Union[Slot, _Mapping]]] = ..., events: _Optional[int] = ..., extra_orders: _Optional[int] = ..., number: _Optional[str] = ..., disposition: _Optional[str] = ..., previous_incident: _Optional[str] = ..., unstable: _Optional[bool] = ..., parent: _Optional[str] = ..., children: _Optional[_Iterable[str]] = ..., merged_into: _Optional[str] = ..., owner: _Optional[str] = ..., notes: _Optional[int] = ..., paging: _Optional[_Union[Paging, _Mapping]] = ..., unwitnessed: _Optional[_Union[Unwitnessed, _Mapping]] = ..., place_en: _Optional[str] = ..., place_zh: _Optional[str] = ..., deferred_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., responsible: _Optional[_Union[Responsibility, _Mapping]] = ..., caused_by: _Optional[str] = ..., consequences: _Optional[_Iterable[str]] = ...) -> None: ...

class Paging(_message.Message):
    __slots__ = ("policy", "step", "to", "since", "acknowledged_by", "acknowledged_at", "next_at", "pages", "forgotten", "ended")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_BY_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_AT_FIELD_NUMBER: _ClassVar[int]
    NEXT_AT_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    FORGOTTEN_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    policy: str
    step: int
    to: _containers.RepeatedScalarFieldContainer[str]
    since: _timestamp_pb2.Timestamp
    acknowledged_by: str
    acknowledged_at: _timestamp_pb2.Timestamp
    next_at: _timestamp_pb2.Timestamp
    pages: _containers.RepeatedCompositeFieldContainer[PersonPage]
    forgotten: int
    ended: bool
    def __init__(self, policy: _Optional[str] = ..., step: _Optional[int] = ..., to: _Optional[_Iterable[str]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., acknowledged_by: _Optional[str] = ..., acknowledged_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pages: _Optional[_Iterable[_Union[PersonPage, _Mapping]]] = ..., forgotten: _Optional[int] = ..., ended: _Optional[bool] = ...) -> None: ...

class PersonPage(_message.Message):
    __slots__ = ("id", "person", "name", "channel", "state", "at", "reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    id: str
    person: str
    name: str
    channel: str
    state: str
    at: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, id: _Optional[str] = ..., person: _Optional[str] = ..., name: _Optional[str] = ..., channel: _Optional[str] = ..., state: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class Responsibility(_message.Message):
    __slots__ = ("department", "name_en", "name_zh", "returns", "decides")
    DEPARTMENT_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    NAME_ZH_FIELD_NUMBER: _ClassVar[int]
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    DECIDES_FIELD_NUMBER: _ClassVar[int]
    department: str
    name_en: str
    name_zh: str
    returns: int
    decides: str
    def __init__(self, department: _Optional[str] = ..., name_en: _Optional[str] = ..., name_zh: _Optional[str] = ..., returns: _Optional[int] = ..., decides: _Optional[str] = ...) -> None: ...

class Unwitnessed(_message.Message):
    __slots__ = ("state", "source", "reason", "since", "sources", "source_name")
    STATE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_NAME_FIELD_NUMBER: _ClassVar[int]
    state: str
    source: str
    reason: str
    since: _timestamp_pb2.Timestamp
    sources: int
    source_name: str
    def __init__(self, state: _Optional[str] = ..., source: _Optional[str] = ..., reason: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sources: _Optional[int] = ..., source_name: _Optional[str] = ...) -> None: ...

class Countdown(_message.Message):
    __slots__ = ("name", "due_at", "due_local", "estimated")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    DUE_LOCAL_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_FIELD_NUMBER: _ClassVar[int]
    name: str
    due_at: _timestamp_pb2.Timestamp
    due_local: str
    estimated: bool
    def __init__(self, name: _Optional[str] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_local: _Optional[str] = ..., estimated: _Optional[bool] = ...) -> None: ...

class Slot(_message.Message):
    __slots__ = ("id", "capability", "state", "deadline", "from_city", "order", "unit", "version", "unit_name", "next_unit", "next_unit_name")
    ID_FIELD_NUMBER: _ClassVar[int]
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    FROM_CITY_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    UNIT_NAME_FIELD_NUMBER: _ClassVar[int]
    NEXT_UNIT_FIELD_NUMBER: _ClassVar[int]
    NEXT_UNIT_NAME_FIELD_NUMBER: _ClassVar[int]
    id: str
    capability: str
    state: str
    deadline: _timestamp_pb2.Timestamp
    from_city: bool
    order: str
    unit: str
    version: int
    unit_name: str
    next_unit: str
    next_unit_name: str
    def __init__(self, id: _Optional[str] = ..., capability: _Optional[str] = ..., state: _Optional[str] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., from_city: _Optional[bool] = ..., order: _Optional[str] = ..., unit: _Optional[str] = ..., version: _Optional[int] = ..., unit_name: _Optional[str] = ..., next_unit: _Optional[str] = ..., next_unit_name: _Optional[str] = ...) -> None: ...

class IncidentDetail(_message.Message):
    __slots__ = ("incident", "contributions", "history", "evidence", "orders", "reported_kind", "playbook", "verification", "recommendations", "notes", "messages", "handled_by", "watched", "attachments", "source_name", "previous_number", "parent_number", "children_numbers", "merged_into_number", "caused_by_number", "consequences_numbers")
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTIONS_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    REPORTED_KIND_FIELD_NUMBER: _ClassVar[int]
    PLAYBOOK_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDATIONS_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    HANDLED_BY_FIELD_NUMBER: _ClassVar[int]
    WATCHED_FIELD_NUMBER: _ClassVar[int]
    ATTACHMENTS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_NAME_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PARENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CHILDREN_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    MERGED_INTO_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CAUSED_BY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CONSEQUENCES_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    incident: Incident
    contributions: _containers.RepeatedCompositeFieldContainer[Contribution]
    history: _containers.RepeatedCompositeFieldContainer[HistoryEntry]
    evidence: Evidence
    orders: _containers.RepeatedCompositeFieldContainer[Order]
    reported_kind: str
    playbook: str
    verification: Verification
    recommendations: _containers.RepeatedCompositeFieldContainer[Recommendation]
    notes: _containers.RepeatedCompositeFieldContainer[Note]
    messages: _containers.RepeatedCompositeFieldContainer[CrewMessage]
    handled_by: CasePlaybook
    watched: _containers.RepeatedCompositeFieldContainer[WatchedSource]
    attachments: _containers.RepeatedCompositeFieldContainer[_attachment_pb2.Attachment]
    source_name: str
    previous_number: str
    parent_number: str
    children_numbers: _containers.RepeatedScalarFieldContainer[str]
    merged_into_number: str
    caused_by_number: str
    consequences_numbers: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, incident: _Optional[_Union[Incident, _Mapping]] = ..., contributions: _Optional[_Iterable[_Union[Contribution, _Mapping]]] = ..., history: _Optional[_Iterable[_Union[HistoryEntry, _Mapping]]] = ..., evidence: _Optional[_Union[Evidence, _Mapping]] = ..., orders: _Optional[_Iterable[_Union[Order, _Mapping]]] = ..., reported_kind: _Optional[str] = ..., playbook: _Optional[str] = ..., verification: _Optional[_Union[Verification, _Mapping]] = ..., recommendations: _Optional[_Iterable[_Union[Recommendation, _Mapping]]] = ..., notes: _Optional[_Iterable[_Union[Note, _Mapping]]] = ..., messages: _Optional[_Iterable[_Union[CrewMessage, _Mapping]]] = ..., handled_by: _Optional[_Union[CasePlaybook, _Mapping]] = ..., watched: _Optional[_Iterable[_Union[WatchedSource, _Mapping]]] = ..., attachments: _Optional[_Iterable[_Union[_attachment_pb2.Attachment, _Mapping]]] = ..., source_name: _Optional[str] = ..., previous_number: _Optional[str] = ..., parent_number: _Optional[str] = ..., children_numbers: _Optional[_Iterable[str]] = ..., merged_into_number: _Optional[str] = ..., caused_by_number: _Optional[str] = ..., consequences_numbers: _Optional[_Iterable[str]] = ...) -> None: ...

class WatchedSource(_message.Message):
    __slots__ = ("agent", "source", "since", "reason", "back")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BACK_FIELD_NUMBER: _ClassVar[int]
    agent: str
    source: str
    since: _timestamp_pb2.Timestamp
    reason: str
    back: bool
    def __init__(self, agent: _Optional[str] = ..., source: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., back: _Optional[bool] = ...) -> None: ...

class Recommendation(_message.Message):
    __slots__ = ("unit", "name", "eta_s", "reason", "words", "fits", "busy_with", "busy_with_number")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ETA_S_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    FITS_FIELD_NUMBER: _ClassVar[int]
    BUSY_WITH_FIELD_NUMBER: _ClassVar[int]
    BUSY_WITH_NUMBER_FIELD_NUMBER: _ClassVar[int]
    unit: str
    name: str
    eta_s: float
    reason: str
    words: str
    fits: bool
    busy_with: str
    busy_with_number: str
    def __init__(self, unit: _Optional[str] = ..., name: _Optional[str] = ..., eta_s: _Optional[float] = ..., reason: _Optional[str] = ..., words: _Optional[str] = ..., fits: _Optional[bool] = ..., busy_with: _Optional[str] = ..., busy_with_number: _Optional[str] = ...) -> None: ...

class CasePlaybook(_message.Message):
    __slots__ = ("id", "current", "grid", "grid_code", "texts")
    ID_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    GRID_FIELD_NUMBER: _ClassVar[int]
    GRID_CODE_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    id: str
    current: bool
    grid: str
    grid_code: str
    texts: _kind_pb2.CaseTexts
    def __init__(self, id: _Optional[str] = ..., current: _Optional[bool] = ..., grid: _Optional[str] = ..., grid_code: _Optional[str] = ..., texts: _Optional[_Union[_kind_pb2.CaseTexts, _Mapping]] = ...) -> None: ...

class Note(_message.Message):
    __slots__ = ("at", "actor", "text")
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    actor: str
    text: str
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class CrewMessage(_message.Message):
    __slots__ = ("id", "incident", "unit", "at", "actor", "text", "read_at", "replies", "order", "district", "district_name", "reached_at", "not_reached")
    ID_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    READ_AT_FIELD_NUMBER: _ClassVar[int]
    REPLIES_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_NAME_FIELD_NUMBER: _ClassVar[int]
    REACHED_AT_FIELD_NUMBER: _ClassVar[int]
    NOT_REACHED_FIELD_NUMBER: _ClassVar[int]
    id: str
    incident: str
    unit: str
    at: _timestamp_pb2.Timestamp
    actor: str
    text: str
    read_at: _timestamp_pb2.Timestamp
    replies: _containers.RepeatedCompositeFieldContainer[MessageReply]
    order: str
    district: str
    district_name: str
    reached_at: _timestamp_pb2.Timestamp
    not_reached: str
    def __init__(self, id: _Optional[str] = ..., incident: _Optional[str] = ..., unit: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., text: _Optional[str] = ..., read_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., replies: _Optional[_Iterable[_Union[MessageReply, _Mapping]]] = ..., order: _Optional[str] = ..., district: _Optional[str] = ..., district_name: _Optional[str] = ..., reached_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., not_reached: _Optional[str] = ...) -> None: ...

class MessageReply(_message.Message):
    __slots__ = ("at", "actor", "text")
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    actor: str
    text: str
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Contribution(_message.Message):
    __slots__ = ("type", "source", "rule", "live", "since", "received_at", "verified_by", "reporter", "text", "contact", "foreign_case", "joined_by", "id", "source_name", "reading")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_BY_FIELD_NUMBER: _ClassVar[int]
    REPORTER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    FOREIGN_CASE_FIELD_NUMBER: _ClassVar[int]
    JOINED_BY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_NAME_FIELD_NUMBER: _ClassVar[int]
    READING_FIELD_NUMBER: _ClassVar[int]
    type: str
    source: str
    rule: str
    live: bool
    since: _timestamp_pb2.Timestamp
    received_at: _timestamp_pb2.Timestamp
    verified_by: str
    reporter: str
    text: str
    contact: str
    foreign_case: _action_pb2.ForeignCase
    joined_by: JoinedBy
    id: str
    source_name: str
    reading: Reading
    def __init__(self, type: _Optional[str] = ..., source: _Optional[str] = ..., rule: _Optional[str] = ..., live: _Optional[bool] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., verified_by: _Optional[str] = ..., reporter: _Optional[str] = ..., text: _Optional[str] = ..., contact: _Optional[str] = ..., foreign_case: _Optional[_Union[_action_pb2.ForeignCase, _Mapping]] = ..., joined_by: _Optional[_Union[JoinedBy, _Mapping]] = ..., id: _Optional[str] = ..., source_name: _Optional[str] = ..., reading: _Optional[_Union[Reading, _Mapping]] = ...) -> None: ...

class Reading(_message.Message):
    __slots__ = ("value", "limit", "at", "unit")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    value: float
    limit: float
    at: _timestamp_pb2.Timestamp
    unit: str
    def __init__(self, value: _Optional[float] = ..., limit: _Optional[float] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., unit: _Optional[str] = ...) -> None: ...

class JoinedBy(_message.Message):
    __slots__ = ("by", "distance_m", "apart_s", "family", "asset", "person", "asset_name")
    BY_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_M_FIELD_NUMBER: _ClassVar[int]
    APART_S_FIELD_NUMBER: _ClassVar[int]
    FAMILY_FIELD_NUMBER: _ClassVar[int]
    ASSET_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    ASSET_NAME_FIELD_NUMBER: _ClassVar[int]
    by: str
    distance_m: float
    apart_s: float
    family: str
    asset: str
    person: str
    asset_name: str
    def __init__(self, by: _Optional[str] = ..., distance_m: _Optional[float] = ..., apart_s: _Optional[float] = ..., family: _Optional[str] = ..., asset: _Optional[str] = ..., person: _Optional[str] = ..., asset_name: _Optional[str] = ...) -> None: ...

class Verification(_message.Message):
    __slots__ = ("method", "contact")
    METHOD_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    method: str
    contact: str
    def __init__(self, method: _Optional[str] = ..., contact: _Optional[str] = ...) -> None: ...

class HistoryEntry(_message.Message):
    __slots__ = ("at", "code", "actor", "reason", "times", "last_at", "actor_name", "reason_name")
    AT_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    LAST_AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_NAME_FIELD_NUMBER: _ClassVar[int]
    REASON_NAME_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    code: str
    actor: str
    reason: str
    times: int
    last_at: _timestamp_pb2.Timestamp
    actor_name: str
    reason_name: str
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., code: _Optional[str] = ..., actor: _Optional[str] = ..., reason: _Optional[str] = ..., times: _Optional[int] = ..., last_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor_name: _Optional[str] = ..., reason_name: _Optional[str] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("aspect", "outline", "boxes")
    ASPECT_FIELD_NUMBER: _ClassVar[int]
    OUTLINE_FIELD_NUMBER: _ClassVar[int]
    BOXES_FIELD_NUMBER: _ClassVar[int]
    aspect: float
    outline: _containers.RepeatedCompositeFieldContainer[Corner]
    boxes: _containers.RepeatedCompositeFieldContainer[Box]
    def __init__(self, aspect: _Optional[float] = ..., outline: _Optional[_Iterable[_Union[Corner, _Mapping]]] = ..., boxes: _Optional[_Iterable[_Union[Box, _Mapping]]] = ...) -> None: ...

class Corner(_message.Message):
    __slots__ = ("x", "y")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    x: float
    y: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...

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

class Order(_message.Message):
    __slots__ = ("id", "unit", "incident", "incident_district", "slot", "stage", "changed_at", "issued_at", "assignment_number", "kind", "severity", "place", "plan", "reason", "number", "incident_district_name", "place_en", "place_zh")
    ID_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DISTRICT_NAME_FIELD_NUMBER: _ClassVar[int]
    PLACE_EN_FIELD_NUMBER: _ClassVar[int]
    PLACE_ZH_FIELD_NUMBER: _ClassVar[int]
    id: str
    unit: str
    incident: str
    incident_district: str
    slot: str
    stage: str
    changed_at: _timestamp_pb2.Timestamp
    issued_at: _timestamp_pb2.Timestamp
    assignment_number: int
    kind: str
    severity: str
    place: _place_pb2.Place
    plan: str
    reason: str
    number: str
    incident_district_name: str
    place_en: str
    place_zh: str
    def __init__(self, id: _Optional[str] = ..., unit: _Optional[str] = ..., incident: _Optional[str] = ..., incident_district: _Optional[str] = ..., slot: _Optional[str] = ..., stage: _Optional[str] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., assignment_number: _Optional[int] = ..., kind: _Optional[str] = ..., severity: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., plan: _Optional[str] = ..., reason: _Optional[str] = ..., number: _Optional[str] = ..., incident_district_name: _Optional[str] = ..., place_en: _Optional[str] = ..., place_zh: _Optional[str] = ...) -> None: ...
