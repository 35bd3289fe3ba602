"""Why a unit gets no order, as a terminal says it."""

from datetime import UTC, datetime

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.unit import UnitReport, UnitStatus
from citybrain.vocabulary import OutCause

CAUSES = {OutCause.SILENT: "silent", OutCause.BUSY: "held up"}
OVERDUE = {
    "accept": "should have accepted",
    "depart": "should have set off",
    "arrive": "should be there",
    "finish": "should be done",
}


def shown_state(unit: UnitReport) -> str:
    """Its state, and what a person should know of it beside that."""
    facts = [
        unit.state.replace("_", " "),
        OVERDUE.get(unit.overdue, unit.overdue),
        shown_status(unit.status, _who(unit, unit.status.by)) if unit.status is not None else "",
        f"without {', '.join(unit.lost_capabilities)}" if unit.lost_capabilities else "",
    ]
    return "; ".join(fact for fact in facts if fact)


def _who(unit: UnitReport, by: str) -> str:
    return "its crew" if by == unit.unit else by


def shown_status(status: UnitStatus, by: str) -> str:
    """Who (`by`) said why, since when, and for how long."""
    cause = CAUSES.get(status.cause) if status.cause is not None else None
    what = cause or status.reason
    until = f", until {_shown_time(status.until)}" if status.until is not None else ""
    since = f"since {_shown_time(status.since)} by {by}{until}"
    return f"{what}, {since}" if what else since


def _shown_time(at: Timestamp) -> str:
    return f"{datetime.fromtimestamp(at / SECOND_US, UTC):%H:%M} UTC"
