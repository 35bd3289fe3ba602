"""The two ordered logs between a district and the city: what may stand in them, and the frames that carry them."""

from dataclasses import dataclass

from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.ids import DistrictId, StoreEpoch

UpLetter = (
    IncidentReport | UnitReport | OrderAnswer | OrderProgress
)  # what a district tells the city
DownLetter = OrderRequest | OrderProgress  # what the city tells a district


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """A district opens the stream. A higher session of the same district supersedes the older stream."""

    district: DistrictId
    name: str
    centre: Point
    epoch: StoreEpoch
    session: int
    up_next: int  # the position its next new letter will get
    down_acked: int  # the last position of the city's log that it has journaled


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The city's answer."""

    epoch: StoreEpoch
    up_acked: int  # the last position of the district's log that the city has journaled
    down_next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Up:
    position: int
    letter: UpLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    position: int
    letter: DownLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The last position of the peer's log that this side has journaled."""

    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Every 2 s both ways; `echo` is the peer's last `at`, so that each side can bound the clocks' offset."""

    at: Timestamp
    echo: Timestamp | None = None


UpFrame = Hello | Up | Seen | Heartbeat
DownFrame = Welcome | Down | Seen | Heartbeat
