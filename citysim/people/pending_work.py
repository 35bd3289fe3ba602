"""The console items that wait for a person, and since when the person has seen them. Pure.

For simulated officers and operators, who take a while to read before they act.
"""

from collections.abc import Iterable, Mapping

from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.console import QueueEntry
from citybrain.domain.plan import Plan, PlanStage
from citybrain.stages import DISPATCHABLE_INCIDENT_STAGES
from citybrain.vocabulary import IncidentStage

FirstSeen = Mapping[str, Timestamp]  # item name → when it was first seen


def track_first_seen(seen: FirstSeen, names: Iterable[str], now: Timestamp) -> dict[str, Timestamp]:
    """`names` in order, each with when it was first seen; a name that is gone is forgotten."""
    return {name: seen.get(name, now) for name in sorted(names)}


def read_long_enough(seen: FirstSeen, now: Timestamp, reading_s: float) -> tuple[str, ...]:
    """The names that were first seen at least `reading_s` ago."""
    return tuple(name for name, since in seen.items() if seconds_between(since, now) >= reading_s)


def proposed_plans(plans: Iterable[Plan]) -> tuple[str, ...]:
    """Plans that wait for the duty officer."""
    return tuple(plan.plan for plan in plans if plan.stage is PlanStage.PROPOSED)


def awaits_opening(row: QueueEntry) -> bool:
    return row.report.stage is IncidentStage.REPORTED and row.waits_for == "person"


def awaits_resumption(row: QueueEntry) -> bool:
    """It was deferred: no clock and no camera takes it up again, only a person."""
    return row.report.stage is IncidentStage.DEFERRED


def awaits_verification(row: QueueEntry) -> bool:
    """No camera can verify this incident: a person must go there and check."""
    return (
        row.report.stage in (IncidentStage.HANDLED, IncidentStage.VERIFIED)
        and row.waits_for == "person"
    )


def awaits_visit(row: QueueEntry) -> bool:
    """No playbook sends a crew to this incident: a person must go there and check."""
    return row.report.stage in DISPATCHABLE_INCIDENT_STAGES and row.waits_for == "person"
