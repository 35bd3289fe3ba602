"""Which boxes a district believes, since when and by what, and how often a box had to begin a new
outbox. Proves nothing itself: what proved a box, or revoked it, comes in as an input.
"""

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.ids import AgentId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace
from district_node.inputs import NO_END, AgentEnrolled, AgentRevoked, EnrolledBy
from district_node.limits import AGENTS, NEW_OUTBOXES, NEWCOMER_TIME

NEVER = Timestamp(0)
DAY_S = 86_400.0
# why a box is not believed
NOT_ENROLLED, REVOKED, EXPIRED = "not_enrolled", "revoked", "expired"


class Enrolment(Struct, frozen=True, kw_only=True):
    """What one box is believed by."""

    how: EnrolledBy
    at: Timestamp  # when it was enrolled so
    serial: str = ""  # of its certificate, hexadecimal
    key: str = ""  # SHA-256 of its key
    until: Timestamp = NO_END
    revoked_at: Timestamp = NEVER


class NewOutboxes(Struct, frozen=True, kw_only=True):
    """The outboxes by which a box followed itself within the last day."""

    times: tuple[Timestamp, ...] = ()
    waiting_since: Timestamp = NEVER  # that a further one waits for an operator


class Enrolments(Struct, frozen=True, kw_only=True):
    """`proves`: a box is believed by its certificate alone; else the district is in lab mode."""

    proves: bool = False
    boxes: SortedMap[AgentId, Enrolment] = field(default_factory=SortedMap)
    outboxes: SortedMap[AgentId, NewOutboxes] = field(default_factory=SortedMap)


def refusal(enrolments: Enrolments, agent: AgentId, at: Timestamp) -> str:
    """Why nothing is taken of this box now; "": it is believed. In lab mode each is that was not
    revoked."""
    known = enrolments.boxes.get(agent)
    if known is not None and known.revoked_at != NEVER:
        return REVOKED
    if not enrolments.proves:
        return ""
    if known is None or known.how is not EnrolledBy.CERTIFICATE:
        return NOT_ENROLLED
    return EXPIRED if known.until < at else ""


def is_settled(enrolments: Enrolments, agent: AgentId, at: Timestamp) -> bool:
    """Whether its name is more than what somebody said within the last minutes: a certificate
    proves it, or lab mode enrolled it long enough ago."""
    known = enrolments.boxes.get(agent)
    if known is None or known.revoked_at != NEVER:
        return False
    is_proved = known.how is EnrolledBy.CERTIFICATE
    return is_proved or seconds_between(known.at, at) >= NEWCOMER_TIME.value


def is_newer(enrolments: Enrolments, enrolled: AgentEnrolled) -> bool:
    """Whether this says more than what is known: another box, or a later certificate of it."""
    known = enrolments.boxes.get(enrolled.agent)
    if known is None:
        return True
    if enrolled.how is EnrolledBy.LAB_MODE:
        return False
    if known.how is EnrolledBy.LAB_MODE or known.serial == enrolled.serial:
        return known.how is EnrolledBy.LAB_MODE
    return known.revoked_at != NEVER or enrolled.until >= known.until


def is_superseded(enrolments: Enrolments, enrolled: AgentEnrolled) -> bool:
    """Whether the box is enrolled by a later certificate for another key: its card was replaced,
    and this is the old one."""
    known = enrolments.boxes.get(enrolled.agent)
    return (
        known is not None
        and known.how is enrolled.how is EnrolledBy.CERTIFICATE
        and known.key != enrolled.key
        and not is_newer(enrolments, enrolled)
    )


def enrol(enrolments: Enrolments, enrolled: AgentEnrolled, at: Timestamp) -> Enrolments:
    """With the box believed; unchanged where that says nothing new, or there are too many."""
    if not is_newer(enrolments, enrolled) or not has_room(enrolments, enrolled.agent, at):
        return enrolments
    if enrolled.agent not in enrolments.boxes and len(enrolments.boxes) >= AGENTS.value:
        enrolments = forget(enrolments, _spare(enrolments, at) or enrolled.agent)
    known = Enrolment(
        how=enrolled.how, at=at, serial=enrolled.serial, key=enrolled.key, until=enrolled.until
    )
    return replace(enrolments, boxes=enrolments.boxes.put(enrolled.agent, known))


def has_room(enrolments: Enrolments, agent: AgentId, at: Timestamp) -> bool:
    """Whether this box may be enrolled beside the others: one that is believed no more makes
    room."""
    return (
        agent in enrolments.boxes
        or len(enrolments.boxes) < AGENTS.value
        or _spare(enrolments, at) is not None
    )


def revoke(enrolments: Enrolments, revoked: AgentRevoked, at: Timestamp) -> Enrolments:
    """Without belief in the box, as long as it is enrolled by that certificate."""
    known = enrolments.boxes.get(revoked.agent)
    if known is None or known.serial != revoked.serial or known.revoked_at != NEVER:
        return enrolments
    boxes = enrolments.boxes.put(revoked.agent, replace(known, revoked_at=at))
    return replace(enrolments, boxes=boxes)


def forget(enrolments: Enrolments, agent: AgentId) -> Enrolments:
    """Without the box: it is enrolled anew when it comes back."""
    return replace(
        enrolments,
        boxes=enrolments.boxes.drop(agent),
        outboxes=enrolments.outboxes.drop(agent),
    )


def is_waiting(enrolments: Enrolments, agent: AgentId) -> bool:
    """Whether a new outbox of the box waits for an operator."""
    return agent in enrolments.outboxes and (enrolments.outboxes[agent].waiting_since != NEVER)


def follow(enrolments: Enrolments, agent: AgentId, at: Timestamp) -> Enrolments:
    """With another outbox that follows at `at`, or with its box waiting where it had too many
    within a day: see `is_waiting`."""
    if is_waiting(enrolments, agent):
        return enrolments
    had = enrolments.outboxes.get(agent) or NewOutboxes()
    recent = tuple(one for one in had.times if one > later(at, -DAY_S))
    if len(recent) >= NEW_OUTBOXES.value:
        now = NewOutboxes(times=recent, waiting_since=at)
    else:
        now = NewOutboxes(times=(*recent, at))
    return replace(enrolments, outboxes=enrolments.outboxes.put(agent, now))


def allow(enrolments: Enrolments, agent: AgentId) -> Enrolments:
    """Its outboxes count from nothing again."""
    return replace(enrolments, outboxes=enrolments.outboxes.drop(agent))


def _spare(enrolments: Enrolments, at: Timestamp) -> AgentId | None:
    """The one that was enrolled first of those that are believed no more."""
    spare = [name for name in enrolments.boxes if refusal(enrolments, name, at)]
    return min(spare, key=lambda name: enrolments.boxes[name].at, default=None)
