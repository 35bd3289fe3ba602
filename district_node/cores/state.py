"""The district's state: the small states of its cores, side by side. Only a composition; each part is changed by its own core."""

from citybrain.clock import Timestamp
from citybrain.domain.event import VisibilityInterval
from citybrain.geo import Point
from citybrain.ids import AgentId, DistrictId, IncidentId, SourceId, StoreEpoch
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field
from district_node.cores.answered import Answered
from district_node.cores.belief.correlate import Index
from district_node.cores.belief.incident import Incident
from district_node.cores.intake import Intake
from district_node.cores.orders.promises import Promises
from district_node.cores.orders.roster import Roster
from district_node.inputs import Setup
from district_node.playbook import Title

NEVER = Timestamp(0)


class Agent(Struct, frozen=True, kw_only=True):
    """An agent as decisions need it. `visibilities`: what was said last of each source, by when it began."""

    online: bool = False
    visibilities: SortedMap[SourceId, VisibilityInterval] = field(default_factory=SortedMap)


class City(Struct, frozen=True, kw_only=True):
    """The link to the city."""

    up: bool = False
    since: Timestamp = NEVER
    epoch: StoreEpoch | None = None
    seen: int = 0  # the last position of the city's log that is in the journal


class DistrictState(Struct, frozen=True, kw_only=True):
    setup: Setup
    epoch: StoreEpoch = StoreEpoch("")  # of the store; "" before the first start that said it
    names: str = ""  # stands in names for the district after a restore: what the store forgot must not be named again
    starts: int = 0  # runs of this node on this store: uplink sessions grow over them
    intake: Intake = field(default_factory=Intake)
    agents: SortedMap[AgentId, Agent] = field(default_factory=SortedMap)
    index: Index = field(default_factory=Index)
    incidents: SortedMap[IncidentId, Incident] = field(default_factory=SortedMap)
    open_slots: SortedMap[str, IncidentId] = field(
        default_factory=SortedMap
    )  # most pressing first by key (`settle.press_key`): open slots of incidents that want help
    roster: Roster = field(default_factory=Roster)
    promises: Promises = field(default_factory=Promises)
    answered: Answered = field(default_factory=Answered)
    city: City = field(default_factory=City)


EMPTY = DistrictState(
    setup=Setup(
        district=DistrictId(""),
        name=Title(en="", zh=""),
        centre=Point(lat=0.0, lon=0.0),
        units=(),
        playbooks=(),
    )
)
