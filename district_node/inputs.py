"""The inputs that a district's journal may hold, as frozen values, with their union.
Decides nothing.

`district_node.formats` gives each its kind and version in the journal.

- `BatchReceived` is one message of an agent, duplicates included: an item takes *effect* only where
  its sequence number was new, which the intake core decides. Law 2 is checked by walking the
  records through `cores.intake.accept_batch`, which names the new ones.
- Repeats of `CityLetterReceived` are recognised by `position`, those of crews and operators by
  their `request`.
- Every input of a human or a foreign program names its `principal`, which the door that it came
  in by made, and not the message.
- `NodeStarted` holds the whole configuration in force, playbooks, packs and assets included, so
  that a replay needs no file.
- A box is believed from its `AgentEnrolled` on, which only the shell can prove, until an
  `AgentRevoked` or the end of its certificate; another of its outboxes from the `HelloReceived` on
  that names the one before.
- An agent's health messages are not journaled (the screens show the last one); only whether it is
  connected is (`AgentPresenceChanged`).
- A crew's position is journaled at most every `limits.POSITION_EVERY` seconds; screens get the
  newest from the shell's memory.
"""

from enum import StrEnum

from citybrain.clock import Timestamp
from citybrain.decider.command import ClockSet, ClockStepped, TimerFired
from citybrain.domain.agent import AgentHello, ViewCone
from citybrain.domain.console import AgentAction, OperatorAction, ShiftAction, UnitAction
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewReply
from citybrain.domain.event import OutboxItem
from citybrain.domain.link import DownLetter
from citybrain.domain.page import PageId
from citybrain.domain.principal import Principal
from citybrain.domain.report import Report
from citybrain.geo import Point
from citybrain.ids import AgentId, DistrictId, IncidentId, SourceId, StoreEpoch, UnitId
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.pack.identity import PackIdentity
from citybrain.structs import Struct
from citybrain.travel.version import GREAT_CIRCLE_VERSION, TravelVersion
from citybrain.vocabulary import Capability, Severity
from district_node.calendars.calendar import WorkingCalendar
from district_node.paging.policy import NO_PAGING, PagingSetup
from district_node.playbook import Playbook
from district_node.routing.departments import Routing

UNKNOWN_EPOCH = StoreEpoch("")
NO_END = Timestamp(0)  # of a certificate that is none
NOT_NOTED = Timestamp(0)  # by a version that did not


class UnitSetup(Struct, frozen=True, kw_only=True):
    """A crew or vehicle that this district owns."""

    unit: UnitId
    name: str
    capabilities: tuple[Capability, ...]
    place: Point  # where it stands when nothing else is known
    speed_mps: float


class WatchPolicy(Struct, frozen=True, kw_only=True):
    """Which darkness is a case of its own. 0 s: none is. What goes dark within `together_s` of one
    another has one cause, and is one case. `capability` "": it needs nobody, a person decides."""

    agent_offline_s: float = 0.0
    camera_blind_s: float = 0.0
    together_s: float = 60.0
    severity: Severity = Severity.MINOR
    capability: Capability = Capability("")


class Setup(Struct, frozen=True, kw_only=True):
    """The configuration that decisions depend on."""

    district: DistrictId
    name: LocalizedName
    centre: Point
    units: tuple[UnitSetup, ...]
    playbooks: tuple[Playbook, ...]
    packs: tuple[PackIdentity, ...] = ()  # that the playbooks and the kinds of assets came from
    assets: tuple[Asset, ...] = ()
    calendar: WorkingCalendar | None = None  # of the deadlines in working time
    paging: PagingSetup = NO_PAGING
    routing: Routing | None = None  # whose case is whose; None: no departments
    watch: WatchPolicy = WatchPolicy()
    time_zone: str = ""  # of the IANA's; "": UTC
    code: str = ""  # letters of its case numbers; "": the initials of its id
    takes_files: bool = False  # people may attach pictures and files to cases


class NodeStarted(Struct, frozen=True, kw_only=True):
    """The node came up (first record of every run). Links are down until they are reported up.

    `epoch` is the store's: another one than at the last start means that the store was restored
    from a backup. `travel` says by which travel times this run dispatches. `proves_boxes`: it has
    an identity, and believes a box that proved its name; else it is in lab mode and believes
    whoever its broker lets in.
    """

    setup: Setup
    epoch: StoreEpoch = UNKNOWN_EPOCH
    travel: TravelVersion = GREAT_CIRCLE_VERSION
    proves_boxes: bool = False
    utc_offset_s: int = 0  # of the district's time zone now: its days begin by it


class EnrolledBy(StrEnum):
    """What a box was enrolled by."""

    CERTIFICATE = "certificate"  # it proved its name by a signed hello
    LAB_MODE = "lab_mode"  # nothing: the district had no identity


class AgentEnrolled(Struct, frozen=True, kw_only=True):
    """A box's hello proved its name (or needed not to, in lab mode): it is believed from now on.

    Journaled before what else the box says, and again when its certificate is a newer one.
    """

    agent: AgentId
    how: EnrolledBy
    serial: str = ""  # of its certificate, hexadecimal
    key: str = ""  # SHA-256 of its key
    until: Timestamp = NO_END


class AgentRevoked(Struct, frozen=True, kw_only=True):
    """The city's list of revoked certificates names the one that a box is enrolled by."""

    agent: AgentId
    serial: str


class AgentActed(Struct, frozen=True, kw_only=True):
    """An operator decided about a box. Repeats are recognised by the action's `request`."""

    action: AgentAction
    principal: Principal


class BatchReceived(Struct, frozen=True, kw_only=True):
    """One message of an agent: a batch of numbered items.

    `agent` is the transport's identity, checked by the gateway.
    """

    agent: AgentId
    incarnation: int
    items: tuple[OutboxItem, ...]
    received_at: Timestamp = NOT_NOTED  # at the door, by this node's clock


class HelloReceived(Struct, frozen=True, kw_only=True):
    """An agent connected and described its outbox.

    Journaled only when it says something new (`cores.intake.is_new_information`).
    """

    hello: AgentHello


class SkewMeasured(Struct, frozen=True, kw_only=True):
    """By how much an agent's clock is ahead of this node's; negative: behind."""

    agent: AgentId
    skew_us: int


class ItemQuarantined(Struct, frozen=True, kw_only=True):
    """An item that the cores could not decide (a bug of ours, or forged content), counted.

    Its number is taken, so that its sender's other items go on; of a gap, its numbers up to `last`,
    in this one record.
    """

    agent: AgentId
    incarnation: int
    seq: int
    reason: str
    last: int = 0  # 0: it has one number


class SourcePlace(Struct, frozen=True, kw_only=True):
    """Where a box says that one of its cameras or sensors stands, and where it looks.
    `is_camera` None: an older version did not keep it."""

    source: SourceId
    place: Point
    is_camera: bool | None = None
    view_cone: ViewCone | None = None


class AgentPresenceChanged(Struct, frozen=True, kw_only=True):
    """An agent connected or disconnected (its retained birth message or the broker's last will).
    `places`: as it says when it connects."""

    agent: AgentId
    online: bool
    places: tuple[SourcePlace, ...] = ()


class CrewAnswered(Struct, frozen=True, kw_only=True):
    """A crew pressed a button."""

    answer: CrewAnswer
    principal: Principal


class CrewReplied(Struct, frozen=True, kw_only=True):
    """A crew read a message of the district, or answered it."""

    reply: CrewReply
    principal: Principal


class CrewPositionReported(Struct, frozen=True, kw_only=True):
    """A crew's device reported its position."""

    position: CrewPosition
    principal: Principal


class OperatorActed(Struct, frozen=True, kw_only=True):
    """An operator acted on an incident. `recipient`: whom a case is given to, as the node's own
    accounts know that name; None: they do not, or nobody is given one."""

    action: OperatorAction
    principal: Principal
    recipient: Principal | None = None


class UnitActed(Struct, frozen=True, kw_only=True):
    """A crew or an operator said or did something about a unit. Repeats are recognised by the
    action's `request`."""

    action: UnitAction
    principal: Principal


class ShiftActed(Struct, frozen=True, kw_only=True):
    """A person handed all their open cases over, or took what another had handed over.
    `recipient`: as of `OperatorActed`."""

    action: ShiftAction
    principal: Principal
    recipient: Principal | None = None


class ReportReceived(Struct, frozen=True, kw_only=True):
    """A person or a foreign system reported something. Repeats are recognised by the report's
    `request`."""

    report: Report
    principal: Principal


class PacksChanged(Struct, frozen=True, kw_only=True):
    """Other packs, playbooks, assets, another calendar and other departments are in force from now
    on, without a restart; open incidents keep their playbooks, and their deadlines in working time
    are counted anew by the calendar. So are other people, rotas and policies in force; None: an
    older version did not read them anew."""

    packs: tuple[PackIdentity, ...]
    playbooks: tuple[Playbook, ...]
    assets: tuple[Asset, ...]
    principal: Principal
    calendar: WorkingCalendar | None = None
    paging: PagingSetup | None = None
    routing: Routing | None = None


class PageDelivered(Struct, frozen=True, kw_only=True):
    """A person's channel took a page. Known from its sending alone: whether somebody reads it, the
    acknowledgement says."""

    page: PageId
    incident: IncidentId


class PageFailed(Struct, frozen=True, kw_only=True):
    """A person's channel did not take a page: the first time, and when it is given up
    (`is_final`). What is tried in between is not journaled."""

    page: PageId
    incident: IncidentId
    reason: str
    is_final: bool = False


class CityLetterReceived(Struct, frozen=True, kw_only=True):
    """A letter of the city's log for this district.

    `after` is the position that came before it in the stream: when that one is not in the journal,
    this one must not be either.
    """

    position: int
    after: int = 0
    letter: DownLetter


class CityLetterQuarantined(Struct, frozen=True, kw_only=True):
    """A letter that the cores could not decide: its position is taken, so that the log goes on."""

    position: int
    after: int = 0
    reason: str = ""


class LetterRefusedByCity(Struct, frozen=True, kw_only=True):
    """The city can never journal this letter of the own log: a gap goes to it in its place."""

    position: int
    reason: str


class CityLinkChanged(Struct, frozen=True, kw_only=True):
    """The stream to the city came up (the city's store epoch is then known) or went down.

    `session` is the number that the city handed out for the next hello; 0: none. `discarded`: own
    letters up to here are acknowledged, by whatever city. `reads_sources`: see `Welcome`.
    """

    up: bool
    epoch: StoreEpoch | None = None
    session: int = 0
    discarded: int = 0
    reason: str = ""
    reads_sources: bool = False


DistrictInput = (
    NodeStarted
    | BatchReceived
    | HelloReceived
    | AgentEnrolled
    | AgentRevoked
    | AgentActed
    | SkewMeasured
    | ItemQuarantined
    | AgentPresenceChanged
    | CrewAnswered
    | CrewReplied
    | CrewPositionReported
    | OperatorActed
    | UnitActed
    | ShiftActed
    | ReportReceived
    | PacksChanged
    | PageDelivered
    | PageFailed
    | CityLetterReceived
    | CityLetterQuarantined
    | LetterRefusedByCity
    | CityLinkChanged
    | TimerFired
    | ClockStepped
    | ClockSet
)
