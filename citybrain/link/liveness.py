"""Heartbeats, and how long the peer has been silent. Time is an argument."""

from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.link.frames import Heartbeat
from citybrain.link.stages import NEXT_PRESENCE, Presence, PresenceTrigger
from citybrain.stages import next_stage
from citybrain.structs import Struct, replace


class ClockReading(Struct, frozen=True, kw_only=True):
    """Monotonic time for intervals, node time for what is sent and journaled."""

    instant: Instant
    at: Timestamp


class Liveness(Struct, frozen=True, kw_only=True):
    """`last_seen` and `last_seen_at`: the last frame of the peer, or the start of the stream."""

    presence: Presence = Presence.PRESENT
    last_seen: Instant
    last_seen_at: Timestamp
    echo: Timestamp | None = None  # the peer's last heartbeat
    next_heartbeat: Instant


def started(now: ClockReading) -> Liveness:
    """At the start of a stream: the first heartbeat is due at once."""
    return Liveness(last_seen=now.instant, last_seen_at=now.at, next_heartbeat=now.instant)


def on_received(live: Liveness, now: ClockReading, *, echo: Timestamp | None = None) -> Liveness:
    """A frame of the peer came; `echo`: it was a heartbeat of that time."""
    return replace(
        live,
        presence=next_stage("peer", NEXT_PRESENCE, live.presence, PresenceTrigger.RECEIVE),
        last_seen=now.instant,
        last_seen_at=now.at,
        echo=live.echo if echo is None else echo,
    )


def on_silent(live: Liveness) -> Liveness:
    """`is_silent` holds."""
    return replace(
        live, presence=next_stage("peer", NEXT_PRESENCE, live.presence, PresenceTrigger.FALL_SILENT)
    )


def is_silent(live: Liveness, now: ClockReading, *, silence_s: float) -> bool:
    """Whether nothing came in for longer than `silence_s`."""
    return now.instant - live.last_seen > silence_s * SECOND_US


def on_heartbeat_due(
    live: Liveness, now: ClockReading, *, heartbeat_s: float
) -> tuple[Liveness, Heartbeat | None]:
    """The heartbeat to send now, if one is due."""
    if now.instant < live.next_heartbeat:
        return live, None
    following = Instant(now.instant + round(heartbeat_s * SECOND_US))
    return replace(live, next_heartbeat=following), Heartbeat(at=now.at, echo=live.echo)


def silent_from(live: Liveness, *, silence_s: float) -> Instant:
    """When `is_silent` begins to hold if nothing comes in."""
    return Instant(live.last_seen + round(silence_s * SECOND_US) + 1)
