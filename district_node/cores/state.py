"""The district's state: the small states of its cores, side by side. Only a composition; each part
is changed by its own core.
"""

from typing import NamedTuple

from citybrain.clock import Timestamp
from citybrain.decider.command import Reply
from citybrain.domain.console import HandOver
from citybrain.domain.link import SourcesReport
from citybrain.domain.refused_letter import RefusedLetter
from citybrain.geo import Point
from citybrain.ids import (
    AgentId,
    DistrictId,
    HandOverId,
    IncidentId,
    RequestId,
    SlotId,
    StoreEpoch,
)
from citybrain.localized_name import LocalizedName
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field
from citybrain.vocabulary import IncidentKind
from district_node.cores.agents.known_agent import NEVER, Agent
from district_node.cores.attachments.attached_files import AttachedFiles
from district_node.cores.enrolment import Enrolments
from district_node.cores.incidents.correlate import IncidentIndex, RuleKey
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.rule_outcomes import RuleOutcomes
from district_node.cores.intake import Intake
from district_node.cores.messages import Messages
from district_node.cores.numbering.case_numbers import CaseNumbers
from district_node.cores.orders.answers import OrderAnswers
from district_node.cores.orders.roster import Roster
from district_node.inputs import UNKNOWN_EPOCH, Setup
from district_node.playbook import Playbook, PlaybookId


class CityLink(Struct, frozen=True, kw_only=True):
    """The link to the city."""

    up: bool = False
    since: Timestamp = NEVER
    epoch: StoreEpoch | None = None
    session: int = 0  # the number that the city handed out for the next hello; 0: none
    # own letters that were acknowledged before these two stores met; None: they have not met
    discarded_before: int | None = None
    down_acked: int = 0  # the last position of the city's log that is in the journal
    quarantined: int = 0  # letters of the city that no core could decide or that cannot be read
    refused: tuple[RefusedLetter, ...] = ()  # own letters that the city refused, newest last
    refused_count: int = 0
    reads_sources: bool = False  # it knows the letter `SourcesReport`, as its last welcome said
    sources: SourcesReport | None = None  # as reported last; None: the city has none of this store


class IdempotencyCache(Struct, frozen=True, kw_only=True):
    """Replies by request, in two generations: when `young` is full it becomes `old`."""

    young: SortedMap[RequestId, Reply] = field(default_factory=SortedMap)
    old: SortedMap[RequestId, Reply] = field(default_factory=SortedMap)


class PriorityKey(NamedTuple):
    """Sorts the most urgent slot first."""

    below_extreme: int  # ranks of severity below the highest
    deadline: Timestamp
    slot: SlotId


class DistrictState(Struct, frozen=True, kw_only=True):
    """All that the district's decisions depend on."""

    setup: Setup
    epoch: StoreEpoch = UNKNOWN_EPOCH  # of the store, at the last start
    # stands in ids for the district after a restore: ids that the store lost are not given again
    id_prefix: str = ""
    starts: int = 0  # runs of this node on this store
    in_force: SortedMap[IncidentKind, PlaybookId] = field(default_factory=SortedMap)
    # those in force, and those of earlier configurations by which an incident is still handled
    playbooks: SortedMap[PlaybookId, Playbook] = field(default_factory=SortedMap)
    enrolments: Enrolments = field(default_factory=Enrolments)
    intake: Intake = field(default_factory=Intake)
    agents: SortedMap[AgentId, Agent] = field(default_factory=SortedMap)
    index: IncidentIndex = field(default_factory=IncidentIndex)
    incidents: SortedMap[IncidentId, Incident] = field(default_factory=SortedMap)
    # open slots of incidents that want help, the most urgent first
    open_slots: SortedMap[PriorityKey, IncidentId] = field(default_factory=SortedMap)
    roster: Roster = field(default_factory=Roster)
    rule_outcomes: SortedMap[RuleKey, RuleOutcomes] = field(default_factory=SortedMap)
    order_answers: OrderAnswers = field(default_factory=OrderAnswers)
    idempotency: IdempotencyCache = field(default_factory=IdempotencyCache)
    city: CityLink = field(default_factory=CityLink)
    messages: Messages = field(default_factory=SortedMap)  # to its crews
    # of cases between shifts, taken or not
    hand_overs: SortedMap[HandOverId, HandOver] = field(default_factory=SortedMap)
    case_numbers: CaseNumbers = field(default_factory=CaseNumbers)
    # whose bytes are kept, by their digests
    attached_files: AttachedFiles = field(default_factory=SortedMap)
    watch_due: Timestamp = NEVER  # when it is next looked which sources are dark; NEVER: none is


EMPTY = DistrictState(
    setup=Setup(
        district=DistrictId(""),
        name=LocalizedName(en="", zh=""),
        centre=Point(lat=0.0, lon=0.0),
        units=(),
        playbooks=(),
    )
)
