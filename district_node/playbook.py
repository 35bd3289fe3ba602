"""A playbook as a frozen value: what an incident kind needs, its clocks, when it opens, closes and
escalates. Data; decides nothing, reads no file.

The files are `kinds/*.toml` of scene packs; `playbooks.load` turns them into these values, and
`NodeStarted` journals the set in force, so that a replay needs no file.
"""

from enum import StrEnum
from typing import NewType

from citybrain import canonical_json
from citybrain.kinds import UNKNOWN_KIND
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import AssetKindName
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field
from citybrain.vocabulary import Capability, Certainty, IncidentKind, Severity
from district_node.calendars.working_time import WorkingSpan

PlaybookId = NewType("PlaybookId", str)  # one version of a kind's playbook
NO_PLAYBOOK = PlaybookId("")  # stands for the built-in one of unknown kinds


class SelfClear(StrEnum):
    """What happens when the condition ends by itself before a crew is on the scene."""

    VERIFY = "verify"  # call the crews back, let the camera verify
    CREW = "crew"  # a crew goes there all the same


class OpeningRule(Struct, frozen=True, kw_only=True):
    """立案条件: a report opens when all of this holds; otherwise a person decides in time."""

    severity: Severity = Severity.MINOR  # at least
    certainty: Certainty = Certainty.POSSIBLE  # at least
    events: int = 1  # episodes that belong to it, at least
    within_s: float = 900.0  # a report that did not open by then is rejected as not confirmed


class JoinRule(Struct, frozen=True, kw_only=True):
    """Which events are one incident: those of its kind or family, no further from its middle than
    `within_m`, and no longer before or after it was seen than `within_s`.

    Of two kinds of one `family` the narrower reach counts. `assets`: kinds of assets that it
    happens at; what is at one of them belongs together up to the greatest reach, what is at two is
    two. `area_cases` open ones of a family within `area_m` of each other become an area case; 0 m:
    never.
    """

    within_m: float = 60.0
    within_s: float = 600.0
    family: str = ""  # "": its kind alone
    assets: tuple[AssetKindName, ...] = ()
    area_m: float = 0.0
    area_cases: int = 5


class NeedRule(Struct, frozen=True, kw_only=True):
    """`quantity` units with `capability`, on the scene within `within_s` of the opening."""

    capability: Capability
    quantity: int = 1
    within_s: float = 900.0


class ClockRules(Struct, frozen=True, kw_only=True):
    """处置时限, in calendar seconds from the opening (`verify_s` from the handling, `accept_s` from
    the issue of an order).

    `working`: by name ("dispatch", "arrive", "handle") those that run in working time instead.
    """

    dispatch_s: float = 60.0
    arrive_s: float = 900.0
    handle_s: float = 3600.0
    verify_s: float = 60.0
    accept_s: float = 90.0  # from its issue: a crew that accepts no order by then is replaced
    working: SortedMap[str, WorkingSpan] = field(default_factory=SortedMap)


class ClosingRule(Struct, frozen=True, kw_only=True):
    """结案条件: the camera must see the scene clear for `quiet_s` observed seconds; what comes back
    within `guard_s` of the closing reopens it at once. What a person ended by name, and a source
    still sees `review_s` later, a person is asked about again.
    """

    quiet_s: float = 10.0
    self_clear: SelfClear = SelfClear.VERIFY
    # the condition must have been over for so long before it counts as cleared by itself
    settle_s: float = 20.0
    guard_s: float = 300.0
    review_s: float = 28_800.0  # a shift


class EscalationRule(Struct, frozen=True, kw_only=True):
    """When the city is asked: no own unit with the capability within `max_eta_s`, for longer than
    `after_s`; or the dispatch or arrive clock has run out. And by which policy people are called.
    """

    max_eta_s: float = 900.0
    after_s: float = 0.0
    policy: str = ""  # of the district, by which people are called; "": that of the severity
    worse_raises: bool = True  # a crew that finds it worse raises its severity one step


class SilenceRule(Struct, frozen=True, kw_only=True):
    """What becomes of an order whose crew accepted it and is not heard of any more: a person
    decides, and after a time the district takes it off that crew by itself.
    """

    depart_s: float = 300.0  # it should have set off so long after it accepted
    late_s: float = 600.0  # … and arrived so long after the time that its way takes
    # without a sign of it for so long after that it is taken off; 0: a person alone does that
    free_s: float = 1800.0
    free_on_scene_s: float = 0.0  # … from a scene, so long after its arrival; 0: never


class GradeRule(Struct, frozen=True, kw_only=True):
    """An event whose measurement `of` is more than `over` (times its asset's field `per`, where one
    is named) is of this severity, whatever its rule calls it; the gravest that is reached counts.
    """

    of: str
    over: float
    severity: Severity
    per: str = ""


class SeenBy(StrEnum):
    """What notices a kind first."""

    RULE = "rule"  # a scene rule or a sensor's threshold, of any pack in force
    NODE = "node"  # the district itself, of its boxes and links
    REPORT = "report"  # a person or a foreign system: no sensor of ours sees it yet


class Watches(StrEnum):
    """Of a kind that the district itself notices, whose darkness it is."""

    NOTHING = ""
    BOX = "box"  # an edge box that is not connected
    SOURCE = "source"  # a camera or sensor that says that it is blind


NO_TEXT = LocalizedName(en="", zh="")


class CaseTexts(Struct, frozen=True, kw_only=True):
    """What a person reads on the case: 立案条件, 处置时限, 结案条件."""

    opens: LocalizedName = NO_TEXT
    time_limit: LocalizedName = NO_TEXT
    closes: LocalizedName = NO_TEXT


class StabilityRule(Struct, frozen=True, kw_only=True):
    """When a rule of a camera or sensor is *unstable*: what it sees began or ended `changes` times
    within `window_s`, and nobody had been there. It is stable again when nothing of it changed for
    `stable_s`.
    """

    changes: int = 3
    window_s: float = 600.0
    stable_s: float = 180.0


class Playbook(Struct, frozen=True, kw_only=True):
    """All that the district knows about handling one kind of incident."""

    kind: IncidentKind
    title: LocalizedName
    # class of the Chinese grid tables by name ("事件/街面秩序"); the minor class's code where known
    grid: str = ""
    grid_code: str = ""
    seen_by: SeenBy = SeenBy.RULE
    watches: Watches = Watches.NOTHING
    texts: CaseTexts = CaseTexts()
    grades: tuple[GradeRule, ...] = ()
    opens: OpeningRule = OpeningRule()
    joins: JoinRule = JoinRule()
    needs: tuple[NeedRule, ...] = ()
    clocks: ClockRules = ClockRules()
    closes: ClosingRule = ClosingRule()
    escalates: EscalationRule = EscalationRule()
    silence: SilenceRule = SilenceRule()
    stability: StabilityRule = StabilityRule()


def playbook_id(playbook: Playbook) -> PlaybookId:
    """The name of this version of the playbook: its kind, and a digest of all that it says."""
    return PlaybookId(f"{playbook.kind}@{canonical_json.digest(playbook)[:16]}")


# of incidents whose kind no playbook knows: they open at once, and a person decides in time
UNKNOWN_PLAYBOOK = Playbook(
    kind=UNKNOWN_KIND,
    title=LocalizedName(en="Unknown kind", zh="未知类型"),
    opens=OpeningRule(severity=Severity.UNKNOWN, certainty=Certainty.UNKNOWN),
    closes=ClosingRule(self_clear=SelfClear.CREW),
)
