"""A box as decisions need it: whether it is connected, what it last said that its sources see, how
far off its clock is.
"""

from citybrain.clock import Timestamp
from citybrain.domain.agent import ViewCone
from citybrain.domain.event import VisibilityInterval
from citybrain.geo import Point
from citybrain.ids import SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field
from district_node.cores.incidents.contribution import EpisodeKey

NEVER = Timestamp(0)


class ItemNumber(Struct, frozen=True, kw_only=True):
    """By which an outbox named what it said: a later one is greater, whatever its clock shows."""

    incarnation: int
    seq: int


class KnownSource(Struct, frozen=True, kw_only=True):
    """What a source is, for the screens, while its box is away."""

    is_camera: bool
    view_cone: ViewCone | None = None


class Agent(Struct, frozen=True, kw_only=True):
    """An agent as decisions need it. `visibilities`: the latest interval of each source."""

    online: bool = False
    changed_at: Timestamp = NEVER  # when it came or went last
    visibilities: SortedMap[SourceId, VisibilityInterval] = field(default_factory=SortedMap)
    # of each of these, the number by which it was said; an older state did not keep it
    said: SortedMap[SourceId, ItemNumber] = field(default_factory=SortedMap)
    skew_us: int = 0  # by so much its clock is ahead of this node's, as measured last …
    skew_since: Timestamp = NEVER  # … at this time
    skew_before_us: int = 0  # … and before that: what it observed then may be on its way
    # episodes whose end came before their start, oldest first
    early_ends: tuple[EpisodeKey, ...] = ()
    # where its sources stand, as it said when it connected last
    places: SortedMap[SourceId, Point] = field(default_factory=SortedMap)
    # what they are, as it said then; an older state did not keep it
    sources: SortedMap[SourceId, KnownSource] = field(default_factory=SortedMap)
