"""Who calls in which street event: citizens, crews, operators, and one foreign system. Pure.

Each event has a stream of its own, so that a scenario without some of its events keeps the calls
of the others. Where packs have kinds that no sensor sees, some callers report one of those near by
instead. Some reports name a kind that no playbook knows, some a place where nothing is, and
some nobody's name, which the district must refuse.
"""

from collections.abc import Iterable
from random import Random  # noqa: TID251 - seeded

from citybrain.domain.report import ForeignCase, Report, Reporter
from citybrain.geo import Point
from citybrain.ids import RequestId
from citybrain.kinds import UNKNOWN_KIND
from citybrain.structs import replace
from citybrain.vocabulary import Certainty, IncidentKind
from citysim.sim.nodes.changed_packs import misspelt
from citysim.sim.random_streams import RandomStreams
from citysim.sim.scenario import CitySpec, EdgeBoxSpec, StreetCall, StreetEvent
from district_node.playbook import SeenBy

CALLED_IN_SHARE = 0.35  # of the street events
DELAY_S = (3.0, 60.0)  # from the event's beginning to the call
FOREIGN_SHARE = 0.35  # of the calls; the others are people's
REPORTERS = ((Reporter.CITIZEN, 0.6), (Reporter.CREW, 0.2), (Reporter.OPERATOR, 0.2))
CONTACT_SHARE = 0.5  # of the reports that say how to call back
UNSEEN_SHARE = 0.25  # of the reports, where there are kinds that people alone report
MISSPELT_SHARE = 0.15  # of the reports whose kind no playbook knows
ELSEWHERE_SHARE = 0.2  # of the reports whose place is wrong
NEAR_DEG = 0.0003  # about 30 m: where people say that it is, in either direction
ELSEWHERE_DEG = (0.006, 0.012)  # about a kilometre, where nothing is
UNNAMED_SHARE = 0.06  # of the reports that nobody puts a name to
TWICE_SHARE = 0.2  # of the reports that are sent twice under one request
AGAIN_SHARE = 0.6  # of the reports that are followed by another one …
AGAIN_DELAY_S = (5.0, 90.0)  # … so much later
MOVED_SHARE = 0.5  # of the foreign cases whose place is corrected then
RENAMED_SHARE = 0.3  # … and of those that are called something else then
SYSTEM = "metro-hotline"
TEXTS = (
    "It has been like this for a while.",
    "站口人太多,走不动了。",
    "two lines\r\nand a bell\x07",
    "turned \u202e around",
    "",
)


def draw_calls(
    streams: RandomStreams, city: CitySpec, street_events: Iterable[StreetEvent]
) -> tuple[StreetCall, ...]:
    """At most one call for each street event, in their order."""
    boxes = {box.agent: box for _, box in city.boxes()}
    unseen = tuple(p.kind for p in city.life.playbooks if p.seen_by is SeenBy.REPORT)
    drawn = (
        _call(streams.named(f"call {event.number}"), event, boxes[event.agent], unseen)
        for event in street_events
    )
    return tuple(call for call in drawn if call is not None)


def _call(
    rng: Random, event: StreetEvent, box: EdgeBoxSpec, unseen: tuple[IncidentKind, ...]
) -> StreetCall | None:
    if rng.random() >= CALLED_IN_SHARE:
        return None
    report = _report(rng, event, box)
    if unseen and rng.random() < UNSEEN_SHARE:
        report = replace(report, kind=rng.choice(unseen))
    is_repeated, is_moved = rng.random() < AGAIN_SHARE, rng.random() < MOVED_SHARE
    again = replace(report, request=RequestId(f"call-{event.number}-again"))
    if report.case is not None and is_moved:
        again = replace(again, place=_place(rng, box, is_elsewhere=True))
    if report.case is not None and rng.random() < RENAMED_SHARE:
        again = replace(again, kind=misspelt(report.kind))
    return StreetCall(
        street_event=event.number,
        agent=event.agent,
        at_s=round(event.at_s + rng.uniform(*DELAY_S), 3),
        report=report,
        says_when=rng.random() < 0.5,
        sends_twice=rng.random() < TWICE_SHARE,
        again=again if is_repeated else None,
        again_after_s=round(rng.uniform(*AGAIN_DELAY_S), 3),
    )


def _report(rng: Random, event: StreetEvent, box: EdgeBoxSpec) -> Report:
    is_foreign = rng.random() < FOREIGN_SHARE
    (reporter,) = rng.choices([one for one, _ in REPORTERS], [weight for _, weight in REPORTERS])
    is_unnamed = rng.random() < UNNAMED_SHARE
    taken_by = SYSTEM if is_foreign else f"desk-{rng.randint(1, 3)}"
    number = f"{SYSTEM}-{event.number}"
    return Report(
        request=RequestId(f"call-{event.number}"),
        taken_by=" " if is_unnamed else taken_by,
        reporter=Reporter.UNKNOWN if is_foreign else reporter,
        kind=_kind(rng, box.incident_kind),
        place=_place(rng, box, is_elsewhere=rng.random() < ELSEWHERE_SHARE),
        text=rng.choice(TEXTS),
        contact="+1 555 0100" if rng.random() < CONTACT_SHARE else "",
        severity=box.severity,
        certainty=rng.choice([Certainty.POSSIBLE, Certainty.LIKELY, Certainty.OBSERVED]),
        case=ForeignCase(system=SYSTEM, case=number) if is_foreign else None,
    )


def _kind(rng: Random, kind: IncidentKind) -> IncidentKind:
    """Misspelt, or not known at all."""
    drawn = rng.random()
    if drawn < MISSPELT_SHARE / 3:
        return UNKNOWN_KIND
    return misspelt(kind) if drawn < MISSPELT_SHARE else kind


def _place(rng: Random, box: EdgeBoxSpec, *, is_elsewhere: bool) -> Point:
    north, east = rng.uniform(-NEAR_DEG, NEAR_DEG), rng.uniform(-NEAR_DEG, NEAR_DEG)
    away = rng.uniform(*ELSEWHERE_DEG) if is_elsewhere else 0.0
    return Point(lat=round(box.place.lat + north + away, 6), lon=round(box.place.lon + east, 6))
