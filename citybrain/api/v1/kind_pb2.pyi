from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Kind(_message.Message):
    __slots__ = ("id", "title_en", "title_zh", "needs", "clocks", "grid", "grid_code", "seen_by", "texts")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    TITLE_ZH_FIELD_NUMBER: _ClassVar[int]
    NEEDS_FIELD_NUMBER: _ClassVar[int]
    CLOCKS_FIELD_NUMBER: _ClassVar[int]
    GRID_FIELD_NUMBER: _ClassVar[int]
    GRID_CODE_FIELD_NUMBER: _ClassVar[int]
    SEEN_BY_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    id: str
    title_en: str
    title_zh: str
    needs: _containers.RepeatedCompositeFieldContainer[Need]
    clocks: KindClocks
    grid: str
    grid_code: str
    seen_by: str
    texts: CaseTexts
    def __init__(self, id: _Optional[str] = ..., title_en: _Optional[str] = ..., title_zh: _Optional[str] = ..., needs: _Optional[_Iterable[_Union[Need, _Mapping]]] = ..., clocks: _Optional[_Union[KindClocks, _Mapping]] = ..., grid: _Optional[str] = ..., grid_code: _Optional[str] = ..., seen_by: _Optional[str] = ..., texts: _Optional[_Union[CaseTexts, _Mapping]] = ...) -> None: ...

class CaseTexts(_message.Message):
    __slots__ = ("opens_en", "opens_zh", "time_limit_en", "time_limit_zh", "closes_en", "closes_zh")
    OPENS_EN_FIELD_NUMBER: _ClassVar[int]
    OPENS_ZH_FIELD_NUMBER: _ClassVar[int]
    TIME_LIMIT_EN_FIELD_NUMBER: _ClassVar[int]
    TIME_LIMIT_ZH_FIELD_NUMBER: _ClassVar[int]
    CLOSES_EN_FIELD_NUMBER: _ClassVar[int]
    CLOSES_ZH_FIELD_NUMBER: _ClassVar[int]
    opens_en: str
    opens_zh: str
    time_limit_en: str
    time_limit_zh: str
    closes_en: str
    closes_zh: str
    def __init__(self, opens_en: _Optional[str] = ..., opens_zh: _Optional[str] = ..., time_limit_en: _Optional[str] = ..., time_limit_zh: _Optional[str] = ..., closes_en: _Optional[str] = ..., closes_zh: _Optional[str] = ...) -> None: ...

class Need(_message.Message):
    __slots__ = ("capability", "quantity", "within_s")
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    WITHIN_S_FIELD_NUMBER: _ClassVar[int]
    capability: str
    quantity: int
    within_s: float
    def __init__(self, capability: _Optional[str] = ..., quantity: _Optional[int] = ..., within_s: _Optional[float] = ...) -> None: ...

class WorkingClock(_message.Message):
    __slots__ = ("name", "hours", "days")
    NAME_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    name: str
    hours: float
    days: int
    def __init__(self, name: _Optional[str] = ..., hours: _Optional[float] = ..., days: _Optional[int] = ...) -> None: ...

class KindClocks(_message.Message):
    __slots__ = ("dispatch_s", "arrive_s", "handle_s", "verify_s", "working")
    DISPATCH_S_FIELD_NUMBER: _ClassVar[int]
    ARRIVE_S_FIELD_NUMBER: _ClassVar[int]
    HANDLE_S_FIELD_NUMBER: _ClassVar[int]
    VERIFY_S_FIELD_NUMBER: _ClassVar[int]
    WORKING_FIELD_NUMBER: _ClassVar[int]
    dispatch_s: float
    arrive_s: float
    handle_s: float
    verify_s: float
    working: _containers.RepeatedCompositeFieldContainer[WorkingClock]
    def __init__(self, dispatch_s: _Optional[float] = ..., arrive_s: _Optional[float] = ..., handle_s: _Optional[float] = ..., verify_s: _Optional[float] = ..., working: _Optional[_Iterable[_Union[WorkingClock, _Mapping]]] = ...) -> None: ...
