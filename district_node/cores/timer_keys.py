"""What a timer of the district is for: its kind, its subject, and the text that names its row."""

from enum import StrEnum
from typing import NamedTuple

from citybrain import canonical_json
from citybrain.ids import TimerId


class TimerKind(StrEnum):
    """After each kind stands its subject."""

    CLOCK = "clock"  # incident, name of the clock
    VERIFICATION = "verification"  # incident: the deadline of its verification
    SELF_CLEAR = "self_clear"  # incident: its condition has been over for long enough
    STABLE = "stable"  # incident: nothing of its unstable sources changed for long enough
    ESCALATE = "escalate"  # incident: no own unit took its open slots
    UNFILLED = "unfilled"  # incident: the city was asked for its open places, and sends nobody
    RESUME = "resume"  # incident: it was deferred until then
    GUARD = "guard"  # incident: it reopens at once until then
    EVICT = "evict"  # incident: it leaves the state
    # agent, source, rule, episode: the START of an episode whose END came did not come
    EARLY_END = "early_end"
    RESERVATION = "reservation"  # order
    CLAIM = "claim"  # incident, order
    EVICT_ORDER = "evict_order"  # order: its answers and tombstones are dropped
    DUTY = "duty"  # unit: something ends that was said of it for a time
    CREW = "crew"  # unit: its crew should have taken the next step of its order
    PAGE = "page"  # incident: the next step of its escalation policy is due
    WATCH = "watch"  # district: it is looked which boxes and cameras are dark
    FORGET = "forget"  # district: what was silent for long is forgotten


class TimerKey(NamedTuple):
    """A timer's kind and subject."""

    kind: TimerKind
    subject: tuple[str, ...]


def timer_id(key: TimerKey) -> TimerId:
    """The text that names the timer's row."""
    return TimerId(canonical_json.encode(key).decode())


def timer_key(timer: TimerId) -> TimerKey:
    """Raises `MalformedError` for the name of no timer of this version."""
    return canonical_json.decode(timer.encode(), TimerKey)
