"""The closed sets of the vocabulary: severities, stages, states. Their transitions are in `stages`;
the open sets are only types here, and what may be in them is in `kinds`.

The values are the words on the wire, in storage and on English screens. Severity, urgency and
certainty are CAP 1.2's words.
Every set that is decoded from outside has a member for "a value this version does not know".
"""

from enum import StrEnum
from typing import NewType

Capability = NewType("Capability", str)  # what a unit can do and a need asks for: "patrol", "pump"
EventKind = NewType("EventKind", str)  # what a rule or sensor reports: "LineDetector/Crossed"
IncidentKind = NewType("IncidentKind", str)  # each has a playbook: "crowding", "waterlogging"


class Severity(StrEnum):
    """How bad it is (CAP 1.2)."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


SEVERITY_RANK = {
    Severity.UNKNOWN: 0,
    Severity.MINOR: 1,
    Severity.MODERATE: 2,
    Severity.SEVERE: 3,
    Severity.EXTREME: 4,
}


class Urgency(StrEnum):
    """How soon somebody must act (CAP 1.2)."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure it is (CAP 1.2)."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class Phase(StrEnum):
    """An event's place in its episode (ONVIF property events: Initialized, Changed, Deleted)."""

    START = "start"
    UPDATE = "update"
    END = "end"
    UNKNOWN = "unknown"


class Visibility(StrEnum):
    """What was known of a camera in a second: "not observed" is not "nothing happened"."""

    OBSERVED = "observed"
    DEGRADED = "degraded"
    BLIND = "blind"
    UNKNOWN = "unknown"


class IncidentStage(StrEnum):
    """The seven steps of Chinese grid management (GB/T 30428.8), and the ways aside."""

    REPORTED = "reported"
    OPENED = "opened"
    DISPATCHED = "dispatched"
    WORKING = "working"
    HANDLED = "handled"
    VERIFIED = "verified"
    CLOSED = "closed"
    MERGED = "merged"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    REOPENED = "reopened"
    UNKNOWN = "unknown"


class OrderStage(StrEnum):
    """The life of an order, from its proposal to its end."""

    PROPOSED = "proposed"
    RESERVED = "reserved"
    ISSUED = "issued"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class UnitState(StrEnum):
    """What a unit is doing."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    COMMITTED = "committed"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    RETURNING = "returning"
    DELAYED = "delayed"
    OUT_OF_SERVICE = "out_of_service"
    ON_BREAK = "on_break"
    OFF_DUTY = "off_duty"
    UNKNOWN = "unknown"


class Duty(StrEnum):
    """Whether a unit takes orders: what its crew, an operator or the district said last."""

    ON_DUTY = "on_duty"
    ON_BREAK = "on_break"
    OFF_DUTY = "off_duty"
    OUT_OF_SERVICE = "out_of_service"
    UNKNOWN = "unknown"


class OutCause(StrEnum):
    """Why a unit is out of service."""

    UNIT_OUT = "unit_out"  # its vehicle, its crew or its equipment
    BUSY = "busy"  # held up by another matter
    SILENT = "silent"  # its crew was not heard of when it should have been
    UNKNOWN = "unknown"


class RefusalClass(StrEnum):
    """What it means for the unit that its crew cannot do an order."""

    UNIT_OUT = "unit_out"  # vehicle, injury: no order until somebody says that it is ready
    EQUIPMENT_OUT = "equipment_out"  # as that, but only for what this order needs of it
    CASE_NOT = "case_not"  # blocked, unsafe: others go there, and this unit goes elsewhere
    LATER = "later"  # held up: no order for some time
    UNKNOWN = "unknown"


class SlotState(StrEnum):
    """Whether a slot may be filled: open, promised to an order, or being served."""

    OPEN = "open"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    SERVED = "served"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class OrderStep(StrEnum):
    """The requests of the two-owners protocol."""

    RESERVE = "reserve"
    CLAIM = "claim"
    ISSUE = "issue"
    CLAIM_CONFIRMED = "claim_confirmed"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    CLAIM_CANCELLED = "claim_cancelled"
    CORRECT = "correct"  # what the order is for is elsewhere, of another kind or severity
    MESSAGE = "message"  # somebody writes to its crew
    UNKNOWN = "unknown"


class OrderVerdict(StrEnum):
    """An owner's answer to a step. `DONE` confirms release, withdraw and both claim steps."""

    RESERVED = "reserved"
    CLAIMED = "claimed"
    ISSUED = "issued"
    DONE = "done"
    REFUSED = "refused"
    TOO_LATE = "too_late"
    NOT_WANTED = "not_wanted"
    UNKNOWN = "unknown"


class VerificationVerdict(StrEnum):
    """An agent's answer to a verification request."""

    CLEAR = "clear"
    STILL = "still"
    CANNOT = "cannot"
    UNKNOWN = "unknown"


class Disposition(StrEnum):
    """What an incident turned out to be. `UNKNOWN`: it is not over, or nobody said."""

    FIXED = "fixed"  # it was there, and a crew ended it
    GONE = "gone"  # it was there, and ended by itself
    FALSE_ALARM = "false_alarm"  # it never was there
    DUPLICATE = "duplicate"  # it is handled as another incident, or elsewhere
    NOT_OURS = "not_ours"  # it is no matter for this district
    NOT_VERIFIABLE = "not_verifiable"  # nobody could say
    UNKNOWN = "unknown"


class CrewAction(StrEnum):
    """The buttons of a crew's device, in the order of their use; `CANNOT` returns the order."""

    ACCEPT = "accept"
    DEPART = "depart"
    ARRIVE = "arrive"
    FINISH = "finish"
    CANNOT = "cannot"
    FOUND = "found"  # at the scene: what it is; the order goes on
    UNKNOWN = "unknown"


class Finding(StrEnum):
    """What a crew found at the scene. `UNKNOWN`: it did not say."""

    NOTHING_HERE = "nothing_here"
    AS_REPORTED = "as_reported"
    WORSE = "worse"
    UNKNOWN = "unknown"


class OperatorVerb(StrEnum):
    """What an operator may do to an incident."""

    OPEN = "open"
    ASSIGN = "assign"
    UNASSIGN = "unassign"  # no unit has it as its next any more
    CLOSE = "close"
    REJECT = "reject"
    VERIFY = "verify"
    ESCALATE = "escalate"
    DEFER = "defer"
    NOTE = "note"
    MESSAGE = "message"
    RECLASSIFY = "reclassify"
    RELOCATE = "relocate"
    SET_SEVERITY = "set_severity"
    TAKE = "take"
    GIVE = "give"
    MERGE = "merge"  # it is the same as another one
    SPLIT = "split"  # some of what it rests on is another one
    NOT_SAME = "not_same"  # it and another one are two, whatever comes
    LINK = "link"  # it follows from another one
    UNLINK = "unlink"
    UNDO = "undo"  # of the last of these
    ACKNOWLEDGE = "acknowledge"
    RETURN = "return"
    ROUTE = "route"
    ATTACH = "attach"  # a picture or another file
    REDACT = "redact"  # take an attachment's bytes away; its line stays
    UNKNOWN = "unknown"
