"""A playbook's file, `kinds/KIND.toml` of a scene pack, as a model that names every problem. Reads
no file itself.
"""

import re
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, model_validator

from citybrain.config.fields import (
    IncidentKindName,
    PositiveFloat,
    PositiveInt,
    PositiveSeconds,
    Seconds,
    Section,
)
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import AssetKindName
from citybrain.pack.sections import SnakeCaseName
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Capability, Certainty, IncidentKind, Severity
from citybrain.wire.validation.limits import SLOTS
from district_node.calendars.working_time import SPAN_DAYS_MAX, WorkingSpan
from district_node.cores.incidents.reach import AREA_MAX_M, JOINS_MAX_M
from district_node.playbook import (
    CaseTexts,
    ClockRules,
    ClosingRule,
    EscalationRule,
    GradeRule,
    JoinRule,
    NeedRule,
    OpeningRule,
    Playbook,
    SeenBy,
    SelfClear,
    SilenceRule,
    StabilityRule,
    Watches,
)

NO_TEXTS = CaseTexts()
GridCode = Annotated[
    str,
    Field(
        pattern=r"^(\d{2})?$",
        json_schema_extra={"remedy": 'Give the two digits of the minor class, for example "02".'},
    ),
]


def _from_to(low: int, high: int, what: str) -> object:
    """A whole number of `what`, both ends included, as the annotation of a key."""
    remedy = f"Give a number of {what} from {low} to {high}."
    return Field(strict=True, ge=low, le=high, json_schema_extra={"remedy": remedy})


Quantity = Annotated[int, _from_to(1, 20, "units")]
JoinDistance = Annotated[
    float,
    Field(
        strict=True,
        gt=0,
        le=JOINS_MAX_M,
        json_schema_extra={"remedy": f"Give metres above 0, at most {JOINS_MAX_M:g}."},
    ),
]

AreaDistance = Annotated[
    float,
    Field(
        strict=True,
        ge=0,
        le=AREA_MAX_M,
        json_schema_extra={"remedy": f"Give metres from 0 (never) to {AREA_MAX_M:g}."},
    ),
]
Changes = Annotated[int, _from_to(2, 100, "changes")]
AreaCases = Annotated[int, _from_to(3, 50, "incidents")]


class OpensTable(Section):
    """A report opens by itself when all of this holds; otherwise a person decides in time."""

    severity: Severity = OpeningRule().severity
    """Least severity."""
    certainty: Certainty = OpeningRule().certainty
    """Least certainty."""
    events: PositiveInt = OpeningRule().events
    """Least number of episodes that belong to it."""
    within_s: PositiveSeconds = OpeningRule().within_s
    """A report that did not open by then is rejected as not confirmed."""


class JoinsTable(Section):
    """Which events of a kind, or of its family, are one incident."""

    within_m: JoinDistance = JoinRule().within_m
    """No further than this from the middle of the incident, in metres."""
    within_s: PositiveSeconds = JoinRule().within_s
    """No longer before or after the incident was seen than this."""
    family: SnakeCaseName | Literal[""] = JoinRule().family
    """A name that kinds share which are signs of one thing: their events are one incident where
    both kinds' reaches say so. Left out: events of another kind are another incident."""
    assets: tuple[SnakeCaseName, ...] = ()
    """Kinds of assets that it happens at: at one of them events are one incident up to
    250 m, at two they are two."""
    area_m: AreaDistance = JoinRule().area_m
    """So many open incidents of the family as `area_cases` says, no further than this from each
    other, become one area case; 0: never."""
    area_cases: AreaCases = JoinRule().area_cases
    """How many make an area case."""


class NeedTable(Section):
    """Units that an incident needs."""

    capability: SnakeCaseName
    """What each unit must be able to do."""
    quantity: Quantity = 1
    """How many units."""
    within_s: PositiveSeconds = 900.0
    """Seconds from the opening within which they must be on the scene."""


_WORKING = re.compile(r"(\d{1,4}(?:\.\d+)?) working (hours?|days?)")
SPAN_REMEDY = f'Write "4 working hours" or {{ working_days = 1 }}, up to {SPAN_DAYS_MAX} days.'
HOURS_MAX = SPAN_DAYS_MAX * 24.0


class SpanTable(Section):
    """A span in working time."""

    working_hours: Annotated[float, Field(gt=0, le=HOURS_MAX)] | None = None
    """So many hours within the calendar's working hours."""
    working_days: Annotated[int, Field(gt=0, le=SPAN_DAYS_MAX)] | None = None
    """So many working days after the day on which it begins, to the end of business."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.working_hours is None) == (self.working_days is None):
            raise ValueError("give working_hours or working_days, one of the two")
        return self

    def value(self) -> WorkingSpan:
        return WorkingSpan(
            working_s=(self.working_hours or 0.0) * 3600, working_days=self.working_days or 0
        )


def _span_table(given: object) -> object:
    """The table that a text such as "4 working hours" stands for."""
    found = _WORKING.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        return given
    number, unit = found.groups()
    if unit.startswith("hour"):
        return {"working_hours": float(number)}
    return {"working_days": float(number)}  # half a day is none: the field says so


Span = Annotated[
    SpanTable, BeforeValidator(_span_table), Field(json_schema_extra={"remedy": SPAN_REMEDY})
]
WORKING_CLOCKS = ("dispatch", "arrive", "handle")


class ClocksTable(Section):
    """Deadlines, in seconds from the opening (`verify_s`: from the handling). In working time:
    `handle = "4 working hours"` or `handle = { working_days = 1 }`.
    """

    dispatch_s: PositiveSeconds = ClockRules().dispatch_s
    """A unit must be dispatched by then."""
    arrive_s: PositiveSeconds = ClockRules().arrive_s
    """A unit must be on the scene by then."""
    handle_s: PositiveSeconds = ClockRules().handle_s
    """The incident must be handled by then."""
    verify_s: PositiveSeconds = ClockRules().verify_s
    """The verification must be answered by then; otherwise a person decides."""
    accept_s: PositiveSeconds = ClockRules().accept_s
    """Seconds from its issue: a crew that has not accepted the order by then is replaced, and gets
    no other order until it says that it is ready."""
    dispatch: Span | None = None
    """In the place of `dispatch_s`, in working time."""
    arrive: Span | None = None
    """In the place of `arrive_s`, in working time."""
    handle: Span | None = None
    """In the place of `handle_s`, in working time."""

    @model_validator(mode="after")
    def _each_is_one(self) -> Self:
        for name in WORKING_CLOCKS:
            if {name, f"{name}_s"} <= self.model_fields_set and getattr(self, name) is not None:
                raise ValueError(f"{name} and {name}_s are both there; keep one of them")
        return self

    def value(self) -> ClockRules:
        spans = {"dispatch": self.dispatch, "arrive": self.arrive, "handle": self.handle}
        return ClockRules(
            dispatch_s=self.dispatch_s,
            arrive_s=self.arrive_s,
            handle_s=self.handle_s,
            verify_s=self.verify_s,
            accept_s=self.accept_s,
            working=SortedMap((name, span.value()) for name, span in spans.items() if span),
        )


class ClosesTable(Section):
    """When an incident may close."""

    quiet_s: PositiveSeconds = ClosingRule().quiet_s
    """Observed seconds without the condition that verify it; less than `clocks.verify_s`."""
    self_clear: SelfClear = ClosingRule().self_clear
    """The condition ended before a crew came: `verify` by camera, or send the `crew` still."""
    settle_s: Seconds = ClosingRule().settle_s
    """Seconds that the condition must be over before it counts as cleared by itself."""
    guard_s: Seconds = ClosingRule().guard_s
    """What comes back within this time of the closing reopens the incident."""
    review_s: PositiveSeconds = ClosingRule().review_s
    """A person closed or rejected it by name: what a source still sees after this time, a person
    is asked about again; after a day at the latest, whatever stands here."""


class EscalatesTable(Section):
    """When the city is asked for help, and who is called."""

    max_eta_s: PositiveSeconds = EscalationRule().max_eta_s
    """No own unit with the capability can be there within this time …"""
    after_s: Seconds = EscalationRule().after_s
    """… for longer than this."""
    policy: str = EscalationRule().policy
    """Id of the district's escalation policy (`[[paging.policies]]`) by which people are called;
    left out: the one for the incident's severity, if there is one."""
    worse_raises: bool = EscalationRule().worse_raises
    """A crew that finds it worse than reported raises its severity one step."""


class SilenceTable(Section):
    """What becomes of an order whose crew accepted it and is not heard of any more."""

    depart_s: PositiveSeconds = SilenceRule().depart_s
    """It should have set off so long after it accepted; else a person decides."""
    late_s: PositiveSeconds = SilenceRule().late_s
    """It should have arrived so long after the time that its way takes; else a person decides."""
    free_s: Seconds = SilenceRule().free_s
    """Without a sign of the crew for so long after that, another one is sent; 0: a person alone
    does that."""
    free_on_scene_s: Seconds = SilenceRule().free_on_scene_s
    """A crew on the scene of which nothing is heard is replaced so long after its arrival; 0:
    never."""


class GradeTable(Section):
    """How severe an event is by what was measured."""

    of: SnakeCaseName
    """The measurement: `count` of a camera's rule, `value` of a sensor's."""
    over: PositiveFloat
    """It is more than this …"""
    per: SnakeCaseName | None = None
    """… times this number of the asset that is watched, such as its `capacity`."""
    severity: Severity
    """Then the event is of this severity; the gravest that is reached counts."""

    def value(self) -> GradeRule:
        return GradeRule(of=self.of, over=self.over, severity=self.severity, per=self.per or "")


class StabilityTable(Section):
    """When a rule of a camera or sensor changes too often to send anybody by it."""

    changes: Changes = StabilityRule().changes
    """So many times did what it sees begin or end …"""
    window_s: PositiveSeconds = StabilityRule().window_s
    """… within this time, and no crew was there: it is unstable."""
    stable_s: PositiveSeconds = StabilityRule().stable_s
    """It is stable again when nothing changed for this long."""


class PlaybookFile(Section):
    """One file. Every table but `needs` may be left out."""

    kind: IncidentKindName
    """The incident kind, as in the `incident_kind` of rules."""
    grid: str = ""
    """Class of the Chinese grid tables, by name, for example `事件/街面秩序`."""
    grid_code: GridCode = ""
    """Code of the minor class (小类代码), where the city's own table confirms it."""
    watches: Watches = Watches.NOTHING
    """Of a kind that the district notices: `box`, edge boxes that are away; `source`, cameras
    and sensors that say that they are blind."""
    seen_by: SeenBy = SeenBy.RULE
    """`rule`: a scene rule of a pack sees it; `node`: the district itself does; `report`: people
    and foreign systems alone."""
    opens: OpensTable = OpensTable()
    """When a report opens by itself."""
    joins: JoinsTable = JoinsTable()
    """Which events are one incident."""
    needs: tuple[NeedTable, ...]
    """The units that it needs, one table each; `[]`: nobody is sent, a person decides."""
    clocks: ClocksTable = ClocksTable()
    """Its deadlines."""
    closes: ClosesTable = ClosesTable()
    """When it may close."""
    escalates: EscalatesTable = EscalatesTable()
    """When the city is asked."""
    silence: SilenceTable = SilenceTable()
    """What becomes of an order whose crew is not heard of."""
    grades: Annotated[tuple[GradeTable, ...], Field(max_length=20)] = ()
    """Severity by measured numbers, one table each."""
    stability: StabilityTable = StabilityTable()
    """When a camera or sensor changes too often to send anybody by it."""

    @model_validator(mode="after")
    def _can_be_reported(self) -> Self:
        places = sum(need.quantity for need in self.needs)
        if places > SLOTS.value:
            raise ValueError(
                f"the needs are {places} units, and an incident has at most {SLOTS.value} places;"
                f" {SLOTS.reason}"
            )
        return self

    @model_validator(mode="after")
    def _can_be_verified(self) -> Self:
        if self.closes.quiet_s >= self.clocks.verify_s:
            raise ValueError(
                f"closes.quiet_s ({self.closes.quiet_s:g}) is not below clocks.verify_s "
                f"({self.clocks.verify_s:g}); the camera could never answer in time"
            )
        return self

    def value(self, title: LocalizedName, texts: CaseTexts = NO_TEXTS) -> Playbook:
        """The playbook; `title` and `texts` are the kind's words in the pack."""
        return Playbook(
            kind=IncidentKind(self.kind),
            title=title,
            grid=self.grid,
            grid_code=self.grid_code,
            seen_by=self.seen_by,
            watches=self.watches,
            texts=texts,
            grades=tuple(grade.value() for grade in self.grades),
            opens=_as(OpeningRule, self.opens),
            joins=_joins(self.joins),
            needs=tuple(
                NeedRule(
                    capability=Capability(n.capability), quantity=n.quantity, within_s=n.within_s
                )
                for n in self.needs
            ),
            clocks=self.clocks.value(),
            closes=_as(ClosingRule, self.closes),
            escalates=_as(EscalationRule, self.escalates),
            silence=_as(SilenceRule, self.silence),
            stability=_as(StabilityRule, self.stability),
        )


def _joins(table: JoinsTable) -> JoinRule:
    assets = tuple(AssetKindName(name) for name in table.assets)
    return replace(_as(JoinRule, table), assets=assets)


V = TypeVar("V", bound=Struct)


def _as(kind: type[V], table: Section) -> V:
    """The value whose fields are named as the table's keys."""
    return kind(**table.model_dump())
