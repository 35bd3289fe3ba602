"""What an incident rests on, by source: an episode of a camera or sensor, a person's report, a case
of a foreign system; and how each source verifies that it is over.

Values and tables only.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, assert_never

from citybrain.clock import Timestamp
from citybrain.domain.event import Event
from citybrain.domain.report import ForeignCase, Reporter
from citybrain.geo import Point
from citybrain.ids import AgentId, EpisodeId, RequestId, RuleId, SourceId
from citybrain.pack.asset import AssetId
from citybrain.structs import Struct, field
from citybrain.vocabulary import IncidentKind, Severity

NO_ASSET = AssetId("")
NO_KIND = IncidentKind("")  # a version before did not keep it: that of its incident

# names a contribution within its incident; the keys of the three types differ in length
ContributionKey = tuple[str, ...]


class SourceType(StrEnum):
    """What saw it."""

    CAMERA = "camera"
    SENSOR = "sensor"
    PERSON = "person"
    FOREIGN_SYSTEM = "foreign_system"


class VerificationMethod(StrEnum):
    """Who says that it is over, and how."""

    LOOK_AGAIN = "look_again"  # its camera watches the scene for the playbook's quiet time
    READING = "reading"  # its sensor's readings do
    CALL_BACK = "call_back"  # a person asks whoever reported it
    NAMED_PERSON = "named_person"  # a person says so


# how what a source saw is verified to be over
VERIFIED_BY: Mapping[SourceType, VerificationMethod] = {
    SourceType.CAMERA: VerificationMethod.LOOK_AGAIN,
    SourceType.SENSOR: VerificationMethod.READING,
    SourceType.PERSON: VerificationMethod.CALL_BACK,
    SourceType.FOREIGN_SYSTEM: VerificationMethod.NAMED_PERSON,
}


class JoinedBy(StrEnum):
    """Why an observation belongs to a case that others began."""

    RULE = "rule"  # the same rule of the same source has seen it before
    NEAR = "near"  # its family, near by in place and time
    ASSET = "asset"  # its family, at the same asset, near by in time
    CASE = "case"  # the foreign case was known
    PERSON = "person"  # somebody said so


class Joining(Struct, frozen=True, kw_only=True):
    """The evidence for it: how far from the middle of the case, how long before or after it was
    seen, in which family and at which asset; `by`: who said so, where a person did."""

    by: JoinedBy
    distance_m: float = 0.0
    apart_s: float = 0.0
    family: str = ""
    asset: AssetId = NO_ASSET
    person: str = ""


class EpisodeKey(NamedTuple):
    """One episode of one rule of one source."""

    agent: AgentId
    source: SourceId
    rule: RuleId
    episode: EpisodeId


class RuleSource(NamedTuple):
    """One rule of one camera or sensor, whichever episode."""

    agent: AgentId
    source: SourceId
    rule: RuleId


class Episode(Struct, frozen=True, kw_only=True, tag="episode"):
    """An episode of a camera or sensor; `live` until its END event was received."""

    source_type: SourceType
    agent: AgentId
    source: SourceId
    rule: RuleId
    episode: EpisodeId
    live: bool
    since: Timestamp  # by its agent's clock
    joined_at: Timestamp  # by this node's
    # as its newest event says: when that was observed by this node's clock, how bad it was (None:
    # an older state did not keep it), what was measured
    observed_at: Timestamp = Timestamp(0)
    severity: Severity | None = None
    measurements: dict[str, float] = field(default_factory=dict)
    kind: IncidentKind = NO_KIND  # what its source calls it
    place: Point | None = None  # None: a version before did not keep it
    joined_by: Joining | None = None  # None: its case began with it


class PersonReport(Struct, frozen=True, kw_only=True, tag="person_report"):
    """What a person said. `taken_by` is who typed it in; `contact` is called back, if there is
    one."""

    request: RequestId
    reporter: Reporter
    taken_by: str
    text: str
    contact: str
    since: Timestamp  # when it was seen
    joined_at: Timestamp
    severity: Severity | None = None  # None: an older state did not keep it
    kind: IncidentKind = NO_KIND
    place: Point | None = None
    joined_by: Joining | None = None


class ForeignReport(Struct, frozen=True, kw_only=True, tag="foreign_report"):
    """A case of another system, as that system last described it. `kind` and `place` are what it
    says; those of its incident are what the first contribution said, and stay.
    """

    case: ForeignCase
    taken_by: str
    text: str
    contact: str
    since: Timestamp
    joined_at: Timestamp
    kind: IncidentKind = NO_KIND
    place: Point | None = None
    severity: Severity | None = None  # None: an older state did not keep it
    joined_by: Joining | None = None


Contribution = Episode | PersonReport | ForeignReport


def contribution_key(contribution: Contribution) -> ContributionKey:
    """Where it stands among the contributions of its incident."""
    match contribution:
        case Episode():
            return episode_key(contribution)
        case PersonReport():
            return (contribution.request,)
        case ForeignReport():
            return (contribution.case.system, contribution.case.case)
        case _:
            assert_never(contribution)


def episode_key(episode: Episode) -> EpisodeKey:
    """The key of the events of this episode."""
    return EpisodeKey(episode.agent, episode.source, episode.rule, episode.episode)


def rule_source(of: Episode | EpisodeKey) -> RuleSource:
    """The rule that an episode is of."""
    return RuleSource(of.agent, of.source, of.rule)


def source_type(contribution: Contribution) -> SourceType:
    """What saw it."""
    match contribution:
        case Episode():
            return contribution.source_type
        case PersonReport():
            return SourceType.PERSON
        case ForeignReport():
            return SourceType.FOREIGN_SYSTEM
        case _:
            assert_never(contribution)


def verification_method(contribution: Contribution) -> VerificationMethod:
    """How it is verified to be over; whom nobody can call back, a named person stands in for."""
    method = VERIFIED_BY[source_type(contribution)]
    is_reachable = isinstance(contribution, Episode) or bool(contribution.contact)
    if method is VerificationMethod.CALL_BACK and not is_reachable:
        return VerificationMethod.NAMED_PERSON
    return method


def is_live(contribution: Contribution) -> bool:
    """Whether its source still senses the condition. What a person saw has no end of its own."""
    return isinstance(contribution, Episode) and contribution.live


def type_of_source(event: Event) -> SourceType:
    """What saw it. A box of a version before does not say that it read a sensor; the kind of its
    event does, a topic under ONVIF's SensorData."""
    topic = event.kind.partition("/")[0].rpartition(":")[2]
    is_reading = event.from_sensor or topic == "SensorData"
    return SourceType.SENSOR if is_reading else SourceType.CAMERA


def agent_label(agent: AgentId, source: SourceId) -> str:
    """A camera or sensor as histories and screens name it."""
    return f"{agent}/{source}"


def source_label(contribution: Contribution) -> str:
    """The source as histories and screens name it."""
    match contribution:
        case Episode():
            return agent_label(contribution.agent, contribution.source)
        case PersonReport():
            return contribution.taken_by
        case ForeignReport():
            return f"{contribution.case.system}/{contribution.case.case}"
        case _:
            assert_never(contribution)
