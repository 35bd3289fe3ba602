"""A district's operator and the duty officer of the simulated city: what they do with what their desk shows. Pure: `step(mind, snapshot, now) -> (mind, wishes)`.

They read before they act. Of what no camera can see, a person goes and looks; what is really so is asked of whoever knows the truth.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from citybrain.clock import Timestamp
from citybrain.domain.console import (
    CitySnapshot,
    DistrictSnapshot,
    OperatorAction,
    PlanAction,
    QueueEntry,
)
from citybrain.domain.incident import IncidentReport
from citybrain.ids import PlanId, RequestId
from citybrain.vocabulary import OperatorVerb
from citysim.crews.reading import (
    Seen,
    look,
    proposed,
    ripe,
    waits_to_be_opened,
    waits_to_be_verified,
)

IsClear = Callable[
    [IncidentReport], bool
]  # whether somebody who stands there now finds it in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """`open_s` is what reading a report takes, `walk_s` what it takes until somebody has been there. `seen`: by incident and stage, since when."""

    name: str
    open_s: float = 6.0
    walk_s: float = 25.0
    seen: Seen = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Issues what is proposed after `reading_s`, and rejects a share of it."""

    name: str
    reading_s: float = 4.0
    reject_share: float = 0.05
    seen: Seen = field(default_factory=dict)


def operate(
    mind: Operator, snapshot: DistrictSnapshot, now: Timestamp, is_clear: IsClear
) -> tuple[Operator, tuple[OperatorAction, ...]]:
    """Open what waits to be opened (reject it where there is nothing), verify by name what no camera sees, open again what is not in order.

    A wish is repeated, with the same request, until the row shows something else.
    """
    waiting = {
        _name(row): row
        for row in snapshot.rows
        if waits_to_be_opened(row) or waits_to_be_verified(row)
    }
    mind = replace(mind, seen=look(mind.seen, waiting, now))
    read, walked = ripe(mind.seen, now, mind.open_s), ripe(mind.seen, now, mind.walk_s)
    due = [
        waiting[name]
        for name in mind.seen
        if name in (read if waits_to_be_opened(waiting[name]) else walked)
    ]
    return mind, tuple(_decided(mind, row, is_clear(row.report)) for row in due)


def officiate(
    mind: Officer, snapshot: CitySnapshot, now: Timestamp
) -> tuple[Officer, tuple[PlanAction, ...]]:
    """Turn the key for every plan that was read, or turn it down."""
    mind = replace(mind, seen=look(mind.seen, proposed(snapshot.plans), now))
    return mind, tuple(_key(mind, PlanId(plan)) for plan in ripe(mind.seen, now, mind.reading_s))


def _name(row: QueueEntry) -> str:
    return f"{row.report.incident}|{row.report.stage}|{row.report.changed_at}"


def _decided(mind: Operator, row: QueueEntry, is_clear: bool) -> OperatorAction:
    if waits_to_be_opened(row):
        verb, reason = (
            (OperatorVerb.REJECT, "nothing there any more") if is_clear else (OperatorVerb.OPEN, "")
        )
    else:
        verb, reason = (
            (OperatorVerb.VERIFY, "somebody has been there")
            if is_clear
            else (OperatorVerb.OPEN, "still there")
        )
    incident = row.report.incident
    request = RequestId(f"{mind.name}-{incident}-{verb}-{row.report.changed_at}")
    return OperatorAction(
        request=request, operator=mind.name, incident=incident, verb=verb, reason=reason
    )


def _key(mind: Officer, plan: PlanId) -> PlanAction:
    share = int.from_bytes(hashlib.sha256(f"{mind.name}|{plan}".encode()).digest()[:8]) / 2**64
    issue = share >= mind.reject_share
    return PlanAction(
        request=RequestId(f"{mind.name}-{plan}"),
        officer=mind.name,
        plan=plan,
        issue=issue,
        reason="" if issue else "the crews are needed where they are",
    )
