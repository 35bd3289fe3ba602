"""What on a desk is for a person to do, and how long that has been before the eyes: pure, for officers and operators who read before they act."""

from collections.abc import Iterable, Mapping

from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.console import QueueEntry
from citybrain.domain.plan import Plan, PlanStage
from citybrain.vocabulary import IncidentStage

Seen = Mapping[str, Timestamp]  # by name: since when


def look(seen: Seen, names: Iterable[str], now: Timestamp) -> dict[str, Timestamp]:
    """What is before the eyes now, in order, each with the moment at which it was first seen; what is gone is forgotten."""
    return {name: seen.get(name, now) for name in sorted(names)}


def ripe(seen: Seen, now: Timestamp, reading_s: float) -> tuple[str, ...]:
    """What has been read for long enough."""
    return tuple(name for name, since in seen.items() if seconds_between(since, now) >= reading_s)


def proposed(plans: Iterable[Plan]) -> tuple[str, ...]:
    """Plans that wait for the duty officer."""
    return tuple(plan.plan for plan in plans if plan.stage is PlanStage.PROPOSED)


def waits_to_be_opened(row: QueueEntry) -> bool:
    return row.report.stage is IncidentStage.REPORTED and row.waits_for == "person"


def waits_to_be_verified(row: QueueEntry) -> bool:
    """No camera can say whether it is in order again: somebody must go and look."""
    return (
        row.report.stage in (IncidentStage.HANDLED, IncidentStage.VERIFIED)
        and row.waits_for == "person"
    )
