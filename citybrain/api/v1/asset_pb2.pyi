from citybrain.api.v1 import place_pb2 as _place_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Asset(_message.Message):
    __slots__ = ("id", "kind", "name_en", "name_zh", "place", "fields")
    class FieldsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: AssetValue
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[AssetValue, _Mapping]] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    NAME_ZH_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: str
    name_en: str
    name_zh: str
    place: _place_pb2.Place
    fields: _containers.MessageMap[str, AssetValue]
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[str] = ..., name_en: _Optional[str] = ..., name_zh: _Optional[str] = ..., place: _Optional[_Union[_place_pb2.Place, _Mapping]] = ..., fields: _Optional[_Mapping[str, AssetValue]] = ...) -> None: ...

class AssetValue(_message.Message):
    __slots__ = ("number", "text", "shape")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SHAPE_FIELD_NUMBER: _ClassVar[int]
    number: float
    text: str
    shape: AssetShape
    def __init__(self, number: _Optional[float] = ..., text: _Optional[str] = ..., shape: _Optional[_Union[AssetShape, _Mapping]] = ...) -> None: ...

class AssetShape(_message.Message):
    __slots__ = ("corners",)
    CORNERS_FIELD_NUMBER: _ClassVar[int]
    corners: _containers.RepeatedCompositeFieldContainer[AssetCorner]
    def __init__(self, corners: _Optional[_Iterable[_Union[AssetCorner, _Mapping]]] = ...) -> None: ...

class AssetCorner(_message.Message):
    __slots__ = ("x", "y")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    x: float
    y: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...
