from citybrain.api.v1 import asset_pb2 as _asset_pb2
from citybrain.api.v1 import city_pb2 as _city_pb2
from citybrain.api.v1 import district_pb2 as _district_pb2
from citybrain.api.v1 import incident_pb2 as _incident_pb2
from citybrain.api.v1 import kind_pb2 as _kind_pb2
from citybrain.api.v1 import plan_pb2 as _plan_pb2
from citybrain.api.v1 import rule_pb2 as _rule_pb2
from citybrain.api.v1 import source_pb2 as _source_pb2
from citybrain.api.v1 import unit_pb2 as _unit_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WatchRequest(_message.Message):
    __slots__ = ("views", "since")
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    views: _containers.RepeatedCompositeFieldContainer[View]
    since: str
    def __init__(self, views: _Optional[_Iterable[_Union[View, _Mapping]]] = ..., since: _Optional[str] = ...) -> None: ...

class View(_message.Message):
    __slots__ = ("name", "collection", "filter", "search", "order_by", "offset", "limit", "key", "fresh")
    NAME_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    FRESH_FIELD_NUMBER: _ClassVar[int]
    name: str
    collection: str
    filter: str
    search: str
    order_by: str
    offset: int
    limit: int
    key: str
    fresh: bool
    def __init__(self, name: _Optional[str] = ..., collection: _Optional[str] = ..., filter: _Optional[str] = ..., search: _Optional[str] = ..., order_by: _Optional[str] = ..., offset: _Optional[int] = ..., limit: _Optional[int] = ..., key: _Optional[str] = ..., fresh: _Optional[bool] = ...) -> None: ...

class Changes(_message.Message):
    __slots__ = ("version", "views")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    VIEWS_FIELD_NUMBER: _ClassVar[int]
    version: str
    views: _containers.RepeatedCompositeFieldContainer[ViewChange]
    def __init__(self, version: _Optional[str] = ..., views: _Optional[_Iterable[_Union[ViewChange, _Mapping]]] = ...) -> None: ...

class ViewChange(_message.Message):
    __slots__ = ("name", "page", "delta", "row", "gone")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    ROW_FIELD_NUMBER: _ClassVar[int]
    GONE_FIELD_NUMBER: _ClassVar[int]
    name: str
    page: Page
    delta: Delta
    row: Row
    gone: bool
    def __init__(self, name: _Optional[str] = ..., page: _Optional[_Union[Page, _Mapping]] = ..., delta: _Optional[_Union[Delta, _Mapping]] = ..., row: _Optional[_Union[Row, _Mapping]] = ..., gone: _Optional[bool] = ...) -> None: ...

class Page(_message.Message):
    __slots__ = ("total", "offset", "rows")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    total: int
    offset: int
    rows: _containers.RepeatedCompositeFieldContainer[Row]
    def __init__(self, total: _Optional[int] = ..., offset: _Optional[int] = ..., rows: _Optional[_Iterable[_Union[Row, _Mapping]]] = ...) -> None: ...

class Delta(_message.Message):
    __slots__ = ("total", "removed", "placed", "rows")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    PLACED_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    total: int
    removed: _containers.RepeatedScalarFieldContainer[str]
    placed: _containers.RepeatedCompositeFieldContainer[Placed]
    rows: _containers.RepeatedCompositeFieldContainer[Row]
    def __init__(self, total: _Optional[int] = ..., removed: _Optional[_Iterable[str]] = ..., placed: _Optional[_Iterable[_Union[Placed, _Mapping]]] = ..., rows: _Optional[_Iterable[_Union[Row, _Mapping]]] = ...) -> None: ...

class Placed(_message.Message):
    __slots__ = ("index", "key")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    index: int
    key: str
    def __init__(self, index: _Optional[int] = ..., key: _Optional[str] = ...) -> None: ...

class Row(_message.Message):
    __slots__ = ("key", "incident", "incident_detail", "unit", "order", "source", "asset", "kind", "district", "plan", "plan_detail", "city_order", "district_summary", "city", "open_need", "rule")
    KEY_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_FIELD_NUMBER: _ClassVar[int]
    INCIDENT_DETAIL_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ASSET_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    PLAN_DETAIL_FIELD_NUMBER: _ClassVar[int]
    CITY_ORDER_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_SUMMARY_FIELD_NUMBER: _ClassVar[int]
    CITY_FIELD_NUMBER: _ClassVar[int]
    OPEN_NEED_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    key: str
    incident: _incident_pb2.Incident
    incident_detail: _incident_pb2.IncidentDetail
    unit: _unit_pb2.Unit
    order: _incident_pb2.Order
    source: _source_pb2.Source
    asset: _asset_pb2.Asset
    kind: _kind_pb2.Kind
    district: _district_pb2.District
    plan: _plan_pb2.Plan
    plan_detail: _plan_pb2.PlanDetail
    city_order: _city_pb2.CityOrder
    district_summary: _city_pb2.DistrictSummary
    city: _city_pb2.City
    open_need: _city_pb2.OpenNeed
    rule: _rule_pb2.Rule
    def __init__(self, key: _Optional[str] = ..., incident: _Optional[_Union[_incident_pb2.Incident, _Mapping]] = ..., incident_detail: _Optional[_Union[_incident_pb2.IncidentDetail, _Mapping]] = ..., unit: _Optional[_Union[_unit_pb2.Unit, _Mapping]] = ..., order: _Optional[_Union[_incident_pb2.Order, _Mapping]] = ..., source: _Optional[_Union[_source_pb2.Source, _Mapping]] = ..., asset: _Optional[_Union[_asset_pb2.Asset, _Mapping]] = ..., kind: _Optional[_Union[_kind_pb2.Kind, _Mapping]] = ..., district: _Optional[_Union[_district_pb2.District, _Mapping]] = ..., plan: _Optional[_Union[_plan_pb2.Plan, _Mapping]] = ..., plan_detail: _Optional[_Union[_plan_pb2.PlanDetail, _Mapping]] = ..., city_order: _Optional[_Union[_city_pb2.CityOrder, _Mapping]] = ..., district_summary: _Optional[_Union[_city_pb2.DistrictSummary, _Mapping]] = ..., city: _Optional[_Union[_city_pb2.City, _Mapping]] = ..., open_need: _Optional[_Union[_city_pb2.OpenNeed, _Mapping]] = ..., rule: _Optional[_Union[_rule_pb2.Rule, _Mapping]] = ...) -> None: ...
